package setup

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Whatever a file holds, it gives accounts or problems with a place and a hint.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Ext(file.Name) == ".yaml" {
				f.Add(file.Data)
			}
		}
	}
	f.Chdir(f.TempDir())
	f.Fuzz(func(t *testing.T, data []byte) {
		l := newLoader(Options{})
		l.load("chat.yaml", data)
		lines := strings.Count(string(data), "\n") + 1
		usable := true
		for _, p := range l.report.sorted([]string{"chat.yaml"}) {
			usable = usable && p.Warning
			if p.Message == "" || p.Hint == "" || strings.ContainsAny(p.Message+p.Hint+p.Path, "\n\r") || strings.HasPrefix(p.Message, "yaml: ") {
				t.Errorf("%q", p)
			}
			// YAML has more line breaks than "\n".
			if p.Line > lines && !strings.ContainsAny(string(data), "\r\u0085\u2028\u2029") {
				t.Errorf("%q: of %d lines", p, lines)
			}
		}
		if usable && len(l.accounts) == 0 {
			t.Error("neither accounts nor problems")
		}
		for _, a := range l.accounts {
			if stamp := a.Stamp(); !json.Valid(stamp) {
				t.Errorf("%+v is stamped as %s, which is no JSON", a, stamp)
			}
			if usable && (a.ID == "" || a.Host == "") {
				t.Errorf("%+v", a)
			}
		}
	})
}
