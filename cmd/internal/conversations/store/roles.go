package store

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// RoleType is where a role counts.
type RoleType string

// The types of roles.
const (
	ServiceRole      RoleType = "service"      // of a user, in all conversations of the service
	ConversationRole RoleType = "conversation" // of a participant, in their conversation
)

// Permission is what a role may allow. Reading, typing and marking what was read need none, only to be a participant.
type Permission string

// The permissions, as https://www.twilio.com/docs/conversations-classic/api/role-resource#permission-values names them.
const (
	AddNonChatParticipant        Permission = "addNonChatParticipant"
	AddParticipant               Permission = "addParticipant"
	CreateConversation           Permission = "createConversation"
	DeleteAnyMessage             Permission = "deleteAnyMessage"
	DeleteConversation           Permission = "deleteConversation"
	DeleteOwnMessage             Permission = "deleteOwnMessage"
	EditAnyMessage               Permission = "editAnyMessage"
	EditAnyMessageAttributes     Permission = "editAnyMessageAttributes"
	EditAnyParticipantAttributes Permission = "editAnyParticipantAttributes"
	EditAnyUserInfo              Permission = "editAnyUserInfo"
	EditConversationAttributes   Permission = "editConversationAttributes"
	EditConversationName         Permission = "editConversationName"
	EditNotificationLevel        Permission = "editNotificationLevel"
	EditOwnMessage               Permission = "editOwnMessage"
	EditOwnMessageAttributes     Permission = "editOwnMessageAttributes"
	EditOwnParticipantAttributes Permission = "editOwnParticipantAttributes"
	EditOwnUserInfo              Permission = "editOwnUserInfo"
	JoinConversation             Permission = "joinConversation"
	LeaveConversation            Permission = "leaveConversation"
	RemoveParticipant            Permission = "removeParticipant"
	SendMediaMessage             Permission = "sendMediaMessage"
	SendMessage                  Permission = "sendMessage"
)

// permissionsOf lists what a role of each type may have.
var permissionsOf = map[RoleType][]Permission{
	ServiceRole: {
		AddParticipant, CreateConversation, DeleteAnyMessage, DeleteConversation, EditAnyMessage, EditAnyMessageAttributes, EditAnyUserInfo,
		EditConversationAttributes, EditConversationName, EditOwnMessage, EditOwnMessageAttributes, EditOwnUserInfo, JoinConversation,
		RemoveParticipant,
	},
	ConversationRole: {
		AddNonChatParticipant, AddParticipant, DeleteAnyMessage, DeleteConversation, DeleteOwnMessage, EditAnyMessage, EditAnyMessageAttributes,
		EditAnyParticipantAttributes, EditConversationAttributes, EditConversationName, EditNotificationLevel, EditOwnMessage,
		EditOwnMessageAttributes, EditOwnParticipantAttributes, LeaveConversation, RemoveParticipant, SendMediaMessage, SendMessage,
	},
}

// Names of the roles that a service starts with.
const (
	serviceAdmin = "service admin"
	serviceUser  = "service user"
	channelAdmin = "channel admin"
	channelUser  = "channel user"
)

// defaultRoles are those of a new service. Their names, and what those of the service may do, are documented for Programmable Chat
// (https://www.twilio.com/docs/chat/permissions#default-roles-permissions), on which Conversations is built: a channel there is a
// conversation here, a member a participant, to destroy is to delete. Of the two in a conversation no copy of that page could be had
// whole: of the admin it begins with adding, deleting any message and deleting the channel; the user's four are those of the example
// in Twilio's reference of roles (send, leave, edit and delete own messages), and the rest is what programs that set all four up anew
// give them. https://github.com/twilio/twilio-conversations-demo-react/issues/69 says that users can neither add nor remove anybody.
var defaultRoles = []Role{
	{FriendlyName: serviceAdmin, Type: ServiceRole, Permissions: []Permission{
		CreateConversation, JoinConversation, DeleteConversation, EditConversationAttributes, EditConversationName, AddParticipant,
		RemoveParticipant, EditAnyMessage, DeleteAnyMessage, EditAnyMessageAttributes, EditAnyUserInfo,
	}},
	{FriendlyName: serviceUser, Type: ServiceRole, Permissions: []Permission{CreateConversation, EditOwnUserInfo, JoinConversation}},
	{FriendlyName: channelAdmin, Type: ConversationRole, Permissions: []Permission{
		SendMessage, SendMediaMessage, LeaveConversation, EditNotificationLevel, DeleteConversation, RemoveParticipant, EditConversationName,
		EditConversationAttributes, AddParticipant, AddNonChatParticipant, EditAnyParticipantAttributes, EditAnyMessage,
		EditAnyMessageAttributes, DeleteAnyMessage,
	}},
	{FriendlyName: channelUser, Type: ConversationRole, Permissions: []Permission{
		SendMessage, SendMediaMessage, LeaveConversation, EditNotificationLevel, EditOwnParticipantAttributes, EditOwnMessage,
		EditOwnMessageAttributes, DeleteOwnMessage,
	}},
}

