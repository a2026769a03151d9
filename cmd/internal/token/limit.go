package token

import (
	"net/http"
	"net/netip"
	"time"

	"missive/cmd/internal/limit"
)

// Limits are how often requests are answered. The zero value has no limits.
type Limits struct {
	// Requests are those of clients whom neither a session nor a digest makes known, whatever they ask for.
	Requests Limit
	// Newcomers are, among them, those who get an identity, and with their first message a conversation.
	Newcomers Limit
	// Unproven newcomers, of all clients, are let in without a proof of work.
	Unproven Rate
	// Visitors are known, and don't use up what is for newcomers. Their Each is for one visitor, wherever they are.
	Visitors Limit
	// Known are the same visitors by where they are, so that nobody uses up all of it from one place, with many sessions.
	Known Limit
	// Messages are those that come this way, of known visitors and of newcomers. Each is for one visitor.
	Messages Limit
}

// Limit and Rate are those of package limit.
type (
	Limit = limit.Limit
	Rate  = limit.Rate
)

// ProductionLimits suit a busy site whose visitors may share an office's address. The stricter ones are of newcomers: each of them
// takes one of the thousand open conversations that Twilio allows each identity of the team.
var ProductionLimits = Limits{
	Requests: Limit{
		Each:    Rate{Burst: 60, Interval: time.Second},
		Network: Rate{Burst: 240, Interval: 250 * time.Millisecond},
		All:     Rate{Burst: 400, Interval: 20 * time.Millisecond},
	},
	Newcomers: Limit{
		Each:    Rate{Burst: 10, Interval: time.Minute},
		Network: Rate{Burst: 40, Interval: 15 * time.Second},
		All:     Rate{Burst: 100, Interval: 30 * time.Second},
	},
	Unproven: Rate{Burst: 20, Interval: time.Minute},
	Visitors: Limit{
		Each: Rate{Burst: 60, Interval: time.Second},
		All:  Rate{Burst: 1000, Interval: 5 * time.Millisecond},
	},
	Known: Limit{
		Each:    Rate{Burst: 300, Interval: 50 * time.Millisecond},
		Network: Rate{Burst: 600, Interval: 20 * time.Millisecond},
	},
	Messages: Limit{
		Each: Rate{Burst: 20, Interval: 3 * time.Second},
		All:  Rate{Burst: 200, Interval: 50 * time.Millisecond},
	},
}

// Rates returns the rates by the names that they have for operators.
func (l *Limits) Rates() map[string]*Rate {
	return map[string]*Rate{
		"requests.client":   &l.Requests.Each,
		"requests.network":  &l.Requests.Network,
		"requests.all":      &l.Requests.All,
		"newcomers.client":  &l.Newcomers.Each,
		"newcomers.network": &l.Newcomers.Network,
		"newcomers.all":     &l.Newcomers.All,
		"unproven.all":      &l.Unproven,
		"visitors.each":     &l.Visitors.Each,
		"visitors.client":   &l.Known.Each,
		"visitors.network":  &l.Known.Network,
		"visitors.all":      &l.Visitors.All,
		"messages.each":     &l.Messages.Each,
		"messages.all":      &l.Messages.All,
	}
}

// proxyProblem returns why all visitors are one client: a request that a browser has sent comes from an address that no visitor has, of
// a proxy which the server isn't told of, or which doesn't say whom it was asked by. It returns nil if that isn't so.
func proxyProblem(r *http.Request, proxies int) *failure {
	ip := limit.ParseAddress(r.RemoteAddr)
	if !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !sharedAddresses.Contains(ip) {
		return nil
	}
	switch forwarded := r.Header.Get("X-Forwarded-For"); {
	case proxies == 0 && forwarded != "":
		return errProxy
	case proxies > 0 && forwarded == "" && r.Header.Get("Origin") != "": // without an origin it may be somebody on this machine
		return errSilentProxy
	}
	return nil
}

// ProxyHint is what to do where all visitors are one client, and "" where they aren't.
func ProxyHint(r *http.Request, proxies int) string {
	switch proxyProblem(r, proxies) {
	case errProxy:
		return unknownProxyHint
	case errSilentProxy:
		return silentProxyHint
	}
	return ""
}

const (
	// unknownProxyHint is how to tell the server of the proxies in front of it.
	unknownProxyHint = "start it with -trust-proxy 1, or with the number of proxies that append to X-Forwarded-For"
	// silentProxyHint is how a proxy tells the server of visitors.
	silentProxyHint = "let the proxy say whom it was asked by, in nginx with: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
)

// sharedAddresses are of RFC 6598: load balancers of some clouds have them.
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")
