package token

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	// maxTries is how often Twilio is asked to do what it can't at the moment. All of them together must end while the
	// visitor waits.
	maxTries   = 3
	firstPause = 300 * time.Millisecond
)

// persist does something again that failed for a moment only. What it does must be harmless if it was done before: the
// answer may be all that was lost.
func (h *Handler) persist(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if !temporary(err) || try == maxTries || h.pause(ctx, try) != nil {
			return err
		}
	}
}

func temporary(err error) bool {
	var refused *refusal
	return errors.As(err, &refused) && refused.temporary
}

// pause waits longer after each try, and not as long as others do who failed at the same moment.
func pause(ctx context.Context, try int) error {
	longest := firstPause << (try - 1)
	timer := time.NewTimer(longest/2 + rand.N(longest/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
