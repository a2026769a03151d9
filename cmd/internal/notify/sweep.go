package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"missive/cmd/internal/token"
)

const (
	// recheck is the longest that a look at a conversation counts for which Twilio's list tells nothing new: it doesn't promise to.
	recheck = 10 * time.Minute
	// looksTime is how long a sweep goes on to look at conversations. What is left is for the next one.
	looksTime = 3 * time.Minute
	// sameSecond is how exact the times in Twilio's list are, and what clocks may differ by.
	sameSecond = 3 * time.Second
	// fewMessages are mostly enough to see where a burst begins, and one request; manyMessages are as far as it is looked back.
	fewMessages, manyMessages = 50, 1000
	// maxFailures of conversations end a sweep, as it isn't one of them that is odd. They rest then, and the others come first.
	maxFailures = 5
	failureRest = time.Minute
	// channelsAtOnce is how many send at the same time: mail servers count connections.
	channelsAtOnce = 4
)

// sight is what a look at a conversation has shown.
type sight struct {
	marker string    // of Twilio's list: with another one it is looked at again
	again  time.Time // when it is looked at whatever the list says
	due    time.Time // when its burst is, and sooner if nobody of the team is online; zero for no such
	first  int       // of its burst; -1 when there is none
	untold bool      // its burst has not gone out
	failed error     // why it could not be looked at; the rest is of the look before
}

// round is one sweep.
type round struct {
	n       *Notifier
	start   time.Time
	claims  []claim
	offline func() bool
}

// sweep looks at what may have become unread or due since the last one, and sees to it that it goes out once. It asks for the list of
// open conversations, one request for each hundred, and about those that are new, have changed, or wait: one or two requests each.
func (n *Notifier) sweep(ctx context.Context) error {
	threads, err := n.inbox.Open(ctx)
	if err != nil {
		return err
	}
	r := &round{n: n, start: n.now(), offline: sync.OnceValue(func() bool {
		online, err := n.inbox.Online(ctx)
		return err == nil && !online // unknown: it goes out when it is due
	})}
	open := map[string]bool{}
	for _, t := range threads {
		open[t.SID] = true
		if c, is := claimOf(t); is {
			r.claims = append(r.claims, c)
		}
	}
	threads = slices.DeleteFunc(threads, func(t token.Thread) bool { return !t.OfVisitor() })
	slices.SortFunc(threads, func(a, b token.Thread) int { return b.Quiet.Compare(a.Quiet) }) // what was just written in comes first
	gone, err := n.closedUntold(ctx, open)
	if err != nil {
		return err
	}
	err = r.look(ctx, append(gone, threads...))
	r.tidy(ctx, open)
	return err
}

// closedUntold returns the conversations with a burst that has not gone out and that somebody has closed meanwhile. What is no
// longer open is forgotten; that it was seen waiting is known as long as this server runs.
func (n *Notifier) closedUntold(ctx context.Context, open map[string]bool) (closed []token.Thread, err error) {
	for sid, s := range n.seen {
		if open[sid] {
			continue
		}
		if s.untold {
			t, err := n.inbox.Find(ctx, sid)
			if err != nil && !errors.Is(err, token.ErrGone) {
				return nil, err
			}
			if err == nil {
				closed = append(closed, t)
				continue
			}
		}
		delete(n.seen, sid)
	}
	return closed, nil
}

// look looks at the conversations for which it is time. An odd one doesn't keep the others from being looked at.
func (r *round) look(ctx context.Context, threads []token.Thread) (failed error) {
	failures := 0
	for _, t := range threads {
		if !r.timeFor(t) {
			failed = cmp.Or(failed, r.n.seen[t.SID].failed)
			continue
		}
		if r.n.now().Sub(r.start) > looksTime || failures == maxFailures {
			break
		}
		s, err := r.lookAt(ctx, t)
		switch {
		case errors.Is(err, token.ErrGone):
			delete(r.n.seen, t.SID)
			continue
		case err != nil:
			s = r.n.seen[t.SID]
			s.again, s.failed = r.n.now().Add(failureRest), err
			failed = err
			failures++
		case r.n.now().Sub(t.Quiet) >= sameSecond:
			s.marker = t.Marker // in a younger one another message of that second would not change it
		}
		r.n.seen[t.SID] = s
	}
	return failed
}

