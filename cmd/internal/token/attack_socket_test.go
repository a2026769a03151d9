package token

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/conversations/twilsock"
)

// socket is Twilio's web socket, with somebody's token, and with requests that the SDK would not make.
type socket struct {
	*testing.T
	conn    *websocket.Conn
	last    int
	payload []byte       // of the last reply
	heard   bytes.Buffer // all that came
}

func connect(t *testing.T, local rest, token string) *socket {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws://"+local.URL.Host+conversations.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(twilsock.MaxFrameBytes)
	s := &socket{T: t, conn: conn}
	if answer := s.exchange(twilsock.Header{Method: "init", Token: token}, ""); answer.Status.Code != 200 {
		t.Fatalf("the token is refused: %+v", answer.Status)
	}
	return s
}

// exchange returns the head of the reply.
func (s *socket) exchange(h twilsock.Header, body string) twilsock.Header {
	s.Helper()
	s.last++
	h.ID = fmt.Sprint("TM", s.last)
	frame, err := twilsock.Encode(h, []byte(body))
	if err == nil {
		err = s.conn.Write(s.Context(), websocket.MessageBinary, frame)
	}
	for err == nil {
		var got twilsock.Header
		if _, frame, err = s.conn.Read(s.Context()); err == nil {
			s.heard.Write(frame)
			got, s.payload, err = twilsock.Decode(frame)
		}
		if err == nil && got.Method == "reply" && got.ID == h.ID {
			return got
		}
	}
	s.Fatalf("%s: the socket is gone: %v", body, err)
	return twilsock.Header{}
}

// ask returns the status of the answer, and reads the answer.
func (s *socket) ask(request, body string, into any) int {
	s.Helper()
	method, path, _ := strings.Cut(request, " ")
	path, query, _ := strings.Cut(path, "?")
	params, _ := url.ParseQuery(query)
	h := twilsock.Header{Method: "message", Request: &twilsock.Request{Host: "aim.us1.twilio.com", Method: method, Path: path, Params: map[string]twilsock.Values{}}}
	for name, values := range params {
		h.Request.Params[name] = values
	}
	if h.PayloadType = twilsock.JSON; strings.HasSuffix(path, "/Typing") {
		h.PayloadType = "application/x-www-form-urlencoded"
	}
	answer := s.exchange(h, body)
	if into != nil {
		if err := json.Unmarshal(s.payload, into); err != nil {
			s.Fatalf("%s: %v: %s", request, err, s.payload)
		}
	}
	return answer.HTTPStatus.Code
}

// all is what the service has, but for when it was changed.
func all(t *testing.T, local rest) string {
	t.Helper()
	var texts []string
	conversations, err := local.api(t.Context()).ListServiceConversation(local.ServiceSID, nil)
	for _, c := range conversations {
		texts = append(texts, value(c.UniqueName), value(c.FriendlyName), value(c.Attributes), value(c.State))
		messages, failed := local.newest(t.Context(), value(c.Sid), 100)
		members, failedToo := local.api(t.Context()).ListServiceConversationParticipant(local.ServiceSID, value(c.Sid), nil)
		if failed != nil || failedToo != nil {
			t.Fatal(failed, failedToo)
		}
		texts = append(texts, fmt.Sprintf("%+v", messages))
		for _, m := range members {
			texts = append(texts, value(m.Identity), value(m.RoleSid), value(m.Attributes), fmt.Sprint(value(m.LastReadMessageIndex)))
		}
	}
	users, failed := local.api(t.Context()).ListServiceUser(local.ServiceSID, nil)
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	for _, u := range users {
		texts = append(texts, value(u.Identity), value(u.FriendlyName), value(u.Attributes), value(u.RoleSid))
	}
	return strings.Join(texts, "\n")
}

// attack is a request of a visitor for what isn't theirs.
type attack struct{ request, body string }

// syncObjects are the SIDs of what a conversation is made of.
type syncObjects struct{ Conversation, Messages, Participants string }

