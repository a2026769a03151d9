package desk

import (
	"net/http"

	"missive/cmd/internal/token"
)

// shownAgent is what everybody may know of an agent.
type shownAgent struct {
	Identity string `json:"identity"`
	Name     string `json:"name"`
	Picture  string `json:"picture"`
}

// access is what the page needs to connect.
type access struct {
	Token       string       `json:"token"`
	Identity    string       `json:"identity"`
	Agents      []shownAgent `json:"agents"`
	Socket      string       `json:"socket,omitempty"`
	AwaySeconds int          `json:"awaySeconds"`
}

func (h *handler) token(_ *http.Request, agent string) (any, error) {
	signed, err := h.twilio.AccessToken(agent)
	if err != nil {
		return nil, err
	}
	a := access{Token: signed, Identity: agent, Socket: h.twilio.Socket(), AwaySeconds: int(h.Team.Away.Seconds())}
	for _, agent := range h.Team.Agents {
		a.Agents = append(a.Agents, shownAgent{agent.Identity, agent.Name, agent.Picture})
	}
	return a, nil
}

func (h *handler) done(r *http.Request, _ string) (any, error) {
	q := struct {
		Conversation string
		// Index of the last message that the agent has seen.
		Index *int
	}{}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	seen := -1
	if q.Index != nil {
		seen = *q.Index
	}
	return nil, h.twilio.SetDone(r.Context(), q.Conversation, seen)
}

func (h *handler) reopen(r *http.Request, _ string) (any, error) {
	var q struct{ Conversation string }
	if err := read(r, &q); err != nil {
		return nil, err
	}
	return nil, h.twilio.Reopen(r.Context(), q.Conversation)
}

func (h *handler) file(r *http.Request, _ string) (any, error) {
	var q struct{ Conversation, Message, File string }
	if err := read(r, &q); err != nil {
		return nil, err
	}
	address, err := h.twilio.FileAddress(r.Context(), q.Conversation, q.Message, q.File)
	if err != nil {
		return nil, err
	}
	return struct {
		Address string `json:"address"`
	}{address}, nil
}

func (h *handler) closed(r *http.Request, _ string) (any, error) {
	var q struct{ Before string }
	if err := read(r, &q); err != nil {
		return nil, err
	}
	list, next, err := h.twilio.Closed(r.Context(), q.Before)
	if err != nil {
		return nil, err
	}
	return struct {
		Conversations []token.ClosedConversation `json:"conversations"`
		Next          string                     `json:"next,omitempty"`
	}{list, next}, nil
}

func (h *handler) messages(r *http.Request, _ string) (any, error) {
	var q struct {
		Conversation string
		Before       *int
	}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	said := struct {
		// Conversation is what is known of the conversation; with the last page alone.
		Conversation *token.ClosedConversation `json:"conversation,omitempty"`
		Messages     []token.StoredMessage     `json:"messages"`
		More         bool                      `json:"more"`
	}{}
	before := -1
	if q.Before != nil {
		before = *q.Before
	} else {
		c, err := h.twilio.Conversation(r.Context(), q.Conversation)
		if err != nil {
			return nil, err
		}
		said.Conversation = &c
	}
	messages, more, err := h.twilio.Messages(r.Context(), q.Conversation, before)
	if err != nil {
		return nil, err
	}
	said.Messages, said.More = append([]token.StoredMessage{}, messages...), more
	return said, nil
}