func (r *round) timeFor(t token.Thread) bool {
	s, known := r.n.seen[t.SID]
	now := r.n.now()
	if s.failed != nil {
		return !now.Before(s.again)
	}
	if !known || s.marker != t.Marker || !now.Before(s.again) {
		return true
	}
	return !s.due.IsZero() && (t.Closed || !now.Before(s.due) || r.offline())
}

// lookAt looks at a conversation, and tells of its burst if that is due.
func (r *round) lookAt(ctx context.Context, t token.Thread) (sight, error) {
	again := r.n.now().Add(recheckOf(t.SID))
	b, err := r.n.unread(ctx, t)
	if err != nil || b == nil {
		return sight{first: -1, again: again}, err
	}
	s := sight{first: b.first, again: again, untold: true}
	if due := b.due(r.n.after); r.n.now().Before(due) && !t.Closed && !r.offline() {
		s.due = due
		return s, nil
	}
	next, err := r.tell(ctx, t, b)
	if next.IsZero() {
		s.untold = false
	} else if next.Before(again) {
		s.again = next
	}
	return s, err
}

// recheckOf is between half of the longest time and all of it, so that those that were looked at together are not again.
func recheckOf(sid string) time.Duration {
	hash := fnv.New32a()
	hash.Write([]byte(sid))
	return recheck/2 + recheck/2*time.Duration(hash.Sum32()%1000)/1000
}

// unread returns a conversation's burst; nil for none.
func (n *Notifier) unread(ctx context.Context, t token.Thread) (*burst, error) {
	newest, err := n.inbox.Newest(ctx, t.SID, fewMessages)
	if err != nil {
		return nil, err
	}
	run, whole := unanswered(newest)
	if len(run) == 0 && (whole || len(newest) < fewMessages) {
		return nil, nil
	}
	read, err := n.inbox.ReadByTeam(ctx, t.SID)
	if err != nil {
		return nil, err
	}
	if last := newest[len(newest)-1]; !whole && len(newest) == fewMessages && last.Index > read+1 {
		if newest, err = n.inbox.Newest(ctx, t.SID, manyMessages); err != nil {
			return nil, err
		}
		run, whole = unanswered(newest)
	}
	b := unreadIn(t.SID, run, read)
	if b != nil && !whole && len(newest) == manyMessages {
		b.first = read + 1 // further back than it is looked: another line must not make it another burst
	}
	return b, nil
}

// tell sends a burst to all who haven't got it, unless another server does. It returns when to look again whether all have it; zero
// when they have.
func (r *round) tell(ctx context.Context, t token.Thread, b *burst) (again time.Time, err error) {
	var latest claim
	for _, c := range r.claims {
		if c.of(b) && c.try > latest.try {
			latest = c
		}
	}
	if state, is := r.n.unsaved[latest.sid]; is {
		latest.claimState = state
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
		n.unsaved[c.sid] = c.claimState
		return err
	}
	delete(n.unsaved, c.sid)
	return nil
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
		n.log.Error("a notification was not sent, and will be tried again", "to", c.name, "cause", reason(err))
	default:
		n.log.Info("notifications are sent again", "to", c.name)
	}
}

// tidy deletes claims that are not needed any more: of bursts that are read, of tries that others have followed, and of conversations
// that are closed or gone.
func (r *round) tidy(ctx context.Context, open map[string]bool) {
	for _, c := range r.claims {
		if r.start.Sub(c.made) < dropAfter || !r.useless(ctx, c, open) {
			continue
		}
		if err := r.n.inbox.DropNote(ctx, c.sid); err != nil {
			return // the next sweep finds them again
		}
	}
}

func (r *round) useless(ctx context.Context, c claim, open map[string]bool) bool {
	s, known := r.n.seen[c.conversation]
	if !open[c.conversation] {
		if s.untold {
			return false
		}
		t, err := r.n.inbox.Find(ctx, c.conversation)
		return errors.Is(err, token.ErrGone) || err == nil && t.Closed
	}
	return known && s.failed == nil && (s.first != c.first || slices.ContainsFunc(r.claims, func(other claim) bool {
		return other.conversation == c.conversation && other.first == c.first && other.try > c.try
	}))
}
