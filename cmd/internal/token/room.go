package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// MaxOpen is how many conversations an identity may be in that are active or inactive, says error 50214 of Twilio. An
// agent is in all of them, so it is the most that a team can have open.
const MaxOpen = 1000

const (
	// recount is after what time the open conversations are counted again: others close them, and other token servers make them.
	recount = 6 * time.Hour
	// hopeless is how long there is no use in looking again for one that can be closed.
	hopeless = time.Minute
	// young conversations are let alone: somebody may be about to write.
	young = 10 * time.Minute
	// oncePer is how often the log says that there is little room.
	oncePer = 24 * time.Hour
	// tidying is how long making room may take.
	tidying = time.Minute
	// maxLooks is how many conversations are looked into at a time for whether they are answered.
	maxLooks = 50
)

// room keeps the team's open conversations below Twilio's limit. Conversations close by themselves after a month, but a site
// with more than 33 new ones a day would reach the limit before, and from there on no agent could be added to any. So near
// the limit answered ones are closed, those first that have been quiet longest. Who still waits for an answer is never closed.
type room struct {
	h     *Handler
	limit int

	turn    sync.Mutex     // held by who makes room
	running sync.WaitGroup // for tests

	mu      sync.Mutex // around what follows
	counted time.Time  // when open was counted; zero for never
	open    int
	made    int // since then, by this server

	// Held with turn.
	quiet   []conversation       // open ones, the longest quiet first
	waiting map[string]time.Time // since when those are quiet that are known to wait for an answer, by SID
	gaveUp  time.Time
	told    map[string]time.Time // when, by what the log was told
}

func newRoom(h *Handler, limit int) *room {
	if limit == 0 {
		limit = MaxOpen
	}
	return &room{h: h, limit: limit, waiting: map[string]time.Time{}, told: map[string]time.Time{}}
}

// near is the number of open conversations from which on some are closed. What is left is for those that come at once, and
// for other token servers, whose conversations are counted late.
func (r *room) near() int { return r.limit * 9 / 10 }

// warnFrom is the number from which on the operator is told.
func (r *room) warnFrom() int { return r.limit * 8 / 10 }

// taken tells that a conversation was made. What there is to do for the next one is done when this one's visitor has their
// answer: nobody waits for it.
func (r *room) taken(ctx context.Context) {
	r.mu.Lock()
	r.open++
	r.made++
	// After a fiftieth of the limit the number of others may have changed as much.
	due := r.counted.IsZero() || r.made*50 >= r.limit || r.h.now().Sub(r.counted) > recount || r.open >= r.near()
	r.mu.Unlock()
	if due && r.turn.TryLock() {
		r.running.Go(func() {
			defer r.turn.Unlock()
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidying)
			defer cancel()
			r.tidy(ctx, false)
		})
	}
}

// makeRoom closes at least one conversation, if one may be closed. It is for who was refused.
func (r *room) makeRoom(ctx context.Context) {
	r.turn.Lock()
	defer r.turn.Unlock()
	r.tidy(ctx, true)
}

// tidy counts, if it is time to, and closes until there are fewer than near. Whatever goes wrong is tried again with the next conversation.
func (r *room) tidy(ctx context.Context, atOnce bool) {
	if err := r.count(ctx, atOnce); err != nil {
		r.h.log.Warn("open conversations not counted", "cause", reason(err))
		return
	}
	r.mu.Lock()
	open := r.open
	r.mu.Unlock()
	if open >= r.warnFrom() {
		r.tell(slog.LevelWarn, "the team is near the number of open conversations that Twilio allows",
			"open", open, "limit", r.limit, "hint", fmt.Sprintf("close what is done: from %d on, the answered ones that have been quiet longest are closed for you", r.near()))
	}
	closed := 0
	for looks := 0; looks < maxLooks && (open-closed >= r.near() || atOnce && closed == 0); looks++ {
		c, some := r.longestQuiet()
		if !some {
			break
		}
		done, err := r.closeAnswered(ctx, c)
		if err != nil {
			r.h.log.Warn("conversation not closed", "cause", reason(err))
		}
		if temporary(err) || ctx.Err() != nil {
			break
		}
		if done {
			closed++
		}
	}
	r.mu.Lock()
	r.open -= closed
	open = r.open
	r.mu.Unlock()
	if closed > 0 {
		r.h.log.Info("answered conversations closed to make room", "closed", closed, "open", open)
		return
	}
	if open >= r.near() && len(r.quiet) == 0 {
		r.gaveUp = r.h.now()
		r.tell(slog.LevelError, "there is no conversation that could be closed to make room: each waits for an answer, or was just written in",
			"open", open, "limit", r.limit, "hint", "answer or close what waits: at the limit visitors are turned away")
	}
}

// tell logs what is so for a long time once a day.
func (r *room) tell(level slog.Level, message string, args ...any) {
	if last, before := r.told[message]; before && r.h.now().Sub(last) < oncePer {
		return
	}
	r.told[message] = r.h.now()
	r.h.log.Log(context.Background(), level, message, args...)
}

