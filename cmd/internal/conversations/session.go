package conversations

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"missive/cmd/internal/conversations/twilsock"
)

// session is one socket of the SDK. What is not said to be otherwise is guarded by the server's lock.
type session struct {
	server *Server
	cancel context.CancelFunc // ends the socket; never changes
	wake   chan struct{}      // never changes
	outbox outbox             // has its own lock

	address string // of the server, as this client knows it; never changes

	identity   string          // "" until the client has said who it is
	subscribed map[string]bool // SIDs of Sync objects
	warning    *time.Timer     // before the token expires
	expiry     *time.Timer
}

func newID() string { return "TM" + rand.Text() }

// send queues a frame. A client that doesn't read, so that its queue is full, is cut off. It can be called with and without the lock.
func (n *session) send(h twilsock.Header, payload any) {
	var body []byte
	var err error
	if payload != nil {
		h.PayloadType = twilsock.JSON
		body, err = json.Marshal(payload)
	}
	frame, frameErr := twilsock.Encode(h, body)
	if err != nil || frameErr != nil || !n.outbox.put(frame) {
		n.server.options.Log.Error("a frame can't be sent", "method", h.Method, "error", err)
		n.cancel()
		return
	}
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// handle does what a frame asks for. It fails for one that no client sends.
func (n *session) handle(message []byte) error {
	h, payload, err := twilsock.Decode(message)
	if err != nil {
		return err
	}
	n.server.options.Log.Debug("frame", "method", h.Method, "id", h.ID)
	switch {
	case h.Method == "close":
		return io.EOF
	case h.Method == "reply" || h.Method == "telemetry.v1":
	case h.Method == "init" && n.identity == "":
		n.init(h)
	case n.identity == "":
		return fmt.Errorf("%q came before init", h.Method)
	case h.Method == "update":
		n.update(h)
	case h.Method == "message" && h.Request != nil:
		n.request(h, payload)
	case h.Method == "put_notification_ctx" || h.Method == "delete_notification_ctx":
		n.reply(h.ID, twilsock.Status{Code: 200, Status: "OK"})
	default:
		return fmt.Errorf("unexpected method %q", h.Method)
	}
	return nil
}

func (n *session) reply(id string, status twilsock.Status) {
	n.send(twilsock.Header{Method: "reply", ID: id, Status: &status}, nil)
}

// init starts the session of a token's identity.
func (n *session) init(h twilsock.Header) {
	s := n.server
	s.mu.Lock()
	defer s.mu.Unlock()
	g, refused := s.admit(h.Token)
	if refused == nil {
		if _, err := s.store.EnsureUser(g.identity); err != nil {
			refused = &twilsock.Status{Code: 429, Status: "TOO_MANY_REQUESTS", Description: err.Error()}
		}
	}
	if refused != nil {
		n.reply(h.ID, *refused)
		return
	}
	n.identity = g.identity
	n.send(twilsock.Header{
		Method: "reply", ID: h.ID, Status: &twilsock.Status{Code: 200, Status: "OK"},
		// "offline_storage" is left out: the SDK would keep messages in the browser's storage.
		Capabilities: []string{"client_update"}, InitRegistrations: h.Registrations, ContinuationToken: newID(),
	}, nil)
	n.startTimers(g.expires)
	s.store.SetOnline(g.identity, true)
}

// update takes a new token of the same identity.
func (n *session) update(h twilsock.Header) {
	s := n.server
	s.mu.Lock()
	defer s.mu.Unlock()
	g, refused := s.admit(h.Token)
	switch {
	case refused != nil:
		n.reply(h.ID, *refused)
	case g.identity != n.identity:
		n.end(twilsock.Status{Code: 308, Status: "UPDATE_IS_FORBIDDEN", ErrorCode: 51232})
	default:
		n.reply(h.ID, twilsock.Status{Code: 200, Status: "OK"})
		n.startTimers(g.expires)
	}
}

func (s *Server) admit(token string) (grant, *twilsock.Status) {
	if s.faults.Refuse {
		return grant{}, refusal(20101, "Invalid Access Token")
	}
	return s.verify(token)
}

// startTimers announces the end of the token, and ends the session with it.
func (n *session) startTimers(expires time.Time) {
	n.stopTimers()
	s := n.server
	left := expires.Sub(s.options.Now())
	n.warning = time.AfterFunc(left-s.options.TokenWarning, func() {
		n.send(twilsock.Header{Method: "client_update", ID: newID(), ClientUpdateType: "token_about_to_expire"}, nil)
	})
	var expiry *time.Timer
	expiry = time.AfterFunc(left, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n.expiry == expiry { // else a new token came while this waited for the lock
			n.end(tokenExpired)
		}
	})
	n.expiry = expiry
}

