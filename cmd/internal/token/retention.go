package token

import (
	"context"
	"maps"
	"slices"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// expireEach is how often it is looked for conversations that are too old.
const expireEach = 6 * time.Hour

// Retain deletes closed conversations whose last message is as old as the options say, and users who have no other one, until
// ctx is done. Without Options.Retention it does nothing.
func (h *Handler) Retain(ctx context.Context) {
	if h.retention == 0 {
		return
	}
	t := newREST(h.credential)
	t.Transport = patient{t.Transport}
	for ctx.Err() == nil {
		conversations, users, err := expire(ctx, t, h.now().Add(-h.retention))
		if conversations > 0 || users > 0 {
			h.log.Info("old conversations deleted", "conversations", conversations, "users", users)
		}
		if err != nil && ctx.Err() == nil {
			h.log.Warn("old conversations not all deleted", "cause", reason(err))
		}
		timer := time.NewTimer(expireEach)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// expire deletes the chat's closed conversations that were written in for the last time before a time, and users who have no
// other one. It returns how many.
func expire(ctx context.Context, t rest, before time.Time) (conversations, users int, err error) {
	// All are listed first: pages of a list that gets shorter would pass some over.
	var old []conversation
	p := (&api.ListServiceConversationParams{}).SetState("closed").SetEndDate(before.UTC().Format(time.DateOnly))
	err = t.everyConversation(ctx, p, func(c conversation) error {
		if isOurs(c.name) && c.quiet.Before(before) {
			old = append(old, c)
		}
		return nil
	})
	visitors := map[string]bool{}
	for _, c := range old {
		if err != nil {
			return conversations, 0, err
		}
		var last []message
		if last, err = t.newest(ctx, c.SID, 1); err != nil || len(last) == 1 && !last[0].written.Before(before) {
			err = gone(err)
			continue
		}
		if err = gone(t.deleteConversation(ctx, c.SID)); err == nil {
			conversations++
			visitors[identityIn(c.name)] = true
		}
	}
	for _, identity := range slices.Sorted(maps.Keys(visitors)) {
		if err != nil {
			return conversations, users, err
		}
		var left []conversation
		if left, err = t.conversations(ctx, identity); gone(err) == nil && len(left) == 0 {
			if err = gone(t.deleteUser(ctx, identity)); err == nil {
				users++
			}
		}
		err = gone(err)
	}
	return conversations, users, err
}
