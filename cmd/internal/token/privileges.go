package token

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"missive/cmd/internal/commandline"
)

const (
	// rolesHold is how long roles are taken for right that were found so.
	rolesHold = 10 * time.Minute
	// rolesRetry is after what time a Twilio that could not be asked, or whose roles allow too much, is asked again. Visitors
	// are told to come back after that.
	rolesRetry = 10 * time.Second
	// rolesTimeout is how long the answer may take.
	rolesTimeout = 5 * time.Second
)

// privileges knows whether visitors may do no more than they need in Twilio. Who is let in holds a token for Twilio's API, and
// nothing but their roles there keeps them from what the widget doesn't offer.
type privileges struct {
	log *slog.Logger

	turn  chan struct{} // held by who asks Twilio, or reads what follows
	until time.Time
	sids  roleSIDs // of the last time that all was right; nil when it is not
	err   error
	told  []string // what the log has been told

	failing atomic.Pointer[failure] // err as it was last answered, for who doesn't wait for Twilio; nil for none
}

func newPrivileges(log *slog.Logger) *privileges {
	return &privileges{log: log, turn: make(chan struct{}, 1)}
}

// ask returns the roles to give, or why nobody can be let in. It waits if Twilio has to be asked.
func (p *privileges) ask(ctx context.Context, s service) (roleSIDs, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, errNotReady
	}
	p.renew(ctx, s)
	return p.sids, p.err
}

// wait returns how long the last answer holds.
func (p *privileges) wait(ctx context.Context, s service) time.Duration {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	p.renew(ctx, s)
	return time.Until(p.until)
}

func (p *privileges) renew(ctx context.Context, s service) {
	if time.Now().Before(p.until) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, rolesTimeout)
	defer cancel()
	sids, lacks, err := p.inspect(ctx, s)
	if errors.Is(ctx.Err(), context.Canceled) {
		return // the server stops
	}
	defer func() { p.failing.Store(asFailure(p.err)) }()
	p.until = time.Now().Add(max(rolesRetry, retryAfter(err)))
	switch {
	case err != nil && p.sids != nil:
		// They were right, and it is likelier that Twilio is down than that somebody has changed them.
		p.tell(slog.LevelWarn, "the roles in Twilio can't be checked", "cause", reason(err))
	case err != nil:
		p.err = fmt.Errorf("%w: %w", errNotReady, err)
		p.tell(slog.LevelError, "visitors are not let in: Twilio can't be asked what they may do", "cause", reason(err), "hint", cmp.Or(Hint(err), "the server goes on trying"))
	case slices.ContainsFunc(lacks, func(l lack) bool { return l.wide }):
		p.sids, p.err = nil, errWideRoles
		p.tell(slog.LevelError, "visitors are not let in: they could do more in Twilio than the chat needs", "lacks", said(lacks), "hint", setupHint)
	default:
		p.until = time.Now().Add(rolesHold)
		p.sids, p.err = sids, nil
		if len(lacks) > 0 {
			p.tell(slog.LevelWarn, "the Conversations service lacks something", "lacks", said(lacks), "hint", setupHint)
		} else {
			p.tell(slog.LevelInfo, "roles checked")
		}
	}
}

// setupHint is what prepares the service.
var setupHint = commandline.Program("token") + " setup"

func (p *privileges) inspect(ctx context.Context, s service) (roleSIDs, []lack, error) {
	existing, err := s.roles(ctx)
	if err != nil {
		return nil, nil, err
	}
	has, err := s.defaults(ctx)
	if err != nil {
		return nil, nil, err
	}
	sids, lacks := inspect(existing, has)
	return sids, lacks, nil
}

func said(lacks []lack) (texts []string) {
	for _, l := range lacks {
		texts = append(texts, l.is)
	}
	return texts
}

// tell logs what has not been logged last.
func (p *privileges) tell(level slog.Level, message string, args ...any) {
	now := []string{message, fmt.Sprint(args...)}
	if !slices.Equal(now, p.told) {
		p.told = now
		p.log.Log(context.Background(), level, message, args...)
	}
}

// Watch checks now and from time to time what visitors may do in Twilio, until ctx is done, so that the log says what is wrong
// before a visitor meets it. Without it the check is made when the next one comes.
func (h *Handler) Watch(ctx context.Context) {
	for ctx.Err() == nil {
		timer := time.NewTimer(h.privileges.wait(ctx, h.twilio))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// Problems tells why no visitor is let in; it returns nil if they are. It doesn't ask Twilio.
func (h *Handler) Problems() []string {
	if why := h.privileges.failing.Load(); why != nil {
		return []string{why.code + ": " + why.message}
	}
	return nil
}
