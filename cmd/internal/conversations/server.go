// Package conversations is a local stand-in for Twilio Conversations, for previews and tests: Twilio's unmodified browser SDK
// connects to its web socket, and Twilio's REST client (rest/conversations/v1 of twilio-go) calls its REST API.
//
// What Twilio's servers do for these two belongs here: the socket (socket.go, session.go, and package twilsock for its frames),
// what the SDK asks through it (client_api.go, sync_api.go), the REST API (rest.go), access tokens as Twilio checks them
// (token.go), the service that has the files of messages (media.go), and faults for tests (faults.go). What is kept is in package store. Who gets a token is package token's.
//
// It is as strict as Twilio documents that it is: roles, and the limits of a service. It is never a production server: it keeps
// everything in memory.
package conversations

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"missive/cmd/internal/conversations/store"
)

// Path is that of the web socket; the SDK's option is {Twilsock: {uri: "ws://127.0.0.1:4400" + Path}}.
const Path = "/v3/wsconnect"

const (
	defaultTokenWarning = 3 * time.Minute
	saveInterval        = 200 * time.Millisecond
	ringInterval        = time.Second
)

// Options are what a server needs to know. The four of Twilio's identifiers are required, but may be made up.
type Options struct {
	AccountSID, APIKey, APISecret, ServiceSID string

	File         string        // keeps the state over restarts; "": it is gone with the server
	Origins      []string      // pages of other hosts that may connect: "http://localhost:4400", "https://*.example"; * is any text
	Hosts        []string      // names or addresses under which the server is reached, beside loopback ones
	Reachability bool          // whether users of a new service see who is online; Twilio's don't until it is switched on
	Limits       store.Limits  // of the service; Twilio's if zero
	TokenWarning time.Duration // how long before its end a token is announced to end; 3 minutes if 0
	Faults       bool          // POST /faults makes faults; see [Fault]
	Now          func() time.Time
	Log          *slog.Logger // nil: nothing is logged
}

// Server is a running backend: an [http.Handler] with a web socket at Path and the REST API under /v1/Services.
type Server struct {
	options Options
	mux     *http.ServeMux // what is served
	client  *http.ServeMux // what the SDK asks for, through its socket

	stop    context.CancelFunc
	stopped context.Context
	done    sync.WaitGroup // the saver, and each socket's handler

	mu       sync.Mutex // around all of the following
	store    *store.Store
	sessions map[*session]bool
	faults   Fault

	contents contents // of files; has its own lock
}

// New starts a server; [Server.Close] ends it. It fails when an option is missing, or the file can't be read.
func New(o Options) (*Server, error) {
	if o.AccountSID == "" || o.APIKey == "" || o.APISecret == "" || o.ServiceSID == "" {
		return nil, errors.New("local conversations: account, API key, API secret and service are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.TokenWarning = cmp.Or(o.TokenWarning, defaultTokenWarning)

	s := &Server{options: o, sessions: map[*session]bool{}, mux: http.NewServeMux(), client: http.NewServeMux()}
	options := store.Options{Now: o.Now, Limits: o.Limits, Reachability: o.Reachability}
	if o.File == "" {
		s.store = store.New(options)
	} else {
		var err error
		if s.store, err = store.Open(o.File, options); err != nil {
			return nil, err
		}
	}
	if o.File != "" {
		s.contents.folder = o.File + ".media"
	}
	s.contents.sweep(func(sid string) bool { _, err := s.store.Media(sid, ""); return err == nil })
	s.store.Changed, s.store.Dropped = s.publish, s.contents.remove
	s.stopped, s.stop = context.WithCancel(context.Background())
	s.mux.HandleFunc("GET "+Path, s.serveSocket)
	s.serveREST(s.mux)
	s.serveMedia(s.mux)
	s.serveClientAPI(s.client)
	s.serveSync(s.client)
	if o.Faults {
		s.mux.HandleFunc("POST /faults", s.serveFaults)
	}
	s.done.Go(s.runTimersAndSave)
	return s, nil
}

// ServeHTTP refuses requests to a host name that isn't this machine's: a page of another site could have its own name point here (DNS
// rebinding), and read the conversations.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.stopped.Err() != nil {
		http.Error(w, "closed", http.StatusServiceUnavailable) // a change could not be saved any more
		return
	}
	if !s.knownHost(r.Host) {
		http.Error(w, "this host is not served here", http.StatusForbidden)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func (s *Server) knownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	ip := net.ParseIP(trimBrackets(name))
	return name == "localhost" || ip != nil && ip.IsLoopback() || slices.Contains(s.options.Hosts, name)
}

func trimBrackets(host string) string {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// runTimersAndSave changes conversations whose timers have run out, and saves what changed, until the server is closed.
func (s *Server) runTimersAndSave() {
	ring, save := time.NewTicker(ringInterval), time.NewTicker(saveInterval)
	defer ring.Stop()
	defer save.Stop()
	saved := -1
	for {
		select {
		case <-ring.C:
			s.mu.Lock()
			s.store.RingTimers()
			s.mu.Unlock()
		case <-save.C:
			saved = s.save(saved)
		case <-s.stopped.Done():
			return
		}
	}
}

// save writes the state unless it is the version of the last time. It returns the version. What can't be saved is tried again with the
// next change, and when the server is closed.
func (s *Server) save(last int) int {
	if s.options.File == "" {
		return last
	}
	s.mu.Lock()
	version := s.store.Version()
	if version == last {
		s.mu.Unlock()
		return last
	}
	text, err := s.store.Encode()
	s.mu.Unlock()
	if err == nil {
		err = store.Save(s.options.File, text)
	}
	if err != nil {
		s.options.Log.Error("the conversations can't be saved", "file", s.options.File, "error", err)
	}
	return version
}

// Close cuts all sockets, and saves the state if there is a file for it. The error is that of saving.
func (s *Server) Close() error {
	s.stop()
	s.mu.Lock()
	for session := range s.sessions {
		session.cut()
	}
	s.mu.Unlock()
	s.done.Wait()
	if s.options.File == "" {
		return nil
	}
	s.mu.Lock()
	text, err := s.store.Encode()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return store.Save(s.options.File, text)
}
