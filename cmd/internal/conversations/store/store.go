// Package store keeps users, conversations and messages, and the Sync objects through which clients see them.
//
// What is kept, its limits, and the events that a change leads to belong here; how clients ask for it doesn't.
//
// A Store is not safe for concurrent use: the server has one lock around it.
package store

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strings"
	"time"
	"unicode/utf8"
)

// System is the author of what comes through the REST API without one.
const System = "system"

// Limits on how many there are in all keep a preview that runs for months from filling the memory.
const (
	maxUsers         = 10_000
	maxConversations = 10_000
	maxMessages      = 100_000 // in all
	maxRoles         = 1_000
)

// Limits of a single thing: https://www.twilio.com/docs/conversations-classic/conversations-limits
const (
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
	errTooManyMembers = &Error{403, 50417, "Participants limit exceeded"}
	errTooFast        = &Error{429, 20429, "Too many participant actions in a second"}
	errFull           = &Error{429, 20429, "The local conversations are full: stop the preview and delete its state file"}
)

// What is too long or has not the form that it needs.
var (
	errLongName       = &Error{400, 50003, "Friendly name too long"}
	errLongUniqueName = &Error{400, 50004, "Unique name too long"}
	errUniqueName     = &Error{400, 50390, "Unique name should not match conversation sid pattern"}
	errNoIdentity     = &Error{400, 50204, "Identity not provided"}
	errIdentity       = &Error{400, 50206, "Identity should not match user SID pattern"}
	errLongIdentity   = &Error{400, 50207, "Identity too long"}
	errLevel          = &Error{400, 50210, "Invalid notification level"}
	errLongAttributes = &Error{400, 50303, "Attributes too long"}
	errAttributes     = &Error{400, 50304, "Attributes not valid JSON"}
	errLongAuthor     = &Error{400, 50310, "Author parameter is too long"}
	errState          = &Error{400, 50378, "'State' parameter value is invalid"}
	errTimers         = &Error{400, 50382, "Timer can't be set without state"}
	errLongBody       = &Error{400, 50504, "Message body parameter is too long"}
)

func invalid(message string) *Error { return &Error{400, 20001, message} }

// Options are how a store differs from a new service of Twilio's; none may be set.
type Options struct {
	Now          func() time.Time
	Limits       Limits
	Reachability bool // whether users of a new service see who is online; Twilio's don't
}

// Limits are the counts that a service keeps to. Zero is Twilio's.
type Limits struct {
	Participants       int // of a conversation; 100, as https://www.twilio.com/docs/api/errors/50417 says
	ParticipantActions int // in a second, in one conversation; 30, as https://www.twilio.com/docs/chat/changelog said in 2020
	UserConversations  int // of a user, active and inactive; 1,000
}

// Store is the state of one Conversations service.
type Store struct {
	// Changed is told of each change of an object, in order, before the method that made it returns.
	Changed func(Object, Event)
	// Dropped is told of each file whose content isn't needed any more.
	Dropped func(mediaSID string)

	now          func() time.Time
	limits       Limits
	state        state
	objects      map[string]owned
	names        map[string]*Conversation
	media        map[string]*Media
	messageCount int // in all conversations
	version      int // grows with each change: what was saved last is compared with it
}

// state is what a file holds.
type state struct {
	Version       int                      `json:"version"`
	LastEvent     int64                    `json:"lastEvent"`
	Configuration Configuration            `json:"configuration"`
	Roles         map[string]*Role         `json:"roles"`             // by SID
	Users         map[string]*User         `json:"users"`             // by identity
	Conversations map[string]*Conversation `json:"conversations"`     // by SID
	Uploads       map[string]*Media        `json:"uploads,omitempty"` // by SID: the files that no message has yet
}

// owned is an object and who may see it: the members of a conversation, or a user.
type owned struct {
	Object
	conversation *Conversation
	user         *User // nil: everyone may
}

// New returns the store of a new service.
func New(o Options) *Store {
	s := blank(o)
	s.state = state{Version: formatVersion, Configuration: Configuration{Reachability: o.Reachability}}
	s.link()
	s.addDefaultRoles()
	return s
}

func blank(o Options) *Store {
	s := &Store{now: o.Now, limits: o.Limits}
	if s.now == nil {
		s.now = time.Now
	}
	s.limits.Participants = cmp.Or(s.limits.Participants, 100)
	s.limits.ParticipantActions = cmp.Or(s.limits.ParticipantActions, 30)
	s.limits.UserConversations = cmp.Or(s.limits.UserConversations, 1000)
	return s
}

// link builds what can be derived from the state.
func (s *Store) link() {
	if s.state.Roles == nil {
		s.state.Roles = map[string]*Role{}
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
	if s.state.Uploads == nil {
		s.state.Uploads = map[string]*Media{}
	}
	if s.Dropped == nil {
		s.Dropped = func(string) {}
	}
	s.objects, s.names, s.messageCount = map[string]owned{}, map[string]*Conversation{}, 0
	s.media = maps.Clone(s.state.Uploads)
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
	if !ok || !s.shows(o, identity) {
		return nil, errNotFound
	}
	return o.Object, nil
}

func (s *Store) shows(o owned, identity string) bool {
	switch {
	case o.conversation != nil:
		return s.visible(o.conversation, identity)
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

// checkAttributes returns the attributes to keep: JSON, "{}" when there are none.
func checkAttributes(attributes string, limit int) (string, error) {
	switch {
	case attributes == "":
		return "{}", nil
	case len(attributes) > limit:
		return "", errLongAttributes
	case !json.Valid([]byte(attributes)):
		return "", errAttributes
	}
	return attributes, nil
}

// fits tells whether a friendly name, a unique name or an identity is not too long.
func fits(name string) bool { return utf8.RuneCountInString(name) <= maxNameRunes }

func checkFriendlyName(name *string) error {
	if name != nil && !fits(*name) {
		return errLongName
	}
	return nil
}

// isSID tells whether a text could be an identifier, for which others must not be taken.
func isSID(prefix, text string) bool {
	digits, ok := strings.CutPrefix(text, prefix)
	_, err := hex.DecodeString(digits)
	return ok && err == nil && len(digits) == 32
}

// set changes what was given.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
