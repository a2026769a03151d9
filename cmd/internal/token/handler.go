// Package token lets visitors into the chat: it decides who they are, finds their conversation in Twilio Conversations,
// makes one for who writes the first message and stores that in it, and signs the access token that the browser connects
// with. It keeps nothing: what it must know again later comes back in a signed session, or is derived from a verified
// e-mail address or from the browser's secret.
//
// What a request to the token endpoint is answered belongs here, and all that is asked from Twilio for it. The server around it,
// and where its options come from, is cmd/token's.
package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/limit"
	"missive/widget/problem"
)

// Options are what New needs to know.
type Options struct {
	// Secrets are the accounts' secret keys by account id. A digest that was made with any of them verifies a user.
	Secrets map[string][]string
	// SessionKeys sign sessions, and what conversations say of their visitors. The first signs; what was signed with another one counts, too.
	SessionKeys [][]byte
	// IdentityKey is what verified users' identities derive from: with another key all of them start a new conversation. Nil for the
	// last of the session keys, which was used before there were two variables.
	IdentityKey []byte
	// Agents are the identities of the team. They are in every conversation.
	Agents []string
	// Origins are the sites that may use the chat, spelled as browsers do: see CheckOrigin.
	Origins []string
	Twilio  Twilio
	// Socket is the address of a local stand-in's web socket, for the SDK; empty for Twilio's own.
	Socket string
	// Limits of requests; the zero value has none.
	Limits Limits
	// MaxOpen is how many open conversations the team may have: Twilio's limit, 1,000, if it is 0. Fewer leave room for those
	// that agents have elsewhere.
	MaxOpen int
	// Retention is how long closed conversations are kept after their last message: see Retain. 0 is for good.
	Retention time.Duration
	// Proxies is the number of proxies in front that append to X-Forwarded-For. With 0 the header is not looked at.
	Proxies int
	// Log gets a line for each request, without a word about the visitor; nil for none.
	Log *slog.Logger
}

// Handler answers at the address that chat.yaml has as connection.tokenUrl:
//
//	POST                  who is there, and a message -> an access token, and in which conversation the message is
//	GET ?account=ID       whether somebody of the team is online
//
// With protocol 2 a conversation begins with a message, and the message is there once however often its request is
// repeated: the identity of an anonymous visitor is derived from a secret of the browser, a conversation's name is one
// that Twilio takes once, and the message is looked for by its id before it is stored.
type Handler struct {
	accounts    map[string][]string // secret keys by accounts.Name
	sessionKeys keys
	identityKey []byte
	agents      []string
	origins     map[string]bool
	credential  Twilio
	twilio      service
	online      *availability
	room        *room
	privileges  *privileges
	requests    *limit.Clients
	newcomers   *limit.Clients
	known       *limit.Clients
	visitors    *limit.Limiter[string] // by identity
	messages    *limit.Limiter[string] // by identity
	unproven    *limit.Limiter[struct{}]
	proxyTold   struct {
		sync.Mutex
		at time.Time
	}
	retention time.Duration
	proxies   int
	socket    string
	log       *slog.Logger
	now       func() time.Time
	pause     func(ctx context.Context, try int, least time.Duration) error // before Twilio is asked again
}

// New returns a handler. It fails when two accounts have their secret key in the same variable.
func New(o Options) (*Handler, error) {
	h := &Handler{
		accounts:    map[string][]string{},
		sessionKeys: o.SessionKeys,
		identityKey: o.IdentityKey,
		agents:      o.Agents,
		origins:     map[string]bool{},
		credential:  o.Twilio,
		twilio:      newREST(o.Twilio),
		requests:    limit.New[netip.Prefix](o.Limits.Requests),
		newcomers:   limit.New[netip.Prefix](o.Limits.Newcomers),
		known:       limit.New[netip.Prefix](o.Limits.Known),
		visitors:    limit.New[string](o.Limits.Visitors),
		messages:    limit.New[string](o.Limits.Messages),
		unproven:    limit.New[struct{}](Limit{All: o.Limits.Unproven}),
		retention:   o.Retention,
		proxies:     o.Proxies,
		socket:      o.Socket,
		log:         o.Log,
		now:         time.Now,
		pause:       pause,
	}
	if len(h.sessionKeys) == 0 {
		return nil, errors.New("there is no session key")
	}
	if h.identityKey == nil {
		h.identityKey = h.sessionKeys[len(h.sessionKeys)-1]
	}
	h.room = newRoom(h, o.MaxOpen)
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	spelled := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(o.Secrets)) {
		name := accounts.Name(id)
		if other, taken := spelled[name]; taken {
			return nil, problem.New(fmt.Sprintf("accounts %q and %q both have their secret in %s", other, id, accounts.SecretVariable(id)),
				"give one of them an id that differs in more than case, - and _")
		}
		spelled[name], h.accounts[name] = id, o.Secrets[id]
	}
	for _, origin := range o.Origins {
		h.origins[origin] = true
	}
	h.online = newAvailability(o.Agents, h.log)
	h.privileges = newPrivileges(h.log)
	return h, nil
}

