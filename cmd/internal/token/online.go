package token

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// onlineFor is how long an answer holds: with each page that opens comes a question, and Twilio need not hear them all.
const onlineFor = 5 * time.Second

// availability knows whether somebody of the team is online.
type availability struct {
	agents []string
	log    *slog.Logger
	warn   sync.Once

	turn   chan struct{} // held by who asks Twilio, or reads what follows
	until  time.Time
	online bool
	err    error
}

func newAvailability(agents []string, log *slog.Logger) *availability {
	return &availability{agents: agents, log: log, turn: make(chan struct{}, 1)}
}

// ask returns the last answer, or waits for a new one. Failures hold as long as answers do: a Twilio that is down is
// not asked more often for it.
func (a *availability) ask(ctx context.Context, s service) (bool, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return false, &refusal{cause: "Twilio didn't answer in time"}
	}
	if !time.Now().Before(a.until) {
		a.online, a.err = a.anyOnline(ctx, s)
		a.until = time.Now().Add(onlineFor)
	}
	return a.online, a.err
}

// anyOnline asks for all agents at once. That one can't be asked about doesn't matter when another one is there.
func (a *availability) anyOnline(ctx context.Context, s service) (bool, error) {
	online, known := make([]bool, len(a.agents)), make([]bool, len(a.agents))
	errs := make([]error, len(a.agents))
	var asked sync.WaitGroup
	for i, agent := range a.agents {
		asked.Go(func() {
			online[i], known[i], errs[i] = s.online(ctx, agent)
			if errors.Is(errs[i], errNotFound) {
				errs[i] = nil // has never been here
			}
		})
	}
	asked.Wait()
	if slices.Contains(online, true) {
		return true, nil
	}
	for _, err := range errs {
		if err != nil {
			return false, err
		}
	}
	if !slices.Contains(known, true) {
		a.warn.Do(func() {
			a.log.Warn("no agent has ever been online, so visitors see an offline team",
				"hint", "turn on reachability in the Conversations service, and check the names in MISSIVE_AGENTS")
		})
	}
	return false, nil
}
