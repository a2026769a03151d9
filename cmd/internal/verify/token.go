package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"missive/cmd/internal/accounts"
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
	if v.site == "" {
		v.note("which sites the token endpoint lets in is not checked: name a page of yours with -page")
	} else {
		header.Set("Origin", v.site)
		v.checkMixed(address, u, "the token endpoint")
	}
	query := u.Query()
	query.Set("account", v.id)
	ask := *u
	ask.RawQuery = query.Encode()
	near := v.site == "" || v.site == origin(u)
	a, f := v.direct(func(next *http.Request) bool {
		return near && keepsRequest(next.Response.StatusCode) && origin(next.URL) == origin(u)
	}).
		get(ctx, ask.String(), maxTokenBytes, header)
	if f != nil {
		v.problem(address, f.Message, f.Hint)
		return
	}
	if v.checkOnline(address, a) {
		if v.site != "" && v.site != origin(u) {
			v.checkCORS(ctx, address, a)
		}
		v.checkPost(ctx, address, a.url.String())
	}
	if a.url.String() != ask.String() {
		to := *a.url
		query := to.Query()
		query.Del("account")
		to.RawQuery = query.Encode()
		v.warn(address, "redirects to "+brief(to.String())+", so each request takes two, and those from pages of other hosts may fail", moveHint)
	}
}

const moveHint = "set connection.tokenUrl in chat.yaml to the address that answers"

// keepsRequest reports whether, after a redirect with the status, browsers send the same again: a POST with what it says.
func keepsRequest(status int) bool {
	return status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect
}

// checkOnline checks the answer to whether the team is there.
func (v *verifier) checkOnline(address string, a *answer) bool {
	var said struct {
		Online  *bool
		Region  string // "": the token server is older than that
		Code    string
		Message string
		Problem struct{ Code string }
	}
	err := json.Unmarshal(a.body, &said)
	switch {
	case a.status/100 == 3:
		fate := "where browsers send a GET for each POST of a visitor"
		if keepsRequest(a.status) {
			fate = "which browsers may refuse from one host to another"
		}
		v.problem(address, "redirects to "+brief(a.header.Get("Location"))+", "+fate, moveHint)
		return false
	case a.status == http.StatusForbidden && v.site != "":
		v.problem(address, "lets no pages of "+v.site+" in", "add "+v.site+" to MISSIVE_ORIGINS of the token server")
		return false
	case a.status != http.StatusOK:
		message := "answers " + a.statusText()
		if said.Message != "" {
			message += ": " + brief(said.Message)
		}
		v.problem(address, message, v.refusalHint(a.status, said.Code))
		return false
	case err != nil || said.Online == nil:
		v.problem(address, `answers something else than {"online": true} or {"online": false}`, "look at connection.tokenUrl in chat.yaml: it is the address at which the token server answers")
		return false
	}
	switch said.Problem.Code {
	case "proxy-not-trusted":
		v.problem(address, "takes all visitors for one client: a proxy stands in front that it isn't told of, so a few of them use up what all may do",
			"start the token server with -trust-proxy 1, or with the number of proxies that append to X-Forwarded-For")
	case "proxy-silent":
		v.problem(address, "takes all visitors for one client: the proxy in front doesn't say whom it was asked by, so a few of them use up what all may do",
			"let it send X-Forwarded-For, in nginx with: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;")
	}
	if region := v.account.Text("connection.region"); said.Region != "" && said.Region != region {
		v.problem(address, fmt.Sprintf("has its Conversations service in the region %s, but browsers connect to %s", brief(said.Region), region),
			"make connection.region in chat.yaml and TWILIO_REGION of the token server the same: the region of the service")
	}
	if !*said.Online {
		v.note("the token endpoint answers, and says that the team is offline")
	}
	return true
}

// refusalHint says what to do about an answer of the token endpoint that isn't what visitors need.
func (v *verifier) refusalHint(status int, code string) string {
	const log = "the log of the token server, as in: journalctl -u missive-token"
	switch {
	case code == "unknown-account":
		return "put " + accounts.SecretVariable(v.id) + " into the environment of the token server, and restart it"
	case code == "roles-too-wide":
		return "run setup with the environment and the agents of the token server, which lets visitors in within seconds then"
	case code == "not-found":
		return "set connection.tokenUrl in chat.yaml to the address that ends in /token"
	case code != "":
		return "look at " + log
	case status == http.StatusBadGateway || status == http.StatusGatewayTimeout:
		return "a proxy answers, and the token server behind it doesn't: look at " + log
	}
	return "look at connection.tokenUrl in chat.yaml: something else than the token server answers there"
}

// checkCORS checks that the page may read the answer, and asks what browsers ask before they send a visitor's request.
func (v *verifier) checkCORS(ctx context.Context, address string, a *answer) {
	if !allows(a.header, v.site) {
		v.problem(address, "doesn't let pages of "+v.site+" read its answers",
			`send "Access-Control-Allow-Origin: `+v.site+`", as the token server does for MISSIVE_ORIGINS; a proxy in front may have taken it away`)
		return
	}
	a, f := v.direct(nil).ask(ctx, http.MethodOptions, address, "", maxTokenBytes, http.Header{
		"Origin":                         {v.site},
		"Access-Control-Request-Method":  {http.MethodPost},
		"Access-Control-Request-Headers": {"content-type"},
	})
	switch {
	case f != nil:
		v.problem(address, "to OPTIONS it "+f.Message, f.Hint)
	case a.status/100 != 2 || !allows(a.header, v.site) || !hasToken(a.header, "Access-Control-Allow-Headers", "content-type"):
		v.problem(address, "refuses the OPTIONS request that browsers send before a POST from "+v.site,
			"let OPTIONS requests through to the token server; a proxy in front may answer them itself")
	}
}

// checkPost checks that what visitors send gets to a token server, by a request of no account: that is refused, and changes nothing.
func (v *verifier) checkPost(ctx context.Context, address, at string) {
	header := http.Header{"Content-Type": {"application/json"}}
	if v.site != "" {
		header.Set("Origin", v.site)
	}
	a, f := v.direct(nil).ask(ctx, http.MethodPost, at, `{"account":""}`, maxTokenBytes, header)
	if f != nil {
		v.problem(address, "to POST it "+f.Message, f.Hint)
		return
	}
	if a.status/100 == 3 {
		v.problem(address, "redirects POST requests to "+brief(a.header.Get("Location"))+", which loses what a visitor sends", moveHint)
		return
	}
	var said struct{ Code string }
	if json.Unmarshal(a.body, &said) != nil || said.Code == "" || a.status/100 != 4 {
		v.problem(address, "answers "+a.statusText()+" to a POST request of no account, and no token server does",
			"let POST requests through to the token server: a proxy or a cache in front may answer them itself, or something else be there")
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
