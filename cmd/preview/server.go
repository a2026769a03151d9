package main

import (
	"cmp"
	"net/http"
	"strings"
	"sync"

	"missive/cmd/preview/host"
	"missive/cmd/preview/stage"
	"missive/cmd/preview/studio"
	"missive/widget/problem"
)

// server serves the last good build, and tells open pages of newer ones.
type server struct {
	access  access
	backend *backend
	studio  *studio.Studio

	mu       sync.Mutex
	site     *site
	problems []problem.Problem // of the last build; with any the site is of an earlier one
	updated  chan struct{}     // closed at the next update
}

func newServer(a access, first *site, conversations *backend) *server {
	return &server{access: a, site: first, backend: conversations, updated: make(chan struct{})}
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
	if s.backend.serve(w, r) || s.studio.Serve(w, r) {
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
		// The browser asks again after so many seconds. Not sooner, as a screen reader begins from the top each time.
		w.Header().Set("Refresh", "5")
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
	policy := cmp.Or(p.policy, site.policy(r.Host))
	if p.teamOnly && p.policy == "" {
		// Who can answer visitors must not be led to by what another page puts over it.
		policy += "; frame-ancestors 'none'"
	}
	w.Header().Set("Content-Security-Policy", policy)
	send(w, "index.html", content)
}

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
