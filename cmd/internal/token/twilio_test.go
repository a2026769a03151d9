package token

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorded answers like Twilio, and keeps what it was asked.
func recorded(t *testing.T, answer func(*http.Request) (int, string)) (rest, *[]string) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		user, password, _ := r.BasicAuth()
		same(t, "credentials", user+":"+password, testOptions.Twilio.APIKey+":"+apiSecret)
		text := strings.TrimSpace(r.Method + " " + r.RequestURI + " " + r.PostForm.Encode())
		if enabled := r.Header.Get("X-Twilio-Webhook-Enabled"); enabled != "" {
			text += " webhooks: " + enabled
		}
		asked = append(asked, text)
		status, body := answer(r)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL + "/twilio")
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions.Twilio
	o.URL = u
	return newREST(o), &asked
}

func TestTwilioIsAskedByItsREST(t *testing.T) {
	s, asked := recorded(t, func(r *http.Request) (int, string) {
		if strings.HasSuffix(r.URL.Path, "/Participants") && r.Method == http.MethodGet {
			return 200, `{"participants":[{"sid":"MB1","identity":"visitor-x","role_sid":"RL1"},{"sid":"MB2","identity":null,"role_sid":null}],"meta":{"key":"participants"}}`
		}
		if strings.Contains(r.URL.Path, "/ParticipantConversations") {
			return 200, `{"conversations":[{"conversation_sid":"CH2","conversation_unique_name":"visitor-x-2","conversation_state":"closed",` +
				`"conversation_date_updated":"2026-03-01T10:00:00Z"}],"meta":{"key":"conversations"}}`
		}
		if strings.HasSuffix(r.URL.Path, "/Messages") && r.Method == http.MethodGet {
			return 200, `{"messages":[{"sid":"IM2","index":1,"author":"visitor-x","body":"Hi","attributes":"{\"id\":\"1\"}"}],"meta":{"key":"messages"}}`
		}
		return 200, `{"sid":"CH1","unique_name":"visitor-x-1","friendly_name":"Jane","attributes":"{}","state":"closed","is_online":true,"timers":{"date_closed":"2026-03-31T10:00:00.000Z"}}`
	})
	ctx := t.Context()
	c, err := s.find(ctx, "visitor-x-1")
	same(t, "quiet", c.quiet, "2026-03-01 10:00:00 +0000 UTC")
	c.quiet = time.Time{}
	same(t, "find", fmt.Sprintf("%+v %v", c, err), `{SID:CH1 name:visitor-x-1 number:0 friendlyName:Jane attributes:{} closed:true quiet:{wall:0 ext:0 loc:<nil>}} <nil>`)
	list, err := s.conversations(ctx, "visitor-x")
	same(t, "conversations", fmt.Sprintf("%d %s %t %s %v", len(list), list[0].name, list[0].closed, list[0].quiet, err), "1 visitor-x-2 true 2026-03-01 10:00:00 +0000 UTC <nil>")
	messages, err := s.newest(ctx, "CH1", 100)
	same(t, "newest", fmt.Sprintf("%+v %v", messages, err), `[{SID:IM2 index:1 author:visitor-x body:Hi attributes:{"id":"1"} written:{wall:0 ext:0 loc:<nil>} files:[]}] <nil>`)
	_, err = s.send(ctx, "CH1", message{author: "visitor-x", body: "Hi", attributes: `{"id":"1"}`})
	same(t, "send", err, nil)
	same(t, "close", s.close(ctx, "CH1"), nil)
	_, err = s.create(ctx, conversation{name: "visitor-x-2", friendlyName: "Jane", attributes: `{}`})
	same(t, "create", err, nil)
	same(t, "update", s.update(ctx, conversation{SID: "CH1", friendlyName: "Jane", attributes: `{}`}), nil)
	members, err := s.participants(ctx, "CH1")
	same(t, "participants", fmt.Sprintf("%+v %v", members, err), `[{SID:MB1 identity:visitor-x role:RL1 name:} {SID:MB2 identity: role: name:}] <nil>`)
	same(t, "join", s.join(ctx, "CH1", "visitor-x", "RL1"), nil)
	same(t, "join with the default role", s.join(ctx, "CH1", "visitor-x", ""), nil)
	same(t, "setParticipantRole", s.setParticipantRole(ctx, "CH1", "MB1", "RL1"), nil)
	same(t, "describeUser", s.describeUser(ctx, "visitor-x", "Jane", "RL2"), nil)
	same(t, "describeUser without a name", s.describeUser(ctx, "visitor-x", "", "RL2"), nil)
	online, known, err := s.online(ctx, "bob/../& @acme.com")
	same(t, "online", fmt.Sprint(online, known, err), "true true <nil>")

	prefix := "/twilio/v1/Services/" + testOptions.Twilio.ServiceSID
	same(t, "asked", strings.ReplaceAll(strings.Join(*asked, "\n"), prefix, ""), strings.Join([]string{
		`GET /Conversations/visitor-x-1`,
		`GET /ParticipantConversations?Identity=visitor-x&PageSize=50`,
		`GET /Conversations/CH1/Messages?Order=desc&PageSize=50`,
		`POST /Conversations/CH1/Messages Attributes=%7B%22id%22%3A%221%22%7D&Author=visitor-x&Body=Hi webhooks: true`,
		`POST /Conversations/CH1 State=closed webhooks: true`,
		`POST /Conversations Attributes=%7B%7D&FriendlyName=Jane&State=active&Timers.Closed=P30D&UniqueName=visitor-x-2`,
		`POST /Conversations/CH1 Attributes=%7B%7D&FriendlyName=Jane`,
		`GET /Conversations/CH1/Participants?PageSize=100`,
		`POST /Conversations/CH1/Participants Identity=visitor-x&RoleSid=RL1`,
		`POST /Conversations/CH1/Participants Identity=visitor-x`,
		`POST /Conversations/CH1/Participants/MB1 RoleSid=RL1`,
		`POST /Users/visitor-x FriendlyName=Jane&RoleSid=RL2`,
		`POST /Users/visitor-x RoleSid=RL2`,
		`GET /Users/bob%2F..%2F&%20@acme.com`,
	}, "\n"))
}

