package token

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// Shown is what visitors see of an agent. A name that is empty stays as it is in Twilio.
type Shown struct{ Identity, Name, Picture string }

// pictureKey is what the widget looks for among a user's attributes: see widget/src/connection/participants.ts.
const pictureKey = "avatarUrl"

const (
	// introduceInterval is how soon a name is right again that somebody has changed in Twilio.
	introduceInterval = time.Hour
	// introduceRetry is how soon Twilio is asked again that could not do it.
	introduceRetry = 30 * time.Second
)

// Introduce writes to Twilio what visitors see of the agents, where that is something else, until ctx is done. Other attributes of theirs
// stay.
func (h *Handler) Introduce(ctx context.Context, agents []Shown) {
	for {
		wait := introduceInterval
		for _, agent := range agents {
			if err := h.introduce(ctx, agent); err != nil && ctx.Err() == nil {
				wait = introduceRetry
				hint := "the server goes on trying"
				if errors.Is(err, errNotFound) {
					hint = setupHint + " makes the agent known to Twilio"
				}
				h.log.Warn("visitors don't see an agent's name and picture yet", "agent", agent.Identity, "cause", reason(err), "hint", hint)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (h *Handler) introduce(ctx context.Context, agent Shown) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	twilio := newREST(h.credential)
	user, err := persistently(ctx, h, func() (*UserRecord, error) { return twilio.userRecord(ctx, agent.Identity) })
	if err != nil {
		return err
	}
	name := agent.Name
	if name == "" {
		name = user.FriendlyName
	}
	attributes := withPicture(user.Attributes, agent.Picture)
	if name == user.FriendlyName && attributes == "" {
		return nil
	}
	return h.persist(ctx, func() error { return twilio.setUser(ctx, agent.Identity, name, attributes) })
}

// withPicture returns attributes with the picture, or without one; "" where nothing is to be changed.
func withPicture(attributes json.RawMessage, picture string) string {
	all := readAttributes(string(attributes))
	before, had := all[pictureKey]
	var now string
	if json.Unmarshal(before, &now) == nil && now == picture || !had && picture == "" {
		return ""
	}
	if picture == "" {
		delete(all, pictureKey)
	} else {
		all[pictureKey], _ = json.Marshal(picture) // can't fail: a text
	}
	text, _ := json.Marshal(all) // can't fail: it was read from JSON
	return string(text)
}

// setUser sets the name of a user, and the attributes if they aren't empty.
func (t rest) setUser(ctx context.Context, identity, name, attributes string) error {
	p := &api.UpdateServiceUserParams{}
	p.SetFriendlyName(name)
	if attributes != "" {
		p.SetAttributes(attributes)
	}
	_, err := t.api(ctx).UpdateServiceUser(t.ServiceSID, url.PathEscape(identity), p)
	return explain(err)
}
