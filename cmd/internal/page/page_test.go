package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// shop returns a page with the templates, by file name.
func shop(templates map[string]string) Page {
	files := fstest.MapFS{}
	for name, text := range templates {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Page{Folder: "cmd/preview/shop", Files: files}
}

func TestAPageIsNamedAfterItsFolder(t *testing.T) {
	p := shop(map[string]string{"page.ts": ""})
	if got := p.Name(); got != "shop" {
		t.Errorf("it is called %q", got)
	}
	if got := p.Sources(); got.Name != "shop" || got.Folder != "cmd/preview/shop" || got.Sources == nil {
		t.Errorf("its script is made of %+v", got)
	}
}

func TestEachTemplateOfAFolderMakesAPageWithSafeText(t *testing.T) {
	templates, err := shop(map[string]string{
		"page.html.tmpl":  `<p title="{{.}}">{{.}}</p>`,
		"sheet.html.tmpl": "{{range .}}<li>{{.}}{{end}}",
		"other.tmpl":      "{{",
		"page.css":        "p { color: {{ }",
	}).Parse()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		template string
		data     any
		want     string
	}{
		{"page.html.tmpl", `<b>"`, `<p title="&lt;b&gt;&#34;">&lt;b&gt;&#34;</p>`},
		{"sheet.html.tmpl", []string{"a", "b"}, "<li>a<li>b"},
	} {
		if got, err := templates.Render(c.template, c.data); string(got) != c.want || err != nil {
			t.Errorf("%s: %s, %v, want %s", c.template, got, err, c.want)
		}
	}
}

func TestWhatIsWrongWithATemplateHasItsPathInTheProject(t *testing.T) {
	for _, c := range []struct{ what, text, begins string }{
		{"it can't be read", "<p>\n{{.Name}", "template: cmd/preview/shop/page.html.tmpl:2: bad character U+007D '}'"},
		{"it has no such field", "<p>\n{{.Nme}}", "template: cmd/preview/shop/page.html.tmpl:2:2: executing \"cmd/preview/shop/page.html.tmpl\" at <.Nme>: " +
			"can't evaluate field Nme in type struct { Name string }"},
		{"it isn't HTML", "<p title={{.Name}}\n", "html/template:cmd/preview/shop/page.html.tmpl: ends in a non-text context: "},
	} {
		templates, err := shop(map[string]string{"page.html.tmpl": c.text}).Parse()
		if err == nil {
			var page []byte
			if page, err = templates.Render("page.html.tmpl", struct{ Name string }{}); page != nil {
				t.Errorf("%s, and yet it makes %s", c.what, page)
			}
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.begins) {
			t.Errorf("%s: got\n%v\nwant it to begin with\n%s", c.what, err, c.begins)
		}
	}
	templates, err := shop(nil).Parse()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := templates.Render("page.html.tmpl", nil); err == nil || !strings.Contains(err.Error(), `"cmd/preview/shop/page.html.tmpl"`) {
		t.Errorf("a template that isn't there: %v", err)
	}
}

func TestOnDiskAPageIsAsItWasSavedLastAndElseAsItWasBuilt(t *testing.T) {
	built := shop(map[string]string{"page.html.tmpl": "as built"})
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("cmd/preview/shop", 0o755); err != nil {
		t.Fatal(err)
	}
	onDisk := built.OnDisk()
	for _, saved := range []string{"as saved", "as saved again"} {
		if err := os.WriteFile(filepath.Join("cmd", "preview", "shop", "page.html.tmpl"), []byte(saved), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			page Page
			want string
		}{{onDisk, saved}, {built, "as built"}} {
			templates, err := c.page.Parse()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := templates.Render("page.html.tmpl", nil); string(got) != c.want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, c.want)
			}
		}
	}
	if onDisk.Folder != built.Folder || onDisk.Name() != built.Name() {
		t.Errorf("on disk it is %s in %s", onDisk.Name(), onDisk.Folder)
	}
}
