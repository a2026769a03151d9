package limit

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

func TestClientsAreForgottenOnceTheyMayDoAllAgain(t *testing.T) {
	l := New[netip.Prefix](Limit{Each: Rate{2, time.Minute}})
	now := time.Unix(1_800_000_000, 0)
	client := func(n int) netip.Prefix {
		return Client(&http.Request{RemoteAddr: fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255)}, 0)
	}
	for n := range maxClients + 10 {
		if wait, _ := l.Take(now, client(n)); wait != 0 {
			t.Fatalf("client %d waits %s", n, wait)
		}
	}
	same(t, "clients", len(l.each.keys), maxClients)
	l.Take(now.Add(30*time.Second), client(1))
	l.Take(now.Add(61*time.Second), client(2))
	same(t, "clients after a minute", len(l.each.keys), 2)
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
		{1, "192.0.2.1:80", []string{"[2001:db8:1:2::9]"}, "2001:db8:1:2::/64"},
		{0, "@", nil, "invalid Prefix"},
	}
	for _, test := range tests {
		r := &http.Request{RemoteAddr: test.remote, Header: http.Header{"X-Forwarded-For": test.header}}
		same(t, fmt.Sprintf("%d %v", test.proxies, test.header), Client(r, test.proxies), test.want)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
