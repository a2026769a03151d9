package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"missive/widget/problem"
)

// server serves the last good build, and tells open pages of newer ones.
type server struct {
	gate   gate
	live   *live
	studio *studio

	mu       sync.Mutex
	site     *site
	problems []problem.Problem // of the last build; the site is older when there are any
	updated  chan struct{}     // closed at the next update
}

func newServer(g gate, first *site, conversations *live) *server {
	return &server{gate: g, site: first, live: conversations, updated: make(chan struct{})}
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

// ServeHTTP answers whom the gate lets in.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if reason := s.gate.refuse(r); reason != "" {
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if s.live.serve(w, r) || s.studio.serve(w, r) {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}

	site := s.current()
	switch name := strings.TrimPrefix(r.URL.Path, "/"); name {
	case "":
		w.Header().Set("Content-Security-Policy", site.policy(r.Host))
		send(w, "index.html", site.page(r.FormValue("account"), local(r)))
	case studioName:
		if site.stages == nil {
			s.notBuilt(w, name)
			return
		}
		w.Header().Set("Content-Security-Policy", studioPolicy)
		send(w, "index.html", site.files[studioFiles+"html"])
	case eventsName:
		s.events(w, r)
	case stagePath:
		s.stage(w, r, site, name)
	default:
		if strings.HasPrefix(name, stageFiles) {
			s.stage(w, r, site, name)
			return
		}
		s.file(w, r, site, name)
	}
}

// notBuilt answers for what there is only once something is built. For a page a browser asks again by itself, not too often:
// a screen reader begins anew each time.
func (s *server) notBuilt(w http.ResponseWriter, name string) {
	s.mu.Lock()
	problems := s.problems
	s.mu.Unlock()
	text := "nothing is built yet; once this is mended, the page comes by itself:\n"
	for _, p := range problems {
		text += "\n" + p.Error() + "\n"
	}
	if name == studioName || name == stagePath {
		w.Header().Set("Refresh", "5") // in seconds
	}
	http.Error(w, text, http.StatusServiceUnavailable)
}

// current returns the last good build.
func (s *server) current() *site {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.site
}

// file answers with a file of the build.
func (s *server) file(w http.ResponseWriter, r *http.Request, site *site, name string) {
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	content, ok := site.files[name]
	switch _, folder := site.files[name+"/index.html"]; {
	case folder:
		http.Redirect(w, r, "/"+name+"/", http.StatusFound)
		return
	case !ok:
		http.NotFound(w, r)
		return
	case name == deskName:
		w.Header().Set("Content-Security-Policy", site.policy(r.Host))
	case path.Base(name) == "missive.js":
		content = bytes.ReplaceAll(content, []byte(anyAddress), []byte("http://"+r.Host))
	}
	send(w, name, content)
}

// events tells a page which build is served, what is wrong, and the style variables of what it shows: now and when any
// of it changes.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	var told []byte
	for {
		s.mu.Lock()
		site, problems, updated := s.site, s.problems, s.updated
		s.mu.Unlock()
		state, err := json.Marshal(struct {
			Build     string            `json:"build"`
			Problems  []problem.Problem `json:"problems"`
			Variables map[string]string `json:"variables,omitempty"`
		}{site.build, problems, site.variablesFor(r)})
		if err == nil && !bytes.Equal(state, told) {
			fmt.Fprintf(w, "data: %s\n\n", state)
			err = http.NewResponseController(w).Flush()
		}
		if err != nil {
			return
		}
		told = state
		select {
		case <-updated:
		case <-r.Context().Done():
			return
		}
	}
}

func send(w http.ResponseWriter, name string, content []byte) {
	w.Header().Set("Content-Type", contentType(name))
	w.Write(content)
}

// contentType doesn't ask the system first: some say that .js is plain text, and no browser would run it.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html", ".desk":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}
