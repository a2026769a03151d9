// Package notify sees to it that nobody is missed: what a visitor writes and no agent reads goes out by e-mail and webhook.
//
// A sweep at intervals looks over the open conversations (sweep.go), and over those that have closed unseen (closed.go), by the rules of
// what is unread and when that is due (burst.go). Whoever wants to tell of it (tell.go) claims it first (claim.go), so that of several
// servers one does. What is told is a Notice (notice.go); e-mail (mail.go, smtp.go) and webhooks (webhook.go, signature.go) are the ways
// out. Nothing is kept but in Twilio: what a server remembers saves it questions, and may be lost at any time.
package notify

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"missive/cmd/internal/token"
)

// DefaultAfter is how long a message may be unread while somebody of the team is online.
const DefaultAfter = 5 * time.Minute

const (
	// PerSecond is how many requests of an inbox a notifier may make in a second.
	PerSecond = 10
	// defaultInterval is the pause between two sweeps, and as long as a message of somebody who finds nobody online has to wait.
	defaultInterval = 20 * time.Second
	// tidyInterval is the pause where nobody is told.
	tidyInterval = 6 * time.Hour
	// sweepTime is how long a sweep may take. A claim is older than that before it is taken away, so that no sweep that knows nothing of it
	// is under way then.
	sweepTime = 5 * time.Minute
)

// Options are what New needs to know.
type Options struct {
	// After is how long a message may be unread. It goes out at once when nobody of the team is online.
	After time.Duration
	// Desk is the address of the team's page, to which a conversation's SID is put behind a #.
	Desk string
	// Mail is nil for none.
	Mail *Mail
	// Webhooks are addresses that CheckWebhook has found right. They are secrets.
	Webhooks []string
	// WebhookKeys are of WebhookKey, and sign what goes to webhooks that aren't of a chat; none to sign nothing.
	WebhookKeys [][]byte
	// Record takes what would go out, in place of sending it; nil to send.
	Record func(Notice)
	// Interval is the pause between two sweeps; 0 for twenty seconds.
	Interval time.Duration
	// Log gets a line for what went out and what failed, without a word about the visitor; nil for none.
	Log *slog.Logger
}

// Recipient is somebody of the team who gets e-mails.
type Recipient struct{ Identity, Name, Email string }

// inbox is what is asked of Twilio: token.Inbox.
type inbox interface {
	Open(ctx context.Context) ([]token.Thread, error)
	Closed(ctx context.Context, made time.Time, most int) ([]token.Thread, error)
	Find(ctx context.Context, id string) (token.Thread, error)
	Next(ctx context.Context, t token.Thread) (token.Thread, error)
	Newest(ctx context.Context, sid string, count int) ([]token.InboxMessage, error)
	ReadByTeam(ctx context.Context, sid string) (int, error)
	Online(ctx context.Context) (bool, error)
	Visitor(t token.Thread) (token.Visitor, bool)
	Note(ctx context.Context, name, attributes string) (sid string, err error)
	ChangeNote(ctx context.Context, sid, attributes string) error
	DropNote(ctx context.Context, sid string) error
}

// Notifier sweeps over the conversations of one service.
type Notifier struct {
	inbox    inbox
	after    time.Duration
	desk     string
	interval time.Duration
	channels []*channel
	log      *slog.Logger
	now      func() time.Time
	health   health
	caughtUp chan struct{}

	// By SID of the conversation.
	seen   map[string]sight
	open   map[string]bool         // those of visitors that were in the last list
	closed map[string]token.Thread // those that may be closed, and have to be looked at
	ended  map[string]ended

	online   time.Time // when somebody of the team was last seen to be
	searched time.Time // when it was last searched for closed ones; zero for never

	claims  map[string]claim    // by SID of the claim
	unsaved map[string][]string // channels that have sent, which could not be written into the claim; by key of the burst
}

// New returns a notifier. Without a way out it tells nobody, and deletes claims of before that nobody needs any more.
func New(i *token.Inbox, o Options) (*Notifier, error) { return newNotifier(i, o, time.Now) }

func newNotifier(i inbox, o Options, now func() time.Time) (*Notifier, error) {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{
		inbox: i, after: o.After, desk: o.Desk, interval: cmp.Or(o.Interval, defaultInterval), log: log, now: now,
		seen: map[string]sight{}, open: map[string]bool{}, closed: map[string]token.Thread{}, ended: map[string]ended{},
		caughtUp: make(chan struct{}), claims: map[string]claim{}, unsaved: map[string][]string{},
	}
	if o.Record != nil {
		n.channels = append(n.channels, &channel{name: "record", send: func(_ context.Context, notice Notice) error {
			o.Record(notice)
			return nil
		}})
	} else {
		n.channels = append(mailChannels(o.Mail), webhookChannels(o.Webhooks, o.WebhookKeys)...)
	}
	if len(n.channels) == 0 {
		n.interval = tidyInterval
	}
	return n, nil
}

// Run sweeps until ctx is done. What is being sent then is sent to its end.
func (n *Notifier) Run(ctx context.Context) {
	pause := rand.N(n.interval/10 + 1) // servers that start together don't sweep together
	caughtUp := sync.OnceFunc(func() { close(n.caughtUp) })
	if len(n.channels) == 0 {
		caughtUp()
	}
	for {
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		within, cancel := context.WithTimeout(ctx, sweepTime)
		err := safely(func() error { return n.sweep(within) })
		cancel()
		if ctx.Err() != nil {
			return
		}
		n.tell(err)
		if !n.searched.IsZero() && len(n.closed) == 0 {
			caughtUp()
		}
		pause = n.interval + rand.N(n.interval/10+1)
	}
}

// CaughtUp is closed once all that had closed while no server ran was looked at, and told of.
func (n *Notifier) CaughtUp() <-chan struct{} { return n.caughtUp }

// sweepName is what health and log call the sweeps.
const sweepName = "conversations"

// tell logs that sweeps begin to fail, or work again. Where nobody is told, that is no failure of notifications.
func (n *Notifier) tell(err error) {
	if len(n.channels) == 0 {
		if err != nil {
			n.log.Warn("what is left of notifications was not deleted", "cause", reason(err))
		}
		return
	}
	switch changed := n.health.set(sweepName, err, n.now()); {
	case !changed:
	case err != nil:
		n.log.Error("it can't be seen of all visitors whether they wait for an answer, so nobody may be told", "cause", reason(err))
	default:
		n.log.Info("it can be seen again of all visitors whether they wait for an answer")
	}
}

// Problems are what fails now, without a word about visitors or agents, and since when.
func (n *Notifier) Problems() []string { return n.health.problems(n.now()) }
