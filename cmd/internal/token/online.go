package token

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// onlineCacheTime is how long an answer is given again: each page that opens asks, and each question to Twilio would be a request
// for each agent.
const onlineCacheTime = 5 * time.Second

// availability knows whether somebody of the team is online.
type availability struct {
	agents []string
	log    *slog.Logger
	warn   sync.Once

	turn   chan struct{} // a lock of what follows, for which one can stop waiting; held while Twilio is asked
	until  time.Time
	online bool
	err    error
}

func newAvailability(agents []string, log *slog.Logger) *availability {
	return &availability{agents: agents, log: log, turn: make(chan struct{}, 1)}
}

// ask returns the last answer, or waits for a new one. A failure is given again as long as an answer is, so that Twilio isn't asked
// more often while it is down.
func (a *availability) ask(ctx context.Context, s service) (bool, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return false, errNoTime
	}
	if !time.Now().Before(a.until) {
		a.online, a.err = a.anyOnline(ctx, s)
		a.until = time.Now().Add(max(onlineCacheTime, retryAfter(a.err)))
	}
	return a.online, a.err
}

// anyOnline asks about all agents at once. An error about one counts only if no other is online.
func (a *availability) anyOnline(ctx context.Context, s service) (bool, error) {
	online, known := make([]bool, len(a.agents)), make([]bool, len(a.agents))
	errs := make([]error, len(a.agents))
	var asked sync.WaitGroup
	for i, agent := range a.agents {
		asked.Go(func() {
			online[i], known[i], errs[i] = s.online(ctx, agent)
			if errors.Is(errs[i], errNotFound) {
				errs[i] = nil // the agent has never connected, so is not online
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
				"hint", "this is as it should be until somebody of the team has opened the desk; if they have, "+setupHint+" turns reachability on, and identities must be right")
		})
	}
	return false, nil
}
