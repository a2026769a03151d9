package main

import (
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"missive/widget"
)

// The host page has the strictest policy that the widget must work under, so that whoever works on it notices.
// Only pictures may come from anywhere, as a team's avatar does, and Twilio's SDK from Twilio where npm can't bring it.
// It ends with what may be connected to; the web socket is added.
const policy = "default-src 'none'; script-src 'self' https://sdk.twilio.com; style-src 'self'; img-src * data:; connect-src 'self'"

// server serves the last good build, and tells open pages of newer ones.
type server struct {
	hosts []string // the names by which it may be called, with the port
	live  *live

	mu       sync.Mutex
	site     *site
	problems []widget.Problem // of the last build; the site is older when there are any
	updated  chan struct{}    // closed at the next update
}

// localNames are the names of this machine.
var localNames = []string{"127.0.0.1", "localhost", "::1"}

func newServer(port string, first *site, conversations *live) *server {
	s := &server{site: first, live: conversations, updated: make(chan struct{})}
	for _, host := range localNames {
		s.hosts = append(s.hosts, net.JoinHostPort(host, port))
	}
	return s
}

// update takes the result of a build: a site, or nil and what was wrong.
func (s *server) update(built *site, problems []widget.Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if built != nil {
		s.site = built
	}
	s.problems = problems
	close(s.updated)
	s.updated = make(chan struct{})
}

// ServeHTTP answers on the names of this machine only: a page of another site, even one whose
// name was made to point here (DNS rebinding), must not read what is being worked on.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if !slices.Contains(s.hosts, r.Host) || origin != "" && !slices.Contains(s.hosts, strings.TrimPrefix(origin, "http://")) {
		http.Error(w, "the preview answers on this machine only", http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if s.live.serve(w, r) {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}

	s.mu.Lock()
	site := s.site
	s.mu.Unlock()
	switch name := strings.TrimPrefix(r.URL.Path, "/"); name {
	case "":
		w.Header().Set("Content-Security-Policy", policy+" ws://"+r.Host)
		send(w, "index.html", site.page(r.FormValue("account")))
	// The preview's own names have a dot, which an account's folder can't have.
	case "preview.events":
		s.events(w, r)
	default:
		if strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if name == deskName {
			w.Header().Set("Content-Security-Policy", policy+" ws://"+r.Host)
		}
		if content, ok := site.files[name]; ok {
			send(w, name, content)
		} else if _, ok := site.files[name+"/index.html"]; ok {
			http.Redirect(w, r, "/"+name+"/", http.StatusFound)
		} else {
			http.NotFound(w, r)
		}
	}
}

// events tells the page which build is served and what is wrong, now and after each build.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		state, err := json.Marshal(struct {
			Build    string           `json:"build"`
			Problems []widget.Problem `json:"problems"`
		}{s.site.build, s.problems})
		updated := s.updated
		s.mu.Unlock()
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", state)
		}
		if err == nil {
			err = http.NewResponseController(w).Flush()
		}
		if err != nil {
			return
		}
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