// Role is a set of permissions.
type Role struct {
	SID          string       `json:"sid"`
	FriendlyName string       `json:"friendlyName"`
	Type         RoleType     `json:"type"`
	Permissions  []Permission `json:"permissions"`
	Created      time.Time    `json:"created"`
	Updated      time.Time    `json:"updated"`
}

func (r *Role) allows(any ...Permission) bool {
	return r != nil && slices.ContainsFunc(any, func(p Permission) bool { return slices.Contains(r.Permissions, p) })
}

const maxRoleNameRunes = 64

// What the store refuses about roles. 50107 is what Twilio documents for a user whose role doesn't allow a command, and what its
// SDKs have been seen to report, with this message; 50108 is in no list of its codes.
var (
	errForbidden     = &Error{403, 50107, "User unauthorized for command"}
	errPermission    = &Error{400, 50104, "Permission not found"}
	errRoleType      = &Error{400, 50105, "Invalid role type"}
	errRoleName      = &Error{400, 50000, "FriendlyName not provided"}
	errRoleLong      = &Error{400, 50003, "Friendly name too long"}
	errNoRole        = &Error{400, 50102, "Service role not found"}
	errNoMemberRole  = &Error{400, 50109, "Conversation role not found"}
	errNoCreatorRole = &Error{400, 50106, "Conversation creator role not found"}
)

// Allow refuses what a user may not do: neither their role in the service nor the one that they have in the conversation, if they
// take part in it, has any of the permissions. Without a conversation only the one in the service counts.
func (s *Store) Allow(identity string, c *Conversation, any ...Permission) error {
	if u := s.state.Users[identity]; u != nil && s.state.Roles[u.Role].allows(any...) {
		return nil
	}
	if c != nil {
		if p := c.participant(identity); p != nil && s.state.Roles[p.Role].allows(any...) {
			return nil
		}
	}
	return errForbidden
}

// reaches tells whether a role of the service is good for conversations in which its user takes no part. Twilio's people say that
// nobody else but its creator and the REST API sees such a conversation, so that joining it takes more than joinConversation:
// https://github.com/twilio/twilio-conversations-demo-ios-swift/issues/7
func (r *Role) reaches() bool {
	return r.allows(AddParticipant, RemoveParticipant, DeleteConversation, EditConversationAttributes, EditConversationName, EditAnyMessage,
		EditAnyMessageAttributes, DeleteAnyMessage)
}

// Role finds a role by SID.
func (s *Store) Role(sid string) (*Role, error) {
	if r, ok := s.state.Roles[sid]; ok {
		return r, nil
	}
	return nil, errNotFound
}

// Roles lists all, the oldest first.
func (s *Store) Roles() []*Role {
	list := make([]*Role, 0, len(s.state.Roles))
	for _, r := range s.state.Roles {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *Role) int { return byAge(a.Created, b.Created, a.SID, b.SID) })
	return list
}

// CreateRole makes a role. Twilio requires at least one permission.
func (s *Store) CreateRole(name string, kind RoleType, permissions []Permission) (*Role, error) {
	switch {
	case name == "":
		return nil, errRoleName
	case utf8.RuneCountInString(name) > maxRoleNameRunes:
		return nil, errRoleLong
	case len(s.state.Roles) >= maxRoles:
		return nil, errFull
	}
	permissions, err := checkPermissions(kind, permissions)
	if err != nil {
		return nil, err
	}
	_, at := s.tick()
	r := &Role{SID: newSID("RL"), FriendlyName: name, Type: kind, Permissions: permissions, Created: at, Updated: at}
	s.state.Roles[r.SID] = r
	return r, nil
}

