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
	// Requests of any kind.
	Requests Limit
	// Newcomers are visitors who get a new identity, and with it a new conversation.
	Newcomers Limit
}

// Limit is how often something may happen for each client, and for all together.
type Limit struct{ Each, All Rate }

// Rate allows Burst at once, and one more each Interval. The zero value has no limit.
type Rate struct {
	Burst    int
	Interval time.Duration
}

// ProductionLimits suit a busy site whose visitors may share an office's address. The stricter ones are of newcomers: each of them
// takes one of the thousand open conversations that Twilio allows each identity of the team.
var ProductionLimits = Limits{
	Requests:  Limit{Each: Rate{Burst: 60, Interval: time.Second}, All: Rate{Burst: 400, Interval: 20 * time.Millisecond}},
	Newcomers: Limit{Each: Rate{Burst: 10, Interval: time.Minute}, All: Rate{Burst: 100, Interval: 2 * time.Second}},
}

func (r Rate) limiter() *rate.Limiter {
	if r == (Rate{}) {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Every(r.Interval), r.Burst)
}

// maxClients bounds the memory. Clients beyond it have no limit of their own, only that for all together.
const maxClients = 100_000

// limiter counts requests: of each client, in IPv6 of each network, and of all together.
type limiter struct {
	each Rate

	mu      sync.Mutex
	all     *rate.Limiter
	clients map[netip.Prefix]*rate.Limiter
	swept   time.Time
}

func newLimiter(l Limit) *limiter {
	return &limiter{each: l.Each, all: l.All.limiter(), clients: map[netip.Prefix]*rate.Limiter{}}
}

// wait counts a request of the client. When it is one too many, it returns how long to wait; else 0.
func (l *limiter) wait(client netip.Prefix, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	// The client's own limit first: a client that is over it must not use up what is for all.
	if l.each != (Rate{}) {
		l.sweep(now)
		own, known := l.clients[client]
		if !known && len(l.clients) < maxClients {
			own = l.each.limiter()
			l.clients[client] = own
		}
		if own != nil {
			if wait := take(own, now); wait > 0 {
				return wait
			}
		}
	}
	return take(l.all, now)
}

// sweep forgets, once a minute, the clients that have all their burst again: nothing distinguishes them from new ones.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for client, own := range l.clients {
		if own.TokensAt(now) >= float64(l.each.Burst) {
			delete(l.clients, client)
		}
	}
}

// take counts a request if it is allowed now. Else it returns how long to wait, and counts nothing.
func take(l *rate.Limiter, now time.Time) time.Duration {
	reserved := l.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now)
	}
	return wait
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
