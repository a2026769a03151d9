package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"missive/cmd/internal/token"
)

func TestWhatClosesUnseenIsTold(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		name string
		do   func(w *world, c *thread, s *outcome)
		want string
	}{
		{"by somebody, while no server runs", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.close(c)
			w.pass(2 * day)
			s.look(w)
		}, "CH1-0"},
		{"by its timer, while no server runs", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.pass(token.CloseAfter)
			c.Closed = true
			w.pass(day)
			s.look(w)
		}, "CH1-0"},
		{"between two sweeps", func(w *world, c *thread, s *outcome) {
			c.Created = w.now.Add(-100 * day) // no search finds it
			w.write(c, "visitor", "Hello?")
			w.write(c, "ann", "Hi!")
			s.look(w)
			w.write(c, "visitor", "One more question")
			w.close(c)
			s.look(w)
		}, "CH1-2"},
		{"between two sweeps, by a timer", func(w *world, c *thread, s *outcome) {
			c.Created = w.now.Add(-100 * day) // no search finds it
			w.write(c, "visitor", "Hello?")
			w.write(c, "ann", "Hi!")
			s.look(w)
			w.write(c, "visitor", "One more question")
			c.Closed = true
			s.look(w)
		}, "CH1-2"},
		{"and began between two sweeps, too", func(w *world, c *thread, s *outcome) {
			s.look(w)
			w.pass(time.Minute)
			late := w.visitor()
			w.write(late, "visitor", "Hello?")
			w.close(late)
			s.look(w)
			w.pass(recheck)
			s.look(w)
		}, "CH2-0"},
		{"which was read before", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			c.read = 0
			w.close(c)
			s.look(w)
		}, ""},
		{"and too long ago for anybody to care", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.close(c)
			w.pass(lookBack + time.Second)
			s.look(w)
		}, ""},
		{"which can't be looked at in the first sweep", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.close(c)
			w.fails["newest"] = errors.New("down")
			if s.sweep(w.t.Context()) == nil {
				w.t.Error("nothing is said of it")
			}
			clear(w.fails)
			w.pass(failureRest)
			s.look(w)
		}, "CH1-0"},
		{"which can't be searched for in the first sweep", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.close(c)
			w.fails["closed"] = errors.New("down")
			if s.sweep(w.t.Context()) == nil {
				w.t.Error("nothing is said of it")
			}
			clear(w.fails)
			s.look(w)
		}, "CH1-0"},
		{"which can't be found at first", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			s.look(w)
			w.close(c)
			w.fails["find"] = errors.New("down")
			if s.sweep(w.t.Context()) == nil {
				w.t.Error("nothing is said of it")
			}
			clear(w.fails)
			s.look(w)
		}, "CH1-0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.server()
			test.do(w, w.visitor(), s)
			s.look(w)
			w.pass(recheck)
			s.look(w)
			same(t, "sent", s.keys(w), test.want)
			next := w.server()
			for range 5 {
				next.look(w)
				w.pass(10 * time.Hour)
			}
			same(t, "sent by servers that start later", next.keys(w), "")
			same(t, "conversations that still wait", len(s.closed)+len(next.closed), 0)
		})
	}
}

func TestWhatOneServerHasToldOfClosedConversationsNoneTellsAgain(t *testing.T) {
	w := newWorld(t)
	w.online = false
	for range 5 {
		c := w.visitor()
		w.write(c, "visitor", "Hello?")
		w.close(c)
	}
	told := 0
	for range 30 { // for longer than conversations are searched for
		s := w.server()
		s.look(w)
		w.pass(recheck)
		s.look(w)
		told += len(s.sent)
		w.pass(36 * time.Hour)
	}
	same(t, "sent", told, 5)
	same(t, "claims in the end", len(w.notes()), 0)
}

func TestAConversationThatMovesBetweenTheListsIsNotTakenForClosed(t *testing.T) {
	w := newWorld(t)
	c := w.visitor()
	w.write(c, "visitor", "Hello?")
	s := w.server()
	s.look(w)
	w.hidden = c
	s.look(w)
	same(t, "sent", s.keys(w), "")
	same(t, "conversations that are taken for closed", len(s.closed), 0)
	w.hidden = nil
	s.look(w)
	w.pass(5 * time.Minute)
	s.look(w)
	same(t, "sent when it is due", s.keys(w), "CH1-0")
}

func TestTheSearchForClosedConversationsKeepsNobodyWaiting(t *testing.T) {
	w := newWorld(t)
	w.online = false
	closed := w.visitor()
	w.write(closed, "visitor", "Hello?")
	w.close(closed)
	w.pass(time.Second)
	w.write(w.visitor(), "visitor", "I am here")
	s := w.server()
	s.look(w)
	same(t, "sent", s.keys(w), "CH2-0 CH1-0")
}

func TestManyClosedConversationsAreLookedAtInSeveralSweeps(t *testing.T) {
	w := newWorld(t)
	w.online = false
	const many = 20
	for range many {
		c := w.visitor()
		w.write(c, "visitor", "Hello?")
		w.close(c)
	}
	s := w.server()
	record := s.channels[0].send
	s.channels[0].send = func(ctx context.Context, n Notice) error { w.pass(time.Second); return record(ctx, n) }
	s.look(w)
	if n := len(s.sent); n < 5 || n > 7 {
		t.Errorf("%d were told of in the first sweep, of five seconds", n)
	}
	late := w.visitor()
	w.write(late, "visitor", "I am here")
	s.sent = nil
	s.look(w)
	same(t, "sent first in the next sweep", s.sent[0].Conversation, late.SID)
	for range many {
		s.look(w)
	}
	same(t, "that wait", len(s.closed), 0)
}

