package store

import (
	"time"
	"unicode/utf8"
)

// Message is one message of a conversation. Its position in the conversation's list is its index.
type Message struct {
	SID         string    `json:"sid"`
	Index       int       `json:"index"`
	Author      string    `json:"author"`
	Body        string    `json:"body"`
	Attributes  string    `json:"attributes"`
	Participant string    `json:"participant,omitempty"` // SID; empty when the author takes no part
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
	UpdatedBy   string    `json:"updatedBy,omitempty"`
	Media       []*Media  `json:"media,omitempty"`
}

func (m *Message) data() any {
	kind, medias := "text", []any{}
	for _, f := range m.Media {
		kind = "media"
		medias = append(medias, map[string]any{"sid": f.SID, "category": "media", "filename": orNull(f.Filename), "contentType": f.ContentType, "size": f.Size})
	}
	return map[string]any{
		"sid": m.SID, "author": m.Author, "text": m.Text(), "attributes": m.Attributes, "type": kind, "medias": medias,
		"timestamp": m.Created, "dateUpdated": m.Updated, "lastUpdatedBy": orNull(m.UpdatedBy), "memberSid": orNull(m.Participant),
	}
}

// Text is what a message says; nil when it has files and says nothing.
func (m *Message) Text() any {
	if m.Body == "" && len(m.Media) > 0 {
		return nil
	}
	return m.Body
}

// Message finds a message by SID.
func (c *Conversation) Message(sid string) (*Message, error) {
	for _, e := range c.Messages.Entries {
		if e.Value.SID == sid {
			return e.Value, nil
		}
	}
	return nil, errNotFound
}

// AllMessages lists the messages, the oldest first.
func (c *Conversation) AllMessages() []*Message {
	list := make([]*Message, 0, len(c.Messages.Entries))
	for _, e := range c.Messages.Entries {
		list = append(list, e.Value)
	}
	return list
}

func checkBody(body string) error {
	switch {
	case len(body) > maxBodyBytes:
		return errLongBody
	case !utf8.ValidString(body):
		return invalid("Message body is no text")
	}
	return nil
}

// Draft is a message that is to be added.
type Draft struct {
	Author, Body string
	Attributes   string    // "" for none
	Media        []string  // SIDs of files that were uploaded before
	Created      time.Time // zero for now; the message comes last all the same
}

// AddMessage adds a message to a conversation that is not closed.
func (s *Store) AddMessage(c *Conversation, d Draft) (*Message, error) {
	attributes, err := checkAttributes(d.Attributes, maxAttributeBytes)
	if err != nil {
		return nil, err
	}
	if err := checkBody(d.Body); err != nil {
		return nil, err
	}
	if !fits(d.Author) {
		return nil, errLongAuthor
	}
	if c.State == Closed {
		return nil, errClosed
	}
	if s.messageCount >= maxMessages {
		return nil, errFull
	}
	media, err := s.uploads(d.Author, d.Media)
	if err != nil {
		return nil, err
	}
	id, at := s.tick()
	m := &Message{SID: newSID("IM"), Index: c.NextIndex, Author: d.Author, Body: d.Body, Attributes: attributes, Media: media, Created: at, Updated: at}
	if !d.Created.IsZero() {
		m.Created = d.Created.UTC().Truncate(time.Millisecond)
	}
	if p := c.participant(d.Author); p != nil {
		m.Participant = p.SID
	}
	s.attach(c, m)
	c.NextIndex++
	s.messageCount++
	s.Changed(&c.Messages, c.Messages.put(Position{Index: m.Index}, m, id, at))

	c.Activity = at
	if c.State == Inactive {
		s.setState(c, Active)
	}
	s.touchDocument(c)
	return m, nil
}

// MessageChange is what can be set of a message; nil stays as it is.
type MessageChange struct{ Body, Attributes *string }

// UpdateMessage changes a message.
func (s *Store) UpdateMessage(c *Conversation, m *Message, by string, change MessageChange) error {
	if change.Body != nil {
		if err := checkBody(*change.Body); err != nil {
			return err
		}
	}
	if err := checkAttributesOf(change.Attributes, maxAttributeBytes); err != nil {
		return err
	}
	if c.State == Closed {
		return errClosed
	}
	id, at := s.tick()
	set(&m.Body, change.Body)
	set(&m.Attributes, change.Attributes)
	m.Updated, m.UpdatedBy = at, by
	s.Changed(&c.Messages, c.Messages.put(Position{Index: m.Index}, m, id, at))
	return nil
}

// RemoveMessage removes a message; its index is not used again.
func (s *Store) RemoveMessage(c *Conversation, m *Message) error {
	if c.State == Closed {
		return errClosed
	}
	id, at := s.tick()
	event, _ := c.Messages.remove(Position{Index: m.Index}, id, at)
	s.messageCount--
	s.dropMedia(m.Media...)
	s.Changed(&c.Messages, event)
	s.touchDocument(c)
	return nil
}
