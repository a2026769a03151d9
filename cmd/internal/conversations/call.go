package conversations

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"missive/cmd/internal/conversations/store"
)

// maxRequestBytes is far more than the largest message with its attributes takes.
const maxRequestBytes = 1 << 20

// call is a request that is being answered, with the server's lock held.
type call struct {
	*http.Request
	server   *Server
	store    *store.Store
	session  *session // nil for the REST API
	identity string   // who asks; "" for the REST API
}

// object is a JSON object.
type object = map[string]any

// handler answers a call; a status of 0 is 200. Errors other than a [*store.Error] are the server's fault.
type handler func(c *call) (status int, body any, err error)

// answerCall runs a handler and writes what it returns.
func (s *Server) answerCall(w http.ResponseWriter, r *http.Request, h handler) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequestBytes)
	form := r.ParseForm() // reads the body, if it is one: not while others wait
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{Request: r, server: s, store: s.store}
	c.identity, _ = r.Context().Value(identityKey{}).(string)
	c.session, _ = r.Context().Value(sessionKey{}).(*session)
	if c.session != nil {
		c.identity = c.session.identity
	}
	var status int
	var body any
	err := form
	switch {
	case s.faults.fails(r):
		status, body = http.StatusInternalServerError, errorBody(&store.Error{Status: 500, Code: 20500, Message: "Internal server error, as asked"})
	case err != nil:
		err = badRequest(err.Error())
	default:
		status, body, err = h(c)
	}
	if err != nil {
		var refused *store.Error
		if !errors.As(err, &refused) {
			s.options.Log.Error("a request failed", "path", r.URL.Path, "error", err)
			refused = &store.Error{Status: 500, Code: 20500, Message: "Internal server error"}
		}
		if refused.Status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "1") // what is limited here is limited for a second
		}
		status, body = refused.Status, errorBody(refused)
	}
	writeJSON(w, status, body)
}

func badRequest(message string) *store.Error {
	return &store.Error{Status: 400, Code: 20001, Message: message}
}

func errorBody(e *store.Error) object {
	return object{"code": e.Code, "message": e.Message, "more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", e.Code), "status": e.Status}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	if status == 0 {
		status = http.StatusOK
	}
	if body == nil {
		w.WriteHeader(status)
		return
	}
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(text)
}

// decode reads the JSON body of a call; an empty one is an empty object.
func (c *call) decode(into any) error {
	text, err := io.ReadAll(c.Body)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return badRequest("The body can't be read: " + err.Error())
	}
	return nil
}