func TestClaimsThatWereClosedAreDeleted(t *testing.T) {
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprintf("by a server that has started since: %t", again), func(t *testing.T) {
			w := newWorld(t)
			w.online = false
			c := w.visitor()
			w.write(c, "visitor", "Hello?")
			s := w.server()
			s.look(w)
			s.look(w) // it knows the claim now
			w.by(w.notes()[0]).Closed = true
			if again {
				s = w.server()
			}
			w.pass(dropAfter)
			s.look(w)
			same(t, "claims while it is unread", len(w.notes()), 1)
			w.write(c, "ann", "Hi!")
			s.look(w)
			same(t, "claims", len(w.notes()), 0)
		})
	}
}

func TestTheClaimsOfADeletedConversationGo(t *testing.T) {
	w := newWorld(t)
	w.online = false
	c := w.visitor()
	w.write(c, "visitor", "Hello?")
	s := w.server()
	s.look(w)
	w.close(c)
	w.pass(dropAfter)
	s.look(w)
	same(t, "claims of what is closed", len(w.notes()), 1)
	w.threads = slices.DeleteFunc(w.threads, func(t *thread) bool { return t == c })
	w.pass(forgetAfter + time.Second)
	s.look(w)
	same(t, "claims", len(w.notes()), 0)
}

func TestAClosedConversationThatIsDeletedIsForgotten(t *testing.T) {
	w := newWorld(t)
	w.write(w.visitor(), "visitor", "Hello?")
	w.close(w.threads[0])
	s := w.server()
	s.fail = errors.New("down")
	s.look(w)
	w.threads = nil
	w.fails["newest"] = token.ErrGone
	w.pass(time.Hour)
	s.look(w)
	same(t, "conversations that still wait", len(s.closed)+len(s.seen), 0)
}

func TestWithoutAWayOutClaimsOfBeforeGo(t *testing.T) {
	w := newWorld(t)
	w.online = false
	open, closed, deleted := w.visitor(), w.visitor(), w.visitor()
	for _, c := range []*thread{open, closed, deleted} {
		w.write(c, "visitor", "Hello?")
	}
	w.server().look(w)
	w.close(closed)
	w.by("notify-" + closed.SID + "-0-1").Closed = true
	w.threads = slices.DeleteFunc(w.threads, func(t *thread) bool { return t == deleted })
	w.pass(dropAfter)
	n, err := newNotifier(w, Options{}, w.time)
	if err != nil {
		t.Fatal(err)
	}
	quiet := &outcome{Notifier: n}
	quiet.look(w)
	same(t, "claims once one is deleted", len(w.notes()), 2)
	w.close(open)
	w.pass(keepClaims)
	quiet.look(w)
	same(t, "claims once the others are old", len(w.notes()), 0)
	same(t, "looks", strings.Count(strings.Join(w.calls, " "), "newest"), 3)
	w.fails["open"] = errors.New("down")
	quiet.tell(quiet.sweep(t.Context()))
	same(t, "problems, where nothing was to be told", len(quiet.Problems()), 0)
}

func TestWhatClosesUnseenIsFoundOverTwiliosREST(t *testing.T) {
	s := newSite(t)
	told, byTimer, read := &visitor{s: s, number: 1}, &visitor{s: s, number: 2}, &visitor{s: s, number: 3}
	for _, v := range []*visitor{told, byTimer, read} {
		v.write("Hello?")
	}
	read.isRead("ann", 0)
	read.isIn("closed")
	s.pass(token.CloseAfter + time.Minute)
	s.backend.RingTimers()
	told.write("Hello again")
	told.isIn("closed")
	o := s.sweeper()
	o.sends(told.conversation+"-0", byTimer.conversation+"-0", s.closedBefore(told)+"-0")
	o.sends()
	s.sweeper().sends()
}

func TestWhatIsCarriedOverIntoTheNextConversationIsToldThereAlone(t *testing.T) {
	s := newSite(t)
	v := &visitor{s: s, number: 1}
	v.write("Hello?")
	v.isAnswered("ann")
	o := s.sweeper()
	o.sends()
	old := v.conversation
	write := func(conversation, id, body string) {
		s.post("/Conversations/"+conversation+"/Messages", url.Values{"Author": {v.identity}, "Body": {body}, "Attributes": {fmt.Sprintf(`{"id":%q}`, id)}})
	}
	write(old, "a", "One more question")
	v.isIn("closed")
	v.write("Are you there?")
	write(v.conversation, "a", "One more question")
	o.sends(v.conversation + "-0")

	// Another one was not.
	second := v.conversation
	v.isRead("ann", 1)
	write(second, "b", "And this?")
	v.isIn("closed")
	v.write("Hello again")
	o.sends(second+"-2", v.conversation+"-0")
}

// closedBefore returns the first conversation of a visitor.
func (s *site) closedBefore(v *visitor) string {
	s.Helper()
	t, err := s.newHandler(s.twilio).Inbox(100_000).Find(s.Context(), v.identity+"-1")
	if err != nil {
		s.Fatal(err)
	}
	return t.SID
}

func TestNoTimerOfTheServiceClosesAClaim(t *testing.T) {
	s := newSite(t)
	v := &visitor{s: s, number: 1}
	v.write("Hello?")
	o := s.sweeper()
	o.look()
	claim, err := o.inbox.Find(t.Context(), "notify-"+v.conversation+"-0-1")
	if err != nil || !strings.Contains(claim.Marker, "date_closed") {
		t.Error(claim, err)
	}
	s.post("/Conversations/"+claim.SID, url.Values{"State": {"closed"}})
	o.sends()
	v.isAnswered("ann")
	s.pass(dropAfter)
	o.sends()
	_, err = o.inbox.Find(t.Context(), claim.SID)
	same(t, "claim that was closed", errors.Is(err, token.ErrGone), true)
}
