package main

import (
	"cmp"
	"net/http"
	"strings"
	"sync"

	"missive/cmd/internal/desk"
	"missive/cmd/preview/host"
	"missive/cmd/preview/outbox"
	"missive/cmd/preview/stage"
	"missive/cmd/preview/studio"
	"missive/widget/problem"
)

// server serves the last good build, and tells open pages of newer ones.
type server struct {
	access  access
	backend *backend
	studio  *studio.Studio
	outbox  *outbox.Outbox

	mu       sync.Mutex
	site     *site
	problems []problem.Problem // of the last build; with any the site is of an earlier one
	updated  chan struct{}     // closed at the next update
}

func newServer(a access, first *site, conversations *backend) *server {
	s := &server{access: a, site: first, backend: conversations, updated: make(chan struct{})}
	if conversations != nil {
		conversations.deskFiles = s.deskFiles
	}
	return s
}

// update takes the result of a build: a site, or nil and what was wrong.
func (s *server) update(built *site, problems []problem.Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if built != nil {
		s.site = built
	}
	s.problems = problems
	close(s.updated)
	s.updated = make(chan struct{})
}

// ServeHTTP answers those who have access.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if reason := s.access.refuse(r); reason != "" {
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if desk.Covers(r.URL.Path) {
		s.desk(w, r)
		return
	}
	if s.backend.serve(w, r) || s.studio.Serve(w, r) || s.outbox.Serve(w, r) {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}

	site := s.current()
	switch p := pageAt(r.URL.Path); {
	case p != nil:
		s.page(w, r, site, p)
	case r.URL.Path == eventsPath:
		s.events(w, r)
	case !strings.HasPrefix(r.URL.Path, stage.Files):
		site.file(w, r, strings.TrimPrefix(r.URL.Path, "/"))
	case site.stages == nil:
		s.notBuilt(w)
	default:
		site.stages.ServeHTTP(w, r)
	}
}

// page answers with one of the preview's own pages.
func (s *server) page(w http.ResponseWriter, r *http.Request, site *site, p *ownPage) {
	if p.needsBuild && site.stages == nil {
		askAgain(w)
		s.notBuilt(w)
		return
	}
	if p.path == stage.Path {
		site.stages.ServeHTTP(w, r)
		return
	}
	content := site.pages[p.Name()]
	if p.Name() == host.Page.Name() {
		content = site.host(r.FormValue("account"), local(r))
	}
	w.Header().Set("Content-Security-Policy", cmp.Or(p.policy, site.policy(r.Host)))
	send(w, "index.html", content)
}

// desk answers with the team's desk, and what that asks for.
func (s *server) desk(w http.ResponseWriter, r *http.Request) {
	handler := s.backend.desk(r.Host)
	if handler == nil || s.current().desk == nil {
		if r.URL.Path == desk.Path {
			askAgain(w)
		}
		s.notBuilt(w)
		return
	}
	handler.ServeHTTP(w, r)
}

// deskFiles are those of the last good build.
func (s *server) deskFiles() *desk.Files { return s.current().desk }

// askAgain has the browser ask for a page again after so many seconds. Not sooner, as a screen reader begins from the top each time.
func askAgain(w http.ResponseWriter) { w.Header().Set("Refresh", "5") }

// notBuilt answers for what there is only once something is built.
func (s *server) notBuilt(w http.ResponseWriter) {
	s.mu.Lock()
	problems := s.problems
	s.mu.Unlock()
	text := "nothing is built yet; once this is mended, the page comes by itself:\n"
	for _, p := range problems {
		text += "\n" + p.Error() + "\n"
	}
	http.Error(w, text, http.StatusServiceUnavailable)
}

// current returns the last good build.
func (s *server) current() *site {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.site
}

// shown is what the studio has to know of that.
func (s *server) shown() studio.Shown {
	site := s.current()
	return studio.Shown{Build: site.build, Theme: site.theme, States: stage.States}
}
