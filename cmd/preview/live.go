package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/conversations"
	"missive/cmd/internal/token"
)

// Where visitors and agents are let in. The names have a dot, which an account's folder can't have.
const (
	tokenName = "preview.token"
	agentName = "preview.agent"
)

// restPath is where the conversations' REST API is. An account may be called "v1": it has no such file.
const restPath = "v1/Services"

// agent is who answers at the team desk.
const agent = "team"

// live is Twilio Conversations on this machine, and in front of it the token handler as it runs in production.
// Its state is kept, so that a restart of the preview doesn't end the conversations.
type live struct {
	backend *conversations.Server
	hosts   []string // the names by which the preview may be called, with the port
	options token.Options

	mu     sync.Mutex
	tokens map[string]*token.Handler // by host, as what they hand out holds for it alone; empty before the first build
}

// newLive opens the conversations for a preview that this machine finds at the address, and others where the gate says.
// They are kept in the folder.
func newLive(address string, g gate, folder string) (*live, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	key, err := previewKey(filepath.Join(folder, "preview.key"))
	if err != nil {
		return nil, err
	}
	// Made up: backend and tokens only have to agree.
	twilio := token.Twilio{
		AccountSID: "AC" + strings.Repeat("0", 32), APIKey: "SK" + strings.Repeat("0", 32),
		APISecret: key, ServiceSID: "IS" + strings.Repeat("0", 32),
		URL: &url.URL{Scheme: "http", Host: address},
	}
	var names []string
	for _, network := range g.networks {
		names = append(names, network.Addr().String())
	}
	backend, err := conversations.New(conversations.Options{
		AccountSID: twilio.AccountSID, APIKey: twilio.APIKey, APISecret: key, ServiceSID: twilio.ServiceSID,
		File: filepath.Join(folder, "preview.json"), Hosts: names, Reachability: true,
	})
	if err != nil {
		return nil, err
	}
	return &live{backend: backend, hosts: g.hosts, options: token.Options{
		SessionKey: []byte(key), Agents: []string{agent}, Twilio: twilio,
	}}, nil
}

// socket is the address of the web socket for a page that has called the preview by the host.
func socket(host string) string { return "ws://" + host + conversations.Path }

// previewKey signs what the preview's own browsers hold. It is kept so that they are known again after a restart.
func previewKey(file string) (string, error) {
	if key, err := os.ReadFile(file); err == nil && len(key) >= 26 {
		return string(key), nil
	}
	key := rand.Text() + rand.Text()
	return key, os.WriteFile(file, []byte(key), 0o600)
}

// open lets the visitors of the accounts in. With an account's real secret key in the environment, as "go run ./cmd/token"
// has it, a site's digests verify its users here, too.
func (l *live) open(ids []string) error {
	if l == nil {
		return nil
	}
	options := l.options
	options.Secrets = map[string]string{}
	for _, id := range ids {
		options.Secrets[id] = cmp.Or(os.Getenv(accounts.SecretVariable(id)), string(l.options.SessionKey))
	}
	tokens := map[string]*token.Handler{}
	for _, host := range l.hosts {
		var err error
		options.Origins, options.Socket = []string{"http://" + host}, socket(host)
		if tokens[host], err = token.New(options); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens = tokens
	return nil
}

// serve answers what is about conversations, and says whether it did.
func (l *live) serve(w http.ResponseWriter, r *http.Request) bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	tokens := l.tokens[r.Host]
	l.mu.Unlock()
	switch name := strings.TrimPrefix(r.URL.Path, "/"); {
	case name == tokenName && tokens != nil:
		tokens.ServeHTTP(w, r)
	case name == agentName && r.Method == http.MethodPost:
		l.letAgentIn(w, r.Host)
	case r.URL.Path == conversations.Path || strings.HasPrefix(name, restPath):
		l.backend.ServeHTTP(w, r)
	default:
		return false
	}
	return true
}

// forAgents tells whether a path is of what lets an agent in, or of the conversations' REST API.
func forAgents(path string) bool {
	name := strings.TrimPrefix(path, "/")
	return name == agentName || strings.HasPrefix(name, restPath)
}

func (l *live) letAgentIn(w http.ResponseWriter, host string) {
	signed, err := l.options.Twilio.AccessToken(agent, time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"token": signed, "identity": agent, "socket": socket(host)})
}

func (l *live) close() error { return l.backend.Close() }
