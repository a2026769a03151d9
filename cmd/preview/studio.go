package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"missive/themes"
	"missive/widget/problem"
)

// studioPolicy is the Content-Security-Policy of the page. The stages in it have their own.
const studioPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Where the theme studio is. See the folder studio.
const (
	studioName  = "studio"          // the page; an account of this name has its files below "studio/"
	studioFiles = "preview.studio." // what it loads
	studioCalls = "preview.studio/" // what it asks for
)

// studio reads and writes the user's themes for the page on which designers work on them.
type studio struct {
	folder string // with the user's themes
	site   func() *site

	writing sync.Mutex // from reading a theme to writing it: of two who save at once, the second is to be told of the first

	mu    sync.Mutex
	saved chan struct{} // closed when files were saved
}

func newStudio(folder string, current func() *site) *studio {
	return &studio{folder: folder, site: current, saved: make(chan struct{})}
}

// tell tells open pages that files were saved, by whomever.
func (s *studio) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.saved)
	s.saved = make(chan struct{})
}

// serve answers what the studio asks for, and says whether it did.
func (s *studio) serve(w http.ResponseWriter, r *http.Request) bool {
	call, ok := strings.CutPrefix(strings.TrimPrefix(r.URL.Path, "/"), studioCalls)
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
		s.work(w, r, call)
	default:
		return false
	}
	return true
}

// work does what is asked with a draft of a theme.
func (s *studio) work(w http.ResponseWriter, r *http.Request, call string) {
	var d draft
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&d); err != nil {
		http.Error(w, "this is no draft of a theme: "+err.Error(), http.StatusBadRequest)
		return
	}
	if call != "look" {
		s.writing.Lock()
		defer s.writing.Unlock()
	}
	theme, problems, found := themes.Load(d.Theme, s.folder)
	if !found {
		refuse(w, http.StatusNotFound, s.gone(d.Theme))
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

// draft is what the page sends: a theme as it was read, what its file is to set, by key, and the name of a new one.
type draft struct {
	Theme   string            `json:"theme"`
	Version string            `json:"version"`
	Own     map[string]string `json:"own"`
	Name    string            `json:"name"`
}

func (s *studio) open(w http.ResponseWriter, name string) {
	theme, problems, found := themes.Load(name, s.folder)
	if !found {
		refuse(w, http.StatusNotFound, s.gone(name))
		return
	}
	reply(w, http.StatusOK, s.opened(theme, problems))
}

func (s *studio) gone(name string) problem.Problem {
	return *problem.New("there is no theme "+problem.Quote(name)+" any more", "put its file back, then save again: what you have changed is still here")
}

// events tells the page which build is served, now and each time that files were saved.
func (s *studio) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		saved := s.saved
		s.mu.Unlock()
		_, err := fmt.Fprintf(w, "data: %s\n\n", s.site().build)
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

// refuse answers with what is wrong and how to mend it.
func refuse(w http.ResponseWriter, code int, f problem.Problem) {
	reply(w, code, wordsOf(f))
}

// words are what the page gets of a problem: it knows by itself where that is.
type words struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

func wordsOf(p problem.Problem) words { return words{p.Message, p.Hint} }

func reply(w http.ResponseWriter, code int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(answer)
}
