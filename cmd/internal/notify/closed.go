package notify

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"missive/cmd/internal/token"
)

// A conversation that has closed is in no list of those that are open, and an unread message in it is unread for good. So what leaves
// that list is looked at once more, and what was closed while nobody looked, by a server that has just started or between two
// sweeps, is searched for. That a burst of such a conversation was told of is known by its claim.

const (
	// lookBack is how long no server may have run for that to be found.
	lookBack = 3 * 24 * time.Hour
	// closedWindow is how old a conversation may be that is searched for, and closed by its timer.
	closedWindow = token.CloseAfter + lookBack
	// keepClaims is how old it is before its claims go: longer than anybody finds it.
	keepClaims = closedWindow + 24*time.Hour
	// closedTime is how long a sweep goes on to look at them, as those who write now wait for the next one.
	closedTime = 5 * time.Second
	// mostClosed is how many are searched, the latest first.
	mostClosed = 5000
	// forgetAfter is how long an answer about a conversation with claims counts: it may be deleted.
	forgetAfter = 6 * time.Hour
)

// trackOpen finds which conversations have left the list of open ones since the last sweep.
func (r *round) trackOpen(visitors []token.Thread) {
	n := r.n
	for sid := range n.open {
		if !r.open[sid] {
			n.toLookAt(token.Thread{SID: sid})
		}
	}
	clear(n.open)
	for _, t := range visitors {
		n.open[t.SID] = true
	}
}

// toLookAt remembers a conversation that may be closed. What was seen of it doesn't count any more.
func (n *Notifier) toLookAt(t token.Thread) {
	if _, there := n.closed[t.SID]; !there {
		n.closed[t.SID] = t
		delete(n.seen, t.SID)
	}
}

// findClosed searches for what nobody has seen closing. The first time that is what may have been closed while no server ran; then,
// now and then, what began and ended between two sweeps.
func (r *round) findClosed(ctx context.Context) error {
	n := r.n
	first := n.searched.IsZero()
	if !first && r.start.Sub(n.searched) < recheck {
		return nil
	}
	made := n.searched.Add(-holdTime)
	if first {
		made = r.start.Add(-closedWindow)
	}
	threads, err := n.inbox.Closed(ctx, made, mostClosed)
	if err != nil {
		return err
	}
	for _, t := range threads {
		// Twilio doesn't say that a timer is a change. By one, none closes before.
		lately := !first || t.Updated.After(r.start.Add(-lookBack)) || t.Created.Before(r.start.Add(-token.CloseAfter))
		if c, is := claimOf(t); is {
			n.claims[c.sid] = c
		} else if t.OfVisitor() && lately && len(n.channels) > 0 {
			n.toLookAt(t)
		}
	}
	n.searched = r.start
	return nil
}

// lookAtClosed looks at conversations that are closed, until all of their bursts have gone out.
func (r *round) lookAtClosed(ctx context.Context) (failed error) {
	n := r.n
	var threads []token.Thread
	failures := 0
	for sid, t := range n.closed {
		if n.now().After(r.until) || failures == maxFailures {
			break
		}
		if t.UniqueName == "" {
			found, err := n.inbox.Find(ctx, sid)
			switch {
			case errors.Is(err, token.ErrGone), err == nil && !found.Closed: // else it was between the two lists of what is open
				delete(n.closed, sid)
				continue
			case err != nil:
				failed = err
				failures++
				continue
			}
			t = found
			n.closed[sid] = t
		}
		threads = append(threads, t)
	}
	slices.SortFunc(threads, latestFirst)
	failed = cmp.Or(failed, r.look(ctx, threads))
	for _, t := range threads {
		if s, looked := n.seen[t.SID]; looked && s.failed == nil && !s.untold {
			delete(n.closed, t.SID)
		}
	}
	for sid := range n.seen {
		if _, closed := n.closed[sid]; !closed && !n.open[sid] {
			delete(n.seen, sid)
		}
	}
	return failed
}

// notCarriedOver leaves out what stands in the visitor's next conversation, too, and is told of there: the token server puts it there when a
// visitor writes at the moment in which it closes a conversation.
func (n *Notifier) notCarriedOver(ctx context.Context, t token.Thread, bursts []*burst) ([]*burst, error) {
	next, err := n.inbox.Next(ctx, t)
	if errors.Is(err, token.ErrGone) {
		return bursts, nil
	}
	var newest []token.InboxMessage
	if err == nil {
		newest, err = n.inbox.Newest(ctx, next.SID, fewMessages)
	}
	if err != nil && !errors.Is(err, token.ErrGone) {
		return nil, err
	}
	there := map[[3]string]bool{}
	for _, m := range newest {
		there[sameAs(m)] = m.Attribute("id") != ""
	}
	return slices.DeleteFunc(bursts, func(b *burst) bool {
		b.messages = slices.DeleteFunc(b.messages, func(m token.InboxMessage) bool { return there[sameAs(m)] })
		return len(b.messages) == 0
	}), nil
}

// tidy deletes claims that are not needed any more: of bursts that are read, of tries that others have followed, and of conversations
// that are deleted or closed for long.
func (r *round) tidy(ctx context.Context) {
	until := r.n.now().Add(closedTime)
	for sid, c := range r.n.claims {
		if r.n.now().After(until) && len(r.n.channels) > 0 {
			return
		}
		if r.start.Sub(c.made) < dropAfter || !r.useless(ctx, c) {
			continue
		}
		if err := r.n.inbox.DropNote(ctx, sid); err != nil {
			return // the next sweep goes on
		}
		delete(r.n.claims, sid)
		delete(r.n.unsaved, c.key())
		delete(r.n.ended, c.conversation)
	}
}

func (r *round) useless(ctx context.Context, c claim) bool {
	n := r.n
	if r.open[c.conversation] {
		s, known := n.seen[c.conversation]
		if !known || s.failed != nil {
			return false
		}
		if !slices.Contains(s.first, c.first) {
			return true
		}
		for _, other := range n.claims {
			if c.behind(other) {
				return true
			}
		}
		return false
	}
	if _, waits := n.closed[c.conversation]; waits {
		return false
	}
	is, known := n.ended[c.conversation]
	if !known || r.start.Sub(is.asked) > forgetAfter {
		t, err := n.inbox.Find(ctx, c.conversation)
		if err != nil || !t.Closed {
			delete(n.ended, c.conversation)
			return errors.Is(err, token.ErrGone)
		}
		is = ended{t.Created, r.start}
		n.ended[c.conversation] = is
	}
	return r.start.Sub(is.made) > keepClaims
}

// ended is what is known of a closed conversation that has claims.
type ended struct{ made, asked time.Time }
