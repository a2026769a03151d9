package conversations

import (
	"slices"
	"testing"

	rest "github.com/twilio/twilio-go/rest/conversations/v1"

	"missive/cmd/internal/conversations/store"
)

// The permissions of each type of role, as Twilio lists them:
// https://www.twilio.com/docs/conversations-classic/api/role-resource#permission-values
var documented = map[store.RoleType][]store.Permission{
	"service": {
		"addParticipant", "createConversation", "deleteAnyMessage", "deleteConversation", "editAnyMessage", "editAnyMessageAttributes",
		"editAnyUserInfo", "editConversationAttributes", "editConversationName", "editOwnMessage", "editOwnMessageAttributes", "editOwnUserInfo",
		"joinConversation", "removeParticipant",
	},
	"conversation": {
		"addParticipant", "addNonChatParticipant", "deleteAnyMessage", "deleteOwnMessage", "deleteConversation", "editAnyMessage",
		"editAnyMessageAttributes", "editAnyParticipantAttributes", "editConversationAttributes", "editConversationName", "editNotificationLevel",
		"editOwnMessage", "editOwnMessageAttributes", "editOwnParticipantAttributes", "leaveConversation", "removeParticipant", "sendMediaMessage",
		"sendMessage",
	},
}

// stage is a conversation of jane, who acts, and joe. Each has written a message.
type stage struct {
	jane         *device
	link         string
	mine, theirs string // SIDs of messages
}

// operation is what a client asks for, and which of the permissions, in either role, are enough for it; none: each participant may.
type operation struct {
	name                  string
	service, conversation []store.Permission
	do                    func(s stage) (int, object)
}

var operations = []operation{
	{"create a conversation", []store.Permission{"createConversation"}, nil, func(s stage) (int, object) {
		return s.jane.ask("POST", "/Client/v2/Conversations", object{"attributes": "{}"})
	}},
	{"add somebody", []store.Permission{"addParticipant"}, []store.Permission{"addParticipant"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Participants", object{"identity": "eve", "attributes": "{}"})
	}},
	{"add a phone", nil, []store.Permission{"addNonChatParticipant"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Participants", object{"messaging_binding": object{"address": "+15550100", "proxy_address": "+15550101"}})
	}},
	{"remove somebody", []store.Permission{"removeParticipant"}, []store.Permission{"removeParticipant"}, func(s stage) (int, object) {
		return s.jane.ask("DELETE", s.link+"/Participants/joe", nil)
	}},
	{"leave", []store.Permission{"removeParticipant"}, []store.Permission{"leaveConversation", "removeParticipant"}, func(s stage) (int, object) {
		return s.jane.ask("DELETE", s.link+"/Participants/jane", nil)
	}},
	{"delete the conversation", []store.Permission{"deleteConversation"}, []store.Permission{"deleteConversation"}, func(s stage) (int, object) {
		return s.jane.ask("DELETE", s.link, nil)
	}},
	{"name the conversation", []store.Permission{"editConversationName"}, []store.Permission{"editConversationName"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link, object{"friendly_name": "The Owner"})
	}},
	{"name it uniquely", []store.Permission{"editConversationName"}, []store.Permission{"editConversationName"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link, object{"unique_name": "taken-" + newID()})
	}},
	{"change its attributes", []store.Permission{"editConversationAttributes"}, []store.Permission{"editConversationAttributes"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link, object{"attributes": `{"verification":"verified"}`})
	}},
	{"send", nil, []store.Permission{"sendMessage"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Messages", object{"body": "Hi", "attributes": "{}"})
	}},
	{"send a picture", nil, []store.Permission{"sendMediaMessage"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Messages", object{"attributes": "{}", "media_sids": []string{"ME1"}})
	}},
	{"edit an own message", []store.Permission{"editOwnMessage", "editAnyMessage"}, []store.Permission{"editOwnMessage", "editAnyMessage"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Messages/"+s.mine, object{"body": "Ho"})
	}},
	{"edit another's message", []store.Permission{"editAnyMessage"}, []store.Permission{"editAnyMessage"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Messages/"+s.theirs, object{"body": "Ho"})
	}},
	{"change an own message's attributes", []store.Permission{"editOwnMessageAttributes", "editAnyMessageAttributes"}, []store.Permission{"editOwnMessageAttributes", "editAnyMessageAttributes"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Messages/"+s.mine, object{"attributes": `{"a":1}`})
	}},
	{"change another message's attributes", []store.Permission{"editAnyMessageAttributes"}, []store.Permission{"editAnyMessageAttributes"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Messages/"+s.theirs, object{"attributes": `{"a":1}`})
	}},
	{"delete an own message", []store.Permission{"deleteAnyMessage"}, []store.Permission{"deleteOwnMessage", "deleteAnyMessage"}, func(s stage) (int, object) {
		return s.jane.ask("DELETE", s.link+"/Messages/"+s.mine, nil)
	}},
	{"delete another's message", []store.Permission{"deleteAnyMessage"}, []store.Permission{"deleteAnyMessage"}, func(s stage) (int, object) {
		return s.jane.ask("DELETE", s.link+"/Messages/"+s.theirs, nil)
	}},
	{"change own attributes there", nil, []store.Permission{"editOwnParticipantAttributes", "editAnyParticipantAttributes"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Participants/jane", object{"attributes": `{"a":1}`})
	}},
	{"change another's attributes there", nil, []store.Permission{"editAnyParticipantAttributes"}, func(s stage) (int, object) {
		return s.jane.ask("POST", s.link+"/Participants/joe", object{"attributes": `{"a":1}`})
	}},
	{"change the own name", []store.Permission{"editOwnUserInfo", "editAnyUserInfo"}, nil, func(s stage) (int, object) {
		return s.jane.ask("POST", "/Client/v2/Users/jane", object{"friendly_name": "The Owner"})
	}},
	{"change another's name", []store.Permission{"editAnyUserInfo"}, nil, func(s stage) (int, object) {
		return s.jane.ask("POST", "/Client/v2/Users/joe", object{"attributes": `{"a":1}`})
	}},
	{"mute the conversation", nil, []store.Permission{"editNotificationLevel"}, func(s stage) (int, object) {
		return s.jane.ask("POST", "/Client/v2/MyConversations/thread", object{"notification_level": "muted"})
	}},
	{"mark what was read", nil, nil, func(s stage) (int, object) {
		return s.jane.ask("POST", "/Client/v2/MyConversations/thread", object{"last_read_message_index": 1})
	}},
	{"type", nil, nil, func(s stage) (int, object) { return s.jane.ask("POST", "/Client/v2/Typing", "ChannelSid=thread") }},
	{"read", nil, nil, func(s stage) (int, object) { return s.jane.ask("GET", s.link, nil) }},
}

