package store

import (
	"slices"
	"strings"
	"time"
)

// States of a conversation. A closed one stays closed.
const (
	Active   = "active"
	Inactive = "inactive"
	Closed   = "closed"
)

// Conversation is a thread with its participants and messages. It is a Sync document, too.
type Conversation struct {
	ID           string    `json:"sid"`
	UniqueName   string    `json:"uniqueName,omitempty"`
	FriendlyName string    `json:"friendlyName,omitempty"`
	Attributes   string    `json:"attributes"`
	CreatedBy    string    `json:"createdBy"`
	State        string    `json:"state"`
	StateSince   time.Time `json:"stateSince"`
	Timers       Timers    `json:"timers"`
	Activity     time.Time `json:"activity"` // from when the timers count
	Created      time.Time `json:"created"`
	Updated      time.Time `json:"updated"`

	SyncDocument string                   `json:"document"`
	Last         int64                    `json:"last"`
	At           time.Time                `json:"at"`
	Roster       collection[*Participant] `json:"roster"`
	Messages     collection[*Message]     `json:"messages"`
	NextIndex    int                      `json:"nextIndex"` // of messages; those that are removed leave a gap

	actions []time.Time // on participants, within the last second
}

// document is a conversation as a Sync document.
type document struct{ *Conversation }

func (d document) SID() string          { return d.SyncDocument }
func (d document) Kind() Kind           { return Document }
func (d document) LastEvent() int64     { return d.Last }
func (d document) UpdatedAt() time.Time { return d.At }
func (d document) Since(event int64) []Event {
	if d.Last <= event {
		return nil
	}
	return []Event{d.event()}
}

func (d document) event() Event {
	return Event{ID: d.Last, Type: "document_updated", At: d.At, Data: d.Data()}
}

// Data is what the document says.
func (d document) Data() any {
	var last any
	if n := len(d.Messages.Entries); n > 0 {
		message := d.Messages.Entries[n-1]
		last = map[string]any{"index": message.Index, "timestamp": message.Value.Created}
	}
	return map[string]any{
		"messages": d.Messages.ID, "roster": d.Roster.ID,
		"uniqueName": orNull(d.UniqueName), "friendlyName": orNull(d.FriendlyName), "attributes": d.Attributes, "createdBy": d.CreatedBy,
		"dateCreated": d.Created, "dateUpdated": d.Updated,
		"state": map[string]any{"current": d.State, "dateUpdated": d.StateSince}, "lastMessage": last,
	}
}

func (s *Store) linkConversation(c *Conversation) {
	for _, e := range c.Roster.Entries {
		e.Value.user = s.state.Users[e.Value.Identity]
	}
	s.objects[c.SyncDocument] = owned{Object: document{c}, conversation: c}
	s.objects[c.Roster.ID] = owned{Object: &c.Roster, conversation: c}
	s.objects[c.Messages.ID] = owned{Object: &c.Messages, conversation: c}
	if c.UniqueName != "" {
		s.names[c.UniqueName] = c
	}
	s.messageCount += len(c.Messages.Entries)
	for _, m := range c.AllMessages() {
		s.attach(c, m)
	}
}

// visible tells whether a user may see the conversation: it is not closed, and the user takes part, or made it and may be about to,
// or has a role that is good for all conversations.
func (s *Store) visible(c *Conversation, identity string) bool {
	if c.State == Closed {
		return false
	}
	u := s.state.Users[identity]
	return c.CreatedBy == identity || c.participant(identity) != nil || u != nil && s.state.Roles[u.Role].reaches()
}

// Conversation finds a conversation by SID or unique name.
func (s *Store) Conversation(id string) (*Conversation, error) {
	if c, ok := s.state.Conversations[id]; ok {
		return c, nil
	}
	if c, ok := s.names[id]; ok {
		return c, nil
	}
	return nil, errNotFound
}

// Conversations lists all, the oldest first.
func (s *Store) Conversations() []*Conversation {
	list := make([]*Conversation, 0, len(s.state.Conversations))
	for _, c := range s.state.Conversations {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *Conversation) int { return byAge(a.Created, b.Created, a.ID, b.ID) })
	return list
}

// Participations lists the conversations in which somebody takes part, closed ones too, by SID.
func (s *Store) Participations(identity string) []Participation {
	list := []Participation{}
	for _, c := range s.state.Conversations {
		if p := c.participant(identity); p != nil {
			list = append(list, Participation{c, p})
		}
	}
	slices.SortFunc(list, func(a, b Participation) int { return strings.Compare(a.Conversation.ID, b.Conversation.ID) })
	return list
}

// Participation is a conversation with one who takes part in it.
type Participation struct {
	Conversation *Conversation
	Participant  *Participant
}

// User is the user who takes part.
func (p Participation) User() *User { return p.Participant.user }

