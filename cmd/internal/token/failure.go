package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/altcha-org/altcha-lib-go"
)

// failure is an answer to a request that is refused, or went wrong. Codes are for programs and stay as they are; messages are for the people who
// set up the chat, who find them in the browser's tools. Neither repeats what was sent.
type failure struct {
	status     int
	code       string
	message    string
	retryAfter time.Duration
	challenge  *altcha.Challenge
}

func (f *failure) Error() string { return f.code + ": " + f.message }

// NewFailure returns an error that is answered with the status, the code and the message.
func NewFailure(status int, code, message string) error {
	return &failure{status: status, code: code, message: message}
}

var (
	errForeignOrigin  = &failure{status: 403, code: "foreign-origin", message: "Pages of this origin may not use the chat: MISSIVE_ORIGINS of the token server doesn't name it."}
	errWrongMethod    = &failure{status: 405, code: "wrong-method", message: "Only GET, POST and OPTIONS are answered here."}
	errWrongType      = &failure{status: 415, code: "wrong-type", message: "The body must be JSON and the content type application/json."}
	errTooLarge       = &failure{status: 413, code: "too-large", message: fmt.Sprintf("The body is larger than %d KB, or than %d KB with a message.", maxRestBytes>>10, maxBodyBytes>>10)}
	errBadJSON        = &failure{status: 400, code: "bad-json", message: "The body is not one JSON object with texts for account and session, and objects for user and visitor."}
	errUnknownAccount = &failure{status: 404, code: "unknown-account", message: "The token server has no MISSIVE_SECRET_<ID> for this account."}
	errBadDigest      = &failure{status: 400, code: "bad-digest", message: "user.digest is not a hex HMAC-SHA256, which has 64 digits."}
	errBadProtocol    = &failure{status: 400, code: "bad-protocol", message: "The token server knows no protocol after 2: it is older than the widget."}
	errBadSecret      = &failure{status: 400, code: "bad-secret", message: "secret is not 32 hex digits, and neither session nor digest say who the visitor is."}
	errNoAgent        = &failure{status: 503, code: "no-agent", message: "None of the agents could be added to the conversation, so nobody would read the message; the log of the token server says why.", retryAfter: 30 * time.Second}
	errRefused        = &failure{status: 400, code: "message-refused", message: "Twilio has refused the message; the log of the token server says why."}
	errProxy          = &failure{code: "proxy-not-trusted", message: "A proxy stands in front of the token server, which takes all visitors for one client: " + unknownProxyHint + "."}
	errSilentProxy    = &failure{code: "proxy-silent", message: "The proxy in front of the token server sends no X-Forwarded-For, so all visitors are taken for one client."}
	errTwilio         = &failure{status: 502, code: "twilio-failed", message: "Twilio has refused; the log of the token server says why."}
	errBusy           = &failure{status: 503, code: "twilio-busy", message: "Twilio can't be reached, or can't do it at the moment; the log of the token server says why. Retry-After says when to try again.", retryAfter: busyRetry}
	errNotReady       = &failure{status: 503, code: "not-ready", message: "Twilio could not be asked yet what visitors may do; the log of the token server says why. It goes on trying.", retryAfter: rolesRetry}
	errWideRoles      = &failure{status: 503, code: "roles-too-wide", message: "Nobody is let in, as the roles of the Conversations service allow visitors more than the chat needs. On the token server: " + setupHint, retryAfter: rolesRetry}
	errBroken         = &failure{status: 500, code: "failed", message: "The token server has failed; its log says why."}
)

// busyRetry is when a visitor may try again what Twilio couldn't do, if Twilio hasn't said when.
const busyRetry = 5 * time.Second

func badEmail(path string) *failure {
	return &failure{status: 400, code: "bad-email", message: fmt.Sprintf("%s is not an e-mail address of at most %d characters.", path, MaxEmailBytes)}
}

func badName(path string) *failure {
	return &failure{status: 400, code: "bad-name", message: fmt.Sprintf("%s has more than %d characters.", path, maxNameRunes)}
}

func badMessage(what string) *failure {
	return &failure{status: 400, code: "message-refused", message: "message." + what + "."}
}

func tooMany(wait time.Duration) *failure {
	return &failure{status: 429, code: "too-many", message: "There were too many requests; Retry-After says in how many seconds to try again.", retryAfter: wait}
}

// asFailure returns what to answer for an error, nil for none. An error that isn't a failure comes from Twilio, or from a mistake in this code.
func asFailure(err error) *failure {
	var f *failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case temporary(err):
		busy := *errBusy
		busy.retryAfter = max(busy.retryAfter, retryAfter(err))
		return &busy
	case errors.Is(err, errService):
		return errTwilio
	}
	return errBroken
}

// SetRetryAfter says in how many seconds to try again.
func SetRetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}

func (f *failure) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	if f.retryAfter > 0 {
		SetRetryAfter(w, f.retryAfter)
	}
	w.WriteHeader(f.status)
	// The only possible error is a connection that is gone.
	_ = json.NewEncoder(w).Encode(f)
}

// MarshalJSON returns what browsers and their people get to see.
func (f *failure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Code      string            `json:"code"`
		Message   string            `json:"message"`
		Challenge *altcha.Challenge `json:"challenge,omitempty"`
	}{f.code, f.message, f.challenge})
}

// NotFound answers where there is nothing, in the form of the other errors.
func NotFound(w http.ResponseWriter, _ *http.Request) {
	(&failure{status: 404, code: "not-found", message: "There is nothing at this address; the token endpoint is at /token, and the desk at /desk."}).write(w)
}
