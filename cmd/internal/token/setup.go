package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"missive/widget/problem"
)

// SetupOptions are what Setup needs to know.
type SetupOptions struct {
	// Agents are the identities of the team.
	Agents []string
	// CheckOnly changes nothing, and tells what is missing.
	CheckOnly bool
	// Strangers: users who are neither agents nor visitors get the visitors' role, too. Without it they stop the setup: a service
	// that has some may be another program's as well.
	Strangers bool
	// Tell is called with each thing that was done, or with CheckOnly is missing.
	Tell func(string)
}

// Setup brings a Conversations service to where the chat needs it: visitors have roles of their own, which allow what the widget
// does and no more, and so has everybody who comes into being; agents have theirs; and the service tells who is online. It
// may be done again at any time, and then changes what is missing alone. It returns how much that was.
func Setup(ctx context.Context, t Twilio, o SetupOptions) (changes int, err error) {
	s := &setup{rest: newREST(t), SetupOptions: o}
	s.rest.Transport = patient{s.rest.Transport}
	if !o.Strangers {
		if err := s.refuseStrangers(ctx); err != nil {
			return s.changes, err
		}
	}
	lacks, err := s.inspect(ctx)
	if err != nil {
		return s.changes, err
	}
	if err := s.roles(ctx, lacks); err != nil {
		return s.changes, err
	}
	// The defaults are set when all others have their roles: until then the endpoint lets no visitor in.
	if err := s.members(ctx); err != nil {
		return s.changes, err
	}
	set, err := s.defaults(ctx, lacks)
	if err == nil && set {
		// Those who came meanwhile.
		err = s.members(ctx)
	}
	return s.changes, err
}

// setup is one under way.
type setup struct {
	rest rest
	SetupOptions
	sids    roleSIDs
	changes int
}

func (s *setup) tell(format string, args ...any) {
	s.changes++
	s.Tell(fmt.Sprintf(format, args...))
}

func (s *setup) isAgent(m member) bool { return slices.Contains(s.Agents, m.identity) }

// refuseStrangers looks for users of another program, before anything is changed.
func (s *setup) refuseStrangers(ctx context.Context) error {
	existing, err := s.rest.roles(ctx)
	if err != nil {
		return err
	}
	sids, _ := inspect(existing, defaults{})
	strangers := 0
	err = s.rest.users(ctx, func(m member) error {
		if !s.isAgent(m) && !IsVisitor(m.identity) && m.role != sids[visitorOfService] {
			strangers++
		}
		return nil
	})
	if err != nil || strangers == 0 {
		return err
	}
	found := fmt.Sprintf("the service has %s who is neither a visitor nor an agent", count(strangers, "user"))
	if strangers > 1 {
		found = fmt.Sprintf("the service has %d users who are neither visitors nor agents", strangers)
	}
	if s.CheckOnly {
		s.tell("%s", found)
		return nil
	}
	return problem.New(found+": it may be another program's, too, which would lose its roles",
		"make a Conversations service for the chat alone; if this is one, and they are former agents, -strangers gives them the visitors' role")
}

// IsVisitor tells an identity of this package by its form.
func IsVisitor(identity string) bool {
	return strings.HasPrefix(identity, visitorPrefix) || strings.HasPrefix(identity, verifiedPrefix)
}

func (s *setup) inspect(ctx context.Context) (lacks []lack, err error) {
	existing, err := s.rest.roles(ctx)
	if err != nil {
		return nil, err
	}
	has, err := s.rest.defaults(ctx)
	if err != nil {
		return nil, err
	}
	s.sids, lacks = inspect(existing, has)
	return lacks, nil
}

// roles makes and changes those that the chat has.
func (s *setup) roles(ctx context.Context, lacks []lack) error {
	for _, l := range lacks {
		if l.role == nil {
			continue
		}
		if s.CheckOnly {
			s.tell("%s", l.is)
			continue
		}
		var err error
		if sid := s.sids[l.role]; sid != "" {
			err = s.rest.changeRole(ctx, sid, l.permissions)
		} else {
			s.sids[l.role], err = s.rest.makeRole(ctx, l.role)
		}
		if err != nil {
			return err
		}
		s.tell("%s", l.mended)
	}
	return nil
}

// defaults sets what who is new gets, and reports whether it did.
func (s *setup) defaults(ctx context.Context, lacks []lack) (bool, error) {
	var set defaults
	for _, l := range lacks {
		if l.set.user != "" {
			set.user = s.sids[visitorOfService]
		}
		if l.set.participant != "" {
			set.participant = s.sids[visitorOfConversation]
		}
		if l.set.creator != "" {
			set.creator = s.sids[visitorOfConversation]
		}
		set.reachable = set.reachable || l.set.reachable
	}
	if set == (defaults{}) && !s.CheckOnly {
		return false, nil
	}
	if !s.CheckOnly {
		if err := s.rest.setDefaults(ctx, set); err != nil {
			return false, err
		}
	}
	for _, l := range lacks {
		switch {
		case l.set == defaults{}:
		case s.CheckOnly:
			s.tell("%s", l.is)
		default:
			s.tell("%s", l.mended)
		}
	}
	return !s.CheckOnly, nil
}

