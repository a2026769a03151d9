package bundle

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"

	"missive/widget"
)

// taken are all names that our files take of the page they are on: of the language and of the browser. Any other could be
// something of the page's own, such as a module system that takes the SDK for one of its modules.
var taken = strings.Fields(`
	Array ArrayBuffer Boolean Date Error Function Intl JSON Map Math NaN Number Object Promise Proxy Reflect RegExp Set String Symbol
	TypeError Uint8Array WeakMap WeakSet decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt

	AbortController AbortSignal AudioContext Blob CSS CSSStyleSheet Document FormData GainNode MessageChannel MutationObserver OscillatorNode TextEncoder URL
	addEventListener btoa clearInterval clearTimeout console crypto document fetch getComputedStyle innerWidth localStorage location
	matchMedia navigator open reportError self sessionStorage setInterval setTimeout structuredClone visualViewport window

	Buffer`) // the SDK asks only of what type this is

func TestFilesTakeNothingOfThePageButWhatIsOfTheBrowser(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources, SDK: true})
	files := append(b.Assets, File{Name: "missive.js", Bytes: b.Launcher([]byte("{}"))}, File{Name: "pinned/missive.js", Bytes: b.Pinned([]byte("{}"))})
	for _, f := range files {
		if path.Ext(f.Name) != ".js" {
			continue
		}
		names := freeNames(t, f.Bytes)
		if len(names) == 0 {
			t.Errorf("%s takes nothing, so this test is wrong", f.Name)
		}
		for _, name := range names {
			if !slices.Contains(taken, name) {
				t.Errorf("%s takes %s of the page", f.Name, name)
			}
		}
	}
}

func TestNamesOfThePageAreFound(t *testing.T) {
	const script = `(SETUP=>{var own=1;if(typeof define=="function"&&define.amd)define(own);else other.exports=SETUP;let f=function(){return module}})()`
	if got := freeNames(t, []byte(script)); !slices.Equal(got, []string{"define", "module", "other"}) {
		t.Errorf("found %q", got)
	}
}

// freeNames are the names that a script uses and doesn't declare.
func freeNames(t *testing.T, script []byte) []string {
	t.Helper()
	ast, err := js.Parse(parse.NewInputBytes(script), js.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range ast.Undeclared {
		// The parser takes some minified parameters for such names; what pages and browsers have is longer.
		if name := string(v.Name()); len(name) > 2 && name != "arguments" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
