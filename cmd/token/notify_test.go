package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/notify"
	"missive/cmd/internal/notify/mailtest"
	"missive/widget/problem"
)

// teamOf writes a file with Ann and what else is given.
func teamOf(t *testing.T, more string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "agents.yaml")
	text := "url: https://token.example.com/desk\nagents: [{identity: ann, name: Ann, email: ann@acme.com}, {identity: bob}]\n" + more
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// withTeam is the environment without MISSIVE_AGENTS, and with more.
func withTeam(more ...string) []string {
	return append(slices.DeleteFunc(slices.Clone(complete), func(v string) bool { return strings.HasPrefix(v, "MISSIVE_AGENTS=") }), more...)
}

const (
	withMail    = "notify: {after: 2m, email: {server: 'smtp.example.com:465', from: Chat <chat@example.com>, user: chat}}"
	withWebhook = "notify: {webhook: true}"
)

func TestTheEnvironmentHasTheSecretsOfNotifications(t *testing.T) {
	for _, test := range []struct{ name, team, environ, want string }{
		{"nothing", "", "", "5m0s  [] <nil>"},
		{"e-mail", withMail, "MISSIVE_SMTP_PASSWORD=correct horse", "2m0s https://token.example.com/desk [] {smtp.example.com 465 Chat <chat@example.com> chat correct horse [{ann Ann ann@acme.com}]}"},
		{"webhooks", withWebhook, "MISSIVE_WEBHOOK=https://hooks.slack.com/services/x, http://127.0.0.1:9000/y", "5m0s https://token.example.com/desk [https://hooks.slack.com/services/x http://127.0.0.1:9000/y] <nil>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _, err := fromEnvironment(withTeam(test.environ), teamOf(t, test.team))
			if err != nil {
				t.Fatal(err)
			}
			n := c.notify
			got := fmt.Sprint(n.After, " ", n.Desk, " ", n.Webhooks)
			if m := n.Mail; m != nil {
				got += fmt.Sprintf(" {%s %d %s %s %s %v}", m.Host, m.Port, m.From, m.User, m.Password, m.To)
			} else {
				got += " <nil>"
			}
			if got != test.want {
				t.Errorf("\n got: %s\nwant: %s", got, test.want)
			}
		})
	}
}

func TestWebhooksAreSignedByTheKeysOfTheEnvironment(t *testing.T) {
	const one, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	for environ, want := range map[string]int{"": 0, "MISSIVE_WEBHOOK_SECRET=" + one: 1, "MISSIVE_WEBHOOK_SECRET=" + one + "," + other: 2} {
		c, _, err := fromEnvironment(withTeam("MISSIVE_WEBHOOK=https://chat.example.com/hook", environ), teamOf(t, withWebhook))
		if err != nil || len(c.notify.WebhookKeys) != want {
			t.Errorf("%s: %d keys, %v", environ, len(c.notify.WebhookKeys), err)
		}
	}
	_, warnings, err := fromEnvironment(withTeam("MISSIVE_WEBHOOK=https://hooks.slack.com/services/x", "MISSIVE_WEBHOOK_SECRET="+one), teamOf(t, withWebhook))
	if err != nil || !slices.ContainsFunc(warnings, func(w problem.Problem) bool {
		return w.Message == "MISSIVE_WEBHOOK_SECRET is never read: Slack and Discord check no signature"
	}) {
		t.Error(warnings, err)
	}
}

func TestWhatIsWrongWithTheSecretsOfNotificationsIsTold(t *testing.T) {
	for _, test := range []struct{ team, environ, want string }{
		{withMail, "", "MISSIVE_SMTP_PASSWORD is missing: the password of notify.email.user at the mail server"},
		{withMail, "MISSIVE_SMTP_PASSWORD=secret ", "MISSIVE_SMTP_PASSWORD has a space or a line break at its start or end"},
		{withWebhook, "", "MISSIVE_WEBHOOK is missing: one or more, such as https://hooks.slack.com/services/…, as the team has notify.webhook"},
		{withWebhook, "MISSIVE_WEBHOOK=http://hooks.example.com/secret", "MISSIVE_WEBHOOK begins with http, and everybody on the way could read what visitors write: it must be https"},
		{withWebhook, "MISSIVE_WEBHOOK=https://a.example/secret,,https://a.example/secret", "MISSIVE_WEBHOOK, number 2, is no address, such as https://hooks.slack.com/services/…\n  MISSIVE_WEBHOOK, number 3, is there twice"},
		{withWebhook, "MISSIVE_WEBHOOK_SECRET=" + strings.Repeat("0123456789ab/secret", 3), `MISSIVE_WEBHOOK_SECRET is not whsec_ and a key in Base64, as from echo "whsec_$(openssl rand -base64 32)"`},
		{withWebhook, "MISSIVE_WEBHOOK_SECRET=whsec_c2hvcnQ=", `MISSIVE_WEBHOOK_SECRET is not of 24 to 64 bytes, as from echo "whsec_$(openssl rand -base64 32)"`},
		{withWebhook, "MISSIVE_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MISSIVE_WEBHOOK_SECRET has the same key twice: a new one goes before the comma, the old one behind it"},
	} {
		_, _, err := fromEnvironment(withTeam(test.environ), teamOf(t, test.team))
		if err == nil || !strings.Contains(err.Error(), "\n  "+test.want+"\n") || strings.Contains(err.Error(), "/secret") {
			t.Errorf("%s: got %v, want\n%s", test.environ, err, test.want)
		}
	}
	for environ, want := range map[string]string{
		"MISSIVE_SMTP_PASSWORD=secret":             "MISSIVE_SMTP_PASSWORD is never read: the team has no notify.email.user",
		"MISSIVE_WEBHOOK=https://a.example/secret": "MISSIVE_WEBHOOK is never read: the team has no notify.webhook",
		"MISSIVE_WEBHOOK_SECRET=whsec_x":           "MISSIVE_WEBHOOK_SECRET is never read: the team has no notify.webhook",
	} {
		_, warnings, err := fromEnvironment(append(slices.Clone(complete), environ), "")
		if err != nil || len(warnings) != 1 || warnings[0].Message != want {
			t.Errorf("%s: %v, %v", environ, warnings, err)
		}
	}
}

