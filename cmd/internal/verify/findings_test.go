package verify

import (
	"flag"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what is told into testdata")

// wrongs are all ways in which what is looked at may be wrong. What is told of each is in testdata.
var wrongs = []map[string]func(w *world){wrongHosts, wrongTokens, wrongPages}

func status(code int) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(code) }
}

// pin puts the pinned snippet into the page, and returns the name of its launcher.
func (w *world) pin() string {
	w.page = "<!doctype html>" + string(w.files["acme/snippet-pinned.html"])
	return regexp.MustCompile(`acme/missive\.[0-9a-f]{10}\.js`).FindString(w.page)
}

// allowWhoAsks lets sites read a file only if they ask.
func (w *world) allowWhoAsks(name string) {
	w.answers[name] = func(out http.ResponseWriter, r *http.Request) {
		w.headers[name+": Access-Control-Allow-Origin"] = r.Header.Get("Origin")
		w.send(out, name, w.files[name])
	}
}

// buildNamed builds the account anew, with another name.
func (w *world) buildNamed(name string) {
	a := acme()
	a.Values["chat.name"] = name
	w.build(a)
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachThingThatIsWrongIsToldWithAHint(t *testing.T) {
	const file = "testdata/findings.txtar"
	text, err := os.ReadFile(file)
	mustDo(t, err)
	want := map[string]string{}
	for _, f := range txtar.Parse(text).Files {
		want[f.Name] = string(f.Data)
	}
	got := map[string]string{}
	for _, kind := range wrongs {
		for name, make := range kind {
			w := newWorld(t)
			make(w)
			got[name] = w.report()
			if got[name] != want[name] {
				t.Errorf("%s: got\n%s\nwant\n%s", name, got[name], want[name])
			}
		}
	}
	if *update {
		var a txtar.Archive
		for _, name := range slices.Sorted(maps.Keys(got)) {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		mustDo(t, os.WriteFile(file, txtar.Format(&a), 0o644))
	} else if len(want) != len(got) {
		t.Errorf("%s has %d findings, there are %d: see the change with go test ./cmd/internal/verify -update && git diff", file, len(want), len(got))
	}
}
