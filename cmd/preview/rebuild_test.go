package main

import (
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"missive/cmd/preview/studio"
	"missive/widget"
)

func TestARestartIsAskedForOnce(t *testing.T) {
	var out strings.Builder
	b, _ := builderOf(t, oneAccount)
	w := &rebuilder{builder: b, server: newServer(newAccess("4400", nil), acme, nil), out: &out}
	w.saved([]string{"/missive/cmd/preview/main.go"})
	w.saved([]string{"/missive/cmd/preview/main.go"})
	if want := "Go code was changed: restart the preview to see that.\n"; out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
}

func TestTheTerminalSaysWhatIsNew(t *testing.T) {
	var out strings.Builder
	b, path := builderOf(t, "host: https://chat.example.com\nid: acme\n")
	w := &rebuilder{builder: b, server: newServer(newAccess("4400", nil), acme, nil), out: &out}
	milliseconds := regexp.MustCompile(`in \d+ ms`)
	for _, c := range []struct{ chat, want string }{
		{"host: https://chat.example.com\nid: acme\nvisitor: {requireName: true, askName: false}\n", "FILE:3:24: warning: visitor.requireName: has no effect without visitor.askName\n" +
			"  hint: set \"askName: true\", or take this line out\n" +
			"Built acme in N ms.\n"},
		{"host: https://chat.example.com\nid: acme\nvisitor: {requireName: true, askName: false}\n# Nothing but a comment.\n", ""},
		{"host: https://chat.example.com\nid: acme-2\n", "Built acme-2 in N ms.\n"},
	} {
		out.Reset()
		write(t, path, c.chat)
		w.rebuild(b.build)
		got := milliseconds.ReplaceAllString(strings.ReplaceAll(out.String(), path, "FILE"), "in N ms")
		if got != c.want {
			t.Errorf("after saving\n%sit says\n%s\nwant\n%s", c.chat, got, c.want)
		}
		if len(w.server.problems) > 0 {
			t.Errorf("after saving\n%sthe page is told of %v, though it was built", c.chat, w.server.problems)
		}
	}
}

func TestScriptsAreMadeAnewUnlessAllThatWasSavedIsInAFolderOfThemes(t *testing.T) {
	for _, c := range []struct {
		what  string
		saved []string
		anew  bool
	}{
		{"a theme", []string{"themes/brand.toml"}, false},
		{"a theme, by an editor that writes beside it", []string{"themes/.brand.toml.swp", "themes/brand.toml", "themes/brand.toml~"}, false},
		{"another theme and the chat", []string{"chat.yaml", "themes/ink.toml"}, true},
		{"a picture", []string{"team.png"}, true},
		{"a file of the same kind elsewhere", []string{"other.toml"}, true},
		{"a folder in that of the themes", []string{"themes/old/brand.toml"}, true},
		{"any file, when events were lost", []string{"."}, true},
	} {
		b, chat := builderOf(t, oneAccount)
		w := &rebuilder{builder: b, server: newServer(newAccess("4400", nil), acme, nil), out: io.Discard}
		w.server.studio = studio.New(b.themesFolder(), w.server.shown)
		w.rebuild(b.build)
		b.sources = changed(t, widget.Sources, "src/launcher/launcher.ts", "\nconsole.log(1);")
		before := w.server.current().build
		for i, path := range c.saved {
			if path != "." {
				c.saved[i] = filepath.Join(filepath.Dir(chat), path)
			}
		}
		w.saved(c.saved)
		if anew := w.server.current().build != before; anew != c.anew {
			t.Errorf("%s: scripts made anew %t, want %t", c.what, anew, c.anew)
		}
	}
}
