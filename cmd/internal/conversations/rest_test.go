package conversations

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"
	rest "github.com/twilio/twilio-go/rest/conversations/v1"
)

// twilio is Twilio's own client of the REST API, as production code makes it, whose requests go to the server at the address instead.
func twilio(t *testing.T, address, secret string) *rest.ApiService {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c := &client.Client{Credentials: client.NewCredentials("SK1", secret), HTTPClient: &http.Client{Transport: redirected{to}, Timeout: 10 * time.Second}}
	c.SetAccountSid("AC1")
	return rest.NewApiService(client.NewRequestHandler(c))
}

// redirected sends requests for Twilio's REST API to another server.
type redirected struct{ to *url.URL }

func (r redirected) RoundTrip(request *http.Request) (*http.Response, error) {
	if address := request.URL.Scheme + "://" + request.URL.Host; address != restAPI {
		return nil, fmt.Errorf("a request to %s", address)
	}
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host, request.Host = r.to.Scheme, r.to.Host, ""
	return http.DefaultTransport.RoundTrip(request)
}

// refusedWith checks what Twilio's client makes of an error.
func refusedWith(t *testing.T, err error, status, code int) {
	t.Helper()
	var e *client.TwilioRestError
	if !errors.As(err, &e) || e.Status != status || e.Code != code || e.MoreInfo != fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code) || e.Message == "" {
		t.Errorf("got %v, want %d with status %d", err, code, status)
	}
}

func TestTwilioGoMakesAConversation(t *testing.T) {
	_, url := serve(t, options())
	api := twilio(t, url, "secret")
	params := (&rest.CreateServiceConversationParams{}).SetUniqueName("visitor:1").SetFriendlyName("Jane").SetAttributes(`{"a":1}`).SetTimersClosed("P30D")
	made, err := api.CreateServiceConversation("IS1", params)
	if err != nil {
		t.Fatal(err)
	}
	if *made.AccountSid != "AC1" || *made.ChatServiceSid != "IS1" || *made.State != "active" || *made.Attributes != `{"a":1}` || time.Since(*made.DateCreated) > time.Minute {
		t.Errorf("got %+v", made)
	}
	closes, err := time.Parse(time.RFC3339, (*made.Timers).(map[string]any)["date_closed"].(string))
	if err != nil || closes.Sub(*made.DateCreated) != 30*24*time.Hour {
		t.Errorf("closes at %v, %v", closes, err)
	}
	_, err = api.CreateServiceConversation("IS1", params)
	refusedWith(t, err, 409, 50353)
	for _, id := range []string{"visitor:1", *made.Sid} {
		found, err := api.FetchServiceConversation("IS1", id)
		if err != nil || *found.Sid != *made.Sid || *found.UniqueName != "visitor:1" {
			t.Errorf("%s: got %+v, %v", id, found, err)
		}
	}
	_, err = api.FetchServiceConversation("IS1", "visitor:2")
	refusedWith(t, err, 404, 20404)

	updated, err := api.UpdateServiceConversation("IS1", *made.Sid, (&rest.UpdateServiceConversationParams{}).SetAttributes("{}").SetState("closed"))
	if err != nil || *updated.State != "closed" || *updated.Attributes != "{}" || *updated.FriendlyName != "Jane" {
		t.Errorf("got %+v, %v", updated, err)
	}
	_, err = api.UpdateServiceConversation("IS1", *made.Sid, (&rest.UpdateServiceConversationParams{}).SetState("active"))
	refusedWith(t, err, 400, 50377)
	if err := api.DeleteServiceConversation("IS1", "visitor:1", nil); err != nil {
		t.Error(err)
	}
	refusedWith(t, api.DeleteServiceConversation("IS1", "visitor:1", nil), 404, 20404)
}