// checkPermissions returns the permissions without those that are there twice.
func checkPermissions(kind RoleType, permissions []Permission) ([]Permission, error) {
	known, ok := permissionsOf[kind]
	switch {
	case !ok:
		return nil, errRoleType
	case len(permissions) == 0:
		return nil, invalid("Missing required parameter Permission in the post body")
	}
	var list []Permission
	for _, p := range permissions {
		if !slices.Contains(known, p) {
			return nil, errPermission
		}
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list, nil
}

// UpdateRole replaces the permissions of a role. They count from the next request on.
func (s *Store) UpdateRole(r *Role, permissions []Permission) error {
	permissions, err := checkPermissions(r.Type, permissions)
	if err != nil {
		return err
	}
	_, at := s.tick()
	r.Permissions, r.Updated = permissions, at
	return nil
}

// DeleteRole removes a role that nobody has. What Twilio does with one that somebody has isn't documented.
func (s *Store) DeleteRole(r *Role) error {
	if s.used(r) {
		return invalid("The role is in use")
	}
	s.tick()
	delete(s.state.Roles, r.SID)
	return nil
}

func (s *Store) used(r *Role) bool {
	if slices.Contains(s.state.Configuration.roles(), r.SID) {
		return true
	}
	for _, u := range s.state.Users {
		if u.Role == r.SID {
			return true
		}
	}
	for _, c := range s.state.Conversations {
		for _, e := range c.Roster.Entries {
			if e.Value.Role == r.SID {
				return true
			}
		}
	}
	return false
}

// isRole tells whether there is such a role.
func (s *state) isRole(sid string, kind RoleType) bool {
	r := s.Roles[sid]
	return r != nil && r.Type == kind
}

// Configuration is what a service gives to who has nothing else.
type Configuration struct {
	ServiceRole      string `json:"serviceRole"`      // SID of the role of new users
	ConversationRole string `json:"conversationRole"` // of new participants
	CreatorRole      string `json:"creatorRole"`      // of a participant who has made the conversation
	Reachability     bool   `json:"reachability"`     // whether users see who is online
}

func (c *Configuration) roles() []string {
	return []string{c.ServiceRole, c.ConversationRole, c.CreatorRole}
}

// Configuration returns how the service is configured.
func (s *Store) Configuration() Configuration { return s.state.Configuration }

// ConfigurationChange is what can be set of the configuration; nil stays as it is.
type ConfigurationChange struct {
	ServiceRole, ConversationRole, CreatorRole *string
	Reachability                               *bool
}

// Configure changes the configuration. Roles that somebody has already stay theirs.
func (s *Store) Configure(change ConfigurationChange) error {
	refused := func(sid *string, kind RoleType) bool { return sid != nil && !s.state.isRole(*sid, kind) }
	switch {
	case refused(change.ServiceRole, ServiceRole):
		return errNoRole
	case refused(change.ConversationRole, ConversationRole):
		return errNoMemberRole
	case refused(change.CreatorRole, ConversationRole):
		return errNoCreatorRole
	}
	s.tick()
	c := &s.state.Configuration
	set(&c.ServiceRole, change.ServiceRole)
	set(&c.ConversationRole, change.ConversationRole)
	set(&c.CreatorRole, change.CreatorRole)
	if change.Reachability != nil && *change.Reachability != c.Reachability {
		c.Reachability = *change.Reachability
		for _, u := range s.state.Users {
			if u.Online {
				s.touchInfo(u, "reachability")
			}
		}
	}
	return nil
}

// addDefaultRoles makes the roles of a new service.
func (s *Store) addDefaultRoles() {
	made := map[string]string{}
	for _, d := range defaultRoles {
		r, err := s.CreateRole(d.FriendlyName, d.Type, d.Permissions)
		if err != nil {
			panic("a role that a service starts with is refused: " + err.Error())
		}
		made[d.FriendlyName] = r.SID
	}
	c := &s.state.Configuration
	c.ServiceRole, c.ConversationRole, c.CreatorRole = made[serviceUser], made[channelUser], made[channelAdmin]
}

// byAge puts the older first, and what is as old in a fixed order.
func byAge(a, b time.Time, idA, idB string) int {
	if order := a.Compare(b); order != 0 {
		return order
	}
	return strings.Compare(idA, idB)
}
