package token

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	api "github.com/twilio/twilio-go/rest/conversations/v1"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/conversations/twilsock"
)

// newLocalBench is a handler that talks to the local conversations through Twilio's client. They are set up for the chat.
func newLocalBench(t *testing.T) (bench, rest) {
	t.Helper()
	local := newLocal(t)
	if _, err := Setup(t.Context(), local.Twilio, SetupOptions{Agents: testOptions.Agents, Tell: func(string) {}}); err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(options *Options) { options.Twilio = local.Twilio })
	b.twilio = local
	return b, local
}

// newLocal starts local conversations as a new service has them.
func newLocal(t *testing.T) rest {
	t.Helper()
	o := testOptions.Twilio
	backend, err := conversations.New(conversations.Options{AccountSID: o.AccountSID, APIKey: o.APIKey, APISecret: o.APISecret, ServiceSID: o.ServiceSID, Reachability: true})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(backend)
	t.Cleanup(func() {
		backend.Close()
		server.Close()
	})
	if o.URL, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	return newREST(o)
}

func TestTheLocalConversationsLetVisitorsIn(t *testing.T) {
	b, local := newLocalBench(t)
	anonymous := b.ask(request{})
	named := b.ask(request{Session: anonymous.Session, Visitor: &visitorForm{Name: "Jane", Email: jane}})
	same(t, "conversation", named.Conversation, anonymous.Conversation)
	c, err := local.find(t.Context(), named.Identity+"-1")
	if quiet := time.Since(c.quiet); quiet < 0 || quiet > time.Minute {
		t.Errorf("the conversation is quiet for %s", quiet)
	}
	c.quiet = time.Time{}
	same(t, "conversation", fmt.Sprintf("%+v %v", c, err), fmt.Sprintf("{SID:%s name:%s-1 number:0 friendlyName:Jane attributes:%s closed:false quiet:{wall:0 ext:0 loc:<nil>}} <nil>",
		named.Conversation, named.Identity, sealed(b.sessionKeys, c.name, `{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`)))
	identities, err := local.participants(t.Context(), named.Conversation)
	if err != nil || len(identities) != 3 {
		t.Errorf("participants %q, %v", identities, err)
	}
	user, err := local.api(t.Context()).FetchServiceUser(local.ServiceSID, named.Identity)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "name of the user", value(user.FriendlyName), "Jane")
	if strings.Contains(b.logged.String(), "cause=") {
		t.Error(b.logged)
	}
}

func TestAClosedLocalConversationIsFollowedByANewOne(t *testing.T) {
	b, local := newLocalBench(t)
	first := b.ask(request{User: asUser(jane, "Jane")})
	p := &api.UpdateServiceConversationParams{}
	if _, err := local.api(t.Context()).UpdateServiceConversation(local.ServiceSID, first.Conversation, p.SetState("closed")); err != nil {
		t.Fatal(err)
	}
	second := b.ask(request{User: asUser(jane, "Jane")})
	c, err := local.find(t.Context(), second.Identity+"-2")
	same(t, "second conversation", fmt.Sprint(c.SID, err), second.Conversation+"<nil>")
	same(t, "conversation on another device", b.ask(request{User: asUser(jane, "")}).Conversation, second.Conversation)
}

func TestManyTabsGetOneLocalConversation(t *testing.T) {
	b, local := newLocalBench(t)
	answers := make([]Answer, 8)
	var tabs sync.WaitGroup
	for i := range answers {
		tabs.Go(func() { answers[i], _ = b.try(request{User: asUser(jane, "Jane")}) })
	}
	tabs.Wait()
	for _, a := range answers {
		same(t, "conversation", a.Conversation, answers[0].Conversation)
	}
	identities, err := local.participants(t.Context(), answers[0].Conversation)
	if err != nil || len(identities) != 3 {
		t.Errorf("participants %q, %v\n%s", identities, err, b.logged)
	}
}

func TestTheTeamIsOnlineWhileOneOfThemIsConnected(t *testing.T) {
	b, local := newLocalBench(t)
	online := func() string {
		b.Handler.online = newAvailability(b.agents, b.log) // forgets the last answer
		return strings.TrimSpace(b.send(http.MethodGet, "/token?account=acme", "").Body.String())
	}
	same(t, "before anybody came", online(), `{"online":false,"region":"us1"}`)

	token, err := local.AccessToken("ann", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	agent, _, err := websocket.Dial(t.Context(), "ws://"+local.URL.Host+conversations.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := twilsock.Encode(twilsock.Header{Method: "init", ID: "TM1", Token: token}, nil)
	if err == nil {
		err = agent.Write(t.Context(), websocket.MessageBinary, frame)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := agent.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	header, _, err := twilsock.Decode(answer)
	if err != nil || header.Status == nil || header.Status.Code != 200 {
		t.Fatalf("the token is refused: %s %v", answer, err)
	}
	same(t, "while an agent is connected", online(), `{"online":true,"region":"us1"}`)
	agent.CloseNow()
	for deadline := time.Now().Add(10 * time.Second); online() != `{"online":false,"region":"us1"}`; {
		if time.Now().After(deadline) {
			t.Fatal("the team stays online")
		}
	}
}