// count asks Twilio for the open conversations, if what is known of them is old, or is used up.
//
// It asks for the service's, by state: an agent's (ParticipantConversations) have the closed ones among them, 70,000 of them after
// a year of 200 a day, in pages of 50. Conversations that aren't of this chat are not counted, nor closed.
func (r *room) count(ctx context.Context, atOnce bool) error {
	now := r.h.now()
	r.mu.Lock()
	fresh := !r.counted.IsZero() && r.made*50 < r.limit && now.Sub(r.counted) <= recount
	usedUp := len(r.quiet) == 0 && (r.open >= r.near() || atOnce) && now.Sub(r.gaveUp) >= hopeless
	made := r.made
	r.mu.Unlock()
	if fresh && !usedUp {
		return nil
	}
	list, err := r.h.twilio.open(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c conversation) bool { return !isOurs(c.name) })
	slices.SortFunc(list, byQuiet)
	waiting := map[string]time.Time{}
	for _, c := range list {
		if since, known := r.waiting[c.SID]; known && since.Equal(c.quiet) {
			waiting[c.SID] = since
		}
	}
	r.quiet, r.waiting = list, waiting
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made -= made
	r.counted, r.open = now, len(list)+r.made
	return nil
}

// longestQuiet takes the next conversation that could be closed from the list.
func (r *room) longestQuiet() (conversation, bool) {
	for len(r.quiet) > 0 {
		c := r.quiet[0]
		if age := r.h.now().Sub(c.quiet); age >= 0 && age < young {
			r.quiet = nil // and all that follow, too
			break
		}
		r.quiet = r.quiet[1:]
		if _, waits := r.waiting[c.SID]; !waits {
			return c, true
		}
	}
	return conversation{}, false
}

// closeAnswered closes a conversation unless somebody waits for an answer in it. One without a message is nobody's.
func (r *room) closeAnswered(ctx context.Context, c conversation) (bool, error) {
	last, err := r.last(ctx, c)
	switch {
	case errors.Is(err, errNotFound):
		return true, nil // is deleted
	case err != nil:
		return false, err
	case last == nil:
	case !slices.Contains(r.h.agents, last.author):
		r.waiting[c.SID] = c.quiet
		return false, nil
	case last.written.Sub(c.quiet) > time.Minute, r.h.now().Sub(last.written) < young:
		// Was not quiet since it was counted, or the team has set another timer: its turn comes later.
		c.quiet = last.written
		place, _ := slices.BinarySearchFunc(r.quiet, c, byQuiet)
		r.quiet = slices.Insert(r.quiet, place, c)
		return false, nil
	}
	err = r.h.persist(ctx, func() error { return r.h.twilio.close(ctx, c.SID) })
	switch {
	case errors.Is(err, errNotFound):
		return true, nil // is deleted
	case errors.Is(err, errClosed): // by the team, by another token server, or by the try before
	case err != nil:
		return false, err
	}
	if err := r.carryOver(ctx, c, last); err != nil {
		r.h.log.Error("a visitor has written while the conversation was closed, and it could not be carried over into a new one",
			"conversation", c.SID, "cause", reason(err), "hint", "read it in Twilio's console")
	}
	return true, nil
}

// carryOver puts into a new conversation what was written between the last look and the end: Twilio closes for good.
func (r *room) carryOver(ctx context.Context, c conversation, last *message) error {
	list, err := r.h.twilio.newest(ctx, c.SID, lookBack)
	if err != nil {
		return err
	}
	if last != nil {
		list = slices.DeleteFunc(list, func(m message) bool { return m.index <= last.index })
	}
	was, _ := readAttributes(c.attributes).claim(c.name)
	sids, err := r.h.privileges.ask(ctx, r.h.twilio)
	if err != nil {
		return err
	}
	v := visitor{accountID: was.Account, identity: identityIn(c.name), verification: unverified, roles: sids}
	if !slices.ContainsFunc(list, func(m message) bool { return m.author == v.identity }) {
		return nil
	}
	next, created, err := r.h.createConversation(ctx, v, numberOf(c.name, v.identity)+1, c)
	if err != nil {
		return err
	}
	if err := r.h.gather(ctx, next, v, created, nil); err != nil {
		return err
	}
	for _, m := range slices.Backward(list) {
		form := &messageForm{ID: m.id(), Body: m.body, Attributes: json.RawMessage(m.attributes)}
		if form.ID == "" { // else it would be taken for any other one without
			form.ID = m.SID
			all := readAttributes(m.attributes)
			all["id"], _ = json.Marshal(form.ID)   // can't fail: a text
			form.Attributes, _ = json.Marshal(all) // can't fail: it was read from JSON
		}
		if _, err := r.h.store(ctx, next, visitor{identity: m.author}, form, created); err != nil {
			return err
		}
	}
	return nil
}

func byQuiet(a, b conversation) int { return a.quiet.Compare(b.quiet) }

// last returns the last message; nil for none.
func (r *room) last(ctx context.Context, c conversation) (*message, error) {
	list, err := r.h.twilio.newest(ctx, c.SID, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// isOurs tells a conversation of this chat by its name.
func isOurs(name string) bool {
	identity := identityIn(name)
	return IsVisitor(identity) && numberOf(name, identity) > 0
}

// identityIn returns the identity that a name of nameOf was made of.
func identityIn(name string) string {
	end := strings.LastIndexByte(name, '-')
	return name[:max(end, 0)]
}
