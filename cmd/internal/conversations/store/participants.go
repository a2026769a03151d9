package store

import (
	"time"
)

// Participant is a user in a conversation.
type Participant struct {
	SID        string    `json:"sid"`
	Identity   string    `json:"identity"`
	Attributes string    `json:"attributes"`
	LastRead   *int      `json:"lastRead,omitempty"` // index of a message
	ReadAt     time.Time `json:"readAt,omitzero"`
	Created    time.Time `json:"created"`
	Updated    time.Time `json:"updated"`

	user *User
}

// RoleSID is the one role of all participants.
const RoleSID = "RL00000000000000000000000000000001"

func (p *Participant) data() any {
	return map[string]any{
		"identity": p.Identity, "type": "chat", "attributes": p.Attributes, "userInfo": p.user.Info.ID, "roleSid": RoleSID,
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
	m, ok := s.state.Users[identity].Joined.get(Position{Key: c.ID})
	switch {
	case ok:
		return m, nil
	case c.State == Closed && c.participant(identity) != nil:
		return nil, errClosed
	default:
		return nil, errNotMember
	}
}

// AddParticipant lets a user take part; the user need not exist before.
func (s *Store) AddParticipant(c *Conversation, identity, attributes string) (*Participant, error) {
	attributes, err := checkAttributes(attributes, maxAttributeBytes)
	if err != nil {
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
	case len(c.Roster.Entries) >= maxParticipants:
		return nil, errTooManyMembers
	case len(u.Joined.Entries) >= maxUserConversations:
		return nil, errTooManyJoined
	}
	id, at := s.tick()
	p := &Participant{SID: newSID("MB"), Identity: identity, Attributes: attributes, Created: at, Updated: at, user: u}
	s.Changed(&c.Roster, c.Roster.put(Position{Key: p.SID}, p, id, at))

	id, at = s.tick()
	m := &Membership{NotificationLevel: "default", conversation: c, participant: p}
	s.Changed(&u.Joined, u.Joined.put(Position{Key: c.ID}, m, id, at))
	return p, nil
}

// ParticipantChange is what can be set of a participant; nil stays as it is.
type ParticipantChange struct {
	Attributes *string
	LastRead   *int
}

// UpdateParticipant changes a participant.
func (s *Store) UpdateParticipant(c *Conversation, p *Participant, change ParticipantChange) error {
	if err := checkAttributesOf(change.Attributes, maxAttributeBytes); err != nil {
		return err
	}
	if c.State == Closed {
		return errClosed
	}
	set(&p.Attributes, change.Attributes)
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
	// While still a participant: what the user may not see is not told.
	s.leave(c, p.Identity)
	id, at := s.tick()
	event, _ := c.Roster.remove(Position{Key: p.SID}, id, at)
	s.Changed(&c.Roster, event)
	return nil
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
		return invalid("Notification level is not one of default, muted")
	}
	m.NotificationLevel = level
	s.touchMembership(m.conversation, m.participant.Identity)
	return nil
}
