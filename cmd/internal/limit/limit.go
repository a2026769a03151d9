// Package limit counts what clients do, and says when it is too much.
package limit

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is how often something may happen for each client, for each IPv6 network of 48 bits, and for all together. A client
// is an IPv4 address, or an IPv6 network of 64 bits: a home has one of those, and a server in a data centre often 65,536,
// which are one network of 48 bits.
type Limit struct{ Each, Network, All Rate }

// Rate allows Burst at once, and one more each Interval. The zero value has no limit.
type Rate struct {
	Burst    int
	Interval time.Duration
}

func (r Rate) limiter() *rate.Limiter {
	if r == (Rate{}) {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Every(r.Interval), r.Burst)
}

// Limiter counts what happens: for each key, for each network if there is one, and for all together.
type Limiter[K comparable] struct {
	mu       sync.Mutex
	each     counter[K]
	networks counter[K]
	all      *rate.Limiter
}

// New returns a limiter that has counted nothing yet.
func New[K comparable](l Limit) *Limiter[K] {
	return &Limiter[K]{each: newCounter[K](l.Each), networks: newCounter[K](l.Network), all: l.All.limiter()}
}

// Take counts one. When it is one too many, it isn't counted, and Take returns how long to wait; else 0, and a function
// that undoes it.
func (l *Limiter[K]) Take(now time.Time, each K, network ...K) (wait time.Duration, giveBack func()) {
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

// Clients counts by where requests come from.
type Clients = Limiter[netip.Prefix]

// TakeFor counts a request of a client, and of the network that the client is in.
func TakeFor(l *Clients, client netip.Prefix, now time.Time) (wait time.Duration, giveBack func()) {
	if ip := client.Addr(); ip.Is6() {
		return l.Take(now, client, netip.PrefixFrom(ip, 48).Masked())
	}
	return l.Take(now, client)
}

// Client returns the address that a request comes from; in IPv6 the network, of which one client has all addresses.
// Each trusted proxy has appended to X-Forwarded-For whom it was asked by; what stands before that anyone may have made up.
func Client(r *http.Request, proxies int) netip.Prefix {
	address := r.RemoteAddr
	if proxies > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if len(hops) >= proxies {
			if hop := strings.TrimSpace(hops[len(hops)-proxies]); ParseAddress(hop).IsValid() {
				address = hop
			}
		}
	}
	ip := ParseAddress(address)
	if ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked()
	}
	return netip.PrefixFrom(ip, ip.BitLen())
}

// ParseAddress takes an address with or without a port, and without one with or without brackets. It is not valid when there is none.
func ParseAddress(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	ip, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return ip.Unmap().WithZone("")
}
