package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/token"
)

// Names that the preview answers on besides the files of the build. They have a dot, which an account's folder can't have.
const (
	tokenName = "preview.token"
	agentName = "preview.agent"
	deskName  = "preview.desk"
)

// agent is who answers at the team desk.
const agent = "team"

// live is Twilio Conversations on this machine, and in front of it the token handler as it runs in production.
// Its state is kept, so that a restart of the preview doesn't end the conversations.
type live struct {
	backend *conversations.Server
	options token.Options

	mu     sync.Mutex
	tokens *token.Handler // nil before the first build
}

// newLive opens the conversations for a preview at the address, a host and a port. They are kept in the folder.
func newLive(address, folder string) (*live, error) {
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
	backend, err := conversations.New(conversations.Options{
		AccountSID: twilio.AccountSID, APIKey: twilio.APIKey, APISecret: key, ServiceSID: twilio.ServiceSID,
		File: filepath.Join(folder, "preview.json"), Origins: []string{"http://" + address},
	})
	if err != nil {
		return nil, err
	}
	return &live{backend: backend, options: token.Options{
		SessionKey: []byte(key), Agents: []string{agent}, Origins: []string{"http://" + address},
		Twilio: twilio, Socket: "ws://" + address + conversations.Path,
	}}, nil
}

// previewKey signs what the preview's own browsers hold. It is kept so that they are known again after a restart.
func previewKey(file string) (string, error) {
	if key, err := os.ReadFile(file); err == nil && len(key) >= 26 {
		return string(key), nil
	}
	key := rand.Text() + rand.Text()
	return key, os.WriteFile(file, []byte(key), 0o600)
}

// open lets the visitors of the accounts in.
func (l *live) open(accounts []string) error {
	if l == nil {
		return nil
	}
	options := l.options
	options.Secrets = map[string]string{}
	for _, id := range accounts {
		options.Secrets[id] = string(l.options.SessionKey)
	}
	tokens, err := token.New(options)
	if err != nil {
		return err
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
	tokens := l.tokens
	l.mu.Unlock()
	switch name := strings.TrimPrefix(r.URL.Path, "/"); {
	case name == tokenName && tokens != nil:
		tokens.ServeHTTP(w, r)
	case name == agentName && r.Method == http.MethodPost:
		l.letAgentIn(w)
	case r.URL.Path == conversations.Path || strings.HasPrefix(name, "v1/"):
		l.backend.ServeHTTP(w, r)
	default:
		return false
	}
	return true
}

func (l *live) letAgentIn(w http.ResponseWriter) {
	signed, err := l.options.Twilio.AccessToken(agent, time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"token": signed, "identity": agent, "socket": l.options.Socket})
}

func (l *live) close() error { return l.backend.Close() }
