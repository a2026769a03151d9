package store

import (
	"slices"
	"strings"
	"testing"
)

func TestAServiceStartsWithTwiliosRoles(t *testing.T) {
	s, _ := newStore(t)
	var names []string
	for _, r := range s.Roles() {
		names = append(names, r.FriendlyName)
	}
	slices.Sort(names)
	if got := strings.Join(names, ", "); got != "channel admin, channel user, service admin, service user" {
		t.Errorf("the roles are %s", got)
	}
	c, err := s.CreateConversation("jane", ConversationChange{})
	if err != nil {
		t.Fatal(err)
	}
	for identity, want := range map[string]string{"jane": channelAdmin, "joe": channelUser} {
		p, err := s.AddParticipant(c, identity, "", "")
		if err != nil {
			t.Fatal(err)
		}
		r, _ := s.Role(p.Role)
		user, _ := s.Role(p.user.Role)
		if r.FriendlyName != want || user.FriendlyName != serviceUser {
			t.Errorf("%s is %q, and %q of the service", identity, r.FriendlyName, user.FriendlyName)
		}
	}
}

func TestARoleHasPermissionsOfItsType(t *testing.T) {
	s, _ := newStore(t)
	tests := []struct {
		name        string
		kind        RoleType
		permissions []Permission
		code        int // 0: it is made
	}{
		{strings.Repeat("é", 64), ConversationRole, []Permission{SendMessage, SendMessage}, 0},
		{"visitor", ServiceRole, []Permission{EditOwnMessage}, 0},
		{strings.Repeat("é", 65), ConversationRole, []Permission{SendMessage}, 50003},
		{"", ConversationRole, []Permission{SendMessage}, 50000},
		{"visitor", "channel", []Permission{SendMessage}, 50105},
		{"visitor", ConversationRole, nil, 20001},
		{"visitor", ConversationRole, []Permission{"sendmessage"}, 50104},
		{"visitor", ConversationRole, []Permission{CreateConversation}, 50104},
		{"visitor", ServiceRole, []Permission{SendMessage}, 50104},
	}
	for _, test := range tests {
		r, err := s.CreateRole(test.name, test.kind, test.permissions)
		if test.code != 0 {
			refused(t, err, test.code)
			continue
		}
		if err != nil || len(r.Permissions) != 1 {
			t.Errorf("%q: %+v, %v", test.name, r, err)
			continue
		}
		refused(t, s.UpdateRole(r, []Permission{"fly"}), 50104)
		refused(t, s.UpdateRole(r, nil), 20001)
		if found, err := s.Role(r.SID); err != nil || found.Permissions[0] != test.permissions[0] {
			t.Errorf("a refused change is there: %+v, %v", found, err)
		}
	}
}

// role makes a role with some permissions.
func role(t *testing.T, s *Store, kind RoleType, permissions ...Permission) string {
	t.Helper()
	r, err := s.CreateRole("test", kind, permissions)
	if err != nil {
		t.Fatal(err)
	}
	return r.SID
}

