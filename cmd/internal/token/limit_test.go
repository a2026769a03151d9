package token

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) {
			o.Limits.Requests = Limit{Each: Rate{2, 10 * time.Second}, All: Rate{3, time.Second}}
		})
		from := func(address string) *httptest.ResponseRecorder {
			return b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) { r.RemoteAddr = address })
		}
		same(t, "first", from("192.0.2.1:1").Code, 200)
		time.Sleep(500 * time.Millisecond)
		same(t, "second, from another port", from("192.0.2.1:2").Code, 200)
		w := from("192.0.2.1:3")
		same(t, "third", w.Code, 429)
		same(t, "body", strings.TrimSuffix(w.Body.String(), "\n"), tooOften)
		same(t, "seconds, rounded up", w.Header().Get("Retry-After"), "10")
		same(t, "may be read", w.Header().Get("Access-Control-Expose-Headers"), "Retry-After")

		same(t, "another client", from("192.0.2.2:1").Code, 200)
		same(t, "a third one, over the limit of all", from("192.0.2.3:1").Code, 429)
		same(t, "no time passes", b.service.count("online"), 2)
		time.Sleep(9 * time.Second)
		same(t, "too early", from("192.0.2.1:1").Code, 429)
		time.Sleep(500 * time.Millisecond)
		same(t, "in time", from("192.0.2.1:1").Code, 200)
	})
}

const tooOften = `{"code":"too-many","message":"There were too many requests; Retry-After says in how many seconds to try again."}`

func TestNewcomersAreFewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Limits.Newcomers = Limit{Each: Rate{2, time.Minute}} })
		first := b.ask(request{})
		b.ask(request{Account: "other-shop"})
		_, w := b.try(request{})
		same(t, "third newcomer", w.Code, 429)
		same(t, "conversations", len(b.service.byName), 2)
		b.ask(request{Session: first.Session})
		b.ask(request{User: asUser(jane, "")})
		time.Sleep(time.Minute)
		b.ask(request{})
	})
}

func TestPreflightsAreNotCounted(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Limits.Requests.Each = Rate{1, time.Hour} })
	for range 5 {
		same(t, "status", b.send(http.MethodOptions, "/token", "").Code, 204)
	}
	same(t, "status", b.send(http.MethodGet, "/token?account=acme", "").Code, 200)
}

func TestClientsAreForgottenOnceTheyMayDoAllAgain(t *testing.T) {
	l := newLimiter(Limit{Each: Rate{2, time.Minute}})
	now := time.Unix(1_800_000_000, 0)
	client := func(n int) netip.Prefix {
		return clientOf(&http.Request{RemoteAddr: fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255)}, 0)
	}
	for n := range maxClients + 10 {
		if wait := l.wait(client(n), now); wait != 0 {
			t.Fatalf("client %d waits %s", n, wait)
		}
	}
	same(t, "clients", len(l.clients), maxClients)
	l.wait(client(1), now.Add(30*time.Second))
	l.wait(client(2), now.Add(61*time.Second))
	same(t, "clients after a minute", len(l.clients), 2)
}

func TestTheClientIsWhomTheTrustedProxySaw(t *testing.T) {
	tests := []struct {
		proxies int
		remote  string
		header  []string
		want    string
	}{
		{0, "192.0.2.1:80", nil, "192.0.2.1/32"},
		{0, "192.0.2.1:80", []string{"203.0.113.7"}, "192.0.2.1/32"},
		{1, "192.0.2.1:80", []string{"203.0.113.7"}, "203.0.113.7/32"},
		{1, "192.0.2.1:80", []string{"6.6.6.6, 203.0.113.7"}, "203.0.113.7/32"},
		{1, "192.0.2.1:80", []string{"6.6.6.6", "203.0.113.7:4711"}, "203.0.113.7/32"},
		{2, "192.0.2.1:80", []string{"6.6.6.6, 203.0.113.7,198.51.100.1"}, "203.0.113.7/32"},
		{2, "192.0.2.1:80", []string{"203.0.113.7"}, "192.0.2.1/32"},
		{1, "192.0.2.1:80", []string{"unknown"}, "192.0.2.1/32"},
		{1, "192.0.2.1:80", nil, "192.0.2.1/32"},
		{0, "[2001:db8:1:2:3:4:5:6]:80", nil, "2001:db8:1:2::/64"},
		{0, "[::ffff:192.0.2.1]:80", nil, "192.0.2.1/32"},
		{1, "192.0.2.1:80", []string{"2001:db8:1:2::9"}, "2001:db8:1:2::/64"},
		{1, "192.0.2.1:80", []string{"[2001:db8:1:2::9]:80"}, "2001:db8:1:2::/64"},
		{0, "@", nil, "invalid Prefix"},
	}
	for _, test := range tests {
		r := &http.Request{RemoteAddr: test.remote, Header: http.Header{"X-Forwarded-For": test.header}}
		same(t, fmt.Sprintf("%d %v", test.proxies, test.header), clientOf(r, test.proxies), test.want)
	}
}
