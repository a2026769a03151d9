// Package desk is where the team answers: the page, and what it asks its server for. Messages come from Twilio Conversations, by the
// SDK; the server gives the agent's access token, says what it vouches for, and does what an access token doesn't allow.
//
// What is below /desk/ belongs here, but for signing in: who is signed in a [SignIn] tells.
package desk

import (
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"missive/cmd/internal/page"
	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
)

//go:embed *.html.tmpl *.css *.ts *.js *.webmanifest *.svg *.png
var files embed.FS

// Page is the page's folder.
var Page = page.Page{Folder: "cmd/internal/desk", Files: files}

// Path is where the desk is. A link to a conversation is Path, "#" and the conversation's SID.
const Path = "/desk/"

// Covers tells whether a path is the desk's.
func Covers(path string) bool { return path == "/desk" || strings.HasPrefix(path, Path) }

// SignIn knows who of the team asks.
type SignIn interface {
	// Agent returns the identity of the agent who is signed in, if one is.
	Agent(r *http.Request) (identity string, ok bool)
	// ServeHTTP answers at Pages.
	http.Handler
	// Pages are the names below Path at which it answers. To the first of them those are sent who are not signed in.
	Pages() []string
}

// Options are what New needs to know.
type Options struct {
	SignIn SignIn
	Team   *team.Team
	Token  *token.Handler
	// Files returns what the page is made of; nil while there is nothing yet.
	Files func() *Files
	// Log gets a line for each request; nil for none.
	Log *slog.Logger
}

type handler struct {
	Options
	twilio  *token.Desk
	answers map[string]answer // by their names below Path
}

// New returns the handler of the desk. It answers at /desk and below.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &handler{Options: o, twilio: o.Token.Desk()}
	h.answers = map[string]answer{
		"token": inJSON(h.token), "done": inJSON(h.done), "reopen": inJSON(h.reopen), "closed": inJSON(h.closed), "messages": inJSON(h.messages),
		"file": inJSON(h.file),
		"vouched": func(w http.ResponseWriter, r *http.Request, _ string) error {
			o.Token.AnswerVouched(w, r)
			return nil
		},
	}
	return protect(o.Team.URL, h)
}

// ServeHTTP answers at /desk and below.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, below := strings.CutPrefix(r.URL.Path, Path)
	switch answer, known := h.answers[name]; {
	case !below:
		redirect(w, r)
	case slices.Contains(h.SignIn.Pages(), name):
		h.SignIn.ServeHTTP(w, r)
	case known && allow(w, r, http.MethodPost):
		h.answer(w, r, name, answer)
	case !known && allow(w, r, http.MethodGet, http.MethodHead):
		h.servePage(w, r, name)
	}
}

// allow refuses other methods than these.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	http.Error(w, "only "+strings.Join(methods, " and "), http.StatusMethodNotAllowed)
	return false
}

// protect refuses what pages of other sites send in an agent's name. Behind a proxy that doesn't pass the host on, the desk's own
// address is known from the configuration alone.
func protect(own *url.URL, h http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	if own != nil {
		// The only possible error is an address that is no origin, and the configuration's was checked.
		_ = p.AddTrustedOrigin(own.Scheme + "://" + own.Host)
	}
	return p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
	}))
}

func redirect(w http.ResponseWriter, r *http.Request) {
	to := url.URL{Path: "desk/", RawQuery: r.URL.RawQuery} // relative, as a proxy may have the desk elsewhere
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusPermanentRedirect)
}

// answer answers something that an agent asks for. An error that it returns is answered by who has called it.
type answer func(w http.ResponseWriter, r *http.Request, agent string) error

// answer answers those who are signed in.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, what string, answer answer) {
	start := time.Now()
	line := []any{"what", what}
	level, status, code := slog.LevelInfo, http.StatusOK, "ok"
	agent, ok := h.SignIn.Agent(r)
	err := errSignedOut
	if ok {
		line = append(line, "agent", agent)
		err = answer(w, r, agent)
	}
	if err != nil {
		var cause string
		status, code, cause = token.Refuse(w, err)
		if status >= http.StatusInternalServerError {
			level, line = slog.LevelError, append(line, "cause", cause)
		}
	}
	h.Log.Log(r.Context(), level, "desk", append(line, "status", status, "code", code, "ms", time.Since(start).Milliseconds())...)
}

var errSignedOut = token.NewFailure(http.StatusUnauthorized, "signed-out", "Nobody is signed in.")

// maxBodyBytes is more than any request of the desk has, but for those about what is vouched for.
const maxBodyBytes = 4 << 10

var errBadRequest = token.NewFailure(http.StatusBadRequest, "bad-json", "The body is not the JSON object that is asked for here.")

// inJSON answers with what a function returns, or with 204 for nothing.
func inJSON(answer func(r *http.Request, agent string) (any, error)) answer {
	return func(w http.ResponseWriter, r *http.Request, agent string) error {
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		said, err := answer(r, agent)
		if err != nil {
			return err
		}
		if said == nil {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		w.Header().Set("Content-Type", "application/json")
		// The only possible error is a connection that is gone.
		_ = json.NewEncoder(w).Encode(said)
		return nil
	}
}

// read reads the body of a request. One that has none asks for nothing in particular.
func read(r *http.Request, into any) error {
	if r.ContentLength == 0 {
		return nil
	}
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
	return nil
}
