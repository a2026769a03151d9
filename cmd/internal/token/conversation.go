package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// conversation is what we need to know of one.
type conversation struct {
	SID          string
	name         string // the unique name
	number       int    // in the unique name
	friendlyName string
	attributes   string // JSON
	closed       bool
	quiet        time.Time // since when nothing was written
}

// converse returns the visitor's open conversation, with the visitor and at least one agent in it, and where in it the
// message is stored. Without a message there may be none, and the SID is "": nothing is made for somebody who has
// written nothing. Widgets from before protocol 2 send their messages later, and need one before.
func (h *Handler) converse(ctx context.Context, v visitor, q request) (conversation, *Sent, error) {
	for again := false; ; again = true {
		at, err := h.lookUp(ctx, v)
		if err != nil {
			return conversation{}, nil, err
		}
		if v.notNew != nil && at.next > 1 {
			v.notNew()
			v.notNew = nil
		}
		if at.open.SID == "" && q.Protocol == 2 {
			none := conversation{number: at.closed.number}
			if q.Message == nil {
				return none, nil, nil
			}
			// It may have been stored, the answer lost, and the conversation closed before it was sent again.
			if at.closed.SID != "" {
				if sent, err := h.stored(ctx, at.closed, v, q.Message); err != nil || sent != nil {
					return none, sent, err
				}
			}
		}
		c, sent, err := h.goOn(ctx, at, v, q.Message)
		// It may have been closed since it was looked up: the next one takes the message.
		if err == nil || again || temporary(err) || c.SID == "" || !h.isClosed(ctx, c) {
			return c, sent, err
		}
	}
}

// goOn continues the visitor's open conversation, or makes one. With an error it returns the conversation it is about.
func (h *Handler) goOn(ctx context.Context, at place, v visitor, m *messageForm) (c conversation, sent *Sent, err error) {
	c, created := at.open, false
	if c.SID == "" {
		if c, created, err = h.createConversation(ctx, v, at.next, conversation{}); err != nil {
			return c, nil, err
		}
		if created {
			h.room.taken(ctx)
		}
	}
	if err := h.gather(ctx, c, v, created, h.room.makeRoom); err != nil {
		return c, nil, err
	}
	now := h.described(c, v)
	changed := now != c
	if changed {
		// A failure here is one of the request: the team must not see "verified" beside somebody who is not.
		if err := h.persist(ctx, func() error { return h.twilio.update(ctx, now) }); err != nil {
			return c, nil, err
		}
	}
	if created || changed {
		// Tools of the team show this name. Without it they still have the one in the attributes, and without the role they have the
		// service's default, which has been checked: so a failure is only logged.
		if err := h.persist(ctx, func() error {
			return h.twilio.describeUser(ctx, v.identity, now.friendlyName, v.roles.inService(false))
		}); err != nil {
			h.log.Warn("user not described", "cause", reason(err))
		}
	}
	if m == nil {
		return now, nil, nil
	}
	sent, err = h.store(ctx, now, v, m, created)
	if err == nil || temporary(err) || ctx.Err() != nil || errors.Is(err, errNotFound) {
		return now, sent, err
	}
	if created {
		// Nothing will follow, as the same message would be refused again.
		if err := h.twilio.close(ctx, now.SID); err != nil {
			h.log.Warn("empty conversation not closed", "cause", reason(err))
		}
		now = conversation{}
	}
	return now, nil, fmt.Errorf("%w: %w", errRefused, err)
}

func (h *Handler) isClosed(ctx context.Context, c conversation) bool {
	now, err := h.find(ctx, c.name)
	return errors.Is(err, errNotFound) || err == nil && now.closed
}

func (h *Handler) find(ctx context.Context, name string) (conversation, error) {
	return persistently(ctx, h, func() (conversation, error) { return h.twilio.find(ctx, name) })
}

// place is where a visitor stands.
type place struct {
	open   conversation // no SID: there is none
	closed conversation // the last one before; no SID: there is none
	next   int          // the number of the one that would be made
}

// lookUp finds the visitor's open conversation. Mostly it is the one that the session knows of, which takes a single
// question. Else Twilio lists those that the identity takes part in, closed ones too: counting the names up would stop at
// the first that was deleted, though the open one comes after it.
func (h *Handler) lookUp(ctx context.Context, v visitor) (at place, err error) {
	if v.number > 0 {
		c, err := h.find(ctx, nameOf(v.identity, v.number))
		if err == nil && !c.closed {
			c.number = v.number
			return place{open: c, next: v.number + 1}, nil
		}
		switch {
		case errors.Is(err, errNotFound):
			at.next = v.number
		case err != nil:
			return place{}, err
		default:
			at.next = v.number + 1
		}
	}
	list, err := persistently(ctx, h, func() ([]conversation, error) { return h.twilio.conversations(ctx, v.identity) })
	if err != nil && !errors.Is(err, errNotFound) {
		return place{}, err
	}
	at.next = max(at.next, 1)
	for _, c := range list {
		if c.number = numberOf(c.name, v.identity); c.number == 0 {
			continue // the team's tools have added them to another one
		}
		// The newest of each. Of open ones there should be one.
		if is := &at.open; !c.closed && c.number > is.number {
			*is = c
		} else if is := &at.closed; c.closed && c.number > is.number {
			*is = c
		}
		at.next = max(at.next, c.number+1)
	}
	return at, nil
}

// maxTakenNames is how many names may turn out to be taken. One is for another tab that asks at the same moment; the others
// are for a Twilio that keeps the names of conversations which it doesn't list, or doesn't find.
const maxTakenNames = 10

// createConversation makes one that is described like another, unless that is a zero one, and as the visitor wants to be. Or
// it finds the one that is there already.
func (h *Handler) createConversation(ctx context.Context, v visitor, number int, like conversation) (conversation, bool, error) {
	var err error
	for step := range maxTakenNames {
		var c conversation
		fresh := h.described(h.likeness(like, conversation{name: nameOf(v.identity, number), number: number}), v)
		if c, err = persistently(ctx, h, func() (conversation, error) { return h.twilio.create(ctx, fresh) }); err == nil {
			fresh.SID = c.SID
			return fresh, true, nil
		}
		if !errors.Is(err, errExists) {
			return c, false, err
		}
		if c, err = h.find(ctx, fresh.name); err == nil && !c.closed {
			c.number = fresh.number
			return c, false, nil
		} else if err != nil && !errors.Is(err, errNotFound) {
			return c, false, err
		}
		number += 1 << step // past any number of them in a few steps; gaps don't matter
	}
	return conversation{}, false, &refusal{cause: "Twilio neither creates nor finds a conversation", temporary: true}
}

// nameOf returns the unique name of a conversation. It is as secret as the identity: a conversation can be joined by its unique name where the service's roles allow it.
func nameOf(identity string, number int) string { return identity + "-" + strconv.Itoa(number) }

// numberOf returns the number in a name that nameOf has made for the identity; 0 for another one.
func numberOf(name, identity string) int {
	digits, _ := strings.CutPrefix(name, identity+"-")
	number, _ := strconv.Atoi(digits)
	if number < 1 || name != nameOf(identity, number) {
		return 0
	}
	return number
}

// sameJSON compares without white space and the order of keys, which Twilio may have changed.
func sameJSON(text string, other []byte) bool {
	var a any
	if json.Unmarshal([]byte(text), &a) != nil {
		return false
	}
	var b any
	_ = json.Unmarshal(other, &b)
	left, _ := json.Marshal(a)
	right, _ := json.Marshal(b)
	return string(left) == string(right)
}
