package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"missive/cmd/internal/token"
)

func TestOfManyServersOneTellsOfABurst(t *testing.T) {
	w := newWorld(t)
	w.online = false
	servers := []*outcome{w.server(), w.server(), w.server()}
	for range 20 {
		w.write(w.visitor(), "visitor", "Hello?")
	}
	done := make(chan error)
	for _, s := range servers {
		go func() { done <- s.sweep(t.Context()) }()
	}
	for range servers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	told := map[string]int{}
	for _, s := range servers {
		for _, n := range s.sent {
			told[n.Key]++
		}
	}
	same(t, "bursts", len(told), 20)
	for key, times := range told {
		if times != 1 {
			t.Errorf("%s was sent %d times", key, times)
		}
	}
}

func TestWhatAServerHasClaimedAndNotSentIsSentByAnother(t *testing.T) {
	w := newWorld(t)
	w.online = false
	c := w.visitor()
	w.write(c, "visitor", "Hello?")
	if mine, _, err := w.server().take(t.Context(), &burst{conversation: c.SID}, claim{}); mine == nil || err != nil { // and is killed
		t.Fatal(mine, err)
	}
	other, third := w.server(), w.server()
	other.look(w)
	same(t, "sent while the claim holds", other.keys(w), "")
	w.pass(holdTime)
	other.look(w)
	third.look(w)
	w.pass(time.Hour)
	other.look(w)
	third.look(w)
	same(t, "sent", other.keys(w)+third.keys(w), "CH1-0")
}

func TestAClaimOfAServerWhoseClockIsWrongHoldsNoLongerThanOthers(t *testing.T) {
	w := newWorld(t)
	w.online = false
	c := w.visitor()
	w.write(c, "visitor", "Hello?")
	late := claimState{Until: w.now.Add(1000 * time.Hour)}
	if _, err := w.Note(t.Context(), claimName(burst{conversation: c.SID}, 1), late.text()); err != nil { // and is killed
		t.Fatal(err)
	}
	s := w.server()
	s.look(w)
	same(t, "sent before", s.keys(w), "")
	w.pass(lastPause + holdTime)
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0")
}

func TestARepetitionAfterACrashHasTheSameKey(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	killed := w.server()
	w.fails["change"] = errors.New("killed between sending and saying so")
	killed.sweep(t.Context())
	delete(w.fails, "change")
	other := w.server()
	for range 100 {
		other.look(w)
		w.pass(time.Minute)
	}
	same(t, "sent by the first", killed.keys(w), "CH1-0")
	same(t, "sent by the other", other.keys(w), "CH1-0")
}

func TestAServerThatCannotSayThatItHasSentDoesNotSendAgain(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server()
	w.fails["change"] = errors.New("down")
	for range 20 {
		s.sweep(t.Context())
		w.pass(time.Minute)
	}
	delete(w.fails, "change")
	s.look(w)
	w.pass(time.Hour)
	s.look(w)
	next := w.server()
	next.look(w)
	same(t, "sent", s.keys(w)+next.keys(w), "CH1-0")
}

func TestAFailureIsTriedAgainMoreAndMoreSeldom(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server()
	tries := 0
	send := s.channels[0].send
	s.channels[0].send = func(ctx context.Context, n Notice) error { tries++; return send(ctx, n) }
	s.fail = &unsent{cause: "the mail server answered 451"}
	var at []string
	for minute := range 200 {
		before := tries
		s.look(w)
		if tries > before {
			at = append(at, fmt.Sprint(minute))
		}
		w.pass(time.Minute)
	}
	same(t, "minutes of tries", strings.Join(at, " "), "0 1 3 7 15 31 63 123 183")
	same(t, "problems", strings.Join(s.Problems(), "; "), "record: since 2026-11-30T09:00:00Z the mail server answered 451")
	s.fail = nil
	w.pass(time.Hour)
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0")
	same(t, "problems", len(s.Problems()), 0)
	same(t, "times that the log tells of it", strings.Count(w.logged.String(), "the mail server answered 451"), 1)
}

func TestAFailureOfOneIsNoneOfTheOthers(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server("other")
	s.fail = errors.New("down")
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0")
	s.fail = nil
	w.pass(2 * time.Minute)
	next := w.server("other")
	next.look(w)
	next.look(w)
	same(t, "sent to who had nothing", next.keys(w), "CH1-0")
}

func TestAReceiverIsNotAskedBeforeItWantsToBe(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server()
	s.fail = &unsent{cause: "the webhook answered with status 429", retryAfter: 10 * time.Minute}
	s.look(w)
	s.fail = nil
	w.pass(10*time.Minute - time.Second)
	s.look(w)
	same(t, "sent before", s.keys(w), "")
	w.pass(time.Second)
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0")
}

func TestAReceiverThatGetsTooMuchAtOnceIsBelievedTheFirstTime(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server()
	s.fail = &unsent{cause: "the webhook answered with status 429", retryAfter: time.Second}
	s.look(w)
	w.pass(2 * time.Second)
	s.look(w) // and is asked no sooner than others from here on
	s.fail = nil
	w.pass(time.Minute)
	s.look(w)
	same(t, "sent before", s.keys(w), "")
	w.pass(time.Minute)
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0")
	w.write(w.visitor(), "visitor", "Hello?")
	s.fail = &unsent{cause: "the webhook answered with status 429", retryAfter: time.Second}
	s.look(w)
	s.fail = nil
	w.pass(time.Second)
	s.look(w)
	same(t, "times", len(s.sent), 2)
}