// attacks are those of mallory on a victim, on the team, whose message is answered, and on what is not for the SDK.
func attacks(local rest, victim, mallory Answer, answered message, joined string, theirs, own syncObjects) []attack {
	c, name := "/Client/v2/Conversations/", victim.Identity+"-1"
	return []attack{
		// Another's conversation, by its SID, its name, and on the way through the own one.
		{"GET " + c + victim.Conversation, ""},
		{"GET " + c + name, ""},
		{"GET /Client/v2/MyConversations/" + victim.Conversation, ""},
		{"GET /Client/v2/MyConversations/" + name, ""},
		{"GET " + c + mallory.Conversation + "/../" + victim.Conversation, ""},
		{"GET " + c + mallory.Conversation + "%2F..%2F" + victim.Conversation, ""},
		{"POST " + c + victim.Conversation + "/Messages", `{"body":"Send me the money"}`},
		{"POST " + c + name + "/Messages", `{"body":"Send me the money"}`},
		{"POST " + c + victim.Conversation + "/Messages/" + victim.Message.SID, `{"attributes":"{}"}`},
		{"POST " + c + mallory.Conversation + "/Messages/" + victim.Message.SID, `{"attributes":"{}"}`},
		{"DELETE " + c + mallory.Conversation + "/Messages/" + victim.Message.SID, ""},
		{"POST " + c + victim.Conversation + "/Participants", `{"identity":"` + mallory.Identity + `"}`},
		{"POST " + c + victim.Conversation + "/Participants/" + victim.Identity, `{"attributes":"{}"}`},
		{"DELETE " + c + victim.Conversation + "/Participants/ann", ""},
		{"POST /Client/v2/MyConversations/" + victim.Conversation, `{"last_read_message_index":0}`},
		{"POST /Client/v2/Typing", "ChannelSid=" + victim.Conversation},
		{"POST /Client/v2/Typing", "ChannelSid=" + name},
		// What it is made of.
		{"GET /v3/Maps/" + joined, ""},
		{"GET /v3/Maps/" + joined + "/Items", ""},
		{"GET /v3/Documents/" + theirs.Conversation, ""},
		{"GET /v3/Lists/" + theirs.Messages, ""},
		{"GET /v3/Lists/" + theirs.Messages + "/Items?Order=desc&PageSize=100", ""},
		{"GET /v3/Maps/" + theirs.Participants + "/Items", ""},
		{"GET /v3/Maps/" + theirs.Messages + "/Items", ""},
		{"POST /v3/Lists/" + own.Messages + "/Items", `{"data":{"author":"ann"}}`},
		{"DELETE /v3/Lists/" + own.Messages + "/Items/0", ""},
		{"POST /v3/Documents/" + own.Conversation, `{"data":{"attributes":"{}"}}`},
		{"POST /v3/Maps/" + own.Participants + "/Items", `{"key":"MB1","data":{}}`},
		{"GET /v3/Services/default/Lists", ""},
		// The API that is for who has the key.
		{"GET /v1/Services/" + local.ServiceSID + "/Users", ""},
		{"GET /Client/v2/../../v1/Services/" + local.ServiceSID + "/Users", ""},
		{"GET //v1/Services/" + local.ServiceSID + "/Users", ""},
		{"POST /faults", `{"down":true}`},
		// The own one, as the team's tools read it.
		{"POST " + c + mallory.Conversation, `{"attributes":"{\"verification\":\"verified\"}"}`},
		{"POST " + c + mallory.Conversation, `{"unique_name":"` + victim.Identity + `-2"}`},
		{"POST " + c + mallory.Conversation, `{"state":"closed","friendly_name":"Ann"}`},
		{"POST " + c + mallory.Conversation + "/Messages/" + mallory.Message.SID, `{"body":"never said"}`},
		{"POST " + c + mallory.Conversation + "/Messages/" + mallory.Message.SID, `{"attributes":"{}","body":"never said"}`},
		{"POST " + c + mallory.Conversation + "/Messages/" + answered.SID, `{"attributes":"{}"}`},
		{"POST " + c + mallory.Conversation + "/Messages/" + mallory.Message.SID, `{"attributes":"` + strings.Repeat("x", maxAttributesBytes+1) + `"}`},
		{"POST " + c + mallory.Conversation + "/Messages", `{"body":"` + strings.Repeat("x", maxTextBytes+1) + `"}`},
		{"POST " + c + mallory.Conversation + "/Messages", `{"body":["x"]}`},
		{"POST " + c + mallory.Conversation + "/Messages", `{"body":"` + strings.Repeat("[", 20_000)},
		{"POST " + c + mallory.Conversation + "/Participants/" + mallory.Identity, `{"role_sid":"RL1","attributes":"{}"}`},
		{"POST /Client/v2/Users/" + mallory.Identity, `{"friendly_name":"Ann"}`},
		{"POST /Client/v2/Users/ann", `{"friendly_name":"Nobody"}`},
		// How far they have read: nowhere but among the messages.
		{"POST /Client/v2/MyConversations/" + mallory.Conversation, `{"last_read_message_index":-1}`},
		{"POST /Client/v2/MyConversations/" + mallory.Conversation, `{"last_read_message_index":2}`},
		{"POST /Client/v2/MyConversations/" + mallory.Conversation, `{"last_read_message_index":1e99}`},
		{"POST /Client/v2/MyConversations/" + mallory.Conversation, `{"last_read_message_index":0.5}`},
		{"POST /Client/v2/MyConversations/" + mallory.Conversation, `{"last_read_message_index":"1"}`},
		{"POST /Client/v2/MyConversations/" + mallory.Conversation, `{"last_read_message_index":1,"notification_level":"muted"}`},
		{"POST /Client/v2/Typing", ""},
	}
}

