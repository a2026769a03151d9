package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"missive/cmd/internal/limit"
	"missive/cmd/internal/team"
)

// providerTimeout is how long the provider may take for an answer.
const providerTimeout = 10 * time.Second

// provider is the team's provider of OpenID Connect. What it tells of itself is asked for when it is needed, and again until there is an
// answer: a provider that is down must not keep the server from starting.
type provider struct {
	issuer string
	config oauth2.Config
	client *http.Client

	mu       sync.Mutex
	found    *oidc.Provider
	failed   error
	failedAt time.Time
}

// failurePause keeps those who come while the provider is down from waiting for it one after the other.
const failurePause = 3 * time.Second

func newProvider(p team.Provider, secret string, desk *url.URL) *provider {
	return &provider{
		issuer: p.Issuer,
		config: oauth2.Config{ClientID: p.ClientID, ClientSecret: secret, RedirectURL: desk.String() + "/" + providerName, Scopes: []string{oidc.ScopeOpenID, "email"}},
		client: &http.Client{Timeout: providerTimeout},
	}
}

// discover returns the provider once it has told of itself, and the configuration with its addresses.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil && time.Since(p.failedAt) < failurePause {
		return nil, p.config, p.failed
	}
	if p.found == nil {
		found, err := p.ask(oidc.ClientContext(context.WithoutCancel(ctx), p.client))
		if err != nil {
			p.failed, p.failedAt = err, time.Now()
			return nil, p.config, err
		}
		p.found = found
	}
	config := p.config
	config.Endpoint = p.found.Endpoint()
	return p.found, config, nil
}

// ask asks the provider what it tells of itself. Its issuer is as it writes it: a slash at the end is easily added, or left out.
func (p *provider) ask(ctx context.Context) (*oidc.Provider, error) {
	found, err := oidc.NewProvider(ctx, p.issuer)
	var other *oidc.IssuerMismatchError
	if errors.As(err, &other) && strings.TrimSuffix(other.Discovered, "/") == strings.TrimSuffix(p.issuer, "/") {
		return oidc.NewProvider(ctx, other.Discovered)
	}
	return found, err
}

// CheckProvider asks the provider, if there is one, what it tells of itself, and logs what is wrong with that. Without it, that is told
// when the first one signs in.
func (s *SignIn) CheckProvider(ctx context.Context) {
	if s.provider != nil {
		if _, _, err := s.provider.discover(ctx); err != nil {
			s.providerFailed(err)
		}
	}
}

func (s *SignIn) providerFailed(err error) {
	hint := "the server asks again when somebody signs in"
	var other *oidc.IssuerMismatchError
	if errors.As(err, &other) {
		hint = "write what the provider calls itself behind signIn.issuer: " + other.Discovered
	}
	s.log.Error("the provider for signing in can't be reached", "issuer", s.provider.issuer, "cause", causeOf(err), "hint", hint)
}

