package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"missive/cmd/internal/desk"
	"missive/cmd/internal/token"
)

// server is what listens. Once it is told to stop it goes on answering for a while, and says on /healthz that it stops, so that
// who spreads requests over several servers sends the next ones elsewhere.
type server struct {
	token    http.Handler
	desk     http.Handler    // nil for none
	failing  func() []string // tells what fails though the server runs; nil for nothing
	log      *slog.Logger
	drain    func() <-chan time.Time // tells when nobody sends requests any more
	stopping atomic.Bool
}

// shutdownTimeout is how long requests may take to end once there is no other time left. It is longer than the handler waits for Twilio.
const shutdownTimeout = 20 * time.Second

// ServeHTTP answers what is for the token handler or the desk, and whether the server runs.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	stopping := s.stopping.Load()
	if stopping {
		w.Header().Set("Connection", "close") // the next request of this client goes to another server
	}
	switch path := r.URL.Path; {
	case path == "/token":
		s.token.ServeHTTP(w, r)
	case s.desk != nil && desk.Covers(path):
		s.desk.ServeHTTP(w, r)
	case path == "/healthz":
		// It doesn't ask Twilio: a restart wouldn't help when they are down. Nor would it when a mail server is, so that is said beside.
		if stopping {
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, "stopping\n")
			return
		}
		io.WriteString(w, "ok\n")
		if s.failing != nil {
			for _, what := range s.failing() {
				io.WriteString(w, "failing: "+what+"\n")
			}
		}
	default:
		token.NotFound(w, r)
	}
}

// serve answers until ctx is done and drain has told that it is time, and all requests that came before have their answer.
func (s *server) serve(ctx context.Context, listener net.Listener) error {
	web := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second, // more than the handler waits for Twilio
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(errorLog{s.log}, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.log.Info("stopping")
	select {
	case err := <-failed:
		return err
	case <-s.drain():
	}
	wait, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if err := web.Shutdown(wait); err != nil {
		return web.Close() // Connections that are still open have had longer than any answer takes.
	}
	return nil
}

// errorLog takes what Go's server has to tell, a broken connection for instance, and logs it without the addresses of clients.
type errorLog struct{ log *slog.Logger }

func (l errorLog) Write(text []byte) (int, error) {
	l.log.Error("server", "cause", withoutAddresses(string(bytes.TrimSpace(text))))
	return len(text), nil
}

// withoutAddresses puts "…" for each IP address, with and without a port. What comes behind the first line is the stack of a panic,
// and what that line tells of it may be what a visitor has sent.
func withoutAddresses(text string) string {
	text, _, panicked := strings.Cut(text, "\n")
	words := strings.Fields(text)
	for i, word := range words {
		ends := strings.Split(strings.Trim(word, ":,;()\"'"), "->") // both of a connection
		if slices.ContainsFunc(ends, isAddress) {
			words[i] = "…"
		}
	}
	if text = strings.Join(words, " "); panicked {
		text, _, _ = strings.Cut(text, " …")
	}
	return text
}

func isAddress(text string) bool {
	_, withPort := netip.ParseAddrPort(text)
	_, alone := netip.ParseAddr(strings.Trim(text, "[]"))
	return withPort == nil || alone == nil
}