func TestWhyTwilioRefusesIsKnown(t *testing.T) {
	tests := []struct {
		status           int
		body, want       string
		notFound, exists bool
	}{
		{404, `{"status":404,"code":20404,"message":"jane@acme.com not found"}`, "Twilio answered with status 404, code 20404", true, false},
		{409, `{"status":409,"code":50353,"message":"jane@acme.com exists"}`, "Twilio answered with status 409, code 50353", false, true},
		{400, `{"status":400,"code":50433,"message":"jane@acme.com exists"}`, "Twilio answered with status 400, code 50433", false, true},
		{401, `{"status":401,"code":20003,"message":"Authenticate"}`, "Twilio doesn't accept the API key: it answered with status 401, code 20003", false, false},
		{502, `<h1>Bad gateway for jane@acme.com</h1>`, "Twilio's answer can't be read", false, false},
		{200, `{"sid":jane@acme.com`, "Twilio's answer can't be read", false, false},
		{429, `{"status":429,"code":20429,"message":"jane@acme.com"}`, "Twilio answered with status 429, code 20429", false, false},
		{503, `<h1>Unavailable for jane@acme.com</h1>`, "Twilio answered with status 503, code 0", false, false},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			s, _ := recorded(t, func(*http.Request) (int, string) { return test.status, test.body })
			_, err := s.find(t.Context(), "visitor-x-1")
			same(t, "error", err, test.want)
			same(t, "is Twilio's", errors.Is(err, errService), true)
			same(t, "not found", errors.Is(err, errNotFound), test.notFound)
			same(t, "exists", errors.Is(err, errExists), test.exists)
		})
	}
}

func TestATwilioThatIsNotThereIsTold(t *testing.T) {
	server := httptest.NewServer(nil)
	u, _ := url.Parse(server.URL)
	server.Close()
	o := testOptions.Twilio
	o.URL = u
	_, err := newREST(o).find(t.Context(), "verified-of-jane-1")
	same(t, "error", fmt.Sprint(err), "Twilio can't be reached: connection refused")
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, err = newREST(testOptions.Twilio).find(ctx, "verified-of-jane-1")
	same(t, "error", err, "Twilio didn't answer in time")
}

func TestConnectionsToTwilioAreKeptAfterErrors(t *testing.T) {
	s, asked := recorded(t, func(*http.Request) (int, string) {
		return 404, `{"status":404,"code":20404}` + strings.Repeat(" ", 10_000)
	})
	reused := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		if i.Reused {
			reused++
		}
	}})
	for range 5 {
		s.find(ctx, "visitor-x-1")
	}
	same(t, "asked", len(*asked), 5)
	same(t, "connections that were used again", reused, 4)
}

func TestConnectionsToTwilioAreKeptForAsManyRequestsAtOnce(t *testing.T) {
	const atOnce, rounds = 64, 4
	var opened connections
	var here sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		here.Done()
		here.Wait() // so that all of a round are there at once
		w.Write([]byte("{}"))
	}))
	server.Config.ConnState = opened.watch
	server.Start()
	defer server.Close()
	o := testOptions.Twilio
	o.URL, _ = url.Parse(server.URL)
	s := newREST(o)
	for range rounds {
		here.Add(atOnce)
		var asking sync.WaitGroup
		for range atOnce {
			asking.Go(func() {
				if _, err := s.find(t.Context(), "visitor-x-1"); err != nil {
					t.Error(err)
				}
			})
		}
		asking.Wait()
	}
	// A few more than one for each: one that becomes free while another is being opened comes too late for that.
	if n := opened.opened.Load(); n > 2*atOnce {
		t.Errorf("%d connections for %d times %d requests", n, rounds, atOnce)
	}
}

// seen is a Transport that only tells which host is called.
type seen struct{ host string }

func (s *seen) RoundTrip(r *http.Request) (*http.Response, error) {
	s.host = r.URL.Host
	return nil, errors.New("seen")
}

func TestTheRegionIsInTheAddressAndInTheToken(t *testing.T) {
	t.Setenv("TWILIO_REGION", "ignored")
	for _, test := range []struct{ region, edge, host, twr string }{
		{"", "", "conversations.twilio.com", "<nil>"},
		{"ie1", "dublin", "conversations.dublin.ie1.twilio.com", "ie1"},
	} {
		o := testOptions.Twilio
		var s seen
		o.Region, o.Edge, o.Transport = test.region, test.edge, &s
		newREST(o).find(t.Context(), "visitor-x-1")
		same(t, "host", s.host, test.host)
		token, err := o.AccessToken("visitor-x", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		var header map[string]any
		encoded, _, _ := strings.Cut(token, ".")
		decoded, _ := base64.RawURLEncoding.DecodeString(encoded)
		if err := json.Unmarshal(decoded, &header); err != nil {
			t.Fatal(err)
		}
		same(t, "region of the token", header["twr"], test.twr)
	}
}