// What a visitor can try with their token past the SDK, who has got to know all SIDs of another one. (The SDK's own methods are
// tried in widget/e2e/trust.spec.ts, permission by permission in cmd/internal/conversations.)
func TestAVisitorsTokenReachesNothingOfOthers(t *testing.T) {
	b, local := newLocalBench(t)
	victim, mallory := b.ask(hello()), b.ask(request{Protocol: 2, Secret: strings.Repeat("e", 32), Message: says("It is Mallory")})
	answered, err := local.send(t.Context(), mallory.Conversation, message{author: "ann", body: "Hi", attributes: `{"id":"` + firstID + `"}`})
	if err != nil {
		t.Fatal(err)
	}
	objects := func(a Answer) (joined string, of syncObjects) {
		s := connect(t, local, a.Token)
		var configuration struct {
			SyncObjects struct {
				MyConversations string `json:"my_conversations"`
			} `json:"sync_objects"`
		}
		var mine struct {
			Objects syncObjects `json:"sync_objects"`
		}
		same(t, "configuration", s.ask("GET /Client/v2/Configuration", "", &configuration), 200)
		same(t, "conversation", s.ask("GET /Client/v2/MyConversations/"+a.Conversation, "", &mine), 200)
		return configuration.SyncObjects.MyConversations, mine.Objects
	}
	joined, theirs := objects(victim)
	_, own := objects(mallory)
	s := connect(t, local, mallory.Token)
	c := "/Client/v2/Conversations/"
	before := all(t, local)
	for _, attack := range attacks(local, victim, mallory, answered, joined, theirs, own) {
		if status := s.ask(attack.request, attack.body, nil); status < 300 || status > 499 {
			t.Errorf("%s %.80s: %d %s", attack.request, attack.body, status, s.payload)
		}
	}
	same(t, "all that there is", all(t, local), before)

	// Nobody is told of what isn't theirs.
	s.ask("POST /v4/Subscriptions", `{"action":"establish","requests":[{"object_sid":"`+theirs.Messages+`","last_event_id":0},{"object_sid":"`+joined+`","last_event_id":-1e99}]}`, nil)
	b.ask(request{Protocol: 2, Session: victim.Session, Message: says("A secret of mine")})
	// What can be changed is what was for the visitor to say. It is still said by them, and nothing is vouched for.
	same(t, "attributes of the own message", s.ask("POST "+c+mallory.Conversation+"/Messages/"+mallory.Message.SID,
		`{"author":"ann","date_created":"2020-01-01T00:00:00Z","attributes":"{\"author\":\"ann\",\"verification\":\"verified\",\"id\":\"`+firstID+`\"}"}`, nil), 200)
	same(t, "what was heard of the other's messages", strings.Contains(s.heard.String(), "A secret of mine"), false)
	messages, err := local.newest(t.Context(), mallory.Conversation, 10)
	if err != nil || len(messages) != 2 {
		t.Fatal(messages, err)
	}
	same(t, "author and words", fmt.Sprint(messages[1].author, ": ", messages[1].body), mallory.Identity+": It is Mallory")
	same(t, "message that is sent with the id of the team's", b.ask(request{Protocol: 2, Session: mallory.Session, Message: &messageForm{ID: messages[0].id(), Body: "Hi"}}).Message.SID, messages[1].SID)
}
