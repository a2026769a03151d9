package verify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// checkToken asks the token endpoint what the widget asks it, without making a conversation.
func (v *verifier) checkToken(ctx context.Context) {
	address := v.account.Text("connection.tokenUrl")
	if address == "" {
		v.warn(v.launcher.url.String(), "has no token endpoint, so the chat carries no messages", "set connection.tokenUrl in chat.yaml")
		return
	}
	u, err := parseHTTP(address)
	if err != nil {
		v.problem(brief(address), "is no address of a token endpoint", "set connection.tokenUrl in chat.yaml to one such as https://token.example.com/token")
		return
	}
	v.checked(address)
	header := http.Header{}
	if v.page == nil {
		v.note("which sites the token endpoint lets in is not checked: name a page of yours with -page")
	} else {
		header.Set("Origin", origin(v.page))
		v.checkMixed(address, u, "the token endpoint")
	}
	query := u.Query()
	query.Set("account", v.id)
	ask := *u
	ask.RawQuery = query.Encode()
	a, f := v.direct().get(ctx, ask.String(), 64<<10, header)
	if f != nil {
		v.problem(address, f.message, f.hint)
		return
	}
	if v.checkOnline(address, a) && v.page != nil && origin(v.page) != origin(u) {
		v.checkCORS(ctx, address, a)
	}
}

// checkOnline checks the answer to whether the team is there.
func (v *verifier) checkOnline(address string, a *answer) bool {
	var said struct {
		Online  *bool
		Message string
	}
	err := json.Unmarshal(a.body, &said)
	switch {
	case a.status/100 == 3:
		v.problem(address, "redirects to "+brief(a.header.Get("Location"))+", where browsers send no visitor's request",
			"set connection.tokenUrl in chat.yaml to the address that answers")
		return false
	case a.status == http.StatusForbidden && v.page != nil:
		v.problem(address, "lets no pages of "+origin(v.page)+" in", "add "+origin(v.page)+" to MISSIVE_ORIGINS of the token server")
		return false
	case a.status != http.StatusOK:
		message := "answers " + a.statusText()
		if said.Message != "" {
			message += ": " + brief(said.Message)
		}
		v.problem(address, message, "look at connection.tokenUrl in chat.yaml, and at the log of the token server")
		return false
	case err != nil || said.Online == nil:
		v.problem(address, `answers something else than {"online": true} or {"online": false}`, "look at connection.tokenUrl in chat.yaml: it is the address at which go run ./cmd/token answers")
		return false
	}
	if !*said.Online {
		v.note("the token endpoint answers, and says that the team is offline")
	}
	return true
}

// checkCORS checks that the page may read the answer, and asks what browsers ask before they send a visitor's request.
func (v *verifier) checkCORS(ctx context.Context, address string, a *answer) {
	if !allows(a.header, origin(v.page)) {
		v.problem(address, "doesn't let pages of "+origin(v.page)+" read its answers",
			`send "Access-Control-Allow-Origin: `+origin(v.page)+`", as go run ./cmd/token does for MISSIVE_ORIGINS; a proxy in front may have taken it away`)
		return
	}
	a, f := v.direct().ask(ctx, http.MethodOptions, address, 64<<10, http.Header{
		"Origin":                         {origin(v.page)},
		"Access-Control-Request-Method":  {http.MethodPost},
		"Access-Control-Request-Headers": {"content-type"},
	})
	switch {
	case f != nil:
		v.problem(address, "to OPTIONS it "+f.message, f.hint)
	case a.status/100 != 2 || !allows(a.header, origin(v.page)) || !hasToken(a.header, "Access-Control-Allow-Headers", "content-type"):
		v.problem(address, "refuses the OPTIONS request that browsers send before a POST from "+origin(v.page),
			"let OPTIONS requests through to go run ./cmd/token; a proxy in front may answer them itself")
	}
}

// allows reports whether pages of the origin may read the answer.
func allows(h http.Header, origin string) bool {
	allowed := h.Get("Access-Control-Allow-Origin")
	return allowed == "*" || allowed == origin
}

// hasToken reports whether a header with a list holds the token.
func hasToken(h http.Header, name, token string) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values(name), ","), ",") {
		if part = strings.TrimSpace(part); part == "*" || strings.EqualFold(part, token) {
			return true
		}
	}
	return false
}

// checkMixed checks that a page with https asks nothing without it.
func (v *verifier) checkMixed(address string, u *url.URL, what string) {
	if v.page.Scheme == "https" && u.Scheme == "http" && !isLoopback(u.Hostname()) {
		v.problem(address, "is not https, so browsers let no page with https use it", "serve "+what+" with https")
	}
}

// isLoopback reports whether browsers trust the host without https.
func isLoopback(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}
