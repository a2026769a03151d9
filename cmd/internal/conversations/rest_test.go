package conversations

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	params := (&rest.CreateServiceConversationParams{}).SetUniqueName("visitor:1").SetFriendlyName("Jane").SetAttributes(`{"a":1}`).SetState("active").SetTimersClosed("P30D")
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
	o := options()
	o.Limits.ParticipantActions = 1000
	s, url := serve(t, o)
	api := twilio(t, url, "secret")
	c := converse(t, s, "thread")
	for i := range 100 {
		params := (&rest.CreateServiceConversationParticipantParams{}).SetIdentity(fmt.Sprint("agent ", i)).SetAttributes(`{"n":1}`)
		p, err := api.CreateServiceConversationParticipant("IS1", "thread", params)
		if err != nil || *p.ConversationSid != c.ID || *p.Attributes != `{"n":1}` {
			t.Fatalf("got %+v, %v", p, err)
		}
	}
	_, err := api.CreateServiceConversationParticipant("IS1", c.ID, (&rest.CreateServiceConversationParticipantParams{}).SetIdentity("agent 7"))
	refusedWith(t, err, 409, 50433)
	list, err := api.ListServiceConversationParticipant("IS1", c.ID, (&rest.ListServiceConversationParticipantParams{}).SetPageSize(30))
	seen := map[string]bool{}
	for _, p := range list {
		seen[*p.Identity] = true
	}
	if err != nil || len(list) != 100 || len(seen) != 100 {
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

func TestWhoAsksTooFastIsToldWhenToComeBack(t *testing.T) {
	o := options()
	o.Limits.ParticipantActions = 1
	s, url := serve(t, o)
	converse(t, s, "thread", "jane")
	body := strings.NewReader("Identity=joe")
	r, _ := http.NewRequest(http.MethodPost, url+"/v1/Services/IS1/Conversations/thread/Participants", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("SK1", "secret")
	w, err := http.DefaultClient.Do(r)
	if err != nil || w.StatusCode != 429 || w.Header.Get("Retry-After") != "1" {
		t.Fatalf("got %v, %v", w, err)
	}
	w.Body.Close()
}

func TestTwilioGoSeesUsersAndTheirConversations(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	u, err := api.CreateServiceUser("IS1", (&rest.CreateServiceUserParams{}).SetIdentity("agent 1").SetFriendlyName("Ada"))
	if err != nil || *u.FriendlyName != "Ada" || *u.Attributes != "{}" || u.IsOnline != nil {
		t.Fatalf("got %+v, %v", u, err)
	}
	_, err = api.CreateServiceUser("IS1", (&rest.CreateServiceUserParams{}).SetIdentity("agent 1"))
	refusedWith(t, err, 409, 50201)
	_, err = api.FetchServiceUser("IS1", "nobody")
	refusedWith(t, err, 404, 20404)
	connect(t, url, "agent 1")
	if u, err := api.FetchServiceUser("IS1", "agent 1"); err != nil || u.IsOnline == nil || !*u.IsOnline {
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

func TestTwilioGoMakesRolesTheDefaults(t *testing.T) {
	_, url := serve(t, options())
	api := twilio(t, url, "secret")
	before, err := api.ListServiceRole("IS1", (&rest.ListServiceRoleParams{}).SetPageSize(3))
	if err != nil || len(before) != 4 {
		t.Fatalf("got %d roles, %v", len(before), err)
	}
	create := func(name, kind string, permissions ...string) (*rest.ConversationsV1ServiceRole, error) {
		return api.CreateServiceRole("IS1", (&rest.CreateServiceRoleParams{}).SetFriendlyName(name).SetType(kind).SetPermission(permissions))
	}
	user, err := create("visitor", "service", "editOwnMessage")
	if err != nil || *user.FriendlyName != "visitor" || *user.Type != "service" || len(*user.Permissions) != 1 || *user.ChatServiceSid != "IS1" || *user.AccountSid != "AC1" {
		t.Fatalf("got %+v, %v", user, err)
	}
	member, err := create("visitor", "conversation", "sendMessage", "leaveConversation")
	if err != nil {
		t.Fatal(err)
	}
	_, err = create("visitor", "service", "sendMessage")
	refusedWith(t, err, 400, 50104)
	member, err = api.UpdateServiceRole("IS1", *member.Sid, (&rest.UpdateServiceRoleParams{}).SetPermission([]string{"sendMessage"}))
	if err != nil || fmt.Sprint(*member.Permissions) != "[sendMessage]" {
		t.Errorf("got %+v, %v", member, err)
	}

	params := (&rest.UpdateServiceConfigurationParams{}).SetDefaultChatServiceRoleSid(*user.Sid).SetDefaultConversationRoleSid(*member.Sid)
	configuration, err := api.UpdateServiceConfiguration("IS1", params.SetReachabilityEnabled(false))
	if err != nil {
		t.Fatal(err)
	}
	fetched, err := api.FetchServiceConfiguration("IS1")
	if err != nil || text(fetched) != text(configuration) {
		t.Errorf("got %+v, %v", fetched, err)
	}
	if *fetched.DefaultChatServiceRoleSid != *user.Sid || *fetched.DefaultConversationRoleSid != *member.Sid || *fetched.ReachabilityEnabled {
		t.Errorf("got %+v", fetched)
	}
	if creator, err := api.FetchServiceRole("IS1", *fetched.DefaultConversationCreatorRoleSid); err != nil || *creator.FriendlyName != "channel admin" {
		t.Errorf("got %+v, %v", creator, err)
	}
	_, err = api.UpdateServiceConfiguration("IS1", (&rest.UpdateServiceConfigurationParams{}).SetDefaultChatServiceRoleSid(*member.Sid))
	refusedWith(t, err, 400, 50102)

	made, err := api.CreateServiceConversation("IS1", nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := api.CreateServiceConversationParticipant("IS1", *made.Sid, (&rest.CreateServiceConversationParticipantParams{}).SetIdentity("jane"))
	if err != nil || *p.RoleSid != *member.Sid {
		t.Errorf("got %+v, %v", p, err)
	}
	admin := *fetched.DefaultConversationCreatorRoleSid
	p, err = api.UpdateServiceConversationParticipant("IS1", *made.Sid, "jane", (&rest.UpdateServiceConversationParticipantParams{}).SetRoleSid(admin))
	if err != nil || *p.RoleSid != admin {
		t.Errorf("got %+v, %v", p, err)
	}
	p, err = api.CreateServiceConversationParticipant("IS1", *made.Sid, (&rest.CreateServiceConversationParticipantParams{}).SetIdentity("joe").SetRoleSid(admin))
	if err != nil || *p.RoleSid != admin {
		t.Errorf("got %+v, %v", p, err)
	}
	jane, err := api.FetchServiceUser("IS1", "jane")
	if err != nil || *jane.RoleSid != *user.Sid || jane.IsOnline != nil {
		t.Errorf("got %+v, %v", jane, err)
	}
	other, err := create("agent", "service", "createConversation")
	if err != nil {
		t.Fatal(err)
	}
	jane, err = api.UpdateServiceUser("IS1", "jane", (&rest.UpdateServiceUserParams{}).SetRoleSid(*other.Sid))
	if err != nil || *jane.RoleSid != *other.Sid {
		t.Errorf("got %+v, %v", jane, err)
	}
	refusedWith(t, api.DeleteServiceRole("IS1", *other.Sid), 400, 20001)
	if err := api.DeleteServiceUser("IS1", "jane", nil); err != nil {
		t.Error(err)
	}
	if err := api.DeleteServiceRole("IS1", *other.Sid); err != nil {
		t.Error(err)
	}
	_, err = api.FetchServiceRole("IS1", *other.Sid)
	refusedWith(t, err, 404, 20404)
	users, err := api.ListServiceUser("IS1", nil)
	if err != nil || len(users) != 1 || *users[0].Identity != "joe" {
		t.Errorf("got %+v, %v", users, err)
	}
}

func TestTwilioGoFindsTheConversationsOfAnIdentity(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	states := map[string]string{}
	for i := range 60 {
		c := converse(t, s, fmt.Sprint(i), "jane")
		states[c.ID] = "active"
		if i%2 == 0 {
			if _, err := api.UpdateServiceConversation("IS1", c.ID, (&rest.UpdateServiceConversationParams{}).SetState("closed")); err != nil {
				t.Fatal(err)
			}
			states[c.ID] = "closed"
		}
	}
	converse(t, s, "other", "joe")
	list, err := api.ListServiceParticipantConversation("IS1", (&rest.ListServiceParticipantConversationParams{}).SetIdentity("jane").SetPageSize(1000))
	if err != nil || len(list) != 60 {
		t.Fatalf("got %d, %v", len(list), err)
	}
	for i, v := range list {
		if *v.ConversationState != states[*v.ConversationSid] || *v.ParticipantIdentity != "jane" || *v.ConversationCreatedBy != "system" || *v.ConversationAttributes != "{}" {
			t.Errorf("got %+v", v)
		}
		if i > 0 && *list[i-1].ConversationSid >= *v.ConversationSid {
			t.Errorf("%s comes before %s", *list[i-1].ConversationSid, *v.ConversationSid)
		}
	}
	open, err := api.ListServiceUserConversation("IS1", "jane", nil)
	if err != nil || len(open) != 30 {
		t.Errorf("%d are open, %v", len(open), err)
	}
	closed, err := api.ListServiceConversation("IS1", (&rest.ListServiceConversationParams{}).SetState("closed").SetPageSize(7))
	if err != nil || len(closed) != 30 {
		t.Errorf("%d are closed, %v", len(closed), err)
	}
	for start, want := range map[string]int{"2020-01-01": 61, "2999-01-01T00:00:00Z": 0} {
		if list, err := api.ListServiceConversation("IS1", (&rest.ListServiceConversationParams{}).SetStartDate(start)); err != nil || len(list) != want {
			t.Errorf("%d since %s, %v", len(list), start, err)
		}
	}
	byDate, err := api.ListServiceConversation("IS1", (&rest.ListServiceConversationParams{}).SetStartDate("2020-01-01"))
	if err != nil || !slices.IsSortedFunc(byDate, func(a, b rest.ConversationsV1ServiceConversation) int { return b.DateCreated.Compare(*a.DateCreated) }) {
		t.Errorf("with a date the latest don't come first, %v", err)
	}
	nobody, err := api.ListServiceParticipantConversation("IS1", (&rest.ListServiceParticipantConversationParams{}).SetAddress("+15550100"))
	if err != nil || len(nobody) != 0 {
		t.Errorf("got %+v, %v", nobody, err)
	}
	_, err = api.ListServiceParticipantConversation("IS1", (&rest.ListServiceParticipantConversationParams{}).SetIdentity("jane").SetAddress("+15550100"))
	refusedWith(t, err, 400, 50451)
	_, err = api.ListServiceParticipantConversation("IS1", nil)
	refusedWith(t, err, 400, 20001)
}

func TestTwilioGoWritesAndModeratesMessages(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	c := converse(t, s, "thread", "jane")
	created := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	params := (&rest.CreateServiceConversationMessageParams{}).SetAuthor("jane").SetBody("Hi").SetAttributes(`{"id":"1"}`).SetDateCreated(created)
	m, err := api.CreateServiceConversationMessage("IS1", c.ID, params)
	if err != nil || !m.DateCreated.Equal(created) || *m.Author != "jane" || *m.Attributes != `{"id":"1"}` || *m.ParticipantSid != c.Participants()[0].SID {
		t.Fatalf("got %+v, %v", m, err)
	}
	m, err = api.UpdateServiceConversationMessage("IS1", c.ID, *m.Sid, (&rest.UpdateServiceConversationMessageParams{}).SetBody("Ho"))
	if err != nil || *m.Body != "Ho" || !m.DateCreated.Equal(created) {
		t.Errorf("got %+v, %v", m, err)
	}
	if err := api.DeleteServiceConversationMessage("IS1", c.ID, *m.Sid, nil); err != nil {
		t.Error(err)
	}
	_, err = api.FetchServiceConversationMessage("IS1", c.ID, *m.Sid)
	refusedWith(t, err, 404, 20404)
	for i := range 30 {
		if _, err := api.CreateServiceConversationMessage("IS1", c.ID, (&rest.CreateServiceConversationMessageParams{}).SetBody(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	list, err := api.ListServiceConversationMessage("IS1", c.ID, (&rest.ListServiceConversationMessageParams{}).SetOrder("desc").SetPageSize(10))
	if err != nil || len(list) != 30 || *list[0].Body != "29" || *list[29].Body != "0" || *list[0].Author != "system" {
		t.Errorf("got %d messages, %v", len(list), err)
	}
}

func TestWhoIsDeletedIsDisconnected(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	converse(t, s, "thread", "jane")
	jane := connect(t, url, "jane")
	if err := api.DeleteServiceUser("IS1", "jane", nil); err != nil {
		t.Fatal(err)
	}
	jane.closed()
	again := connect(t, url, "jane")
	if list := again.must("GET", "/Client/v2/MyConversations", nil)["conversations"].([]any); len(list) != 0 {
		t.Errorf("the new user is in %v", list)
	}
	refusedWith(t, api.DeleteServiceUser("IS1", "nobody", nil), 404, 20404)
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
