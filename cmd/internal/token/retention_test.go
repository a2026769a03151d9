package token

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
)

func TestOldClosedConversationsAreDeletedWithWhoHasNoOther(t *testing.T) {
	var days atomic.Int64
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return start.AddDate(0, 0, int(days.Load())) }
	b, local, l := newLineBench(t, func(o *conversations.Options) { o.Now = now })
	b.Handler.now, b.room.counted = now, now()
	visitor := func(digit string) request {
		return request{Protocol: 2, Secret: strings.Repeat(digit, 32), Message: says("Hello " + digit)}
	}
	gone, back, open, late := visitor("1"), visitor("2"), visitor("3"), visitor("4")
	for _, q := range []request{gone, back, open, late} {
		b.ask(q)
	}
	left := func() (names string) {
		var all []string
		for _, q := range []request{gone, back, open, late} {
			identity := b.identityOfSecret("ACME", q.Secret)
			c, err := local.find(t.Context(), identity+"-1")
			state := "deleted"
			if err == nil {
				state = "open"
				if c.closed {
					state = "closed"
				}
			}
			if _, err := local.userRecord(t.Context(), identity); err != nil {
				state += " alone"
			}
			all = append(all, state)
		}
		return strings.Join(all, ", ")
	}
	pass := func(to int64) {
		days.Store(to)
		l.RingTimers()
		if _, _, err := expire(t.Context(), local, now().AddDate(0, 0, -90)); err != nil {
			t.Error(err)
		}
	}
	pass(29)
	b.ask(request{Protocol: 2, Secret: open.Secret, Message: says("Me again")})
	pass(31) // closed by their timer
	same(t, "a month later", left(), "closed, closed, open, closed")
	second := b.ask(request{Protocol: 2, Secret: back.Secret, Message: says("And another")})
	pass(58)
	b.ask(request{Protocol: 2, Secret: open.Secret, Message: says("And me")})
	pass(87)
	b.ask(request{Protocol: 2, Secret: open.Secret, Message: says("And me again")})
	pass(89)
	same(t, "before 90 days are over", left(), "closed, closed, open, closed")
	pass(91)
	same(t, "after them", left(), "deleted alone, deleted, open, deleted alone")
	if _, err := local.find(t.Context(), second.Identity+"-2"); err != nil {
		t.Errorf("the second conversation: %v", err)
	}
	pass(176)
	same(t, "before it is long enough for the other", left(), "deleted alone, deleted alone, closed, deleted alone")
	pass(178)
	same(t, "in the end", left(), "deleted alone, deleted alone, deleted alone, deleted alone")
}

func TestNothingIsDeletedUnlessTheOperatorSaysSo(t *testing.T) {
	b, _, l := newLineBench(t)
	b.Handler.Retain(t.Context()) // returns
	same(t, "calls", len(l.calls), 0)
	b.Handler.retention, b.Handler.credential.Transport = 24*time.Hour, l
	ctx, stop := context.WithCancel(t.Context())
	l.fate = func(number int, call string) fate {
		if stop(); !strings.HasPrefix(call, "GET Conversations") {
			t.Errorf("%s", call)
		}
		return arrives
	}
	b.Handler.Retain(ctx)
	same(t, "calls", len(l.calls), 1)
}
