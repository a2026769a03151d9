package store

import (
	"time"
	"unicode/utf8"
)

// User is somebody with an identity. It exists from the first time that the identity is used.
type User struct {
	SID          string    `json:"sid"`
	Identity     string    `json:"identity"`
	FriendlyName string    `json:"friendlyName"`
	Attributes   string    `json:"attributes"`
	Created      time.Time `json:"created"`
	Updated      time.Time `json:"updated"`
	Online       bool      `json:"online"`

	Info   collection[*infoItem]   `json:"info"`   // a map with a few items, which everyone sees
	Joined collection[*Membership] `json:"joined"` // the map of the user's conversations
}

// infoItem is one item of a user's info map; its key names it.
type infoItem struct {
	name string
	user *User
}

func (f *infoItem) data() any {
	switch f.name {
	case "reachability":
		return map[string]any{"online": f.user.Online, "notifiable": false}
	case "friendlyName":
		return map[string]any{"value": orNull(f.user.FriendlyName)}
	default:
		return map[string]any{"value": f.user.Attributes}
	}
}

// Membership is a conversation as one of its members sees it. Only open conversations have members.
type Membership struct {
	NotificationLevel string `json:"notificationLevel"`

	conversation *Conversation
	participant  *Participant
}

func (m *Membership) data() any {
	c := m.conversation
	return map[string]any{
		"status": "joined", "channel": c.SyncDocument, "roster": c.Roster.ID, "messages": c.Messages.ID,
		"uniqueName": orNull(c.UniqueName), "friendlyName": orNull(c.FriendlyName), "attributes": c.Attributes, "createdBy": c.CreatedBy,
		"dateCreated": c.Created, "dateUpdated": c.Updated,
		"lastConsumedMessageIndex": m.participant.LastRead, "notificationLevel": m.NotificationLevel,
	}
}

// Conversation returns what the membership is of.
func (m *Membership) Conversation() *Conversation { return m.conversation }

// Participant returns the member.
func (m *Membership) Participant() *Participant { return m.participant }

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (s *Store) linkUser(u *User) {
	for _, e := range u.Info.Entries {
		e.Value = &infoItem{e.Key, u}
	}
	s.objects[u.Info.ID] = owned{Object: &u.Info}
	s.objects[u.Joined.ID] = owned{Object: &u.Joined, user: u}
}

// User finds a user by identity or SID.
func (s *Store) User(id string) (*User, error) {
	if u, ok := s.state.Users[id]; ok {
		return u, nil
	}
	for _, u := range s.state.Users {
		if u.SID == id {
			return u, nil
		}
	}
	return nil, errNotFound
}

// EnsureUser finds the user with the identity, or makes one.
func (s *Store) EnsureUser(identity string) (*User, error) {
	if u, ok := s.state.Users[identity]; ok {
		return u, nil
	}
	return s.CreateUser(identity, UserChange{})
}

// UserChange is what can be set of a user; nil stays as it is.
type UserChange struct{ FriendlyName, Attributes *string }

func (c UserChange) check() error {
	if c.FriendlyName != nil {
		if err := checkName(*c.FriendlyName); err != nil {
			return err
		}
	}
	return checkAttributesOf(c.Attributes, maxAttributeBytes)
}

// checkAttributesOf checks attributes that are to be set, and puts "{}" for empty ones.
func checkAttributesOf(attributes *string, limit int) error {
	if attributes == nil {
		return nil
	}
	checked, err := checkAttributes(*attributes, limit)
	if err == nil {
		*attributes = checked
	}
	return err
}

// CreateUser makes a user.
func (s *Store) CreateUser(identity string, change UserChange) (*User, error) {
	switch {
	case identity == "" || utf8.RuneCountInString(identity) > maxNameRunes || !utf8.ValidString(identity):
		return nil, invalid("Identity is empty or too long")
	case s.state.Users[identity] != nil:
		return nil, errUser
	case len(s.state.Users) >= maxUsers:
		return nil, errFull
	}
	if err := change.check(); err != nil {
		return nil, err
	}
	id, at := s.tick()
	u := &User{
		SID: sidFor("US", identity), Identity: identity, Attributes: "{}", Created: at, Updated: at,
		Info:   newCollection[*infoItem](sidFor("MP", "info "+identity), id, at),
		Joined: newCollection[*Membership](sidFor("MP", "joined "+identity), id, at),
	}
	set(&u.FriendlyName, change.FriendlyName)
	set(&u.Attributes, change.Attributes)
	s.state.Users[identity] = u
	s.linkUser(u)
	for _, name := range []string{"attributes", "friendlyName", "reachability"} {
		s.touchInfo(u, name)
	}
	return u, nil
}

func (s *Store) touchInfo(u *User, name string) {
	id, at := s.tick()
	s.Changed(&u.Info, u.Info.put(Position{Key: name}, &infoItem{name, u}, id, at))
}

// UpdateUser changes a user.
func (s *Store) UpdateUser(u *User, change UserChange) error {
	if err := change.check(); err != nil {
		return err
	}
	u.Updated = s.time()
	if change.FriendlyName != nil {
		u.FriendlyName = *change.FriendlyName
		s.touchInfo(u, "friendlyName")
	}
	if change.Attributes != nil {
		u.Attributes = *change.Attributes
		s.touchInfo(u, "attributes")
	}
	return nil
}

// SetOnline says whether a user is connected. An identity without a user is ignored.
func (s *Store) SetOnline(identity string, online bool) {
	if u := s.state.Users[identity]; u != nil && u.Online != online {
		u.Online = online
		s.touchInfo(u, "reachability")
	}
}

// Memberships lists the open conversations of a user.
func (u *User) Memberships() []*Membership {
	list := make([]*Membership, 0, len(u.Joined.Entries))
	for _, e := range u.Joined.Entries {
		list = append(list, e.Value)
	}
	return list
}
