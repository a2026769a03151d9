package token

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
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

// Limit is how often something may happen for each client, for each IPv6 network of 48 bits, and for all together. A client
// is an IPv4 address, or an IPv6 network of 64 bits: a home has one of those, and a server in a data centre often 65,536,
// which are one network of 48 bits.
type Limit struct{ Each, Network, All Rate }

// Rate allows Burst at once, and one more each Interval. The zero value has no limit.
type Rate struct {
	Burst    int
	Interval time.Duration
}

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

func (r Rate) limiter() *rate.Limiter {
	if r == (Rate{}) {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Every(r.Interval), r.Burst)
}

// limiter counts what happens: for each key, for each network if there is one, and for all together.
type limiter[K comparable] struct {
	mu       sync.Mutex
	each     counter[K]
	networks counter[K]
	all      *rate.Limiter
}

func newLimiter[K comparable](l Limit) *limiter[K] {
	return &limiter[K]{each: newCounter[K](l.Each), networks: newCounter[K](l.Network), all: l.All.limiter()}
}

// take counts one. When it is one too many, it isn't counted, and take returns how long to wait; else 0, and a function
// that undoes it.
func (l *limiter[K]) take(now time.Time, each K, network ...K) (wait time.Duration, giveBack func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// First the narrower limits: who is over them must not use up what is for all.
	limits := []*rate.Limiter{l.each.of(each, now)}
	for _, n := range network {
		limits = append(limits, l.networks.of(n, now))
	}
	var taken []*rate.Reservation
	giveBack = func() {
		for _, t := range taken {
			t.CancelAt(now)
		}
	}
	for _, limit := range append(limits, l.all) {
		if limit == nil {
			continue
		}
		reserved := limit.ReserveN(now, 1)
		taken = append(taken, reserved)
		if wait := reserved.DelayFrom(now); wait > 0 {
			giveBack()
			return wait, nil
		}
	}
	return 0, giveBack
}

// maxClients bounds the memory. Clients beyond it have no limit of their own, only that for all together.
const maxClients = 100_000

// counter has a limit for each key.
type counter[K comparable] struct {
	rate  Rate
	keys  map[K]*rate.Limiter
	swept time.Time
}

func newCounter[K comparable](r Rate) counter[K] {
	return counter[K]{rate: r, keys: map[K]*rate.Limiter{}}
}

// of returns the limit of a key; nil for none.
func (c *counter[K]) of(key K, now time.Time) *rate.Limiter {
	if c.rate == (Rate{}) {
		return nil
	}
	c.sweep(now)
	own, known := c.keys[key]
	if !known && len(c.keys) < maxClients {
		own = c.rate.limiter()
		c.keys[key] = own
	}
	return own
}

// sweepInterval keeps a sweep, which looks at all keys, from being made for each request.
const sweepInterval = time.Minute

// sweep forgets, once in a while, the keys that have all their burst again: nothing distinguishes them from new ones.
func (c *counter[K]) sweep(now time.Time) {
	if now.Sub(c.swept) < sweepInterval {
		return
	}
	c.swept = now
	for key, own := range c.keys {
		if own.TokensAt(now) >= float64(c.rate.Burst) {
			delete(c.keys, key)
		}
	}
}

// clients counts by where requests come from.
type clients = limiter[netip.Prefix]

// takeFor counts a request of a client, and of the network that the client is in.
func takeFor(l *clients, client netip.Prefix, now time.Time) (wait time.Duration, giveBack func()) {
	if ip := client.Addr(); ip.Is6() {
		return l.take(now, client, netip.PrefixFrom(ip, 48).Masked())
	}
	return l.take(now, client)
}

// clientOf returns the address that a request comes from; in IPv6 the network, of which one client has all addresses.
// Each trusted proxy has appended to X-Forwarded-For whom it was asked by; what stands before that anyone may have made up.
func clientOf(r *http.Request, proxies int) netip.Prefix {
	address := r.RemoteAddr
	if proxies > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if len(hops) >= proxies {
			if hop := strings.TrimSpace(hops[len(hops)-proxies]); parseAddress(hop).IsValid() {
				address = hop
			}
		}
	}
	ip := parseAddress(address)
	if ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked()
	}
	return netip.PrefixFrom(ip, ip.BitLen())
}

// parseAddress takes an address with or without a port. It is not valid when there is none.
func parseAddress(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	ip, _ := netip.ParseAddr(text)
	return ip.Unmap().WithZone("")
}

// proxyUnknown reports whether a proxy stands in front that the server isn't told of: X-Forwarded-For, in a request from an
// address that no visitor has. All visitors are one client then.
func proxyUnknown(r *http.Request, proxies int) bool {
	if proxies > 0 || r.Header.Get("X-Forwarded-For") == "" {
		return false
	}
	ip := parseAddress(r.RemoteAddr)
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || sharedAddresses.Contains(ip)
}

// sharedAddresses are of RFC 6598: load balancers of some clouds have them.
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")