// answerTimeout is how long an answer may take, with all that is asked from Twilio for it. Visitors wait no longer.
const answerTimeout = 15 * time.Second

// ServeHTTP answers a request, and logs that it did.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	// A visitor who leaves in the middle must not leave a conversation without its team behind.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerTimeout)
	defer cancel()

	status, code := http.StatusOK, "ok"
	answer, err := h.answer(ctx, w, r)
	switch f := asFailure(err); {
	case f != nil:
		status, code = f.status, f.code
		f.write(w)
	case answer == nil:
		status = http.StatusNoContent
		w.WriteHeader(status)
	default:
		header.Set("Content-Type", "application/json")
		// The only possible error is a connection that is gone.
		_ = json.NewEncoder(w).Encode(answer)
	}
	level := slog.LevelInfo
	if r.Method == http.MethodOptions {
		level = slog.LevelDebug // Browsers send one before most requests: that would double the log.
	}
	line := []any{"method", knownMethod(r.Method), "status", status, "code", code, "ms", time.Since(start).Milliseconds()}
	if status >= http.StatusInternalServerError || errors.Is(err, errService) {
		level, line = slog.LevelError, append(line, "cause", reason(err))
	}
	h.log.Log(ctx, level, "request", line...)
}

// answer returns what to send as JSON, nil for no content, or an error.
func (h *Handler) answer(ctx context.Context, w http.ResponseWriter, r *http.Request) (answer any, err error) {
	defer func() {
		if v := recover(); v != nil {
			// The value may hold what the visitor sent; its type doesn't.
			err = fmt.Errorf("panic of type %T", v)
			h.log.Error("panic", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	if err := h.allowOrigin(w.Header(), r); err != nil {
		return nil, err
	}
	switch r.Method {
	case http.MethodOptions:
		return nil, nil
	case http.MethodGet, http.MethodPost:
	default:
		w.Header().Set("Allow", methods)
		return nil, errWrongMethod
	}
	if hint := ProxyHint(r, h.proxies); hint != "" {
		h.tellOfProxy(hint)
	}
	client := limit.Client(r, h.proxies)
	if r.Method == http.MethodGet {
		if wait, _ := limit.TakeFor(h.requests, client, h.now()); wait > 0 {
			return nil, tooMany(wait)
		}
		return h.answerOnline(ctx, r)
	}
	q, err := decode(w, r)
	var v visitor
	if err == nil {
		v, err = h.identify(q, h.now())
	}
	if wait := h.count(client, v, q); wait > 0 {
		return nil, tooMany(wait)
	}
	if err == nil {
		v.roles, err = h.privileges.ask(ctx, h.twilio)
	}
	if err == nil && v.newcomer {
		err = h.welcome(client, &v, q)
	}
	if err != nil {
		return nil, err
	}
	return h.grantAccess(ctx, v, q)
}

// count counts a POST, and returns how long to wait when it is one too many. Who is known doesn't draw on what newcomers use
// up, be it from the same address. A request that isn't one is nobody's.
func (h *Handler) count(client netip.Prefix, v visitor, q request) (wait time.Duration) {
	if v.identity == "" || v.newcomer {
		wait, _ = limit.TakeFor(h.requests, client, h.now())
	} else if wait, _ = limit.TakeFor(h.known, client, h.now()); wait == 0 {
		wait, _ = h.visitors.Take(h.now(), v.identity)
	}
	if wait == 0 && v.identity != "" && q.Message != nil {
		wait, _ = h.messages.Take(h.now(), v.identity)
	}
	return wait
}

// welcome lets a newcomer in, unless there are too many. When they come fast, it wants to see some work done by each.
func (h *Handler) welcome(client netip.Prefix, v *visitor, q request) error {
	wait, giveBack := limit.TakeFor(h.newcomers, client, h.now())
	if wait > 0 {
		return tooMany(wait)
	}
	v.notNew = giveBack
	if h.proves(q.Proof, v.identity) {
		return nil
	}
	wait, giveBackUnproven := h.unproven.Take(h.now(), struct{}{})
	if wait == 0 {
		v.notNew = func() { giveBack(); giveBackUnproven() }
		return nil
	}
	giveBack()
	if v.passing { // the proof would not hold for whom they are then
		return tooMany(wait)
	}
	return h.wantProof(v.identity)
}

// tellOfProxy logs once an hour that the limits take all visitors for one client, and what to do.
func (h *Handler) tellOfProxy(hint string) {
	now := h.now()
	h.proxyTold.Lock()
	defer h.proxyTold.Unlock()
	if now.Sub(h.proxyTold.at) < time.Hour {
		return
	}
	h.proxyTold.at = now
	h.log.Error("a proxy stands in front, and the limits take all visitors for one client", "hint", hint)
}

// Answer is what a visitor gets who may connect.
type Answer struct {
	// Token is Twilio's access token, for their SDK.
	Token string `json:"token"`
	// ExpiresAt is when the token ends, as in RFC 3339.
	ExpiresAt string `json:"expiresAt"`
	Identity  string `json:"identity"`
	// Conversation is the SID of the visitor's open conversation; "" for none.
	Conversation string `json:"conversation"`
	// Session, sent with the next request, gives an anonymous or unverified visitor the same identity again.
	Session string `json:"session"`
	// Verification is "verified", "unverified" or "cannot-verify".
	Verification string `json:"verification"`
	// Message is where the message is stored that was sent along.
	Message *Sent `json:"message,omitempty"`
	// Socket is where the SDK connects to, when that isn't Twilio: see Options.Socket.
	Socket string `json:"socket,omitempty"`
}

// grantAccess returns what the visitor needs to connect to their conversation, if there is one.
func (h *Handler) grantAccess(ctx context.Context, v visitor, q request) (Answer, error) {
	c, sent, err := h.converse(ctx, v, q)
	if errors.Is(err, errNoAgent) {
		h.log.Error("a visitor was turned away, as no agent could be added to the conversation", "hint", agentHint(err))
	}
	if err != nil {
		return Answer{}, err
	}
	now := h.now()
	token, err := h.credential.AccessToken(v.identity, now)
	if err != nil {
		return Answer{}, err
	}
	return Answer{
		Token:        token,
		ExpiresAt:    now.Add(tokenLife).UTC().Format(time.RFC3339),
		Identity:     v.identity,
		Conversation: c.SID,
		Session:      session{Account: v.account, Identity: v.identity, Number: c.number, Expires: now.Add(sessionLife).Unix()}.sign(h.sessionKeys),
		Verification: v.verification,
		Message:      sent,
		Socket:       h.socket,
	}, nil
}

func (h *Handler) answerOnline(ctx context.Context, r *http.Request) (any, error) {
	if _, _, known := h.account(r.URL.Query().Get("account")); !known {
		return nil, errUnknownAccount
	}
	// Nobody should begin to write who can't send it.
	if _, err := h.privileges.ask(ctx, h.twilio); err != nil {
		return nil, err
	}
	online, err := h.online.ask(ctx, h.twilio)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Online bool `json:"online"`
		// Region is the service's, which chat.yaml must name, too: for who checks that.
		Region string `json:"region"`
		// Problem is what is wrong with how the server was set up, for who checks that. Widgets don't look at it.
		Problem *failure `json:"problem,omitempty"`
	}{Online: online, Region: h.credential.region()}
	answer.Problem = proxyProblem(r, h.proxies)
	return answer, nil
}

// account returns the name and the secret keys of an account.
func (h *Handler) account(id string) (name string, secrets []string, known bool) {
	// The pattern first: accounts.Name makes capitals, and the capital of some letters beyond ASCII is an ASCII letter.
	if !idPattern.MatchString(id) {
		return "", nil, false
	}
	name = accounts.Name(id)
	secrets, known = h.accounts[name]
	return name, secrets, known
}

// idPattern is what chat.yaml allows as an id.
var idPattern = regexp.MustCompile(accounts.IDPattern)

// knownMethod is a method for the log, which must not hold what a client made up.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodOptions, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return method
	}
	return "other"
}

// reason returns why Twilio, or this code, failed, without what it was about: a path or a message may name the visitor.
func reason(err error) string {
	if refused := (*refusal)(nil); errors.As(err, &refused) {
		return refused.Error()
	}
	if f := (*failure)(nil); errors.As(err, &f) {
		return f.code
	}
	return fmt.Sprintf("%T", err)
}