// tally counts those who have another role than they should.
type tally struct{ visitors, agents int }

func (t *tally) add(agent bool) {
	if agent {
		t.agents++
	} else {
		t.visitors++
	}
}

func (t tally) String() string {
	var parts []string
	if t.visitors > 0 {
		parts = append(parts, count(t.visitors, "visitor"))
	}
	if t.agents > 0 {
		parts = append(parts, count(t.agents, "agent"))
	}
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// members gives all users and participants their roles.
func (s *setup) members(ctx context.Context) error {
	if err := s.users(ctx); err != nil {
		return err
	}
	return s.participants(ctx)
}

func (s *setup) users(ctx context.Context) error {
	var wrong tally
	known := map[string]bool{}
	give := func(agent bool, do func() error) error {
		wrong.add(agent)
		if s.CheckOnly {
			return nil
		}
		return do()
	}
	err := s.rest.users(ctx, func(m member) error {
		agent := s.isAgent(m)
		known[m.identity] = agent
		role := s.sids.inService(agent)
		if role != "" && m.role == role {
			return nil
		}
		return give(agent, func() error {
			if err := s.rest.setUserRole(ctx, m.SID, role); !errors.Is(err, errNotFound) {
				return err
			}
			return nil // was deleted meanwhile
		})
	})
	for _, agent := range s.Agents {
		if err == nil && !known[agent] {
			// Somebody who signs in for the first time would be a visitor.
			err = give(true, func() error { return s.rest.makeUser(ctx, agent, s.sids.inService(true)) })
		}
	}
	if err == nil && wrong != (tally{}) {
		if s.CheckOnly {
			s.tell("without their role in the service: %s", wrong)
		} else {
			s.tell("got their role in the service: %s", wrong)
		}
	}
	return err
}

// parallel is how many conversations are looked at at a time.
const parallel = 8

func (s *setup) participants(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var (
		mu            sync.Mutex // around these
		wrong         tally
		conversations int
	)
	sids := make(chan string)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for sid := range sids {
				found, err := s.participantsOf(ctx, sid)
				if err != nil {
					stop(err)
					continue
				}
				mu.Lock()
				wrong.visitors += found.visitors
				wrong.agents += found.agents
				if found != (tally{}) {
					conversations++
				}
				mu.Unlock()
			}
		})
	}
	err := s.rest.openConversations(ctx, func(sid string) error {
		select {
		case sids <- sid:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	close(sids)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err == nil && conversations > 0 {
		if s.CheckOnly {
			s.tell("without their role in %s: %s", count(conversations, "conversation"), wrong)
		} else {
			s.tell("got their role in %s: %s", count(conversations, "conversation"), wrong)
		}
	}
	return err
}

// participantsOf gives those of one conversation their roles. One that is closed meanwhile needs none.
func (s *setup) participantsOf(ctx context.Context, sid string) (wrong tally, err error) {
	members, err := s.rest.participants(ctx, sid)
	for _, m := range members {
		agent := s.isAgent(m)
		role := s.sids.inConversation(agent)
		// Without an identity it is somebody's phone, and no user.
		if err != nil || m.identity == "" || role != "" && m.role == role {
			continue
		}
		wrong.add(agent)
		if !s.CheckOnly {
			err = s.rest.setParticipantRole(ctx, sid, m.SID, role)
		}
	}
	if err != nil && ctx.Err() == nil {
		if c, lost := s.rest.find(ctx, sid); c.closed || errors.Is(lost, errNotFound) {
			return tally{}, nil
		}
	}
	return wrong, err
}

// patient does again what Twilio was asked too soon: it says so, and that this is safe, with the status 429.
type patient struct{ http.RoundTripper }

const (
	// mostTries take a minute and a half together.
	mostTries  = 7
	firstRest  = time.Second
	maxRefusal = 64 << 10
)

func (p patient) RoundTrip(r *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		answer, err := p.RoundTripper.RoundTrip(r)
		if err != nil || answer.StatusCode != http.StatusTooManyRequests || try == mostTries {
			return answer, err
		}
		rest := firstRest << (try - 1)
		rest = max(rest, min(readRetryAfter(answer.Header), time.Minute))
		io.CopyN(io.Discard, answer.Body, maxRefusal) // so that the connection is used again
		answer.Body.Close()
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-r.Context().Done():
			timer.Stop()
			return nil, r.Context().Err()
		}
		if r.GetBody != nil {
			r = r.Clone(r.Context())
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}
