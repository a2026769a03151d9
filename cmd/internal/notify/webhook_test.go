package notify

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestWebhookAddressesAreChecked(t *testing.T) {
	for address, want := range map[string]string{
		"https://hooks.slack.com/services/T0/B0/x":   "",
		"https://discord.com/api/webhooks/1/x":       "",
		"https://chat.acme.com:8443/hook?key=x":      "",
		"http://127.0.0.1:9000/hook":                 "",
		"http://localhost/hook":                      "",
		"http://chat.acme.com/hook":                  "begins with http, and everybody on the way could read what visitors write: it must be https",
		"http://127.0.0.1.acme.com/hook":             "begins with http, and everybody on the way could read what visitors write: it must be https",
		"ftp://chat.acme.com/hook":                   "does not begin with https",
		"hooks.slack.com/services/T0":                "is no address, such as https://hooks.slack.com/services/…",
		"https://":                                   "is no address, such as https://hooks.slack.com/services/…",
		"":                                           "is no address, such as https://hooks.slack.com/services/…",
		"https://a b/":                               "is no address, such as https://hooks.slack.com/services/…",
		"https://user:password@chat.acme.com/":       "has a user name in it, which is not sent",
		"https://chat.acme.com/#key":                 "has a #, and what is behind it is not sent",
		"https://hooks.slack.com/triggers/T0/1/x":    "is not one of Slack's incoming webhooks, which begin with https://hooks.slack.com/services/: a workflow's takes no messages",
		"https://discord.com/api/webhooks/1/x/slack": "is Discord's for messages of others: leave out what is behind the last /",
	} {
		same(t, address, CheckWebhook(address), want)
	}
}

func TestTheHostTellsWhatAWebhookUnderstands(t *testing.T) {
	for address, want := range map[string]kind{
		"https://hooks.slack.com/services/T0": slack, "https://HOOKS.slack.com/x": slack, "https://hooks.slack-gov.com/x": slack,
		"https://discord.com/x": discord, "https://canary.discord.com/x": discord, "https://discordapp.com/x": discord,
		"https://chat.acme.com/x": plain, "https://notdiscord.com/x": plain, "https://hooks.slack.com.evil.example/x": plain,
	} {
		u, _ := url.Parse(address)
		same(t, address, kindOf(u), want)
	}
}

func TestAWebhookReceivesTheMessageAndItsKey(t *testing.T) {
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	c := webhookChannels([]string{server.URL + "/hook?key=x"}, nil)[0]
	if err := c.send(t.Context(), said("Jane", "Hello?")); err != nil {
		t.Fatal(err)
	}
	same(t, "request", fmt.Sprint(got.Method, got.RequestURI, got.Header.Get("Content-Type"), got.Header.Get("Idempotency-Key")), `POST/hook?key=xapplication/json"CH1-4"`)
	var event Event
	same(t, "event", fmt.Sprint(json.Unmarshal(body, &event), event.Key, event.Messages[0].Text), "<nil>CH1-4Hello?")
	same(t, "name", strings.ContainsAny(c.name, ".?:") || strings.Contains(c.name, "key"), false)
}

func TestAWebhookIsSigned(t *testing.T) {
	// The example of the specification's libraries.
	key, wrong := WebhookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	same(t, "wrong with the key", wrong, "")
	h := http.Header{}
	sign(h, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), [][]byte{key})
	same(t, "headers", fmt.Sprint(h), "map[Webhook-Id:[msg_p5jXN8AQM9LWM0D4loKWxJek] Webhook-Signature:[v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=] Webhook-Timestamp:[1614265330]]")

	got := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header }))
	defer server.Close()
	for keys, want := range map[int]string{0: "0 ", 1: "1 CH1-4", 2: "2 CH1-4"} {
		if err := webhookChannels([]string{server.URL}, [][]byte{key, key}[:keys])[0].send(t.Context(), said("Jane", "Hello?")); err != nil {
			t.Fatal(err)
		}
		h := <-got
		same(t, "signatures", fmt.Sprint(len(strings.Fields(h.Get("Webhook-Signature"))), " ", h.Get("Webhook-Id")), want)
	}
}

func TestKeysOfWebhooksAreChecked(t *testing.T) {
	const form, size = `is not whsec_ and a key in Base64, as from echo "whsec_$(openssl rand -base64 32)"`, `is not of 24 to 64 bytes, as from echo "whsec_$(openssl rand -base64 32)"`
	for text, want := range map[string]string{
		"whsec_" + strings.Repeat("ab12", 8): "", "whsec_" + strings.Repeat("ab12", 7): size, "whsec_" + strings.Repeat("ab12", 22): size,
		strings.Repeat("ab12", 8): form, "whsec_" + strings.Repeat("ab-_", 8): form, "": form, "whsec_": size,
	} {
		_, wrong := WebhookKey(text)
		same(t, text, wrong, want)
	}
}

func TestWhyAWebhookFails(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	answer := func(status int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
		}
	}
	for _, test := range []struct {
		answer http.HandlerFunc
		want   string
		after  time.Duration
	}{
		{answer(404), "the webhook answered with status 404", 0},
		{answer(500), "the webhook answered with status 500", 0},
		{answer(429, "Retry-After", "7"), "the webhook answered with status 429", 7 * time.Second},
		{answer(429, "Retry-After", "0.5"), "the webhook answered with status 429", 500 * time.Millisecond},
		{answer(429, "Retry-After", "1e300"), "the webhook answered with status 429", lastPause},
		{answer(429, "Retry-After", "soon"), "the webhook answered with status 429", 0},
		{answer(302, "Location", elsewhere.URL), "the webhook answered with status 302, and redirects are not followed", 0},
		{answer(307, "Location", elsewhere.URL), "the webhook answered with status 307, and redirects are not followed", 0},
	} {
		server := httptest.NewServer(test.answer)
		err := webhookChannels([]string{server.URL + "/secret"}, nil)[0].send(t.Context(), said("Jane", "Hello?"))
		server.Close()
		same(t, "cause", reason(err), test.want)
		same(t, "retry after", err.(*unsent).retryAfter, test.after)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	err := webhookChannels([]string{gone.URL + "/secret"}, nil)[0].send(t.Context(), said("Jane", "Hello?"))
	same(t, "cause", reason(err), "the webhook can't be reached: connection refused")
	err = webhookChannels([]string{"https://" + nowhere + "/secret"}, nil)[0].send(t.Context(), said("Jane", "Hello?"))
	same(t, "cause", reason(err), "the webhook can't be reached: its name isn't found")
	plainly := httptest.NewServer(http.NotFoundHandler())
	defer plainly.Close()
	err = webhookChannels([]string{strings.Replace(plainly.URL, "http", "https", 1)}, nil)[0].send(t.Context(), said("Jane", "Hello?"))
	same(t, "cause", reason(err), "the webhook can't be reached: it doesn't speak TLS")
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	err = webhookChannels([]string{secure.URL}, nil)[0].send(t.Context(), said("Jane", "Hello?"))
	same(t, "cause", reason(err), "the webhook can't be reached: its certificate isn't valid for it, or is of nobody who is known")
}
