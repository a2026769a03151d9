package token

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Twilio's limits, in bytes: of a message's body, and of its attributes.
const (
	maxTextBytes       = 32 << 10
	maxAttributesBytes = 4 << 10
)

// messageForm is a message as the widget sends it.
type messageForm struct {
	// ID is random, given by the browser, and kept when the message is sent again.
	ID   string `json:"id"`
	Body string `json:"body"`
	// Attributes are a JSON object: name, email and meta, as the page and the form have them, and the page's address. What is stored has
	// the id, too.
	Attributes json.RawMessage `json:"attributes"`
}

// messageID is what the widget makes, 32 hex digits, and leaves room for another one's: enough not to be there by chance.
var messageID = regexp.MustCompile(`^[0-9A-Za-z_-]{16,64}$`)

// check refuses what Twilio would refuse, or the team's tools could stumble over, and puts the id among the attributes.
func (m *messageForm) check() error {
	if !messageID.MatchString(m.ID) {
		return badMessage("id is not 16 to 64 letters, digits, _ and -")
	}
	switch {
	case strings.TrimSpace(m.Body) == "":
		return badMessage("body has no text")
	case len(m.Body) > maxTextBytes:
		return badMessage(fmt.Sprintf("body has more than %d KB", maxTextBytes>>10))
	}
	var attributes map[string]json.RawMessage
	if len(m.Attributes) > 0 && json.Unmarshal(m.Attributes, &attributes) != nil {
		return badMessage("attributes is not a JSON object")
	}
	if attributes == nil {
		attributes = map[string]json.RawMessage{}
	}
	for key, value := range map[string]any{"name": new(string), "email": new(string), "page": new(string), "meta": new(map[string]string)} {
		if given, has := attributes[key]; has && json.Unmarshal(given, value) != nil {
			return badMessage("attributes has a name, an email or a page that is no text, or a meta that is not a map of texts")
		}
	}
	attributes["id"], _ = json.Marshal(m.ID) // can't fail: a text
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // it would make them longer than what the browser has measured
	_ = encoder.Encode(attributes)
	m.Attributes = bytes.TrimSpace(text.Bytes())
	if len(m.Attributes) > maxAttributesBytes {
		return badMessage(fmt.Sprintf("attributes, with the id, have more than %d KB", maxAttributesBytes>>10))
	}
	return nil
}

// message is one in a conversation.
type message struct {
	SID        string
	index      int // its place, from 0
	author     string
	body       string
	attributes string // JSON
	written    time.Time
	files      []string // their names
}

// id is the one that its writer gave it; "" for none, as others may write what they like.
func (m message) id() string { return readAttributes(m.attributes).text("id") }

// Sent says where a message is stored.
type Sent struct {
	// Index is its place in the conversation, from 0.
	Index int `json:"index"`
	// SID is that of Twilio.
	SID string `json:"sid"`
}

// lookBack is how many messages of a conversation are looked through for one that may be there. It would be among the
// last few: a browser sends one after the other, so behind a message whose answer was lost there is only what others
// have written since.
const lookBack = 100

// stored finds a message that the visitor has sent before; nil if it isn't there.
func (h *Handler) stored(ctx context.Context, c conversation, v visitor, m *messageForm) (*Sent, error) {
	newest, err := h.twilio.newest(ctx, c.SID, lookBack)
	if err != nil {
		return nil, err
	}
	for _, there := range newest {
		// The id alone is no proof: the team sees it, and could have written one with it.
		if there.author == v.identity && there.id() == m.ID {
			return &Sent{there.index, there.SID}, nil
		}
	}
	return nil, nil
}

// store puts a message into the conversation, unless it is there: each time that somebody doesn't know whether it was
// stored, the visitor or this function, it is looked for before it is stored.
//
// Twilio has no unique key for messages. Two requests with the same one that run at the same moment, of two tabs or after
// a browser has given up on one that goes on, may both find nothing, and both store it. So whoever reads a conversation
// takes messages of the same author with the same id and the same text for one.
func (h *Handler) store(ctx context.Context, c conversation, v visitor, m *messageForm, fresh bool) (sent *Sent, err error) {
	err = h.persist(ctx, func() error {
		if !fresh {
			if sent, err = h.stored(ctx, c, v, m); err != nil || sent != nil {
				return err
			}
		}
		fresh = false
		there, err := h.twilio.send(ctx, c.SID, message{author: v.identity, body: m.Body, attributes: string(m.Attributes)})
		if err != nil {
			return err
		}
		sent = &Sent{there.index, there.SID}
		return nil
	})
	return sent, err
}
