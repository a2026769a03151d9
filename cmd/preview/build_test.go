package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"missive/cmd/internal/bundle/bundletest"
	"missive/templates"
	"missive/widget"
)

const (
	twoAccounts = `host: https://chat.example.com
connection: {tokenUrl: "https://example.com/token"}
accounts:
  - id: acme
  - id: shop
`
	oneAccount = `host: https://chat.example.com
connection: {tokenUrl: "https://example.com/token"}
id: acme
`
	misspelt = oneAccount + "chat: {postion: bottom-left}\n"
)

// builderOf returns a builder of a chat.yaml with the text, and the path of it.
func builderOf(t *testing.T, chat string) (*builder, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chat.yaml")
	write(t, path, chat)
	return &builder{files: []string{path}, sources: widget.Sources, templates: templates.Files, pages: ownPages}, path
}

func mustBuild(t *testing.T, b *builder) *site {
	t.Helper()
	built, problems := b.build()
	if built == nil || problems != nil {
		t.Fatalf("not built: %v", problems)
	}
	return built
}

func TestABuildHasAllFilesAndAPageForEachAccount(t *testing.T) {
	b, _ := builderOf(t, twoAccounts)
	built := mustBuild(t, b)

	if !slices.Equal(built.accounts, []string{"acme", "shop"}) {
		t.Errorf("accounts %q", built.accounts)
	}
	for _, name := range []string{"acme/missive.js", "shop/missive.js", "shop/index.html", "shop/snippet.html", "preview.css", "preview.js"} {
		if len(built.files[name]) == 0 {
			t.Errorf("%s is missing", name)
		}
	}
	page := string(built.host("shop", true))
	for _, part := range []string{
		`data-build="` + built.build + `"`,
		`<option value="acme">acme</option>`,
		`<option value="shop" selected>shop</option>`,
		`<a href="/shop/">Setup page</a>`,
		`<script src="/preview.js" data-account="shop"></script>`,
		`<script async src="/shop/missive.js"></script>`,
		`data-missive-open`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page of shop lacks %s:\n%s", part, page)
		}
	}
}

func TestASingleAccountNeedsNoChoice(t *testing.T) {
	b, _ := builderOf(t, oneAccount)
	if page := string(mustBuild(t, b).host("", true)); strings.Contains(page, "<select") {
		t.Errorf("the page has a choice of one:\n%s", page)
	}
}

func TestABuildIsNamedAfterWhatItShows(t *testing.T) {
	b, path := builderOf(t, oneAccount)
	first := mustBuild(t, b).build

	write(t, path, "# Only a comment.\n"+oneAccount)
	if again := mustBuild(t, b).build; again != first {
		t.Errorf("the same again is called %s, not %s: pages would reload for nothing", again, first)
	}
	write(t, path, oneAccount+"messages: {title: Hello}\n")
	if other := mustBuild(t, b).build; other == first {
		t.Errorf("another title is still called %s: no page would reload", first)
	}
	write(t, path, oneAccount)
	for _, name := range []string{"page.html.tmpl", "page.css", "page.js", "index.html.tmpl"} {
		if b.templates, b.pages = templates.Files, ownPages; strings.HasPrefix(name, "page.") {
			b.pages = slices.Clone(ownPages)
			b.pages[0].Files = changed(t, b.pages[0].Files, name, "\n/* changed */")
		} else {
			b.templates = changed(t, templates.Files, name, "\n/* changed */")
		}
		if other := mustBuild(t, b).build; other == first {
			t.Errorf("with another %s it is still called %s: no page would reload", name, first)
		}
	}
}

