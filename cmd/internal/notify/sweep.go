package notify

import (
	"cmp"
	"context"
	"errors"
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
)

// sight is what a look at a conversation has shown.
type sight struct {
	marker string    // of Twilio's list: with another one it is looked at again
	again  time.Time // when it is looked at whatever the list says
	due    time.Time // when one of its bursts is, and sooner if nobody of the team is online; zero for no such
	first  []int     // of its bursts
	untold bool      // one of them has not gone out
	failed error     // why it could not be looked at; the rest is of the look before
}

// round is one sweep.
type round struct {
	n       *Notifier
	start   time.Time
	until   time.Time       // no look begins then
	open    map[string]bool // SIDs of what isn't closed
	offline func() bool
}

// sweep looks at what may have become unread or due since the last one, and sees to it that it goes out once. It asks for the list of
// open conversations, one request for each hundred, and about those that are new, have changed, or wait: one or two requests each.
func (n *Notifier) sweep(ctx context.Context) error {
	threads, err := n.inbox.Open(ctx)
	if err != nil {
		return err
	}
	r := &round{n: n, start: n.now(), open: map[string]bool{}, offline: sync.OnceValue(func() bool { return n.offline(ctx) })}
	var visitors []token.Thread
	for _, t := range threads {
		r.open[t.SID] = true
		if c, is := claimOf(t); is {
			n.claims[c.sid] = c
		} else if t.OfVisitor() {
			visitors = append(visitors, t)
		}
	}
	if len(n.channels) > 0 {
		r.trackOpen(visitors)
		slices.SortFunc(visitors, latestFirst)
		r.until = r.start.Add(looksTime)
		err = r.look(ctx, visitors)
	}
	r.until = n.now().Add(closedTime)
	// What has closed comes last: it keeps nobody waiting who is still there.
	err = cmp.Or(err, r.findClosed(ctx), r.lookAtClosed(ctx))
	r.tidy(ctx)
	return err
}

// offline reports whether nobody of the team is online, and whoever was a moment ago has not only reloaded the page. Where that is
// unknown, what waits goes out when it is due.
func (n *Notifier) offline(ctx context.Context) bool {
	online, err := n.inbox.Online(ctx)
	if err == nil && online {
		n.online = n.now()
	}
	return err == nil && !online && n.now().Sub(n.online) >= n.interval*3/2
}

// latestFirst puts what was just written in first.
func latestFirst(a, b token.Thread) int { return b.Quiet.Compare(a.Quiet) }

// look looks at the conversations for which it is time. An odd one doesn't keep the others from being looked at.
func (r *round) look(ctx context.Context, threads []token.Thread) (failed error) {
	failures := 0
	for _, t := range threads {
		if !r.timeFor(t) {
			failed = cmp.Or(failed, r.n.seen[t.SID].failed)
			continue
		}
		if r.n.now().After(r.until) || failures == maxFailures {
			break
		}
		s, err := r.lookAt(ctx, t)
		switch {
		case errors.Is(err, token.ErrGone):
			delete(r.n.seen, t.SID)
			delete(r.n.closed, t.SID)
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

// lookAt looks at a conversation, and tells of its bursts that are due.
func (r *round) lookAt(ctx context.Context, t token.Thread) (sight, error) {
	s := sight{again: r.n.now().Add(recheckOf(t.SID))}
	bursts, err := r.n.unread(ctx, t)
	if err == nil && t.Closed && len(bursts) > 0 {
		bursts, err = r.n.notCarriedOver(ctx, t, bursts)
	}
	if err != nil {
		return s, err
	}
	for _, b := range bursts {
		s.first = append(s.first, b.first)
		if due := b.due(r.n.after); r.n.now().Before(due) && !t.Closed && !r.offline() {
			if s.untold = true; s.due.IsZero() {
				s.due = due
			}
			continue
		}
		next, failed := r.tell(ctx, t, b)
		if !next.IsZero() {
			s.untold = true
			s.again = earlier(s.again, next)
		}
		err = cmp.Or(err, failed)
	}
	return s, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// recheckOf is between half of the longest time and all of it, so that those that were looked at together are not again.
func recheckOf(sid string) time.Duration {
	hash := fnv.New32a()
	hash.Write([]byte(sid))
	return recheck/2 + recheck/2*time.Duration(hash.Sum32()%1000)/1000
}

// unread returns a conversation's bursts, the oldest first.
func (n *Notifier) unread(ctx context.Context, t token.Thread) ([]*burst, error) {
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
	bursts := unreadIn(t.SID, run, read)
	if len(bursts) > 0 && !whole && len(newest) == manyMessages {
		bursts[0].first = read + 1 // further back than it is looked: another line must not make it another burst
	}
	return bursts, nil
}