// leave is what the browser keeps while somebody is at the provider.
type leave struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"p"`
	// Conversation is where the agent wants to go.
	Conversation string `json:"c,omitempty"`
}

// conversationSID is all that may follow the desk's address: it must not lead to another site.
var conversationSID = regexp.MustCompile(`^CH[0-9a-fA-F]{32}$`)

// useProvider sends somebody to the provider, and takes up who comes back from there.
func (s *SignIn) useProvider(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Has("code") || q.Has("error") || q.Has("state") {
		s.comeBack(w, r, q)
		return
	}
	conversation := q.Get("to")
	if !conversationSID.MatchString(conversation) {
		conversation = ""
	}
	if wait, _ := limit.TakeFor(s.tries.provider, s.client(r), s.now()); wait > 0 {
		back(w, tooOften, conversation)
		return
	}
	_, config, err := s.provider.discover(r.Context())
	if err != nil {
		s.providerFailed(err)
		back(w, providerDown, conversation)
		return
	}
	l := leave{newID(), newID(), oauth2.GenerateVerifier(), conversation}
	s.set(w, r, providerCookie, providerLife, l)
	options := []oauth2.AuthCodeOption{oidc.Nonce(l.Nonce), oauth2.S256ChallengeOption(l.Verifier)}
	if choosesAccount(s.provider.issuer) {
		options = append(options, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	seeOther(w, config.AuthCodeURL(l.State, options...))
}

// choosesAccount tells whether the provider lets people choose among their accounts: else who is signed in there with a private one comes
// back with that each time. Others may refuse to be asked for it.
func choosesAccount(issuer string) bool {
	return slices.Contains([]string{google, microsoft}, nameOf(issuer))
}

// comeBack lets an agent in whom the provider knows.
func (s *SignIn) comeBack(w http.ResponseWriter, r *http.Request, q url.Values) {
	var l leave
	refuse := func(agent *team.Agent, why, told string) {
		s.failed(r, agent, why)
		back(w, told, l.Conversation)
	}
	if !s.open(r, providerCookie, &l) || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(l.State)) != 1 {
		refuse(nil, "no one was sent to the provider with this state", startAgain)
		return
	}
	// Who was sent there once could come back with a code after the other, each of which the provider is asked about.
	if wait, _ := limit.TakeFor(s.tries.provider, s.client(r), s.now()); wait > 0 {
		refuse(nil, "too many tries", tooOften)
		return
	}
	s.clear(w, r, providerCookie) // it counts once
	switch {
	case q.Has("error"):
		refuse(nil, "the provider has refused", startAgain)
		return
	case q.Has("iss") && strings.TrimSuffix(q.Get("iss"), "/") != strings.TrimSuffix(s.provider.issuer, "/"): // RFC 9207
		refuse(nil, "the answer is of another provider", startAgain)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), providerTimeout)
	defer cancel()
	who, err := s.provider.redeem(ctx, q.Get("code"), l)
	if err != nil {
		refuse(nil, causeOf(err), startAgain)
		return
	}
	agent := s.byEmail(who.Email)
	switch {
	case !who.verified():
		refuse(agent, "the provider has not verified the address", wrongAccount)
	case agent == nil:
		refuse(nil, "no agent has the address", wrongAccount)
	default:
		s.letIn(w, r, *agent, byProvider, l.Conversation)
	}
}

// byEmail returns the agent with the address; nil for none.
func (s *SignIn) byEmail(email string) *team.Agent {
	for i, agent := range s.team.Agents {
		if agent.Email != "" && lower(agent.Email) == lower(email) {
			return &s.team.Agents[i]
		}
	}
	return nil
}

// claims are what a provider says of somebody.
type claims struct {
	Email         string          `json:"email"`
	EmailVerified json.RawMessage `json:"email_verified"`
	// DomainVerified is Microsoft's word for an address whose domain the tenant has proved to own; without it the address is whatever an
	// administrator, or the user, has typed.
	DomainVerified json.RawMessage `json:"xms_edov"`
	microsoft      bool
}

// silent tells whether they say nothing of an address, or not whether it is verified: that some providers tell only who asks them about
// the user (OpenID Connect Core, section 5.4).
func (c claims) silent() bool {
	return c.Email == "" || !c.microsoft && c.EmailVerified == nil
}

// verified tells whether the provider knows that the address is the user's.
func (c claims) verified() bool {
	return c.Email != "" && (isTrue(c.EmailVerified) || c.microsoft && isTrue(c.DomainVerified))
}

// isTrue takes what providers write for it: some a text, and Microsoft a number.
func isTrue(value json.RawMessage) bool {
	switch strings.ToLower(strings.Trim(string(value), `"`)) {
	case "true", "1":
		return true
	}
	return false
}

// redeem asks the provider who the code is for.
func (p *provider) redeem(ctx context.Context, code string, l leave) (who claims, err error) {
	found, config, err := p.discover(ctx)
	if err != nil {
		return who, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(l.Verifier))
	if err != nil {
		return who, err
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return who, errors.New("the provider has sent no id_token")
	}
	id, err := found.VerifierContext(ctx, &oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return who, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(l.Nonce)) != 1 {
		return who, errors.New("the id_token was made for another request")
	}
	who.microsoft = nameOf(p.issuer) == microsoft
	if err := id.Claims(&who); err != nil || !who.silent() || found.UserInfoEndpoint() == "" {
		return who, err
	}
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	switch {
	case err != nil:
		return who, errors.New("the provider doesn't tell the user's address, neither in the id_token nor where it is asked about users")
	case info.Subject != id.Subject:
		return who, errors.New("the provider tells of another user")
	}
	who = claims{}
	return who, info.Claims(&who)
}

// causeOf is an error for the log, which must have neither codes nor tokens in it.
func causeOf(err error) string {
	var refused *oauth2.RetrieveError
	var failed *url.Error
	switch {
	case errors.As(err, &refused):
		return fmt.Sprintf("the provider answered with status %d, %s", refused.Response.StatusCode, refused.ErrorCode)
	case errors.As(err, &failed):
		return failed.Err.Error()
	}
	cause, _, _ := strings.Cut(err.Error(), "\n") // behind that there may be a page
	return cause[:min(len(cause), mostCauseBytes)]
}

const mostCauseBytes = 300