func TestEitherRoleAllows(t *testing.T) {
	s, _ := newStore(t)
	plain, member := role(t, s, ServiceRole, EditOwnMessage), role(t, s, ConversationRole, SendMessage)
	admin := role(t, s, ServiceRole, EditConversationName)
	c := thread(t, s, "thread")
	for identity, user := range map[string]string{"jane": plain, "admin": admin} {
		if _, err := s.CreateUser(identity, UserChange{Role: &user}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.AddParticipant(c, "jane", "", member); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		identity     string
		conversation *Conversation
		permission   Permission
		want         bool
	}{
		{"jane", c, SendMessage, true},
		{"jane", c, EditOwnMessage, true},
		{"jane", nil, EditOwnMessage, true},
		{"jane", nil, SendMessage, false},
		{"jane", c, EditConversationName, false},
		{"admin", c, EditConversationName, true},
		{"admin", c, SendMessage, false},
		{"nobody", c, SendMessage, false},
	}
	for _, test := range tests {
		err := s.Allow(test.identity, test.conversation, test.permission)
		if test.want && err != nil {
			t.Errorf("%s may not %s: %v", test.identity, test.permission, err)
		}
		if !test.want {
			refused(t, err, 50107)
		}
	}
	if err := s.Allow("jane", c, RemoveParticipant, SendMessage); err != nil {
		t.Errorf("one of two isn't enough: %v", err)
	}
	for identity, want := range map[string]bool{"jane": true, "admin": true, "nobody": false} {
		if got := s.visible(c, identity); got != want {
			t.Errorf("%s sees it: %v", identity, got)
		}
	}
}

func TestRolesAreOfTheirPlace(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	user, member := role(t, s, ServiceRole, EditOwnMessage), role(t, s, ConversationRole, SendMessage)
	_, userErr := s.CreateUser("joe", UserChange{Role: &member})
	_, addErr := s.AddParticipant(c, "joe", "", user)
	for name, test := range map[string]struct {
		err  error
		code int
	}{
		"user":               {userErr, 50102},
		"user's change":      {s.UpdateUser(s.state.Users["jane"], UserChange{Role: ptr("RL0")}), 50102},
		"participant":        {addErr, 50109},
		"participant change": {s.UpdateParticipant(c, c.participant("jane"), ParticipantChange{Role: &user}), 50109},
		"service":            {s.Configure(ConfigurationChange{ServiceRole: &member}), 50102},
		"conversation":       {s.Configure(ConfigurationChange{ConversationRole: &user}), 50109},
		"creator":            {s.Configure(ConfigurationChange{CreatorRole: ptr("RL0")}), 50106},
	} {
		t.Run(name, func(t *testing.T) { refused(t, test.err, test.code) })
	}
}

func TestDefaultsAreForWhoHasNoRoleYet(t *testing.T) {
	s, _ := newStore(t)
	before := thread(t, s, "before", "jane").participant("jane")
	user, member := role(t, s, ServiceRole, EditOwnMessage), role(t, s, ConversationRole, SendMessage)
	creator := role(t, s, ConversationRole, LeaveConversation)
	if err := s.Configure(ConfigurationChange{ServiceRole: &user, ConversationRole: &member, CreatorRole: &creator}); err != nil {
		t.Fatal(err)
	}
	if before.Role == member || before.user.Role == user {
		t.Error("roles that somebody had have changed")
	}
	c, err := s.CreateConversation("joe", ConversationChange{})
	if err != nil {
		t.Fatal(err)
	}
	for identity, want := range map[string]string{"joe": creator, "new": member} {
		p, err := s.AddParticipant(c, identity, "", "")
		if err != nil || p.Role != want || p.user.Role != user {
			t.Errorf("%s: %+v, %v", identity, p, err)
		}
	}
}

func TestARoleInUseStays(t *testing.T) {
	s, _ := newStore(t)
	user, member := role(t, s, ServiceRole, EditOwnMessage), role(t, s, ConversationRole, SendMessage)
	jane, err := s.CreateUser("jane", UserChange{Role: &user})
	if err != nil {
		t.Fatal(err)
	}
	c := thread(t, s, "thread")
	p, err := s.AddParticipant(c, "jane", "", member)
	if err != nil {
		t.Fatal(err)
	}
	remove := func(sid string) error {
		r, err := s.Role(sid)
		if err != nil {
			return err
		}
		return s.DeleteRole(r)
	}
	for _, sid := range []string{user, member, s.Configuration().ServiceRole, s.Configuration().CreatorRole} {
		refused(t, remove(sid), 20001)
	}
	if err := s.RemoveParticipant(c, p); err != nil {
		t.Fatal(err)
	}
	s.DeleteUser(jane)
	for _, sid := range []string{user, member} {
		if err := remove(sid); err != nil {
			t.Error(err)
		}
		refused(t, remove(sid), 20404)
	}
}
