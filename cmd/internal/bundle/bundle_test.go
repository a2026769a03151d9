package bundle

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"missive/cmd/internal/bundle/bundletest"
	"missive/cmd/internal/setup"
	"missive/widget"
)

// The budgets, with brotli 11. Every page pays for the launcher, every visitor who shows interest for the window.
const (
	launcherBudgetBytes   = 4096
	pinnedBudgetBytes     = 4540 // with the integrity of all files
	windowBudgetBytes     = 9216
	connectionBudgetBytes = 6784 // without Twilio's SDK
)

func TestScriptsKeepTheirBudgets(t *testing.T) {
	accounts, problems := setup.Load([]string{"../../../chat.yaml"}, setup.Options{})
	for _, p := range problems {
		if !p.Warning {
			t.Fatal(p)
		}
	}
	b := build(t, Options{Sources: widget.Sources})
	check := func(name string, script []byte, budget int) {
		size := brotliSize(t, script)
		t.Logf("%s: %d bytes, brotli %d of %d", name, len(script), size, budget)
		if size > budget {
			t.Errorf("%s has %d bytes with brotli, its budget is %d", name, size, budget)
		}
	}
	check("missive.js", b.Launcher(accounts[0].Stamp()), launcherBudgetBytes)
	check("pinned missive.js", b.Pinned(accounts[0].Stamp()), pinnedBudgetBytes)
	check("panel", asset(t, b, "assets/panel.").Bytes, windowBudgetBytes)
	check("connection", asset(t, b, "assets/connection.").Bytes, connectionBudgetBytes)
}

func TestTheSameSourcesGiveTheSameBytes(t *testing.T) {
	one, two := build(t, Options{Sources: widget.Sources}), build(t, Options{Sources: widget.Sources})
	if !bytes.Equal(one.Launcher([]byte("{}")), two.Launcher([]byte("{}"))) {
		t.Error("the launcher differs between two builds")
	}
	for i, a := range one.Assets {
		if b := two.Assets[i]; a.Name != b.Name || !bytes.Equal(a.Bytes, b.Bytes) {
			t.Errorf("%s differs from %s", a.Name, b.Name)
		}
	}
}

func TestAssetsAreNamedByTheirContent(t *testing.T) {
	before := asset(t, build(t, Options{Sources: widget.Sources}), "assets/panel.")
	changed := sources(t)
	changed["src/window/window.css"].Data = append(changed["src/window/window.css"].Data, ".new{color:red}"...)
	b := build(t, Options{Sources: changed})
	after := asset(t, b, "assets/panel.")
	if before.Name == after.Name {
		t.Errorf("%s has the same name with other content", after.Name)
	}
	if !bytes.Contains(b.Launcher([]byte("{}")), []byte(path.Base(after.Name))) {
		t.Errorf("the launcher does not load %s", after.Name)
	}
}

func TestAccountsDifferOnlyAtTheEnd(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	one, two := b.Launcher([]byte(`{"id":"one"}`)), b.Launcher([]byte(`{"id":"two"}`))
	head := len(one) - len(`{"id":"one"})`+"\n")
	if !bytes.Equal(one[:head], two[:head]) || !strings.HasPrefix(string(two[head:]), `{"id":"two"}`) {
		t.Errorf("launchers end with %q and %q", one[head:], two[head:])
	}
}

func TestScriptsAreASCIISoThatNoCharsetCanBreakThem(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	launcher := string(b.Launcher([]byte(`{"messages":{"title":"Größe 👋"}}`)))
	if want := `({"messages":{"title":"Gr\u00f6\u00dfe \ud83d\udc4b"}})`; !strings.Contains(launcher, want) {
		t.Errorf("the launcher ends with %s, want %s", launcher[len(launcher)-100:], want)
	}
	for _, f := range append(b.Assets, File{Name: "missive.js", Bytes: []byte(launcher)}) {
		for _, c := range f.Bytes {
			if c >= 0x80 {
				t.Errorf("%s has a byte %x", f.Name, c)
				break
			}
		}
	}
}

func TestSourceMapsLeadBackToTheSources(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources, SourceMap: true})
	scripts := map[string][]byte{
		"src/launcher/launcher.ts": b.Launcher([]byte("{}")),
		// It has the launcher's sources, and this.
		"<define:INTEGRITY>":           b.Pinned([]byte("{}")),
		"src/window/window.ts":         asset(t, b, "assets/panel.").Bytes,
		"src/connection/connection.ts": asset(t, b, "assets/connection.").Bytes,
	}
	for source, script := range scripts {
		_, address, found := strings.Cut(string(script), "//# sourceMappingURL=")
		if !found {
			t.Errorf("the script of %s names no source map", source)
			continue
		}
		var m struct {
			Version  int
			Sources  []string
			Mappings string
		}
		if err := json.Unmarshal(asset(t, b, "assets/"+path.Base(strings.TrimSpace(address))).Bytes, &m); err != nil {
			t.Fatal(err)
		}
		if m.Version != 3 || m.Mappings == "" || !strings.Contains(strings.Join(m.Sources, " "), source) {
			t.Errorf("the source map of %s is of version %d, for %v", source, m.Version, m.Sources)
		}
	}
}