func TestAReceiverThatComesBackWhileOthersAreToldIsToldToo(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server("other")
	s.fail = errors.New("down")
	s.look(w)
	s.fail, s.sent = nil, nil
	w.pass(firstPause - time.Second)
	w.write(w.visitor(), "visitor", "Hello?")
	record := s.channels[0].send
	s.channels[0].send = func(ctx context.Context, n Notice) error {
		w.pass(2 * time.Second)
		return record(ctx, n)
	}
	s.look(w)
	w.pass(time.Minute)
	s.look(w)
	told := map[string]int{}
	for _, n := range s.sent {
		told[n.Key]++
	}
	same(t, "times that the second burst was sent", told[w.threads[2].SID+"-0"], 2)
}

func TestWhileNothingCanBeSentNothingIsClaimed(t *testing.T) {
	w := newWorld(t)
	w.online = false
	s := w.server()
	s.fail = errors.New("down")
	for range 50 {
		w.write(w.visitor(), "visitor", "Hello?")
	}
	s.look(w)
	same(t, "claims", len(w.notes()), 1)
}

func TestClaimsGoOnceTheyAreNotNeeded(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(w *world, c *thread)
	}{
		{"read", func(w *world, c *thread) { c.read = 0; w.touch(c) }},
		{"answered", func(w *world, c *thread) { w.write(c, "ann", "Hi!") }},
		{"closed, and so long ago that nobody finds it any more", func(w *world, c *thread) { w.close(c); c.Created = w.now.Add(-keepClaims - time.Second) }},
		{"deleted", func(w *world, c *thread) { w.threads = w.threads[1:] }},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.online = false
			c := w.visitor()
			w.write(c, "visitor", "Hello?")
			s := w.server()
			s.look(w)
			w.pass(dropAfter)
			s.look(w)
			same(t, "claims of what is unread", len(w.notes()), 1)
			test.end(w, c)
			s.look(w)
			same(t, "claims", len(w.notes()), 0)
			s.look(w)
			same(t, "sent", len(s.sent), 1)
		})
	}
}

func TestOfAConversationThatIsClosedItIsKnownWhoHasBeenTold(t *testing.T) {
	w := newWorld(t)
	c := w.visitor()
	c.Created = w.now.Add(-2 * keepClaims)
	w.write(c, "visitor", "Hello?")
	s := w.server("other")
	s.look(w)
	c.Closed = true
	s.fail = errors.New("down")
	for range 200 {
		s.look(w)
		w.pass(time.Minute)
	}
	same(t, "sent to who could be told", s.keys(w), "CH1-0")
	s.fail = nil
	w.pass(time.Hour)
	s.look(w)
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0 CH1-0")
	w.pass(keepClaims)
	s.look(w)
	same(t, "claims", len(w.notes()), 0)
}

func TestAConversationThatIsDeletedDuringASweepIsNoFailure(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	w.fails["newest"] = token.ErrGone
	s := w.server()
	s.look(w)
	same(t, "sent", s.keys(w), "")
}

func TestASweepThatIsOldCannotClaimWhatWasRead(t *testing.T) {
	w := newWorld(t)
	w.online = false
	c := w.visitor()
	w.write(c, "visitor", "Hello?")
	s := w.server()
	s.look(w)
	w.write(c, "ann", "Hi!")
	w.pass(sweepTime)
	s.look(w)
	same(t, "claims", len(w.notes()), 1)
}

func TestAnOddConversationDoesNotHideTheOthers(t *testing.T) {
	w := newWorld(t)
	w.online = false
	for range 3 {
		w.write(w.visitor(), "visitor", "Hello?")
	}
	w.threads = append(w.threads, &thread{Thread: token.Thread{SID: "CHodd"}}) // what other programs make has no name
	s := w.server()
	w.fails["newest "+w.threads[1].SID] = errors.New("odd")
	if s.sweep(t.Context()) == nil {
		t.Error("nothing is said of it")
	}
	same(t, "sent", s.keys(w), "CH1-0 CH3-0")
}

func TestManyOddConversationsDoNotKeepTheOthersWaiting(t *testing.T) {
	w := newWorld(t)
	w.online = false
	for i := range 3*maxFailures + 1 {
		c := w.visitor()
		w.write(c, "visitor", "Hello?")
		if i > 0 {
			w.fails["newest "+c.SID] = errors.New("odd")
		}
		w.pass(time.Second)
	}
	s := w.server()
	for range 5 {
		if s.sweep(t.Context()) == nil {
			t.Error("nothing is said of them")
		}
		w.pass(time.Second)
	}
	same(t, "sent", s.keys(w), "CH1-0")
	clear(w.fails)
	w.pass(failureRest)
	s.look(w)
	same(t, "sent once they are as they should be", len(s.sent), len(w.threads)-len(w.notes()))
}

func TestAPanicEndsNothingElse(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server("other")
	s.channels[1].send = func(context.Context, Notice) error { panic("Jane wrote this") }
	s.look(w)
	same(t, "sent", s.keys(w), "CH1-0")
	same(t, "problems", strings.Join(s.Problems(), ""), "other: since 2026-11-30T09:00:00Z panic of type string")
}

func TestTheLogSaysNothingOfTheVisitor(t *testing.T) {
	w := newWorld(t)
	w.online = false
	w.write(w.visitor(), "visitor", "Hello?")
	s := w.server("other")
	s.fail = fmt.Errorf("550 <jane@acme.com> unknown")
	s.look(w)
	if text := w.logged.String(); text == "" || strings.Contains(strings.ToLower(text), "jane") || strings.Contains(text, "Hello") || strings.Contains(text, "visitor-") {
		t.Error(text)
	}
}
