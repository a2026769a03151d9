// Package studio is the page on which designers work on themes: what it shows, and what it asks for while they do.
//
// What reads and writes the user's themes for that page belongs here. What a theme is, and how its file is changed, is
// package themes'; the chat in its states beside the controls is package stage's; and who may open the page is the preview's.
package studio

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"missive/cmd/internal/page"
	"missive/themes"
	"missive/widget/problem"
)

//go:embed *.html.tmpl *.css *.ts
var files embed.FS

// Page is the page's folder.
var Page = page.Page{Folder: "cmd/preview/studio", Files: files}

// Where the preview has the studio. The page names these, too.
const (
	Path  = "/studio"         // the page; an account of this name has its files below "/studio/"
	Files = "/preview.studio" // what it loads, and below it what it asks for
	calls = Files + "/"
)

// Policy is the Content-Security-Policy of the page. The stages in it have their own.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Shown is what the preview shows, as far as the studio has to know.
type Shown struct {
	// Build names the build that is served.
	Build string
	// Theme is that of the first account; empty before anything is built.
	Theme string
	// States are those that a stage can show.
	States []string
}

// Studio reads and writes the user's themes for the page.
type Studio struct {
	folder string // with the user's themes
	shown  func() Shown

	writing sync.Mutex // held from reading a theme to writing it, so that of two saves at once the second finds the file changed

	mu    sync.Mutex
	saved chan struct{} // closed when files were saved
}

// New returns a studio for the themes in the folder, which need not exist yet, in a preview that tells what it shows at the moment.
func New(folder string, shown func() Shown) *Studio {
	return &Studio{folder: folder, shown: shown, saved: make(chan struct{})}
}

// FilesSaved tells open pages that files were saved, by the studio or by an editor.
func (s *Studio) FilesSaved() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.saved)
	s.saved = make(chan struct{})
}

// Serve answers what the page asks for, as api.ts has it, and says whether it did: all else is left to the preview. A nil
// studio answers nothing.
func (s *Studio) Serve(w http.ResponseWriter, r *http.Request) bool {
	call, ok := strings.CutPrefix(r.URL.Path, calls)
	if s == nil || !ok {
		return false
	}
	switch r.Method + " " + call {
	case "GET table":
		reply(w, http.StatusOK, s.table())
	case "GET theme":
		s.open(w, r.FormValue("name"))
	case "GET events":
		s.events(w, r)
	case "POST look", "POST save", "POST new":
		s.serveDraft(w, r, call)
	default:
		return false
	}
	return true
}

// events tells the page which build is served, now and each time that files were saved.
func (s *Studio) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		saved := s.saved
		s.mu.Unlock()
		_, err := fmt.Fprintf(w, "data: %s\n\n", s.shown().Build)
		if err := errors.Join(err, http.NewResponseController(w).Flush()); err != nil {
			return
		}
		select {
		case <-saved:
		case <-r.Context().Done():
			return
		}
	}
}

// draft is what the page sends: a theme as it was read, what its file is to set, by key, and the name of a new one.
type draft struct {
	Theme   string            `json:"theme"`
	Version string            `json:"version"`
	Own     map[string]string `json:"own"`
	Name    string            `json:"name"`
}

// maxDraftBytes is far more than a draft with all style variables has.
const maxDraftBytes = 1 << 20

// serveDraft does what is asked with a draft of a theme.
func (s *Studio) serveDraft(w http.ResponseWriter, r *http.Request, call string) {
	var d draft
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxDraftBytes)).Decode(&d); err != nil {
		http.Error(w, "this is no draft of a theme: "+err.Error(), http.StatusBadRequest)
		return
	}
	if call != "look" {
		s.writing.Lock()
		defer s.writing.Unlock()
	}
	theme, problems, found := themes.Load(d.Theme, s.folder)
	if !found {
		refuse(w, http.StatusNotFound, noTheme(d.Theme))
		return
	}
	drafted, faults := theme.With(d.Own)
	switch {
	case call == "look":
		reply(w, http.StatusOK, lookOf(drafted, faults))
	case len(faults) > 0:
		refuse(w, http.StatusUnprocessableEntity, *problem.New("some values are not right", "mend those that are marked"))
	case call == "save":
		s.save(w, d, s.opened(theme, problems), theme, drafted)
	default:
		s.create(w, d.Name, theme, drafted)
	}
}

// words are what the page gets of a problem. It needs no place: it shows them beside the control that they are about.
type words struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

func wordsOf(p problem.Problem) words { return words{p.Message, p.Hint} }

// refuse answers with what is wrong and how to mend it.
func refuse(w http.ResponseWriter, code int, p problem.Problem) { reply(w, code, wordsOf(p)) }

func reply(w http.ResponseWriter, code int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(answer)
}
