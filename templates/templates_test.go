package templates

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/html"
	"github.com/tdewolff/parse/v2/js"
)

var update = flag.Bool("update", false, "write the golden files anew")

var plain = Data{ID: "acme", Host: "https://chat.example.com", Name: "Acme", HasToken: true}

// hostile is what a name, and the path of a host, may hold at worst. An id is checked before it comes here; it must not matter.
const hostile = `</script><script>alert(1)</script><!-- <script> --> "' + alert(1) + '` + "` \\ \u2028\u2029\r\n\x00 &lt;&quot; {{.ID}} 👋🏽 \u202eשלום مرحبا"

// all renders the three files of an account.
func all(t *testing.T, d Data) map[string][]byte {
	t.Helper()
	snippet, err := Embedded.Snippet(d)
	if err != nil {
		t.Fatal(err)
	}
	csp, err := Embedded.SnippetCSP(d)
	if err != nil {
		t.Fatal(err)
	}
	page, err := Embedded.Page(d, snippet, csp)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"snippet.html": snippet, "snippet-csp.html": csp, "index.html": page}
}

func TestRenderedFilesAreTheGoldenOnes(t *testing.T) {
	for name, d := range map[string]Data{
		"plain":   plain,
		"unnamed": {ID: "acme-2", Host: "https://example.com/chat"},
		"rtl":     {ID: "shalom", Host: "https://צאט.example", Name: "שלום! 👋 Team", HasToken: true},
		"script":  {ID: "acme", Host: "https://example.com/--></script><script>alert(1)//<!--", Name: "</title></script><script>alert(1)</script><!--"},
		"quotes":  {ID: `a'b"c`, Host: "https://example.com/it's/\"here\"\u2028", Name: "`It's` \"Acme\" & {{.ID}} \\ \u2028 \r\n end"},
	} {
		for file, got := range all(t, d) {
			checkGolden(t, name+"."+file, got)
		}
	}
}

// checkGolden compares the text with that of a file in testdata, which -update writes anew.
func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs, see the change with: go test ./templates -update && git diff\n%s", golden, got)
	}
}

func FuzzNoValueChangesTheStructure(f *testing.F) {
	f.Add("acme", "https://chat.example.com", "Acme")
	f.Add(hostile, hostile, hostile)
	for _, part := range strings.Fields(hostile) {
		f.Add("acme", "https://example.com/"+part, part)
	}
	f.Fuzz(func(t *testing.T, id, host, name string) {
		want := all(t, plain)
		for file, got := range all(t, Data{ID: id, Host: host, Name: "n" + name, HasToken: true}) {
			if !slices.Equal(structure(t, got), structure(t, want[file])) {
				t.Errorf("%s has other elements or other code than with plain values:\n%s", file, got)
			}
		}
	})
}

// structure lists tags, attributes, comments, and the tokens of scripts without what strings hold.
func structure(t *testing.T, page []byte) []string {
	t.Helper()
	var list []string
	script := false
	for l := html.NewLexer(parse.NewInputBytes(slices.Clone(page))); ; {
		token, data := l.Next()
		switch token {
		case html.ErrorToken:
			return list
		case html.StartTagToken, html.EndTagToken:
			script = token == html.StartTagToken && string(l.Text()) == "script"
			list = append(list, string(data))
		case html.AttributeToken:
			list = append(list, string(l.AttrKey()))
		case html.CommentToken:
			list = append(list, string(data))
		case html.TextToken:
			if script {
				list = append(list, code(t, data)...)
			}
		}
	}
}

func code(t *testing.T, source []byte) []string {
	t.Helper()
	if _, err := js.Parse(parse.NewInputBytes(slices.Clone(source)), js.Options{}); err != nil {
		t.Fatalf("a browser could not run this: %v\n%s", err, source)
	}
	var list []string
	for l := js.NewLexer(parse.NewInputBytes(slices.Clone(source))); ; {
		token, data := l.Next()
		switch token {
		case js.ErrorToken:
			return list
		case js.StringToken:
			data = []byte("string")
		}
		list = append(list, string(data))
	}
}

func TestSnippetsQueueEachMethodOfTheAPI(t *testing.T) {
	declared, err := os.ReadFile("../widget/missive.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, api, _ := strings.Cut(string(declared), "interface MissiveChat {")
	api, _, _ = strings.Cut(api, "\n}")
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+)\(.*\): void;$`).FindAllStringSubmatch(api, -1) {
		want = append(want, m[1])
	}
	snippets := texts(t, plain)
	snippets["snippet.html"] = all(t, plain)["snippet.html"]
	for file, snippet := range snippets {
		names := regexp.MustCompile(`'(open [\w ]+)' \+\s+'([\w ]+)'`).FindStringSubmatch(string(snippet))
		if names == nil || len(want) == 0 {
			t.Fatalf("found no names in one of\n%s\n%s", snippet, api)
		}
		if got := strings.Fields(names[1] + names[2]); !slices.Equal(got, want) {
			t.Errorf("%s: got  %q\nwant %q", file, got, want)
		}
	}
}

func TestCommentsRefuseTextThatEndsThem(t *testing.T) {
	for _, text := range []string{"-->", "a > b", "--!", "<!--"} {
		if got, err := comment(text); err == nil {
			t.Errorf("comment(%q) = %q", text, got)
		}
	}
	for _, text := range []string{"a\nb", "a\u2028b", "</script"} {
		if got, err := note(text); err == nil {
			t.Errorf("note(%q) = %q", text, got)
		}
	}
}