// setTheStage makes the conversation anew, with roles for jane.
func setTheStage(t *testing.T, s *Server, jane *device, user, member store.Permission) stage {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, err := s.store.Conversation("thread"); err == nil {
		s.store.DeleteConversation(old)
	}
	name := "thread"
	c, err := s.store.CreateConversation("system", store.ConversationChange{UniqueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	role := func(kind store.RoleType, permission store.Permission) string {
		for _, r := range s.store.Roles() {
			if r.FriendlyName == string(permission) && r.Type == kind {
				return r.SID
			}
		}
		r, err := s.store.CreateRole(string(permission), kind, []store.Permission{permission})
		if err != nil {
			t.Fatal(err)
		}
		return r.SID
	}
	sid := role("service", user)
	u, err := s.store.User("jane")
	if err == nil {
		err = s.store.UpdateUser(u, store.UserChange{Role: &sid})
	}
	if err == nil {
		_, err = s.store.AddParticipant(c, "jane", "", role("conversation", member))
	}
	if err == nil {
		_, err = s.store.AddParticipant(c, "joe", "", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	set := stage{jane: jane, link: "/Client/v2/Conversations/" + c.ID}
	for author, to := range map[string]*string{"jane": &set.mine, "joe": &set.theirs} {
		m, err := s.store.AddMessage(c, store.Draft{Author: author, Body: "Hi"})
		if err != nil {
			t.Fatal(err)
		}
		*to = m.SID
	}
	return set
}

// idle is a permission that isn't enough for the operation, as a role has at least one.
func idle(all, enough []store.Permission) store.Permission {
	return all[slices.IndexFunc(all, func(p store.Permission) bool { return !slices.Contains(enough, p) })]
}

func TestEachOperationTakesItsPermission(t *testing.T) {
	s, url := serve(t, options())
	jane := connect(t, url, "jane")
	for _, o := range operations {
		t.Run(o.name, func(t *testing.T) {
			jane.t = t
			free := o.service == nil && o.conversation == nil
			try := func(kind store.RoleType, user, member, tried store.Permission, want bool) {
				t.Helper()
				status, answer := o.do(setTheStage(t, s, jane, user, member))
				if refused := answer["code"] == 50107.0; refused == want || refused && status != 403 || status >= 500 {
					t.Errorf("with %s in the %s's role: %d %v", tried, kind, status, answer)
				}
			}
			for _, p := range documented["service"] {
				try("service", p, idle(documented["conversation"], o.conversation), p, free || slices.Contains(o.service, p))
			}
			for _, p := range documented["conversation"] {
				try("conversation", idle(documented["service"], o.service), p, p, free || slices.Contains(o.conversation, p))
			}
		})
	}
}

func TestWhatIsRefusedIsNotDone(t *testing.T) {
	s, url := serve(t, options())
	jane := connect(t, url, "jane")
	set := setTheStage(t, s, jane, "editOwnMessage", "sendMessage")
	before := encode(t, s)
	for _, o := range operations {
		if slices.Contains(o.service, "editOwnMessage") || slices.Contains(o.conversation, "sendMessage") || o.service == nil && o.conversation == nil {
			continue
		}
		if status, answer := o.do(set); status != 403 || answer["code"] != 50107.0 {
			t.Errorf("%s: %d %v", o.name, status, answer)
		}
	}
	// One that is allowed along with one that isn't.
	for link, body := range map[string]object{
		set.link:                            {"friendly_name": "x", "attributes": `{"a":1}`},
		set.link + "/Messages/" + set.mine:  {"body": "x", "attributes": `{"a":1}`},
		"/Client/v2/MyConversations/thread": {"last_read_message_index": 0, "notification_level": "muted"},
		set.link + "/Messages":              {"body": "x", "media_sids": []string{"ME1"}},
	} {
		if status, answer := jane.ask("POST", link, body); status != 403 {
			t.Errorf("%s: %d %v", link, status, answer)
		}
	}
	if after := encode(t, s); after != before {
		t.Errorf("something has changed:\n%s\n%s", before, after)
	}
}

// encode is all that the server keeps.
func encode(t *testing.T, s *Server) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := s.store.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// roleNamed finds a role that a service starts with.
func roleNamed(t *testing.T, s *Server, name string) *store.Role {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.store.Roles() {
		if r.FriendlyName == name {
			return r
		}
	}
	t.Fatalf("there is no role %q", name)
	return nil
}

func TestWhoMadeAConversationJoinsIt(t *testing.T) {
	s, url := serve(t, options())
	jane, joe := connect(t, url, "jane"), connect(t, url, "joe")
	made := jane.must("POST", "/Client/v2/Conversations", object{"unique_name": "thread"})
	participants := made["links"].(object)["participants"].(string)
	if status, answer := jane.ask("POST", participants, object{"identity": "joe"}); status != 403 || answer["code"] != 50107.0 {
		t.Errorf("who hasn't joined yet adds somebody: %d %v", status, answer)
	}
	// joinConversation is not enough where one can't see the conversation.
	if status, answer := joe.ask("POST", participants, object{"identity": "joe"}); status != 403 || answer["code"] != 50430.0 {
		t.Errorf("a stranger joins: %d %v", status, answer)
	}
	p := jane.must("POST", participants, object{"identity": "jane"})
	if want := roleNamed(t, s, "channel admin").SID; p["role_sid"] != want {
		t.Errorf("got %v, want %s", p["role_sid"], want)
	}
	jane.must("POST", participants, object{"identity": "joe"})
	for _, link := range []string{made["url"].(string), participants + "/jane"} {
		if status, answer := joe.ask("DELETE", link, nil); status != 403 || answer["code"] != 50107.0 {
			t.Errorf("another does as who made it: %d %v", status, answer)
		}
	}
}

func TestARoleOfTheServiceReachesConversationsOfOthers(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane")
	admin := connect(t, url, "admin")
	link := "/Client/v2/Conversations/" + c.ID
	if status, _ := admin.ask("GET", link, nil); status != 403 {
		t.Errorf("a user sees it: %d", status)
	}
	role := roleNamed(t, s, "service admin").SID
	if _, err := twilio(t, url, "secret").UpdateServiceUser("IS1", "admin", (&rest.UpdateServiceUserParams{}).SetRoleSid(role)); err != nil {
		t.Fatal(err)
	}
	if got := admin.must("GET", link, nil)["participants_count"]; got != 1.0 {
		t.Errorf("got %v participants", got)
	}
	admin.must("GET", "/v3/Documents/"+c.SyncDocument, nil)
	if got := admin.must("POST", link, object{"friendly_name": "Named"})["friendly_name"]; got != "Named" {
		t.Errorf("got %v", got)
	}
	if status, _ := admin.ask("POST", link+"/Messages", object{"body": "?"}); status != 403 {
		t.Errorf("who takes no part writes: %d", status)
	}
	admin.must("POST", link+"/Participants", object{"identity": "admin"})
	admin.must("POST", link+"/Messages", object{"body": "!"})
	admin.must("DELETE", link+"/Participants/jane", nil)
}

func TestReachabilityIsToldWhereItIsSwitchedOn(t *testing.T) {
	for _, on := range []bool{false, true} {
		o := options()
		o.Reachability = on
		_, url := serve(t, o)
		c := connect(t, url, "jane").must("GET", "/Client/v2/Configuration", nil)
		if got := c["options"].(object)["reachability_enabled"]; got != on {
			t.Errorf("%v, where it is %v", got, on)
		}
	}
}
