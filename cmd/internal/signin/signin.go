// Package signin lets the team into the desk: with a password whose hash the configuration has, or by a provider of OpenID Connect. Who
// is signed in a sealed cookie says, so nothing is stored, and any number of servers with the same keys and the same team let the same
// agents in.
//
// A session ends after twelve hours; everywhere at once it ends when the agent is taken out of the team, gets another password or
// address, or when the key is replaced.
package signin

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"missive/cmd/internal/limit"
	"missive/cmd/internal/team"
)

// Options are what New needs to know.
type Options struct {
	Team *team.Team
	// Keys seal cookies. The first seals; what was sealed with another one counts, too.
	Keys [][]byte
	// ClientSecret is what the provider knows this server by; empty without a provider.
	ClientSecret string
	// Limits of tries; the zero value has none.
	Limits Limits
	// Proxies is the number of proxies in front that append to X-Forwarded-For.
	Proxies int
	// Log is told of who signs in, and of tries that fail; nil for none.
	Log *slog.Logger
}

// SignIn knows who is signed in, and serves the pages for that.
type SignIn struct {
	team     *team.Team
	sealers  []sealer
	tries    *tries
	hashes   *hashes
	provider *provider // nil for none
	proxies  int
	log      *slog.Logger
	now      func() time.Time
}

// New returns what lets the team in.
func New(o Options) *SignIn {
	s := &SignIn{team: o.Team, tries: newTries(o.Limits), hashes: newHashes(o.Team, o.Keys[0]), proxies: o.Proxies, log: o.Log, now: time.Now}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, key := range o.Keys {
		s.sealers = append(s.sealers, newSealer(key))
	}
	if o.Team.SignIn != nil {
		s.provider = newProvider(*o.Team.SignIn, o.ClientSecret, o.Team.URL)
	}
	return s
}

// Possible tells whether there is somebody who can sign in.
func Possible(t *team.Team) bool {
	return slices.ContainsFunc(t.Agents, func(a team.Agent) bool { return a.Password != "" || t.SignIn != nil && a.Email != "" })
}

// Names of what is below the desk's path.
const (
	signInName   = "sign-in"
	signOutName  = "sign-out"
	providerName = "oidc"
)

// Pages are the names below the desk's path at which ServeHTTP answers. The first is the one to sign in at.
func (s *SignIn) Pages() []string {
	names := []string{signInName, signOutName, styleName, scriptName}
	if s.provider != nil {
		names = append(names, providerName)
	}
	return names
}

// ServeHTTP answers at Pages.
func (s *SignIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case read && (name == styleName || name == scriptName):
		serveFile(w, r, name)
	case read && name == signInName:
		s.showPage(w, r)
	case read && name == providerName && s.provider != nil:
		s.useProvider(w, r)
	case r.Method == http.MethodPost && name == signInName:
		s.signIn(w, r)
	case r.Method == http.MethodPost && name == signOutName:
		s.signOut(w, r)
	case name == signOutName:
		refuseMethod(w, http.MethodPost)
	case name == signInName:
		refuseMethod(w, "GET, HEAD, POST")
	default:
		refuseMethod(w, "GET, HEAD")
	}
}

func refuseMethod(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	http.Error(w, "only "+allowed, http.StatusMethodNotAllowed)
}

// Agent returns the identity of the agent who is signed in, if one is.
func (s *SignIn) Agent(r *http.Request) (identity string, ok bool) {
	var known session
	if !s.open(r, sessionCookie, &known) {
		return "", false
	}
	agent, ok := s.team.Agent(known.Identity)
	if !ok || known.Credential == "" || known.Credential != s.credential(agent, known.Method) {
		return "", false
	}
	return agent.Identity, true
}

// showPage shows where one signs in, but to those who are signed in already.
func (s *SignIn) showPage(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.Agent(r); ok {
		seeOther(w, "./")
		return
	}
	if r.URL.RawQuery == "out" {
		s.page(w, r, http.StatusOK, view{Note: "You are signed out."})
		return
	}
	s.page(w, r, http.StatusOK, view{Problem: told[r.URL.RawQuery]})
}

// told is what the page tells, by its query, to those who come back without being signed in.
var told = map[string]string{
	notKept:      "Your browser has not kept that you are signed in. The desk needs https, and cookies of this site.",
	providerDown: "The provider can't be reached at the moment. Try it again in a little while.",
	// The same whether there is such an agent or not.
	wrongAccount: "With this account you can't sign in here. It needs an address that belongs to the team, and that the provider has verified.",
	startAgain:   "That didn't work. Try it again from here.",
	tooOften:     tooManyTries,
}

const (
	notKept      = "check" // it was set a moment ago
	providerDown = "down"
	wrongAccount = "account"
	startAgain   = "again"
	tooOften     = "tries"
)

// back leads to the page to sign in at, with what it tells there, and the conversation to which somebody wants to go, if there is one.
func back(w http.ResponseWriter, query, conversation string) {
	to := url.URL{Path: signInName, RawQuery: query, Fragment: conversation}
	seeOther(w, to.String())
}

// letIn seals a session. The conversation, if there is one, is where the agent wanted to go.
func (s *SignIn) letIn(w http.ResponseWriter, r *http.Request, agent team.Agent, method, conversation string) {
	s.set(w, r, sessionCookie, sessionLife, session{Identity: agent.Identity, Method: method, Credential: s.credential(agent, method)})
	s.log.Info("signed in", "agent", agent.Identity, "by", method)
	if own := s.team.URL; own != nil && !strings.EqualFold(own.Host, r.Host) {
		s.log.Warn("the desk was opened elsewhere than where links in notifications lead", "opened", r.Host, "url", own.String(),
			"hint", "correct url in the file with the team, or let the proxy pass the host on")
	}
	// From there it goes on to the desk, if the browser has kept the cookie. It keeps the fragment on the way, too.
	back(w, notKept, conversation)
}

func (s *SignIn) signOut(w http.ResponseWriter, r *http.Request) {
	s.clear(w, r, sessionCookie)
	seeOther(w, signInName+"?out")
}

// seeOther leads on to an address that is relative to the desk.
func seeOther(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// client is where a request comes from, as far as limits go.
func (s *SignIn) client(r *http.Request) netip.Prefix { return limit.Client(r, s.proxies) }