func TestTwilioGoAddsParticipants(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	c := converse(t, s, "thread")
	for i := range 120 {
		params := (&rest.CreateServiceConversationParticipantParams{}).SetIdentity(fmt.Sprint("agent ", i)).SetAttributes(`{"n":1}`)
		p, err := api.CreateServiceConversationParticipant("IS1", "thread", params)
		if err != nil || *p.ConversationSid != c.ID || *p.Attributes != `{"n":1}` {
			t.Fatalf("got %+v, %v", p, err)
		}
	}
	_, err := api.CreateServiceConversationParticipant("IS1", c.ID, (&rest.CreateServiceConversationParticipantParams{}).SetIdentity("agent 7"))
	refusedWith(t, err, 409, 50433)
	list, err := api.ListServiceConversationParticipant("IS1", c.ID, (&rest.ListServiceConversationParticipantParams{}).SetPageSize(50))
	seen := map[string]bool{}
	for _, p := range list {
		seen[*p.Identity] = true
	}
	if err != nil || len(list) != 120 || len(seen) != 120 {
		t.Errorf("%d participants, %d of them different, %v", len(list), len(seen), err)
	}
	p, err := api.UpdateServiceConversationParticipant("IS1", c.ID, *list[0].Sid, (&rest.UpdateServiceConversationParticipantParams{}).SetAttributes(`{"n":2}`))
	if err != nil || *p.Attributes != `{"n":2}` {
		t.Errorf("got %+v, %v", p, err)
	}
	if err := api.DeleteServiceConversationParticipant("IS1", c.ID, "agent 7", nil); err != nil {
		t.Error(err)
	}
	_, err = api.FetchServiceConversationParticipant("IS1", c.ID, "agent 7")
	refusedWith(t, err, 404, 50432)
}

func TestTwilioGoSeesUsersAndTheirConversations(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	u, err := api.CreateServiceUser("IS1", (&rest.CreateServiceUserParams{}).SetIdentity("agent 1").SetFriendlyName("Ada"))
	if err != nil || *u.FriendlyName != "Ada" || *u.Attributes != "{}" || *u.IsOnline {
		t.Fatalf("got %+v, %v", u, err)
	}
	_, err = api.CreateServiceUser("IS1", (&rest.CreateServiceUserParams{}).SetIdentity("agent 1"))
	refusedWith(t, err, 409, 50201)
	_, err = api.FetchServiceUser("IS1", "nobody")
	refusedWith(t, err, 404, 20404)
	connect(t, url, "agent 1")
	if u, err := api.FetchServiceUser("IS1", "agent 1"); err != nil || !*u.IsOnline {
		t.Errorf("got %+v, %v", u, err)
	}
	u, err = api.UpdateServiceUser("IS1", *u.Sid, (&rest.UpdateServiceUserParams{}).SetAttributes(`{"away":true}`))
	if err != nil || *u.Attributes != `{"away":true}` || *u.FriendlyName != "Ada" {
		t.Errorf("got %+v, %v", u, err)
	}

	converse(t, s, "one", "agent 1")
	converse(t, s, "other", "somebody")
	if _, err := api.CreateServiceConversationMessage("IS1", "one", (&rest.CreateServiceConversationMessageParams{}).SetAuthor("visitor").SetBody("Hi").SetAttributes(`{"id":"1"}`)); err != nil {
		t.Fatal(err)
	}
	list, err := api.ListServiceUserConversation("IS1", "agent 1", nil)
	if err != nil || len(list) != 1 || *list[0].UniqueName != "one" || *list[0].ConversationState != "active" || list[0].UnreadMessagesCount != nil {
		t.Errorf("got %+v, %v", list, err)
	}
	messages, err := api.ListServiceConversationMessage("IS1", "one", (&rest.ListServiceConversationMessageParams{}).SetOrder("desc"))
	if err != nil || len(messages) != 1 || *messages[0].Author != "visitor" || *messages[0].Body != "Hi" {
		t.Errorf("got %+v, %v", messages, err)
	}
}

func TestTheAPIIsForThoseWithTheSecret(t *testing.T) {
	_, url := serve(t, options())
	_, err := twilio(t, url, "wrong").FetchServiceConversation("IS1", "x")
	refusedWith(t, err, 401, 20003)
	_, err = twilio(t, url, "secret").FetchServiceConversation("IS2", "x")
	refusedWith(t, err, 404, 20404)
}

func TestFaultsReachTheAPI(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	s.Fail(Fault{Down: true})
	_, err := api.FetchServiceUser("IS1", "x")
	refusedWith(t, err, 503, 20503)
	s.Fail(Fault{Fail: 1})
	_, err = api.FetchServiceUser("IS1", "x")
	refusedWith(t, err, 500, 20500)
	_, err = api.FetchServiceUser("IS1", "x")
	refusedWith(t, err, 404, 20404)
}
