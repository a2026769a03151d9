package signin

import (
	"crypto/sha256"
	"net/http"
	"net/netip"
	"time"

	"missive/cmd/internal/limit"
	"missive/cmd/internal/team"
)

// Limits are how often somebody may try to sign in. The zero value has no limits.
type Limits struct {
	// Clients are where tries come from, whoever they are for.
	Clients limit.Limit
	// Here is for each agent, and whom there is none of, from each client.
	Here limit.Rate
	// Anywhere is for each agent from all clients together that the agent hasn't signed in from before.
	Anywhere limit.Rate
	// Device is for each browser that the agent has signed in with before. It draws on none of the others, so that nobody who tries from
	// elsewhere locks an agent out for good.
	Device limit.Rate
	// Provider is how often somebody is sent to the provider, and comes back, where nothing can be guessed here.
	Provider limit.Limit
}

// ProductionLimits let a team in that has one address and forgets its passwords, and are slow for everybody who guesses: 2,880 tries a
// day for an agent at most, from however many addresses.
var ProductionLimits = Limits{
	Clients: limit.Limit{
		Each:    limit.Rate{Burst: 20, Interval: 20 * time.Second},
		Network: limit.Rate{Burst: 60, Interval: 10 * time.Second},
		All:     limit.Rate{Burst: 200, Interval: 200 * time.Millisecond},
	},
	Here:     limit.Rate{Burst: 5, Interval: time.Minute},
	Anywhere: limit.Rate{Burst: 50, Interval: 30 * time.Second},
	Device:   limit.Rate{Burst: 10, Interval: 30 * time.Second},
	Provider: limit.Limit{
		Each:    limit.Rate{Burst: 100, Interval: 2 * time.Second},
		Network: limit.Rate{Burst: 300, Interval: time.Second},
		All:     limit.Rate{Burst: 1000, Interval: 20 * time.Millisecond},
	},
}

// key is a hash of what somebody has typed, so that it takes no more memory than that.
type key [sha256.Size]byte

// tries counts those of one server. Several count for themselves.
type tries struct {
	clients  *limit.Clients
	here     *limit.Limiter[key]
	anywhere *limit.Limiter[key]
	devices  *limit.Limiter[string]
	provider *limit.Clients
}

func newTries(l Limits) *tries {
	return &tries{
		clients: limit.New[netip.Prefix](l.Clients), here: limit.New[key](limit.Limit{Each: l.Here}),
		anywhere: limit.New[key](limit.Limit{Each: l.Anywhere}), devices: limit.New[string](limit.Limit{Each: l.Device}),
		provider: limit.New[netip.Prefix](l.Provider),
	}
}

// take counts a try. When it is one too many, it returns how long to wait, else 0, and a function that undoes it. The device is that of
// the agent, if it is known.
func (t *tries) take(now time.Time, client netip.Prefix, login, device string) (wait time.Duration, giveBack func()) {
	if device != "" {
		return t.devices.Take(now, device)
	}
	who := lower(login)
	var undo []func()
	giveBack = func() {
		for _, back := range undo {
			back()
		}
	}
	for _, take := range []func() (time.Duration, func()){
		// First the client's: one that makes up a name for each try would fill the memory of those by name.
		func() (time.Duration, func()) { return limit.TakeFor(t.clients, client, now) },
		func() (time.Duration, func()) {
			return t.here.Take(now, sha256.Sum256([]byte(client.String()+" "+who)))
		},
		func() (time.Duration, func()) { return t.anywhere.Take(now, sha256.Sum256([]byte(who))) },
	} {
		wait, back := take()
		if wait > 0 {
			giveBack()
			return wait, nil
		}
		undo = append(undo, back)
	}
	return 0, giveBack
}

// device is a browser that an agent has signed in with.
type device struct {
	Identity string `json:"i"`
	ID       string `json:"d"`
}

// deviceOf returns the browser's id, if the agent has signed in with it; "" if not.
func (s *SignIn) deviceOf(r *http.Request, agent *team.Agent) string {
	var d device
	if agent == nil || !s.open(r, deviceCookie, &d) || d.Identity != agent.Identity {
		return ""
	}
	return d.ID
}

func (s *SignIn) rememberDevice(w http.ResponseWriter, r *http.Request, agent team.Agent) {
	id := s.deviceOf(r, &agent)
	if id == "" {
		id = newID()
	}
	s.set(w, r, deviceCookie, deviceLife, device{agent.Identity, id})
}