// writes sends a message as a new visitor, and returns where it is.
func (s *running) writes(body string) (conversation string) {
	s.Helper()
	form, _ := json.Marshal(map[string]any{
		"account": "help", "protocol": 2, "secret": strings.Repeat("ab", 16), "visitor": map[string]string{"name": "Jane", "email": "jane@acme.com"},
		"message": map[string]any{"id": strings.Repeat("cd", 16), "body": body, "attributes": map[string]string{"page": "https://www.example.com/prices"}},
	})
	r, err := http.NewRequest(http.MethodPost, s.address+"/token", bytes.NewReader(form))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://www.example.com")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct{ Conversation string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || said.Conversation == "" {
		s.Fatal(answer.Status, err)
	}
	return said.Conversation
}

// receiver is a webhook's, and what it gets.
func receiver(t *testing.T) (address string, posted <-chan notify.Event) {
	events := make(chan notify.Event, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var e notify.Event
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		events <- e
	}))
	t.Cleanup(server.Close)
	return server.URL, events
}

func TestTheTeamIsToldOfWhatNobodyReads(t *testing.T) {
	mail := mailtest.Start(t, mailtest.Options{Plain: true})
	webhook, posted := receiver(t)
	broken := httptest.NewServer(http.NotFoundHandler())
	defer broken.Close()
	file := teamOf(t, fmt.Sprintf("notify: {email: {server: '127.0.0.1:%d', from: chat@acme.com}, webhook: true}", mail.Port))
	environ := withTeam(local(t), "MISSIVE_WEBHOOK="+webhook+"/x,"+broken.URL+"/secret")
	if code := run(t.Context(), []string{"setup", "-agents", file}, environ, io.Discard, io.Discard); code != 0 {
		t.Fatal(code)
	}
	s := startDesk(t, environ, file)
	conversation := s.writes("Do you ship to Norway?")

	e := <-posted
	link := "https://token.example.com/desk/#" + conversation
	if got := fmt.Sprint(e.Key, e.Link, e.Visitor, e.Page, e.Messages[0].Text); got != conversation+"-0"+link+"{Jane jane@acme.com unverified}https://www.example.com/pricesDo you ship to Norway?" {
		t.Error(got)
	}
	messages, err := mail.Await(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	message := messages[0]
	body, err := io.ReadAll(message.Body)
	if h := message.Header; err != nil || h.Get("To") != `"Ann" <ann@acme.com>` || h.Get("Subject") != "Jane waits for an answer in the chat" || !strings.Contains(string(body), link) {
		t.Error(message.Raw)
	}
	// All results of a burst are known at once.
	var health string
	for health = "200 ok"; health == "200 ok"; {
		health = s.get("/healthz", "")
	}
	if !strings.HasPrefix(health, "200 ok\nfailing: webhook ") || strings.Contains(health, "127.0.0.1") || !strings.HasSuffix(health, " the webhook answered with status 404") || strings.Contains(health, "secret") {
		t.Errorf("%q", health)
	}
}

func TestWhatClosedWhileNoServerRanIsToldBeforeItIsDeleted(t *testing.T) {
	var clock atomic.Int64 // how far the conversations' is behind
	clock.Store(int64(60 * time.Hour))
	o := newEnvironment(complete).twilio()
	backend, err := conversations.New(conversations.Options{AccountSID: o.AccountSID, APIKey: o.APIKey, APISecret: o.APISecret, ServiceSID: o.ServiceSID, Now: func() time.Time {
		return time.Now().Add(-time.Duration(clock.Load()))
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	twilio := httptest.NewServer(backend)
	defer twilio.Close()
	rest := func(method, path, form string) int {
		r, _ := http.NewRequest(method, twilio.URL+"/v1/Services/"+o.ServiceSID+path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(o.APIKey, o.APISecret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	webhook, posted := receiver(t)
	environ := withTeam("TWILIO_API_URL=" + twilio.URL)
	silent := teamOf(t, "")
	if code := run(t.Context(), []string{"setup", "-agents", silent}, environ, io.Discard, io.Discard); code != 0 {
		t.Fatal(code)
	}
	conversation := startDesk(t, environ, silent).writes("Do you ship to Norway?")
	if status := rest("POST", "/Conversations/"+conversation, "State=closed"); status != http.StatusOK {
		t.Fatal(status)
	}

	clock.Store(0)
	startDesk(t, append(environ, "MISSIVE_WEBHOOK="+webhook), teamOf(t, withWebhook), "-retention-days", "2")
	if e := <-posted; e.Conversation != conversation || !e.Closed {
		t.Error(e)
	}
	for rest("GET", "/Conversations/"+conversation, "") != http.StatusNotFound {
		time.Sleep(20 * time.Millisecond) // nothing tells of it but that it is gone
	}
}
