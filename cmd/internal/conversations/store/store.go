// Package store keeps users, conversations and messages, and the Sync objects through which clients see them.
//
// What is kept, its limits, and the events that a change leads to belong here; how clients ask for it doesn't.
//
// A Store is not safe for concurrent use: the server has one lock around it.
package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
	"unicode/utf8"
)

// Limits on how many there are in all keep a preview that runs for months from filling the memory; those of a single thing are Twilio's.
const (
	maxUsers             = 10_000
	maxConversations     = 10_000
	maxMessages          = 100_000 // in all
	maxParticipants      = 1_000   // of a conversation
	maxUserConversations = 1_000   // open ones of a user
	maxBodyBytes         = 32 << 10
	maxAttributeBytes    = 4 << 10  // of a message, participant or user
	maxConversationBytes = 16 << 10 // attributes of a conversation
	maxNameRunes         = 256
)

// Error is a request that was refused, in Twilio's terms.
type Error struct {
	Status  int    // of HTTP
	Code    int    // https://www.twilio.com/docs/api/errors/<Code>
	Message string // for people
}

func (e *Error) Error() string { return e.Message }

// What the store refuses. The codes are Twilio's, where it documents one.
var (
	errNotFound       = &Error{404, 20404, "The requested resource was not found"}
	errNotMember      = &Error{403, 50430, "Participant is not a member of conversation"}
	errNoParticipant  = &Error{404, 50432, "Participant not found"}
	errParticipant    = &Error{409, 50433, "Participant already exists"}
	errName           = &Error{409, 50353, "Conversation with provided unique name already exists"}
	errUser           = &Error{409, 50201, "User already exists"}
	errClosed         = &Error{400, 50377, "Can't update conversation as it's in final closed state"}
	errBornClosed     = &Error{400, 50384, "Initial state can't be 'closed'"}
	errTooManyJoined  = &Error{403, 50214, "User conversation limit exceeded"}
	errTooManyMembers = &Error{403, 50436, "Participant limit exceeded for group conversation"}
	errFull           = &Error{429, 20429, "The local conversations are full\nhint: stop the preview and delete its state file"}
)

func invalid(message string) *Error { return &Error{400, 20001, message} }

// Store is the state of one Conversations service.
type Store struct {
	// Changed is told of each change of an object, in order, before the method that made it returns.
	Changed func(Object, Event)

	now          func() time.Time
	state        state
	objects      map[string]owned
	names        map[string]*Conversation
	messageCount int // in all conversations
	version      int // grows with each change: what was saved last is compared with it
}

// state is what a file holds.
type state struct {
	Version       int                      `json:"version"`
	LastEvent     int64                    `json:"lastEvent"`
	Users         map[string]*User         `json:"users"`         // by identity
	Conversations map[string]*Conversation `json:"conversations"` // by SID
}

// owned is an object and who may see it: the members of a conversation, or a user.
type owned struct {
	Object
	conversation *Conversation
	user         *User // nil: everyone may
}

// New returns an empty store. now may be nil.
func New(now func() time.Time) *Store {
	s := &Store{now: now, state: state{Version: formatVersion}}
	s.link()
	return s
}

// link builds what can be derived from the state.
func (s *Store) link() {
	if s.now == nil {
		s.now = time.Now
	}
	if s.state.Users == nil {
		s.state.Users = map[string]*User{}
	}
	if s.state.Conversations == nil {
		s.state.Conversations = map[string]*Conversation{}
	}
	if s.Changed == nil {
		s.Changed = func(Object, Event) {}
	}
	s.objects, s.names, s.messageCount = map[string]owned{}, map[string]*Conversation{}, 0
	for _, u := range s.state.Users {
		s.linkUser(u)
	}
	for _, c := range s.state.Conversations {
		s.linkConversation(c)
	}
	for _, u := range s.state.Users {
		for _, e := range u.Joined.Entries {
			c := s.state.Conversations[e.Key]
			e.Value.conversation, e.Value.participant = c, c.participant(u.Identity)
		}
	}
}

// time is now, as exact as Twilio tells it.
func (s *Store) time() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// tick starts a change. The number of an event is the time when there was none since: then a client that saw events which a killed
// server could not save any more does not take the next ones for old.
func (s *Store) tick() (int64, time.Time) {
	at := s.time()
	s.state.LastEvent = max(s.state.LastEvent+1, at.UnixMilli())
	s.version++
	return s.state.LastEvent, at
}

// Object finds an object that the user may see.
func (s *Store) Object(sid, identity string) (Object, error) {
	o, ok := s.objects[sid]
	if !ok || !o.visible(identity) {
		return nil, errNotFound
	}
	return o.Object, nil
}

func (o owned) visible(identity string) bool {
	switch {
	case o.conversation != nil:
		return o.conversation.visible(identity)
	case o.user != nil:
		return o.user.Identity == identity
	default:
		return true
	}
}

// newSID makes an identifier: two letters and 32 hexadecimal digits.
func newSID(prefix string) string {
	var random [16]byte
	rand.Read(random[:]) // never fails
	return prefix + hex.EncodeToString(random[:])
}

// sidFor derives an identifier from a name, so that it need not be kept.
func sidFor(prefix, name string) string {
	sum := sha256.Sum256([]byte(prefix + name))
	return prefix + hex.EncodeToString(sum[:16])
}

// checkAttributes returns the attributes to keep: JSON, "{}" when there are none.
func checkAttributes(attributes string, limit int) (string, error) {
	switch {
	case attributes == "":
		return "{}", nil
	case len(attributes) > limit:
		return "", invalid("Attributes are too long")
	case !json.Valid([]byte(attributes)):
		return "", invalid("Attributes are not valid JSON")
	}
	return attributes, nil
}

func checkName(name string) error {
	if utf8.RuneCountInString(name) > maxNameRunes {
		return invalid("Name is longer than 256 characters")
	}
	return nil
}

// set changes what was given.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
