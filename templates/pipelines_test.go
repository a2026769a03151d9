package templates

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// texts renders the files that a template language or a tag manager reads first, and the pinned snippet.
func texts(t *testing.T, d Data) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range Pipelines {
		text, err := Embedded.Pipeline(name, d)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = text
	}
	pinned, err := Embedded.SnippetPinned(d, Pinned{d.ID + "/missive.0123456789.js", "sha384-abc+/="})
	if err != nil {
		t.Fatal(err)
	}
	files["snippet-pinned.html"] = pinned
	return files
}

func TestPipelinesAreTheGoldenOnes(t *testing.T) {
	for name, d := range map[string]Data{
		"plain": plain,
		"braces": {
			ID:   "a{{7}}{%b%}{#c#}<?=d?>'e\\'f\"g`${h}</script>",
			Host: `https://example.com/a{{7}}{%25b{c}<?=d?>'e\'f"g&h` + "`${i}</script>",
		},
	} {
		for file, got := range texts(t, d) {
			checkGolden(t, name+"."+file, got)
		}
	}
}

func TestAHostThatIsNoAddressIsRefused(t *testing.T) {
	_, err := Embedded.Pipeline("snippet-hugo.html", Data{ID: "acme", Host: "https://example.com/%zz"})
	if want := `parse "https://example.com/%zz": invalid URL escape "%zz"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAnIntegrityThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{"", "abc", `sha256-abc" onload="alert(1)`, "sha256-a&b", "sha256-", "sha1-abc"} {
		if got, err := Embedded.SnippetPinned(plain, Pinned{"acme/missive.0123456789.js", text}); err == nil {
			t.Errorf("%q: got %s", text, got)
		}
	}
}

// php matches one string in single quotes.
var php = regexp.MustCompile(`^'(?:[^'\\]|\\['\\])*'$`)

func FuzzNoValueEndsItsLiteral(f *testing.F) {
	for _, text := range append(strings.Fields(hostile), hostile, `\`, `'\'`, "{{", "}}", "{%", "\x00", "\xff") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := quoteCode(text)
		if err != nil {
			t.Fatal(err)
		}
		l := js.NewLexer(parse.NewInputString(code))
		token, data := l.Next()
		if end, _ := l.Next(); token != js.StringToken || string(data) != code || end != js.ErrorToken {
			t.Errorf("%q is not one string of JavaScript", code)
		}
		// As Go has the same escapes, it can tell what the string is.
		back, err := strconv.Unquote(`"` + strings.ReplaceAll(code[1:len(code)-1], `"`, `\"`) + `"`)
		if err != nil || utf8.ValidString(text) && back != text {
			t.Errorf("%s is %q, %v; want %q", code, back, err, text)
		}
		quoted := quotePHP(text)
		if back := strings.NewReplacer(`\\`, `\`, `\'`, "'").Replace(quoted[1 : len(quoted)-1]); !php.MatchString(quoted) || back != text {
			t.Errorf("%s is not one string of PHP, or %q and not %q", quoted, back, text)
		}
		value := attribute(text)
		if strings.ContainsAny(value, `"'<>`) || html.UnescapeString(value) != html.UnescapeString(html.EscapeString(text)) {
			t.Errorf("%q is not the attribute %q", value, text)
		}
		for _, part := range []string{code, value} {
			if strings.ContainsAny(part, "{}<") {
				t.Errorf("%q has what a template language reads", part)
			}
		}
	})
}

// loaderIn matches where a snippet has the loader: in a script element, or in what PHP prints as one.
var loaderIn = regexp.MustCompile(`(?s)(<script[^>]*>|'MISSIVE_CHAT')\n\(function\(d, w\).*?\n\}\)\(document, window\);\n(</script>|MISSIVE_CHAT)`)

func TestTheLoaderIsTheSameInEveryLanguage(t *testing.T) {
	loader := Embedded.loader
	// Hugo takes comments out, which would change the hash; the others are what template languages, PHP, HTML and JSX look for.
	for _, part := range []string{"//", "/*", "<!--", "</", "<?", "?>", "{{", "}}", "{%", "%}", "{#", "#}", "[[", "`", "${", `\\`} {
		if strings.Contains(loader, part) {
			t.Errorf("the loader has %q:\n%s", part, loader)
		}
	}
	for file, text := range texts(t, plain) {
		want := 1
		if slices.Contains([]string{"snippet-gtm.html", "snippet-react.tsx", "snippet-vue.vue", "snippet-docusaurus.ts"}, file) {
			want = 0
		}
		if got := len(loaderIn.FindAllString(string(text), -1)) * strings.Count(string(text), "\n"+loader+"\n"); got != want {
			t.Errorf("%s has the loader %d times, want %d", file, got, want)
		}
	}
}

// Some compressors of HTML, such as the layout that many sites with Jekyll have, join lines also inside of scripts.
func TestScriptsOfSnippetsNeedNoEndsOfLines(t *testing.T) {
	snippets := texts(t, plain)
	for name, text := range all(t, plain) {
		snippets[name] = text
	}
	script := regexp.MustCompile(`(?s)<script(?: is:inline data-astro-rerun)?>(.*?)</script>`)
	found := 0
	for file, text := range snippets {
		for _, m := range script.FindAllSubmatch(text, -1) {
			found++
			want, err := js.Parse(parse.NewInputBytes(m[1]), js.Options{})
			if err != nil {
				t.Fatal(file, err)
			}
			got, err := js.Parse(parse.NewInputString(strings.Join(strings.Fields(string(m[1])), " ")), js.Options{})
			if err != nil || got.JSString() != want.JSString() {
				t.Errorf("%s is another script when its lines are joined: %v\n%s", file, err, m[1])
			}
		}
	}
	if found < 9 {
		t.Errorf("%d scripts", found)
	}
}

func TestTheTagManagerReadsTheSnippet(t *testing.T) {
	text := string(texts(t, plain)["snippet-gtm.html"])
	_, script, _ := strings.Cut(text, "<script>\n")
	script, _, _ = strings.Cut(script, "</script>")
	// It compiles tags as ECMAScript 5.
	for l := js.NewLexer(parse.NewInputString(script)); ; {
		token, data := l.Next()
		switch token {
		case js.ErrorToken:
			return
		case js.ArrowToken, js.ConstToken, js.LetToken, js.EllipsisToken, js.TemplateToken, js.OptChainToken, js.NullishToken:
			t.Errorf("%s is no ECMAScript 5", data)
		}
	}
}