func TestAPinnedLauncherKnowsTheIntegrityOfEachScriptOfItsBuildAndOfNoOther(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	want := map[string]string{}
	for _, f := range b.Assets {
		want[path.Base(f.Name)] = Integrity(f.Bytes)
	}
	got := map[string]string{}
	for _, m := range regexp.MustCompile(`"([^"]+)":"(sha256-[^"]+)"`).FindAllSubmatch(b.Pinned(nil), -1) {
		got[string(m[1])] = string(m[2])
	}
	if !maps.Equal(got, want) || len(want) == 0 {
		t.Errorf("it knows %v, want %v", got, want)
	}
}

func TestNoScriptHasNamesThatOnlyTheBuildKnows(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources, Pages: []Page{deskPage, stagePage, studioPage}})
	setup, launcher := []string{"SETUP"}, []string{"LAUNCHER"} // what the function around a script is called with
	check := func(name string, script []byte, given []string) {
		for _, found := range buildNames(t).FindAllSubmatch(script, -1) {
			if !slices.Contains(given, string(found[1])) {
				t.Errorf("%s has %s, which is nothing in a browser", name, found[0])
			}
		}
	}
	check("missive.js", b.Launcher(nil), setup)
	check("the pinned missive.js", b.Pinned(nil), setup)
	for _, f := range b.Assets {
		check(f.Name, f.Bytes, launcher)
	}
	for name, script := range b.Pages {
		check(name, script, nil)
	}
}

// buildNames matches what the sources declare and the build defines.
func buildNames(t *testing.T) *regexp.Regexp {
	t.Helper()
	var names []string
	declared := regexp.MustCompile(`\bdeclare const ([A-Z_]+):`)
	for _, file := range sources(t) {
		for _, m := range declared.FindAllSubmatch(file.Data, -1) {
			names = append(names, string(m[1]))
		}
	}
	if len(names) < 6 {
		t.Fatalf("found only %q", names)
	}
	return regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b`)
}

func TestMistakesInTheSourcesHaveAPlace(t *testing.T) {
	tests := []struct{ file, source, want string }{
		{"src/window/window.ts", "import './storage'\nconst x = ;\n", `widget/src/window/window.ts:2:11: Unexpected ";"`},
		{"src/window/window.ts", "import './gone'\n", `widget/src/window/window.ts:1:8: widget/src/window/gone.ts is not there`},
		{"src/window/send.svg", "<svg viewBox='0 0 2 2'><path d='M0 0' </svg>", `widget/src/window/composer.ts:3:18: widget/src/window/send.svg is no drawing: XML syntax error on line 1: expected attribute name in element`},
		{"src/window/window.css", ".a { color: red }\n  .b { color red }\n", `widget/src/window/window.css:2:13: Expected ":"
  hint: write ":" there`},
		{"src/launcher/launcher.css", ".a { color: red }\n/* A note.\n", `widget/src/launcher/launcher.css:3:1: Expected "*/" to terminate multi-line comment`},
	}
	for _, test := range tests {
		changed := sources(t)
		changed[test.file] = &fstest.MapFile{Data: []byte(test.source)}
		_, problems := Build(Options{Sources: changed})
		if len(problems) == 0 || problems[0].Error() != test.want {
			t.Errorf("%s with %q: got %v, want %s", test.file, test.source, problems, test.want)
		}
	}
}

func TestIconsAreTheirPaths(t *testing.T) {
	got, err := icon([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><title>x</title><path d="M0 0h24v24z"/><g><path d="M1 1h2"/></g></svg>`))
	if want := `["0 0 24 24","M0 0h24v24z","M1 1h2"]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		if _, problems := Build(Options{Sources: widget.Sources}); problems != nil {
			b.Fatal(problems)
		}
	}
}

func build(t *testing.T, o Options) *Bundle {
	t.Helper()
	b, problems := Build(o)
	for _, p := range problems {
		t.Fatal(p)
	}
	return b
}

func asset(t *testing.T, b *Bundle, prefix string) File {
	t.Helper()
	for _, f := range b.Assets {
		if strings.HasPrefix(f.Name, prefix) && (path.Ext(f.Name) == ".js" || path.Ext(prefix) == ".map") {
			return f
		}
	}
	t.Fatalf("no asset begins with %s", prefix)
	return File{}
}

// sources is a copy of the widget's sources that a test may change.
func sources(t *testing.T) fstest.MapFS {
	t.Helper()
	return bundletest.Copy(t, widget.Sources)
}

// The pages of the project, as far as scripts are concerned.
var (
	deskPage   = Page{"desk", "cmd/internal/desk", os.DirFS("../desk")}
	stagePage  = Page{"stage", "cmd/preview/stage", os.DirFS("../../preview/stage")}
	studioPage = Page{"studio", "cmd/preview/studio", os.DirFS("../../preview/studio")}
)

func brotliSize(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