func TestWhatIsWrongHasAPlace(t *testing.T) {
	for _, c := range []struct {
		what, chat, want string
		change           func(*builder)
	}{
		{"an option", misspelt,
			"chat.yaml:4:8: chat.postion: unknown option\n  hint: did you mean \"position\"?", nil},
		{"the widget's code", oneAccount,
			"widget/src/launcher/launcher.ts:1:7: Expected identifier but found \"?\"",
			func(b *builder) {
				b.sources = replaced(t, widget.Sources, "src/launcher/launcher.ts", "const ?")
			}},
		{"a template that can't be read", oneAccount,
			"templates/index.html.tmpl:1: bad character U+007D '}'",
			func(b *builder) {
				b.templates = replaced(t, templates.Files, "index.html.tmpl", "{{.ID}{{.Host}}")
			}},
		{"a template that can't be filled in", oneAccount,
			"templates/index.html.tmpl:2:3: executing \"index.html.tmpl\" at <.Nme>: can't evaluate field Nme in type struct { templates.Data; Snippet string; SnippetCSP string }",
			func(b *builder) {
				b.templates = replaced(t, templates.Files, "index.html.tmpl", "<p>\n{{.Nme}}")
			}},
		{"the template of a page", oneAccount,
			"cmd/preview/host/page.html.tmpl:2: bad character U+007D '}'",
			func(b *builder) {
				b.pages = slices.Clone(ownPages)
				b.pages[0].Files = fstest.MapFS{"page.html.tmpl": {Data: []byte("<p>\n{{.ID}{{.Host}}")}}
			}},
		{"the code of a page", oneAccount,
			"cmd/internal/desk/page.ts:1:7: Expected identifier but found \"?\"",
			func(b *builder) {
				b.pages = slices.Clone(ownPages)
				b.pages[1].Files = replaced(t, b.pages[1].Files, "page.ts", "const ?")
			}},
	} {
		b, path := builderOf(t, c.chat)
		if c.change != nil {
			c.change(b)
		}
		built, problems := b.build()
		if built != nil || len(problems) != 1 {
			t.Errorf("%s: built %v with problems %v", c.what, built != nil, problems)
			continue
		}
		got := strings.TrimPrefix(problems[0].Error(), filepath.Dir(path)+"/")
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestAnErrorWithoutAPlaceIsToldAsItIs(t *testing.T) {
	got := templateProblem(errors.New("open preview.css: file does not exist")).Error()
	if want := "templates: open preview.css: file does not exist"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWarningsStopNothing(t *testing.T) {
	b, path := builderOf(t, "host: https://chat.example.com\nid: acme\nvisitor: {requireName: true, askName: false}\n")
	built, problems := b.build()
	if built == nil || len(problems) != 1 || !problems[0].Warning {
		t.Fatalf("%s: built %v with problems %v", path, built != nil, problems)
	}
	if f := faults(problems); len(f) > 0 {
		t.Errorf("%v is taken for more than a warning", f)
	}
}

func TestWithoutNpmChatAndDeskLoadTheSDKFromTwiliosHost(t *testing.T) {
	b, _ := builderOf(t, oneAccount)
	if built := mustBuild(t, b); built.cdn || !strings.Contains(string(built.files["acme/missive.js"]), `"sdk":"bundled"`) {
		t.Error("with npm the SDK doesn't come from the preview itself")
	}

	t.Setenv("PATH", "")
	for _, cache := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(cache, t.TempDir())
	}
	b, _ = builderOf(t, oneAccount)
	for range 2 { // npm is asked once, and the warning stays
		built, problems := b.build()
		if built == nil || len(problems) != 1 || !problems[0].Warning || problems[0].Hint != "the preview loads Twilio's SDK from Twilio's host instead" {
			t.Fatalf("built %v with problems %v", built != nil, problems)
		}
		if !built.cdn || strings.Contains(string(built.files["acme/missive.js"]), `"sdk":"bundled"`) {
			t.Error("the chat waits for an SDK that is not there")
		}
		a := newAccess("4400", nil)
		s := newServer(a, built, backendOf(t, a))
		if script := body(t, get(s, "/desk/page.js", nil)); !strings.Contains(script, `sdk:"cdn"`) {
			t.Error("the desk doesn't load the SDK from Twilio's host")
		}
	}
}

// replaced returns a copy of the files, in which one of them has this text.
func replaced(t *testing.T, from fs.FS, name, text string) fstest.MapFS {
	t.Helper()
	copied := bundletest.Copy(t, from)
	copied[name].Data = []byte(text)
	return copied
}

// changed returns a copy of the files, with something added to one of them.
func changed(t *testing.T, from fs.FS, name, added string) fstest.MapFS {
	t.Helper()
	copied := bundletest.Copy(t, from)
	copied[name].Data = append(copied[name].Data, added...)
	return copied
}

func TestAnAccountThatThePreviewHidesIsToldOf(t *testing.T) {
	for id, want := range map[string]string{
		"stage": "/stage/: warning: the preview has the themes here, so the setup page of the account of this name can't be seen\n" +
			"  hint: all else of the account works, and the built files have the page",
		"desk": "/desk/: warning: the preview has the team's desk here, so the account of this name has no chat in it\n" +
			"  hint: give it another id to try it out; the built files have all of it",
	} {
		b, _ := builderOf(t, strings.ReplaceAll(twoAccounts, "shop", id))
		built, problems := b.build()
		if built == nil || len(problems) != 1 || problems[0].Error() != want {
			t.Errorf("built %t, with %v", built != nil, problems)
		}
	}
}
