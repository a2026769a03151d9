package store

import (
	"slices"
	"time"
)

// Participant is a user in a conversation.
type Participant struct {
	SID        string    `json:"sid"`
	Identity   string    `json:"identity"`
	Attributes string    `json:"attributes"`
	Role       string    `json:"role"`               // SID of the one in the conversation
	LastRead   *int      `json:"lastRead,omitempty"` // index of a message
	ReadAt     time.Time `json:"readAt,omitzero"`
	Created    time.Time `json:"created"`
	Updated    time.Time `json:"updated"`

	user *User
}

func (p *Participant) data() any {
	return map[string]any{
		"identity": p.Identity, "type": "chat", "attributes": p.Attributes, "userInfo": p.user.Info.ID, "roleSid": p.Role,
		"dateCreated": p.Created, "dateUpdated": p.Updated,
		"lastConsumedMessageIndex": p.LastRead, "lastConsumptionTimestamp": p.ReadTime(),
	}
}

// ReadTime is when the participant read last; nil for never.
func (p *Participant) ReadTime() *time.Time {
	if p.LastRead == nil {
		return nil
	}
	return &p.ReadAt
}

// Participants lists who takes part.
func (c *Conversation) Participants() []*Participant {
	list := make([]*Participant, 0, len(c.Roster.Entries))
	for _, e := range c.Roster.Entries {
		list = append(list, e.Value)
	}
	return list
}

func (c *Conversation) participant(identity string) *Participant {
	for _, e := range c.Roster.Entries {
		if e.Value.Identity == identity {
			return e.Value
		}
	}
	return nil
}

// Participant finds a participant by SID or identity.
func (c *Conversation) Participant(id string) (*Participant, error) {
	if p, ok := c.Roster.get(Position{Key: id}); ok {
		return p, nil
	}
	if p := c.participant(id); p != nil {
		return p, nil
	}
	return nil, errNoParticipant
}

// Membership finds the conversation, by SID or unique name, as the user sees it.
func (s *Store) Membership(id, identity string) (*Membership, error) {
	c, err := s.Conversation(id)
	if err != nil {
		return nil, err
	}
	if u := s.state.Users[identity]; u != nil {
		if m, ok := u.Joined.get(Position{Key: c.ID}); ok {
			return m, nil
		}
	}
	return nil, c.hides(identity)
}

// Seen finds a conversation, by SID or unique name, that the user may see, be they a participant or not.
func (s *Store) Seen(id, identity string) (*Conversation, error) {
	c, err := s.Conversation(id)
	if err != nil {
		return nil, err
	}
	if !s.visible(c, identity) {
		return nil, c.hides(identity)
	}
	return c, nil
}

// hides is why a user doesn't see the conversation.
func (c *Conversation) hides(identity string) error {
	if c.State == Closed && c.participant(identity) != nil {
		return errClosed
	}
	return errNotMember
}

// AddParticipant lets a user take part; the user need not exist before. Without a role they get the one that the service has for
// them: for who made the conversation, or for everybody.
func (s *Store) AddParticipant(c *Conversation, identity, attributes, role string) (*Participant, error) {
	if role == "" {
		role = s.state.Configuration.ConversationRole
		if c.CreatedBy == identity {
			role = s.state.Configuration.CreatorRole
		}
	}
	attributes, err := checkAttributes(attributes, maxAttributeBytes)
	if err != nil {
		return nil, err
	}
	if !s.state.isRole(role, ConversationRole) {
		return nil, errNoMemberRole
	}
	if err := s.act(c); err != nil {
		return nil, err
	}
	u, err := s.EnsureUser(identity)
	switch {
	case err != nil:
		return nil, err
	case c.State == Closed:
		return nil, errClosed
	case c.participant(identity) != nil:
		return nil, errParticipant
	case len(c.Roster.Entries) >= s.limits.Participants:
		return nil, errTooManyMembers
	case len(u.Joined.Entries) >= s.limits.UserConversations:
		return nil, errTooManyJoined
	}
	id, at := s.tick()
	p := &Participant{SID: newSID("MB"), Identity: identity, Attributes: attributes, Role: role, Created: at, Updated: at, user: u}
	s.Changed(&c.Roster, c.Roster.put(Position{Key: p.SID}, p, id, at))

	id, at = s.tick()
	m := &Membership{NotificationLevel: "default", conversation: c, participant: p}
	s.Changed(&u.Joined, u.Joined.put(Position{Key: c.ID}, m, id, at))
	return p, nil
}

// act counts what is done to the participants of a conversation, and refuses what is too much for a second.
func (s *Store) act(c *Conversation) error {
	now := s.now()
	c.actions = slices.DeleteFunc(c.actions, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	if len(c.actions) >= s.limits.ParticipantActions {
		return errTooFast
	}
	c.actions = append(c.actions, now)
	return nil
}

// ParticipantChange is what can be set of a participant; nil stays as it is.
type ParticipantChange struct {
	Attributes, Role *string
	LastRead         *int
}

// UpdateParticipant changes a participant.
func (s *Store) UpdateParticipant(c *Conversation, p *Participant, change ParticipantChange) error {
	if err := checkAttributesOf(change.Attributes, maxAttributeBytes); err != nil {
		return err
	}
	if change.Role != nil && !s.state.isRole(*change.Role, ConversationRole) {
		return errNoMemberRole
	}
	if c.State == Closed {
		return errClosed
	}
	if err := s.act(c); err != nil {
		return err
	}
	set(&p.Attributes, change.Attributes)
	set(&p.Role, change.Role)
	p.Updated = s.time()
	if change.LastRead != nil {
		return s.SetRead(c, p, change.LastRead)
	}
	s.touchParticipant(c, p)
	return nil
}

func (s *Store) touchParticipant(c *Conversation, p *Participant) {
	id, at := s.tick()
	s.Changed(&c.Roster, c.Roster.put(Position{Key: p.SID}, p, id, at))
}

// RemoveParticipant ends a participation.
func (s *Store) RemoveParticipant(c *Conversation, p *Participant) error {
	if c.State == Closed {
		return errClosed
	}
	if err := s.act(c); err != nil {
		return err
	}
	s.removeParticipant(c, p)
	return nil
}

func (s *Store) removeParticipant(c *Conversation, p *Participant) {
	// While still a participant: what the user may not see is not told.
	s.leave(c, p.Identity)
	id, at := s.tick()
	event, _ := c.Roster.remove(Position{Key: p.SID}, id, at)
	s.Changed(&c.Roster, event)
}

// SetRead sets how far a participant has read: an index that a message has or had, or nil for nothing.
func (s *Store) SetRead(c *Conversation, p *Participant, index *int) error {
	if index != nil && (*index < 0 || *index >= c.NextIndex) {
		return invalid("There is no message with that index")
	}
	p.LastRead, p.ReadAt = index, s.time()
	s.touchParticipant(c, p)
	s.touchMembership(c, p.Identity)
	return nil
}

// Unread counts the messages after the last one that the participant has read; nil when none was read yet.
func (c *Conversation) Unread(p *Participant) *int {
	if p.LastRead == nil {
		return nil
	}
	i, found := c.Messages.find(Position{Index: *p.LastRead})
	if found {
		i++
	}
	unread := len(c.Messages.Entries) - i
	return &unread
}

// SetNotificationLevel sets "default" or "muted".
func (s *Store) SetNotificationLevel(m *Membership, level string) error {
	if level != "default" && level != "muted" {
		return errLevel
	}
	m.NotificationLevel = level
	s.touchMembership(m.conversation, m.participant.Identity)
	return nil
}
