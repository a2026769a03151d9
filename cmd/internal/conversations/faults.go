package conversations

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/conversations/twilsock"
)

// Fault is how the server fails, for tests: some things at once, others from now on until the next Fault takes its place.
type Fault struct {
	// At once, to the sockets of Identity ("": to all).
	Identity string `json:"identity"`
	Drop     bool   `json:"drop"`  // cut them, without telling the client to close
	Close    int    `json:"close"` // end them with this code of Twilsock: 308 go elsewhere, 410 token expired ...

	// From now on.
	LoseMessages int    `json:"loseMessages"` // so many messages are not stored: the socket is cut instead
	LoseReplies  int    `json:"loseReplies"`  // so many messages are stored, but the socket is cut before their sender hears of it
	Fail         int    `json:"fail"`         // so many requests are answered with 500
	FailPath     string `json:"failPath"`     // only those with this in their path: "/Messages"
	Refuse       bool   `json:"refuse"`       // each token is refused
	Down         bool   `json:"down"`         // nobody can connect, nor use the REST API
	DelayMillis  int    `json:"delayMillis"`  // each answer is late
}

// Fail makes a fault. The zero Fault ends those that last.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	for session := range s.sessions {
		if session.identity == "" || f.Identity != "" && f.Identity != session.identity {
			continue
		}
		switch {
		case f.Drop:
			session.cut()
		case f.Close == tokenExpired.Code:
			session.end(tokenExpired)
		case f.Close != 0:
			session.end(twilsock.Status{Code: f.Close, Status: http.StatusText(f.Close)})
		}
	}
}

func (f *Fault) losesMessage() bool { return countDown(&f.LoseMessages) }
func (f *Fault) losesReply() bool   { return countDown(&f.LoseReplies) }

func (f *Fault) fails(r *http.Request) bool {
	return strings.Contains(r.URL.Path, f.FailPath) && countDown(&f.Fail)
}

// countDown takes one away, and reports whether there was one left.
func countDown(left *int) bool {
	if *left <= 0 {
		return false
	}
	*left--
	return true
}

func (f *Fault) delay() time.Duration { return time.Duration(f.DelayMillis) * time.Millisecond }

func (s *Server) down() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.Down
}

// serveFaults makes the fault of the request's JSON body. It asks for JSON by content type, which a form of another site's page can't send.
func (s *Server) serveFaults(w http.ResponseWriter, r *http.Request) {
	var f Fault
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil || r.Header.Get("Content-Type") != "application/json" {
		writeJSON(w, http.StatusBadRequest, errorBody(&store.Error{Status: 400, Code: 20001, Message: "The body is no fault in JSON"}))
		return
	}
	s.Fail(f)
	w.WriteHeader(http.StatusNoContent)
}
