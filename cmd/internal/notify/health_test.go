package notify

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestATwilioThatIsDownIsSeenInTheHealth(t *testing.T) {
	w := newWorld(t)
	s := w.server()
	w.fails["open"] = errors.New("down")
	s.tell(s.sweep(t.Context()))
	same(t, "problems", strings.Join(s.Problems(), ""), "conversations: since 2026-11-30T09:00:00Z *errors.errorString")
	delete(w.fails, "open")
	s.tell(s.sweep(t.Context()))
	same(t, "problems", len(s.Problems()), 0)
}

func TestAFailureThatNobodyTriesAgainIsNoFailureForGood(t *testing.T) {
	w := newWorld(t)
	w.online = false
	c := w.visitor()
	w.write(c, "visitor", "Hello?")
	s := w.server()
	s.fail = errors.New("down")
	for range 48 { // for as long as somebody waits
		s.look(w)
		w.pass(time.Hour)
		same(t, "problems", len(s.Problems()), 1)
	}
	c.read = 0
	for range 4 {
		s.look(w)
		w.pass(time.Hour)
	}
	same(t, "problems once it was read", len(s.Problems()), 0)
	w.write(c, "visitor", "And now?")
	s.look(w)
	same(t, "problems", strings.Join(s.Problems(), ""), "record: since "+w.now.Format(time.RFC3339)+" *errors.errorString")
}
