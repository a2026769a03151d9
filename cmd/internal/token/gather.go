package token

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

const (
	// actionsPerSecond is how many things may be done to the participants of a conversation. Twilio's limit is 30 a second; half of
	// them may be done at once here, so that no second has more.
	actionsPerSecond = 15
	// teamTime is how long the visitor waits for the others of the team, once one of them is there.
	teamTime = 4 * time.Second
)

// gathering brings the visitor and the team together in a conversation.
type gathering struct {
	h            *Handler
	conversation string
	there        []member
	roles        roleSIDs
	pace         *rate.Limiter
	failed       []error // by agent; nil for who is there
}

// gather adds who is missing, the visitor and the team, and gives them their roles. An agent who can't be added is no reason to turn the visitor away,
// but with none of them nobody would read what the visitor writes. If that is for want of room, it is made, unless
// makeRoom is nil.
func (h *Handler) gather(ctx context.Context, c conversation, v visitor, created bool, makeRoom func(context.Context)) error {
	g := gathering{h: h, conversation: c.SID, roles: v.roles, pace: rate.NewLimiter(actionsPerSecond, actionsPerSecond), failed: make([]error, len(h.agents))}
	if !created {
		var err error
		if g.there, err = g.members(ctx); err != nil {
			return err
		}
	}
	if err := g.join(ctx, v.identity, v.roles.inConversation(false)); err != nil {
		return err
	}
	g.joinTeam(ctx)
	if !slices.Contains(g.failed, nil) && errors.Is(errors.Join(g.failed...), errLimit) && makeRoom != nil {
		makeRoom(ctx)
		g.joinTeam(ctx)
	}
	if errors.Join(g.failed...) != nil {
		g.lookAgain(ctx)
	}
	for i, err := range g.failed {
		if err != nil {
			h.log.Error("agent not added", "agent", h.agents[i], "cause", reason(err), "hint", agentHint(err))
		}
	}
	if slices.Contains(g.failed, nil) {
		return nil
	}
	return errors.Join(slices.Insert(g.failed, 0, error(errNoAgent))...)
}

func (g *gathering) members(ctx context.Context) ([]member, error) {
	return persistently(ctx, g.h, func() ([]member, error) { return g.h.twilio.participants(ctx, g.conversation) })
}

// join adds somebody, or gives who is there the role.
func (g *gathering) join(ctx context.Context, identity, role string) error {
	do := func() error {
		if err := g.h.twilio.join(ctx, g.conversation, identity, role); !errors.Is(err, errExists) {
			return err
		}
		return nil
	}
	if i := slices.IndexFunc(g.there, func(m member) bool { return m.identity == identity }); i >= 0 {
		if role == "" || g.there[i].role == role {
			return nil
		}
		do = func() error { return g.h.twilio.setParticipantRole(ctx, g.conversation, g.there[i].SID, role) }
	}
	return g.h.persist(ctx, func() error {
		if g.pace.Wait(ctx) != nil {
			return errNoTime
		}
		return do()
	})
}

// joinTeam adds one agent after the other: of many at once Twilio refuses some. One of them is enough for the visitor, who
// doesn't wait long for the others; who is missing is added the next time.
func (g *gathering) joinTeam(ctx context.Context) {
	within := ctx
	for i, agent := range g.h.agents {
		g.failed[i] = g.join(within, agent, g.roles.inConversation(true))
		if g.failed[i] == nil && within == ctx {
			var end context.CancelFunc
			within, end = context.WithTimeout(ctx, teamTime)
			defer end()
		}
	}
}

// lookAgain looks for agents who are there although they couldn't be added: Twilio has been seen to do both.
func (g *gathering) lookAgain(ctx context.Context) {
	now, _ := g.h.twilio.participants(ctx, g.conversation) // unknown: then what was answered counts
	for i, agent := range g.h.agents {
		if slices.ContainsFunc(now, func(m member) bool { return m.identity == agent }) {
			g.failed[i] = nil
		}
	}
}

// agentHint tells how to get agents into conversations again.
func agentHint(err error) string {
	switch {
	case !errors.Is(err, errService):
		return "name at least one in MISSIVE_AGENTS"
	case errors.Is(err, errLimit):
		return "the agents have as many open conversations as Twilio allows: answer and close some"
	case temporary(err):
		return "visitors are asked to try again; if it goes on, see status.twilio.com"
	}
	return "look up the code at twilio.com/docs/api/errors, and check the names in MISSIVE_AGENTS"
}
