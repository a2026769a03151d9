package notify

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestWhatGoesOut(t *testing.T) {
	const minute = time.Minute
	for _, test := range []struct {
		name string
		do   func(w *world, c *thread, s *outcome)
		want string
	}{
		{"a message goes out once it has been unread for five minutes", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			s.look(w)
			w.pass(5*minute - time.Second)
			s.look(w)
			same(w.t, "sent before", s.keys(w), "")
			w.pass(time.Second)
			s.look(w)
		}, "CH1-0"},
		{"a message goes out at once while nobody is online", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "visitor", "Hello?")
			s.look(w)
		}, "CH1-0"},
		{"a message that waits goes out when the last agent leaves", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.pass(minute)
			s.look(w)
			w.online = false
			w.pass(defaultInterval)
			s.look(w)
			same(w.t, "sent at once", s.keys(w), "")
			w.pass(defaultInterval)
			s.look(w)
		}, "CH1-0"},
		{"a message that waits doesn't go out because the only agent reloads the page", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			for range 5 {
				s.look(w)
				w.pass(defaultInterval)
				w.online = !w.online
			}
		}, ""},
		{"whether somebody is online isn't known, so it goes out when it is due", func(w *world, c *thread, s *outcome) {
			w.online, w.fails["online"] = false, errors.New("down")
			w.write(c, "visitor", "Hello?")
			s.look(w)
			same(w.t, "sent before", s.keys(w), "")
			w.pass(5 * minute)
			s.look(w)
		}, "CH1-0"},
		{"a message that is read in time doesn't", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			s.look(w)
			c.read = 0
			w.pass(time.Hour)
			s.look(w)
		}, ""},
		{"a message that is answered doesn't, though nobody's read mark says so", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.write(c, "ann", "Hi!")
			w.pass(time.Hour)
			s.look(w)
		}, ""},
		{"what somebody else writes is no answer", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.write(c, "system", "Out of office")
			w.pass(time.Hour)
			s.look(w)
		}, "CH1-0"},
		{"what only others than visitors write doesn't go out", func(w *world, c *thread, s *outcome) {
			w.write(c, "system", "Welcome")
			w.pass(time.Hour)
			s.look(w)
		}, ""},
		{"of a burst one goes out, not one for each line", func(w *world, c *thread, s *outcome) {
			w.online = false
			for line := range 30 {
				w.write(c, "visitor", fmt.Sprint(line))
				s.look(w)
				w.pass(10 * minute)
				s.look(w)
			}
		}, "CH1-0"},
		{"what follows a message that was read is another burst", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "visitor", "Hello?")
			s.look(w)
			c.read = 0
			s.look(w)
			w.write(c, "visitor", "Still there?")
			s.look(w)
			w.write(c, "visitor", "I wait")
			s.look(w)
		}, "CH1-0 CH1-1"},
		{"what follows an answer is another burst", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "visitor", "Hello?")
			s.look(w)
			w.write(c, "bob", "Hi!")
			w.write(c, "visitor", "At last")
			s.look(w)
		}, "CH1-0 CH1-2"},
		{"who comes back after an hour, and still finds no answer, begins another burst", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "visitor", "Hello?")
			s.look(w)
			w.pass(59 * minute)
			w.write(c, "visitor", "Is anybody there?")
			s.look(w)
			same(w.t, "sent before", s.keys(w), "CH1-0")
			w.pass(time.Hour)
			w.write(c, "visitor", "I need it tomorrow")
			s.look(w)
			w.write(c, "visitor", "Please")
			s.look(w)
			same(w.t, "lines of the last", s.sent[len(s.sent)-1].Lines[0].Text, "I need it tomorrow")
		}, "CH1-0 CH1-2"},
		{"who comes back while somebody is online gets as much time again", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.pass(5 * minute)
			s.look(w)
			w.pass(time.Hour)
			w.write(c, "visitor", "Still there?")
			s.look(w)
			w.pass(5*minute - time.Second)
			s.look(w)
			same(w.t, "sent before", s.keys(w), "CH1-0")
			w.pass(time.Second)
			s.look(w)
			s.look(w)
		}, "CH1-0 CH1-1"},
		{"of bursts that nobody has told of each goes out", func(w *world, c *thread, s *outcome) {
			for range 3 {
				w.write(c, "visitor", "Hello?")
				w.pass(2 * time.Hour)
			}
			s.look(w)
			next := w.server()
			next.look(w)
			same(w.t, "sent by the next one", next.keys(w), "")
		}, "CH1-0 CH1-1 CH1-2"},
		{"what a browser sends again after an hour is no other burst", func(w *world, c *thread, s *outcome) {
			w.online = false
			for range 2 {
				w.write(c, "visitor", "Hello?")
				c.messages[len(c.messages)-1].Attributes = `{"id":"1"}`
				s.look(w)
				w.pass(2 * time.Hour)
			}
		}, "CH1-0"},
		{"the time counts from the first line that is unread", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			c.read = 0
			w.pass(4 * minute)
			w.write(c, "visitor", "Still there?")
			w.pass(4 * minute)
			s.look(w)
			same(w.t, "sent before", s.keys(w), "")
			w.pass(minute)
			s.look(w)
		}, "CH1-1"},
		{"a conversation that somebody closes before anybody has read it goes out", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			w.pass(minute)
			s.look(w)
			c.Closed = true
			s.look(w)
			s.look(w)
		}, "CH1-0"},
		{"a conversation that is closed after it was read doesn't", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			s.look(w)
			c.read, c.Closed = 0, true
			s.look(w)
		}, ""},
		{"a conversation that is deleted doesn't", func(w *world, c *thread, s *outcome) {
			w.write(c, "visitor", "Hello?")
			s.look(w)
			w.threads = nil
			w.pass(time.Hour)
			s.look(w)
		}, ""},
		{"what was sent by a server that is gone isn't sent by the next one", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "visitor", "Hello?")
			s.look(w)
			next := w.server()
			next.look(w)
			same(w.t, "sent by the next one", next.keys(w), "")
		}, "CH1-0"},
		{"a run of hundreds of lines is one burst", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "ann", "Hi!")
			for line := range 300 {
				w.write(c, "visitor", fmt.Sprint(line))
			}
			s.look(w)
			w.write(c, "visitor", "and one more")
			s.look(w)
		}, "CH1-1"},
		{"a run that goes further back than it is looked stays one burst", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.write(c, "visitor", "Hello?")
			c.read = 0
			for line := range 2 * manyMessages {
				w.write(c, "visitor", fmt.Sprint(line))
			}
			s.look(w)
			w.write(c, "visitor", "and one more")
			s.look(w)
		}, "CH1-1"},
		{"a message of which Twilio's list tells nothing is found all the same", func(w *world, c *thread, s *outcome) {
			w.online = false
			w.blind = true
			w.write(c, "ann", "Hi!")
			s.look(w)
			w.write(c, "visitor", "Hello?")
			s.look(w)
			same(w.t, "sent before", s.keys(w), "")
			w.pass(recheck)
			s.look(w)
		}, "CH1-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.server()
			test.do(w, w.visitor(), s)
			same(t, "sent", s.keys(w), test.want)
		})
	}
}
