package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"missive/cmd/internal/token"
)

// channelsAtOnce is how many send at the same time: mail servers count connections.
const channelsAtOnce = 4

// tell sends a burst to all who haven't got it, unless another server does. It returns when to look again whether all have it; zero
// when they have.
func (r *round) tell(ctx context.Context, t token.Thread, b *burst) (again time.Time, err error) {
	var latest claim
	for _, c := range r.n.claims {
		if c.of(b) && c.try > latest.try {
			latest = c
		}
	}
	if latest.try > 0 && r.n.recall(&latest) {
		if err := r.n.save(ctx, &latest); err != nil {
			return r.n.now(), err
		}
	}
	if at := r.n.restUntil(latest.Done); !latest.Sent && at.After(r.n.now()) {
		return at, nil // a claim would be for nothing
	}
	mine, again, err := r.n.take(ctx, b, latest)
	if mine == nil || err != nil {
		return again, err
	}
	return r.n.deliver(ctx, noticeOf(r.n.inbox, r.n.desk, t, b), mine)
}

// take claims a burst, after a claim that is known; zero for none. It returns nil when there is nothing to do: before a time, or for
// good.
func (n *Notifier) take(ctx context.Context, b *burst, c claim) (mine *claim, again time.Time, err error) {
	for c.try < maxTries {
		switch {
		case c.Sent:
			return nil, time.Time{}, nil
		case n.now().Before(c.Until):
			return nil, c.Until, nil
		}
		next := claim{conversation: b.conversation, first: b.first, try: c.try + 1, claimState: claimState{Until: n.now().Add(holdTime), Done: c.Done}}
		if next.sid, err = n.inbox.Note(ctx, claimName(*b, next.try), next.text()); err == nil {
			return &next, time.Time{}, nil
		}
		if !errors.Is(err, token.ErrTaken) {
			return nil, n.now(), err
		}
		other, err := n.inbox.Find(ctx, claimName(*b, next.try))
		if err != nil {
			return nil, n.now(), err
		}
		if c, _ = claimOf(other); c.try == 0 {
			return nil, n.now().Add(recheck), nil
		}
		n.claims[c.sid] = c
		n.recall(&c)
	}
	return nil, n.now().Add(recheck), nil
}

// restUntil is when the first channel that isn't done may be used; zero when one may be now.
func (n *Notifier) restUntil(done []string) (first time.Time) {
	for _, c := range n.channels {
		switch {
		case slices.Contains(done, c.name):
		case c.ready(n.now()):
			return time.Time{}
		case first.IsZero() || c.pause.Before(first):
			first = c.pause
		}
	}
	return first
}

// complete reports whether all channels are done.
func (n *Notifier) complete(done []string) bool {
	return !slices.ContainsFunc(n.channels, func(c *channel) bool { return !slices.Contains(done, c.name) })
}

// deliver sends a notice to all who haven't got it, and writes that into the claim. A server that is told to stop ends what it has
// begun.
func (n *Notifier) deliver(ctx context.Context, notice Notice, mine *claim) (again time.Time, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	results := make([]error, len(n.channels))
	places := make(chan struct{}, channelsAtOnce)
	var sending sync.WaitGroup
	todo := make([]bool, len(n.channels))
	for i, c := range n.channels {
		if todo[i] = !slices.Contains(mine.Done, c.name) && c.ready(n.now()); todo[i] {
			sending.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				within, cancel := context.WithTimeout(ctx, channelTime)
				defer cancel()
				results[i] = safely(func() error { return c.send(within, notice) })
			})
		}
	}
	sending.Wait()
	for i, c := range n.channels {
		if todo[i] {
			n.went(c, results[i], mine)
		}
	}
	if mine.Sent = n.complete(mine.Done); mine.Sent {
		mine.Until = time.Time{}
	} else if mine.Until = n.restUntil(mine.Done); mine.Until.IsZero() {
		mine.Until = n.now() // one may be used again that could not be before
	}
	n.log.Info("a message that nobody has read was told of", "conversation", mine.conversation, "message", mine.first, "try", mine.try, "complete", mine.Sent)
	return mine.Until, n.save(ctx, mine)
}

// save writes what a claim says. What can't be written is remembered, so that at least this server doesn't send it again.
func (n *Notifier) save(ctx context.Context, c *claim) error {
	err := n.inbox.ChangeNote(ctx, c.sid, c.text())
	if err != nil && !errors.Is(err, token.ErrGone) {
		n.unsaved[c.key()] = c.Done
		return err
	}
	delete(n.unsaved, c.key())
	return nil
}

// recall adds to a claim what this server has done and could not write, be it into another try, and reports whether there is such.
func (n *Notifier) recall(c *claim) (changed bool) {
	for _, name := range n.unsaved[c.key()] {
		if !slices.Contains(c.Done, name) {
			c.Done, changed = append(slices.Clip(c.Done), name), true
		}
	}
	if changed && n.complete(c.Done) {
		c.Sent, c.Until = true, time.Time{}
	}
	return changed
}

// safely makes an error of a panic: visitors' requests are answered by the same program.
func safely(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &unsent{cause: fmt.Sprintf("panic of type %T", v)} // the value may hold what a visitor wrote
		}
	}()
	return do()
}

// went notes how a channel did.
func (n *Notifier) went(c *channel, err error, mine *claim) {
	c.went(err, n.now())
	if err == nil {
		mine.Done = append(slices.Clip(mine.Done), c.name)
	}
	switch changed := n.health.set(c.name, err, n.now()); {
	case !changed:
	case err != nil:
		log := n.log.With("to", c.name)
		if c.host != "" {
			log = log.With("host", c.host)
		}
		log.Error("a notification was not sent, and will be tried again", "cause", reason(err))
	default:
		n.log.Info("notifications are sent again", "to", c.name)
	}
}