func (n *session) stopTimers() {
	if n.warning != nil {
		n.warning.Stop()
		n.expiry.Stop()
	}
}

var tokenExpired = twilsock.Status{Code: 410, Status: "TOKEN_EXPIRED", ErrorCode: 51207}

// end tells the client to close, which takes it some seconds. From now on it is not connected.
func (n *session) end(status twilsock.Status) {
	n.send(twilsock.Header{Method: "close", ID: newID(), Status: &status}, nil)
	n.server.forget(n)
	time.AfterFunc(closeTimeout, n.cancel)
}

// cut closes the socket without telling the client before.
func (n *session) cut() {
	n.server.forget(n)
	n.cancel()
}

// request answers a request that came through the socket as if it came over HTTP.
func (n *session) request(h twilsock.Header, payload []byte) {
	if connected, _ := n.connected(); !connected {
		return // told to close, but not gone yet
	}
	answer := answer{header: http.Header{}, status: http.StatusOK}
	r, err := httpRequest(h, payload)
	if err != nil {
		answer.status = http.StatusBadRequest
	} else {
		n.server.client.ServeHTTP(&answer, r.WithContext(context.WithValue(r.Context(), sessionKey{}, n)))
	}
	n.server.options.Log.Debug("request", "method", h.Request.Method, "path", h.Request.Path, "status", answer.status)
	head := twilsock.Header{
		Method: "reply", ID: h.ID, Status: &twilsock.Status{Code: 200, Status: "OK"},
		HTTPStatus: &twilsock.Status{Code: answer.status, Status: http.StatusText(answer.status)},
	}
	var body any
	if json.Valid(answer.body.Bytes()) {
		body = json.RawMessage(answer.body.Bytes())
	}
	switch connected, delay := n.connected(); {
	case !connected: // the reply is to be lost
	case delay > 0:
		time.AfterFunc(delay, func() { n.send(head, body) })
	default:
		n.send(head, body)
	}
}

// connected tells whether the session goes on, and how long its answers are to be held back.
func (n *session) connected() (bool, time.Duration) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	return n.server.sessions[n], n.server.faults.delay()
}

// sessionKey finds the session in the context of a request.
type sessionKey struct{}

func httpRequest(h twilsock.Header, payload []byte) (*http.Request, error) {
	query := ""
	for name, values := range h.Request.Params {
		for _, value := range values {
			query += "&" + name + "=" + value
		}
	}
	u, err := url.ParseRequestURI(h.Request.Path)
	if err != nil || u.Host != "" || u.Scheme != "" || u.Opaque != "" {
		return nil, fmt.Errorf("%q is no path", h.Request.Path)
	}
	r, err := http.NewRequest(h.Request.Method, "/", bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	if query != "" {
		u.RawQuery = query[1:]
	}
	r.URL, r.RequestURI, r.Host = u, h.Request.Path, h.Request.Host
	r.Header.Set("Content-Type", h.PayloadType)
	return r, nil
}

// answer collects the answer to a request.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header            { return a.header }
func (a *answer) WriteHeader(status int)         { a.status = status }
func (a *answer) Write(body []byte) (int, error) { return a.body.Write(body) }
