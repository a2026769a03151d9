package token

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
)

// conversation is what we need to know of one.
type conversation struct {
	SID          string
	name         string // the unique name
	number       int    // in the unique name
	friendlyName string
	attributes   string // JSON
	closed       bool
}

// conversation returns the visitor's open conversation, with the visitor and the team in it.
func (h *Handler) conversation(ctx context.Context, v visitor) (conversation, error) {
	c, created, err := h.openConversation(ctx, v)
	if err != nil {
		return c, err
	}
	if err := h.addParticipants(ctx, c, v, created); err != nil {
		return c, err
	}
	now := h.described(c, v)
	changed := now != c
	if changed {
		// A failure here is one of the request: the team must not see "verified" beside somebody who is not.
		if err := h.twilio.update(ctx, now); err != nil {
			return c, err
		}
	}
	if created || changed {
		// Tools of the team show this name. Without it they still have the one in the attributes, and without the role they have the
		// service's default, which has been checked: so a failure is only logged.
		if err := h.twilio.describeUser(ctx, v.identity, now.friendlyName, v.roles.inService(false)); err != nil {
			h.log.Warn("user not described", "cause", reason(err))
		}
	}
	return now, nil
}

// openConversation finds or creates it. Conversations of an identity are numbered. What is closed stays closed, so the
// number goes up: all before the open one are closed, and there are none after it.
//
// An identity without a session may have many closed ones, so they are not asked for one by one: steps double up to the first
// conversation that isn't closed or isn't there, and then the range in between is halved.
func (h *Handler) openConversation(ctx context.Context, v visitor) (c conversation, created bool, err error) {
	// The session has the number of the last known conversation: those before it were closed by then.
	start := max(v.number-1, 0)
	closed, missing := start, 0
	for missing != closed+1 {
		number := closed + max(closed-start, 1)
		if missing > 0 {
			number = closed + (missing-closed)/2
		}
		c, err := h.twilio.find(ctx, nameOf(v.identity, number))
		switch {
		case errors.Is(err, errNotFound):
			missing = number
		case err != nil:
			return c, false, err
		case c.closed:
			closed = number
		default:
			c.number = number
			return c, false, nil
		}
	}
	return h.createConversation(ctx, v, missing)
}

// maxTakenNames is how many names in a row are tried before the server gives up. One may be taken by another tab that asks at the
// same moment; more only if Twilio keeps the name of a closed conversation and still doesn't find it by that name.
const maxTakenNames = 3

func (h *Handler) createConversation(ctx context.Context, v visitor, number int) (conversation, bool, error) {
	var err error
	for n := range maxTakenNames {
		var c conversation
		fresh := h.described(conversation{name: nameOf(v.identity, number+n), number: number + n}, v)
		if c, err = h.twilio.create(ctx, fresh); err == nil {
			fresh.SID = c.SID
			return fresh, true, nil
		}
		if !errors.Is(err, errExists) {
			return c, false, err
		}
		if c, err = h.twilio.find(ctx, fresh.name); err == nil && !c.closed {
			c.number = fresh.number
			return c, false, nil
		} else if err != nil && !errors.Is(err, errNotFound) {
			return c, false, err
		}
	}
	return conversation{}, false, &refusal{cause: "Twilio neither creates nor finds a conversation"}
}

// nameOf returns the unique name of a conversation. It is as secret as the identity: a conversation can be joined by its unique name where the service's roles allow it.
func nameOf(identity string, number int) string { return identity + "-" + strconv.Itoa(number) }

// addParticipants adds those of visitor and agents who are missing, and gives them their roles. That an agent can't be added is logged,
// and the visitor can write to the others.
func (h *Handler) addParticipants(ctx context.Context, c conversation, v visitor, created bool) error {
	var there []member
	if !created {
		var err error
		if there, err = h.twilio.participants(ctx, c.SID); err != nil {
			return err
		}
	}
	join := func(identity, role string) error {
		if i := slices.IndexFunc(there, func(m member) bool { return m.identity == identity }); i >= 0 {
			if role == "" || there[i].role == role {
				return nil
			}
			return h.twilio.setParticipantRole(ctx, c.SID, there[i].SID, role)
		}
		if err := h.twilio.join(ctx, c.SID, identity, role); !errors.Is(err, errExists) {
			return err
		}
		return nil
	}
	if err := join(v.identity, v.roles.inConversation(false)); err != nil {
		return err
	}
	var agents sync.WaitGroup
	for _, agent := range h.agents {
		agents.Go(func() {
			if err := join(agent, v.roles.inConversation(true)); err != nil {
				h.log.Error("agent not added", "agent", agent, "cause", reason(err))
			}
		})
	}
	agents.Wait()
	return nil
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
