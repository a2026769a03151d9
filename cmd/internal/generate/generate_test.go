package main

import (
	"bytes"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"missive/themes"
	"missive/widget/option"
)

// root is the folder of the module.
func root(t *testing.T) string {
	t.Helper()
	dir, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// options yields the options with their paths and defaults.
func options(t *testing.T) iter.Seq2[string, *node] {
	t.Helper()
	theme, _, _ := themes.Load("default")
	return func(yield func(string, *node) bool) {
		for path, n := range tree(option.Table, theme.Light).all() {
			if n.option != nil && !yield(path, n) {
				return
			}
		}
	}
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	files, err := generate(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(root(t), f.name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(text, f.text) {
			t.Errorf("%s is stale: run go generate ./...", f.name)
		}
	}
}

func TestGenerateWorksFromAnyFolderOfTheModule(t *testing.T) {
	want := root(t)
	t.Chdir(filepath.Join(want, "widget", "src"))
	if got := root(t); got != want {
		t.Errorf("root of the module from widget/src: %s, want %s", got, want)
	}
}

func TestGenerateWritesOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"widget/src/shared", "templates"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "cmd", "digest", "testdata"), os.DirFS(filepath.Join(root(t), "cmd", "digest", "testdata"))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"README.md":            "# Mine\n<!-- digest --><!-- /digest -->\n<!-- methods -->An old table.<!-- /methods -->\nThe end.\n",
		"cmd/digest/README.md": "<!-- digests --><!-- /digests -->\n",
		"templates/README.md":  "<!-- snippet --><!-- /snippet -->\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	var out strings.Builder
	if err := run(dir, &out); err != nil {
		t.Fatal(err)
	}
	want := "widget/src/shared/generated.ts\nwidget/missive.d.ts\nwidget/chat.schema.json\nwidget/OPTIONS.md\nREADME.md\ncmd/digest/README.md\ntemplates/README.md\n"
	if out.String() != want {
		t.Errorf("first run wrote:\n%swant:\n%s", out.String(), want)
	}
	for _, file := range []struct{ name, begins, ends string }{
		{"README.md", "# Mine\n<!-- digest -->\n\n```js\nconst { createHmac }", "|\n\n<!-- /methods -->\nThe end.\n"},
		{"cmd/digest/README.md", "<!-- digests -->\n\n### Node.js\n\n```js\nconst", "```\n\n<!-- /digests -->\n"},
		{"templates/README.md", "<!-- snippet -->\n\n```html\n<!-- Missive Chat -->\n<script>\n", "```\n\n<!-- /snippet -->\n"},
		{"widget/OPTIONS.md", "# Options\n\n", " |\n"},
	} {
		got, err := os.ReadFile(filepath.Join(dir, file.name))
		if err != nil {
			t.Fatal(err)
		}
		if s := string(got); !strings.HasPrefix(s, file.begins) || !strings.HasSuffix(s, file.ends) || strings.Contains(s, "An old table.") {
			t.Errorf("%s:\n%s", file.name, s)
		}
	}

	out.Reset()
	if err := run(dir, &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != "" {
		t.Errorf("second run wrote:\n%s", out.String())
	}
}

func TestReadmeWithoutMarkersIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("<!-- /methods --> <!-- methods -->"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := run(dir, io.Discard)
	if want := "README.md: no <!-- methods --> … <!-- /methods --> to put the reference between"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEveryDefaultPassesItsOwnCheck(t *testing.T) {
	for path, n := range options(t) {
		if n.value == nil || n.option.Required {
			continue
		}
		if fault := n.option.Check(n.value); fault != nil {
			t.Errorf("%s: the default %q is refused: %s", path, n.value, fault.Message)
		}
	}
}

// Each option with a value has a default; callbacks and maps have none, nor does the table hold the values of the themes.
func TestDefaultsStandInOnePlace(t *testing.T) {
	for i := range option.Table {
		o := &option.Table[i]
		elsewhere := o.Kind == option.Variable || o.Kind == option.Callback || o.Kind == option.Meta
		if (o.Default == nil) != elsewhere {
			t.Errorf("%s: the table's default is %v", o.Path, o.Default)
		}
	}
	for path, n := range options(t) {
		if n.option.Kind == option.Variable && n.value == "" {
			t.Errorf("%s has no value in themes/default.toml", path)
		}
	}
}

func TestEveryOptionAndSectionIsDescribed(t *testing.T) {
	for i := range option.Table {
		o := &option.Table[i]
		if len(strings.TrimSpace(o.Doc)) < len("A word.") {
			t.Errorf("%s has no doc", o.Path)
		}
		if typeWords(o) == "" {
			t.Errorf("%s: the reference has no word for its kind", o.Path)
		}
		if _, ok := callbackParameters[o.Path]; o.Kind == option.Callback && !ok {
			t.Errorf("%s: nothing says what it is called with", o.Path)
		}
	}
	for path, n := range tree(option.Table, nil).all() {
		if n.option == nil && sectionDocs[path] == "" {
			t.Errorf("the section %s has no doc", path)
		}
	}
}

func TestPathsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for i := range option.Table {
		path := option.Table[i].Path
		if seen[path] {
			t.Errorf("%s is in the table twice", path)
		}
		seen[path] = true
	}
	for path, n := range tree(option.Table, nil).all() {
		if n.option != nil && len(n.children) > 0 {
			t.Errorf("%s is an option and a section", path)
		}
	}
}

// The order of the table is the order of documentation, schema and types: nesting it must move nothing.
func TestOptionsOfASectionStandTogether(t *testing.T) {
	var table, nested []string
	for i := range option.Table {
		table = append(table, option.Table[i].Path)
	}
	for path := range options(t) {
		nested = append(nested, path)
	}
	for i := range min(len(table), len(nested)) {
		if table[i] != nested[i] {
			t.Fatalf("%s stands apart from its section: there %s should follow", table[i], nested[i])
		}
	}
}