// ConversationChange is what can be set of a conversation; nil stays as it is.
type ConversationChange struct {
	UniqueName, FriendlyName, Attributes, State *string
	Timers                                      TimersChange
}

func (s *Store) checkConversation(c *Conversation, change *ConversationChange) error {
	if name := change.UniqueName; name != nil {
		if !fits(*name) {
			return errLongUniqueName
		}
		if isSID("CH", *name) {
			return errUniqueName
		}
		if owner := s.names[*name]; owner != nil && owner != c {
			return errName
		}
	}
	if err := checkFriendlyName(change.FriendlyName); err != nil {
		return err
	}
	if state := change.State; state != nil && !slices.Contains([]string{Active, Inactive, Closed}, *state) {
		return errState
	}
	if err := change.Timers.check(); err != nil {
		return err
	}
	return checkAttributesOf(change.Attributes, maxConversationBytes)
}

// CreateConversation makes a conversation. Nobody takes part in it yet, not even its creator.
func (s *Store) CreateConversation(createdBy string, change ConversationChange) (*Conversation, error) {
	if err := s.checkConversation(nil, &change); err != nil {
		return nil, err
	}
	if change.State != nil && *change.State == Closed {
		return nil, errBornClosed
	}
	if change.State == nil && (change.Timers.Inactive != nil || change.Timers.Closed != nil) {
		return nil, errTimers
	}
	if len(s.state.Conversations) >= maxConversations {
		return nil, errFull
	}
	id, at := s.tick()
	c := &Conversation{
		ID: newSID("CH"), Attributes: "{}", CreatedBy: createdBy, State: Active, StateSince: at, Activity: at, Created: at, SyncDocument: newSID("ET"),
		Roster: newCollection[*Participant](newSID("MP"), id, at), Messages: newCollection[*Message](newSID("ES"), id, at),
	}
	s.state.Conversations[c.ID] = c
	s.apply(c, change)
	s.linkConversation(c)
	s.touchDocument(c)
	return c, nil
}

// UpdateConversation changes a conversation that is not closed.
func (s *Store) UpdateConversation(c *Conversation, change ConversationChange) error {
	if err := s.checkConversation(c, &change); err != nil {
		return err
	}
	if c.State == Closed {
		return errClosed
	}
	if change.UniqueName != nil {
		delete(s.names, c.UniqueName)
	}
	s.apply(c, change)
	if c.UniqueName != "" {
		s.names[c.UniqueName] = c
	}
	if change.State != nil && *change.State != c.State {
		s.setState(c, *change.State)
	}
	s.changed(c)
	return nil
}

// apply sets all but the state, which has consequences.
func (s *Store) apply(c *Conversation, change ConversationChange) {
	c.Updated = s.time()
	set(&c.UniqueName, change.UniqueName)
	set(&c.FriendlyName, change.FriendlyName)
	set(&c.Attributes, change.Attributes)
	if change.Timers.apply(&c.Timers) {
		c.Activity = c.Updated
	}
}

// setState changes the state. Members of a conversation that closes are told that they left, as Twilio's SDKs document it.
func (s *Store) setState(c *Conversation, state string) {
	c.State, c.StateSince = state, s.time()
	if state == Closed {
		for _, e := range c.Roster.Entries {
			s.leave(c, e.Value.Identity)
		}
	}
}

// changed tells the members that the conversation is not as it was.
func (s *Store) changed(c *Conversation) {
	for _, e := range c.Roster.Entries {
		s.touchMembership(c, e.Value.Identity)
	}
	s.touchDocument(c)
}

func (s *Store) touchDocument(c *Conversation) {
	c.Last, c.At = s.tick()
	d := document{c}
	s.Changed(d, d.event())
}

func (s *Store) touchMembership(c *Conversation, identity string) {
	joined := &s.state.Users[identity].Joined
	if m, ok := joined.get(Position{Key: c.ID}); ok {
		id, at := s.tick()
		s.Changed(joined, joined.put(Position{Key: c.ID}, m, id, at))
	}
}

func (s *Store) leave(c *Conversation, identity string) {
	joined := &s.state.Users[identity].Joined
	if _, ok := joined.get(Position{Key: c.ID}); ok {
		id, at := s.tick()
		event, _ := joined.remove(Position{Key: c.ID}, id, at)
		s.Changed(joined, event)
	}
}

// DeleteConversation removes a conversation and all that is in it.
func (s *Store) DeleteConversation(c *Conversation) {
	for _, e := range c.Roster.Entries {
		s.leave(c, e.Value.Identity)
	}
	s.tick()
	for _, sid := range []string{c.SyncDocument, c.Roster.ID, c.Messages.ID} {
		delete(s.objects, sid)
	}
	delete(s.names, c.UniqueName)
	delete(s.state.Conversations, c.ID)
	s.messageCount -= len(c.Messages.Entries)
	for _, m := range c.AllMessages() {
		s.dropMedia(m.Media...)
	}
}
