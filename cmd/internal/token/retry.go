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
		if !temporary(err) || try == maxTries || h.pause(ctx, try, retryAfter(err)) != nil {
			return err
		}
	}
}

// persistently is persist for what has a result.
func persistently[T any](ctx context.Context, h *Handler, ask func() (T, error)) (result T, err error) {
	err = h.persist(ctx, func() error {
		result, err = ask()
		return err
	})
	return result, err
}

func temporary(err error) bool {
	var refused *refusal
	return errors.As(err, &refused) && refused.temporary
}

// retryAfter is how long Twilio wants not to be asked again; 0 if it hasn't said.
func retryAfter(err error) time.Duration {
	var refused *refusal
	if errors.As(err, &refused) {
		return refused.retryAfter
	}
	return 0
}

// pause waits longer after each try, and not as long as others do who failed at the same moment; but as long as Twilio wants.
// It fails at once when that is longer than there is time.
func pause(ctx context.Context, try int, least time.Duration) error {
	longest := firstPause << (try - 1)
	wait := least + longest/2 + rand.N(longest/2)
	if end, ends := ctx.Deadline(); ends && time.Until(end) < wait {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
