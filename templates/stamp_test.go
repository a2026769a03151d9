package templates

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"
)

// renderers make the files that are stamped.
func renderers() map[string]func(s *Set, d Data) ([]byte, error) {
	all := map[string]func(s *Set, d Data) ([]byte, error){"snippet.html": (*Set).Snippet, "snippet-csp.html": (*Set).SnippetCSP}
	for _, name := range Pipelines {
		all[name] = func(s *Set, d Data) ([]byte, error) { return s.Pipeline(name, d) }
	}
	all["index.html"] = func(s *Set, d Data) ([]byte, error) {
		d.Name = hostile
		return s.Page(d, []byte("snippet.html: "+hostile), []byte("snippet-csp.html: "+hostile))
	}
	all["snippet-pinned.html"] = func(s *Set, d Data) ([]byte, error) {
		return s.SnippetPinned(d, Pinned{d.ID + "/missive.0123456789.js", "sha256-abc+/="})
	}
	return all
}

func mustRender(t *testing.T, render func(s *Set, d Data) ([]byte, error), s *Set, d Data) []byte {
	t.Helper()
	text, err := render(s, d)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var accent = regexp.MustCompile("é|(?i:%c3%a9)")

func TestAStampedFileIsWhatWouldBeRenderedForTheAccountAlone(t *testing.T) {
	// Quotes in the host keep what is around the id from being the plain case.
	hosts := []string{"https://chat.example.com", `https://example.com/it's/{here}&"there"`}
	for file, render := range renderers() {
		for _, host := range hosts {
			for _, id := range []string{"acme", "A", "0", "_", "-", "--", "a-b_C-9"} {
				got := mustRender(t, render, Embedded, Data{ID: id, Host: host})
				// One that setup refuses is rendered by itself.
				want := accent.ReplaceAll(mustRender(t, render, Embedded, Data{ID: id + "é", Host: host}), nil)
				if !bytes.Equal(got, want) {
					t.Errorf("%s for %q on %s: got\n%s\nwant\n%s", file, id, host, got, want)
				}
			}
		}
	}
}

func TestAccountsOfManyHostsAreStampedWithTheirOwn(t *testing.T) {
	set, err := Parse(Files)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * mostForms {
		host := fmt.Sprintf("https://host-%d.example.com", i)
		for range 2 {
			if text := mustRender(t, (*Set).SnippetCSP, set, Data{ID: "acme", Host: host}); !bytes.Contains(text, []byte(host+"/acme/")) {
				t.Fatalf("%s has\n%s", host, text)
			}
		}
		if len(set.stamps.forms) > mostForms {
			t.Fatalf("%d are kept", len(set.stamps.forms))
		}
	}
}
