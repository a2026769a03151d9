package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/conversations"
	"missive/cmd/internal/desk"
	"missive/cmd/internal/notify"
	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
)

// tokenName is where visitors get their tokens. It has a dot, as no account's folder can.
const tokenName = "preview.token"

// restPath is where the conversations' REST API is. It hides nothing of an account that is called "v1", as none has such a file.
const restPath = "v1/Services"

// agent is the identity of whoever answers at the team desk.
const agent = "team"

// backend is the local stand-in for Twilio Conversations, and in front of it the token handler as it runs in production. A nil
// backend answers nothing. Its state is kept, so that a restart of the preview doesn't end the conversations.
type backend struct {
	server  *conversations.Server
	hosts   []string // the names by which the preview may be called, with the port
	options token.Options
	team    *team.Team
	// deskFiles returns what the desk is made of.
	deskFiles func() *desk.Files

	mu sync.Mutex
	// By host, as their answers have its address of the web socket; empty before the first build.
	tokens map[string]*token.Handler
	desks  map[string]http.Handler
}

// newBackend opens the conversations that are kept in the folder, for who has access to the preview. They are set up as Twilio has to
// be in production, so that visitors may do no more there either.
func newBackend(ctx context.Context, a access, folder string) (*backend, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	key, err := previewKey(filepath.Join(folder, "preview.key"))
	if err != nil {
		return nil, err
	}
	// Made up: only conversations and tokens have to agree on them.
	twilio := token.Twilio{
		AccountSID: "AC" + strings.Repeat("0", 32), APIKey: "SK" + strings.Repeat("0", 32),
		APISecret: key, ServiceSID: "IS" + strings.Repeat("0", 32),
	}
	var names []string
	for _, network := range a.networks {
		names = append(names, network.Addr().String())
	}
	server, err := conversations.New(conversations.Options{
		AccountSID: twilio.AccountSID, APIKey: twilio.APIKey, APISecret: key, ServiceSID: twilio.ServiceSID,
		File: filepath.Join(folder, "preview.json"), Hosts: names,
	})
	if err != nil {
		return nil, err
	}
	twilio.Transport = server
	// Strangers are those whom the environment has named before.
	people, err := readTeam()
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	setup := token.SetupOptions{Agents: people.Identities(), Strangers: true, Tell: func(string) {}}
	if _, err := token.Setup(ctx, twilio, setup); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	options := token.Options{SessionKeys: [][]byte{[]byte(key)}, Agents: people.Identities(), Twilio: twilio}
	handler, err := token.New(options)
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	go handler.Introduce(ctx, people.Shown())
	return &backend{server: server, hosts: a.hosts, options: options, team: people}, nil
}

// readTeam returns the team: who answers at the desk, and whom the environment names, as for "go run ./cmd/token".
func readTeam() (*team.Team, error) {
	const name = "MISSIVE_AGENTS"
	var t *team.Team
	switch text := os.Getenv(name); {
	case team.IsConfiguration(text):
		read, problems := team.Load(name, []byte(text))
		var wrong error
		for _, p := range problems {
			if !p.Warning { // nobody signs in here, so that they couldn't is no matter
				wrong = errors.Join(wrong, p)
			}
		}
		if wrong != nil {
			return nil, wrong
		}
		t = read
	default:
		identities := []string{agent}
		for identity := range strings.SplitSeq(text, ",") {
			if identity = strings.TrimSpace(identity); identity != "" && !slices.Contains(identities, identity) {
				identities = append(identities, identity)
			}
		}
		t = team.Named(identities)
	}
	t.URL = nil // that is where the desk is in production
	if _, there := t.Agent(agent); !there {
		t.Agents = append([]team.Agent{{Identity: agent}}, t.Agents...)
	}
	return t, nil
}

// socket is the address of the web socket for a page that has called the preview by the host.
func socket(host string) string { return "ws://" + host + conversations.Path }

// minKeyBytes is the length of one rand.Text. A shorter file is not one of ours, or was not written to its end.
const minKeyBytes = 26

// previewKey returns the key that signs sessions and access tokens. It is kept in the file, so that browsers are known again after a
// restart of the preview.
func previewKey(file string) (string, error) {
	if key, err := os.ReadFile(file); err == nil && len(key) >= minKeyBytes {
		return string(key), nil
	}
	key := rand.Text() + rand.Text()
	return key, os.WriteFile(file, []byte(key), 0o600)
}

// setAccounts gives tokens to visitors of these accounts from now on. With an account's real secret key in the environment, as "go run ./cmd/token"
// has it, a site's digests verify its users here, too.
func (b *backend) setAccounts(ids []string) error {
	if b == nil {
		return nil
	}
	options := b.options
	options.Secrets = map[string][]string{}
	for _, id := range ids {
		options.Secrets[id] = accounts.Keys(cmp.Or(os.Getenv(accounts.SecretVariable(id)), b.options.Twilio.APISecret))
	}
	tokens, desks := map[string]*token.Handler{}, map[string]http.Handler{}
	for _, host := range b.hosts {
		var err error
		options.Origins, options.Socket = []string{"http://" + host}, socket(host)
		if tokens[host], err = token.New(options); err != nil {
			return err
		}
		desks[host] = desk.New(desk.Options{SignIn: everybody{}, Team: b.team, Token: tokens[host], Files: func() *desk.Files { return b.deskFiles() }})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens, b.desks = tokens, desks
	return nil
}

const (
	// unreadAfter is how long a message may be unread until it goes into the outbox: shorter than in production, as somebody waits for it.
	unreadAfter, unreadText = time.Minute, "a minute"
	// sweepEach is how often it is looked for such.
	sweepEach = time.Second
	// sweepRequests is how many requests that may make in a second: more than all open conversations need.
	sweepRequests = 10_000
)

// notifier gives what nobody has read to the outbox, with links to the desk at the address.
func (b *backend) notifier(desk string, add func(notify.Notice)) (*notify.Notifier, error) {
	tokens, err := token.New(b.options)
	if err != nil {
		return nil, err
	}
	return notify.New(tokens.Inbox(sweepRequests), notify.Options{After: unreadAfter, Interval: sweepEach, Desk: desk, Record: add})
}

// desk returns the desk for pages that have called the preview by the host; nil before the first build.
func (b *backend) desk(host string) http.Handler {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.desks[host]
}

// everybody is signed in at the desk: it is for this machine alone, see access.
type everybody struct{}

func (everybody) Agent(*http.Request) (identity string, ok bool) { return agent, true }

// Pages are where one signs in and out elsewhere.
func (everybody) Pages() []string { return []string{"sign-in", "sign-out"} }

// ServeHTTP leads back to the desk.
func (everybody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, desk.Path, http.StatusSeeOther)
}

// serve answers requests for tokens and those of the conversations, and says whether it did.
func (b *backend) serve(w http.ResponseWriter, r *http.Request) bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	tokens := b.tokens[r.Host]
	b.mu.Unlock()
	switch name := strings.TrimPrefix(r.URL.Path, "/"); {
	case name == tokenName && tokens != nil:
		tokens.ServeHTTP(w, r)
	case r.URL.Path == conversations.Path || strings.HasPrefix(r.URL.Path, conversations.MediaPath) || strings.HasPrefix(name, restPath):
		b.server.ServeHTTP(w, r)
	default:
		return false
	}
	return true
}

// forAgents tells whether a path is of the conversations' REST API.
func forAgents(path string) bool { return strings.HasPrefix(strings.TrimPrefix(path, "/"), restPath) }

func (b *backend) close() error { return b.server.Close() }
