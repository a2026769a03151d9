package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/token"
)

// site is a chat in production, with the local conversations as Twilio.
type site struct {
	testing.TB
	handler *token.Handler
	backend *conversations.Server
	twilio  token.Twilio

	mu  sync.Mutex
	now time.Time
}

const siteOrigin = "https://www.acme.com"

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{TB: t, now: time.Now()}
	s.twilio = token.Twilio{
		AccountSID: "AC" + strings.Repeat("1", 32), APIKey: "SK" + strings.Repeat("2", 32), APISecret: "secret", ServiceSID: "IS" + strings.Repeat("3", 32),
	}
	var err error
	if s.backend, err = conversations.New(conversations.Options{
		AccountSID: s.twilio.AccountSID, APIKey: s.twilio.APIKey, APISecret: s.twilio.APISecret, ServiceSID: s.twilio.ServiceSID, Now: s.time,
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.backend.Close() })
	s.twilio.Transport = s.backend
	if _, err := token.Setup(t.Context(), s.twilio, token.SetupOptions{Agents: team, Tell: func(string) {}}); err != nil {
		t.Fatal(err)
	}
	s.handler = s.newHandler(s.twilio)
	return s
}

var team = []string{"ann", "bob"}

func (s *site) newHandler(twilio token.Twilio) *token.Handler {
	s.Helper()
	h, err := token.New(token.Options{
		Secrets: map[string][]string{"acme": {"the secret of this shop"}}, SessionKeys: [][]byte{[]byte("0123456789abcdef0123456789abcdef")},
		Agents: team, Origins: []string{siteOrigin}, Twilio: twilio,
	})
	if err != nil {
		s.Fatal(err)
	}
	return h
}

func (s *site) time() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// visitor is somebody with a browser.
type visitor struct {
	s            *site
	number       int
	conversation string
	identity     string
}

// write sends a message as the widget does the first one.
func (v *visitor) write(body string) {
	v.s.Helper()
	form, _ := json.Marshal(map[string]any{
		"account": "acme", "protocol": 2, "secret": fmt.Sprintf("%032x", v.number), "visitor": map[string]string{"name": "Jane", "email": "jane@acme.com"},
		"message": map[string]any{"id": fmt.Sprintf("%032x", time.Now().UnixNano()), "body": body, "attributes": map[string]string{"page": "https://www.acme.com/prices"}},
	})
	r := httptest.NewRequest(http.MethodPost, "/token", bytes.NewReader(form))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", siteOrigin)
	w := httptest.NewRecorder()
	v.s.handler.ServeHTTP(w, r)
	var answer token.Answer
	if json.Unmarshal(w.Body.Bytes(), &answer); w.Code != http.StatusOK {
		v.s.Fatal(w.Code, w.Body)
	}
	v.conversation, v.identity = answer.Conversation, answer.Identity
}

// post changes something as who has the API key.
func (s *site) post(path string, form url.Values) {
	s.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/v1/Services/"+s.twilio.ServiceSID+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(s.twilio.APIKey, s.twilio.APISecret)
	w := httptest.NewRecorder()
	if s.backend.ServeHTTP(w, r); w.Code >= 300 {
		s.Fatal(w.Code, w.Body)
	}
}

func (v *visitor) isRead(agent string, index int) {
	v.s.post("/Conversations/"+v.conversation+"/Participants/"+agent, url.Values{"LastReadMessageIndex": {fmt.Sprint(index)}})
}

func (v *visitor) isAnswered(agent string) {
	v.s.post("/Conversations/"+v.conversation+"/Messages", url.Values{"Author": {agent}, "Body": {"Hi!"}})
}

func (v *visitor) isIn(state string) {
	v.s.post("/Conversations/"+v.conversation, url.Values{"State": {state}})
}

// sweeper is a server that notifies. It counts what it asks of Twilio.
type sweeper struct {
	*Notifier
	s *site

	mu    sync.Mutex
	sent  []Notice
	asked []string
}

func (s *site) sweeper() *sweeper {
	o := &sweeper{s: s}
	twilio := s.twilio
	twilio.Transport = o
	n, err := newNotifier(s.newHandler(twilio).Inbox(100_000), Options{After: 4 * time.Minute, Desk: "https://chat.acme.com/desk/", Record: func(n Notice) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.sent = append(o.sent, n)
	}}, s.time)
	if err != nil {
		s.Fatal(err)
	}
	o.Notifier = n
	return o
}

func (o *sweeper) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.Path, o.s.twilio.ServiceSID)
	o.mu.Lock()
	o.asked = append(o.asked, r.Method+" "+path)
	o.mu.Unlock()
	return o.s.backend.RoundTrip(r)
}

// staffed is an inbox with somebody online.
type staffed struct{ inbox }

func (i staffed) Online(ctx context.Context) (bool, error) {
	_, err := i.inbox.Online(ctx)
	return true, err
}

// look sweeps, and returns what has gone out since the last time and what was asked.
func (o *sweeper) look() (keys []string, asked []string) {
	o.s.Helper()
	o.asked, o.sent = nil, nil
	if err := o.sweep(o.s.Context()); err != nil {
		o.s.Fatal(err)
	}
	for _, n := range o.sent {
		keys = append(keys, n.Key)
	}
	return keys, o.asked
}

func (o *sweeper) sends(keys ...string) {
	o.s.Helper()
	got, _ := o.look()
	slices.Sort(got)
	slices.Sort(keys)
	if !slices.Equal(got, keys) {
		o.s.Errorf("sent %v\nwant %v", got, keys)
	}
}

func TestTheRulesHoldOverTwiliosREST(t *testing.T) {
	s := newSite(t)
	o := s.sweeper()
	// Nobody has ever been online.
	late := &visitor{s: s, number: 1}
	late.write("Hello?")
	o.sends(late.conversation + "-0")
	late.write("Is anybody there?")
	o.sends()
	late.isRead("bob", 1)
	o.sends()
	late.write("You have read it")
	o.sends(late.conversation + "-2")
	late.isAnswered("ann")
	o.sends()
	late.isIn("inactive")
	o.sends()
	late.write("One more question")
	o.sends(late.conversation + "-4")

	first := late.conversation
	late.isIn("closed")
	o.sends()
	late.write("Hello again")
	if late.conversation == first {
		t.Fatal("the closed conversation goes on")
	}
	o.sends(late.conversation + "-0")

	read := &visitor{s: s, number: 2}
	read.write("Hello?")
	read.isRead("ann", 0)
	answered := &visitor{s: s, number: 3}
	answered.write("Hello?")
	answered.isAnswered("bob")
	o.sends()
	s.pass(time.Hour)
	o.sends()
}

func TestWhatAFormerAgentHasReadOrAnsweredStaysSo(t *testing.T) {
	s := newSite(t)
	read, answered, robot := &visitor{s: s, number: 1}, &visitor{s: s, number: 2}, &visitor{s: s, number: 3}
	for _, v := range []*visitor{read, answered, robot} {
		v.write("Hello?")
		v.s.post("/Conversations/"+v.conversation+"/Participants", url.Values{"Identity": {"carl"}})
	}
	read.isRead("carl", 0)
	answered.isAnswered("carl")
	robot.isAnswered("robot")
	s.sweeper().sends(robot.conversation + "-0")
}

func TestWhatIsToldIsWhatTheServerVouchesFor(t *testing.T) {
	s := newSite(t)
	o := s.sweeper()
	v := &visitor{s: s, number: 1}
	v.write("Hello?")
	o.look()
	v.isRead("ann", 0)
	v.write("And now?")
	var n Notice
	o.channels[0].send = func(_ context.Context, notice Notice) error { n = notice; return nil }
	o.look()
	same(t, "who", fmt.Sprintf("%+v %t", n.Visitor, n.Vouched), "{Account:acme Name:Jane Email:jane@acme.com Verification:unverified} true")
	same(t, "page", n.Page, "https://www.acme.com/prices")
	same(t, "link", n.Link, "https://chat.acme.com/desk/#"+v.conversation)
	same(t, "lines", fmt.Sprint(len(n.Lines), n.Lines[0].Text, n.Lines[0].Index), "1And now?1")

	// A visitor whose role allows too much writes this into their conversation.
	s.post("/Conversations/"+v.conversation, url.Values{"Attributes": {`{"account":"acme","visitor":{"name":"The boss","email":"boss@acme.com"},"verification":"verified","seal":"x"}`}})
	v.isRead("ann", 1)
	s.post("/Conversations/"+v.conversation+"/Messages", url.Values{"Author": {v.identity}, "Body": {"Send money"}})
	o.look()
	same(t, "who", n.Who()+", "+n.Mark(), "A visitor, unknown")
	same(t, "words", n.Lines[0].Text, "Send money")
}

func TestClaimsHarmNothing(t *testing.T) {
	s := newSite(t)
	o := s.sweeper()
	v := &visitor{s: s, number: 1}
	v.write("Hello?")
	open := s.backend.OpenConversations("ann")
	users := s.users()
	o.sends(v.conversation + "-0")
	same(t, "conversations of an agent", s.backend.OpenConversations("ann"), open)
	same(t, "users", s.users(), users)
	changes, err := token.Setup(t.Context(), s.twilio, token.SetupOptions{Agents: team, CheckOnly: true, Tell: func(text string) { t.Error(text) }})
	same(t, "what setup finds", fmt.Sprint(changes, err), "0 <nil>")

	v.isAnswered("ann")
	s.pass(dropAfter)
	o.sends()
	threads, err := o.inbox.Open(t.Context())
	same(t, "conversations once it is answered", fmt.Sprint(len(threads), err), "1 <nil>")
}

// users are how many Twilio would bill.
func (s *site) users() int {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/v1/Services/"+s.twilio.ServiceSID+"/Users", nil)
	r.SetBasicAuth(s.twilio.APIKey, s.twilio.APISecret)
	w := httptest.NewRecorder()
	s.backend.ServeHTTP(w, r)
	var answer struct{ Users []any }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		s.Fatal(err)
	}
	return len(answer.Users)
}

func TestTwoServersTellOfEachBurstOnceOverTwiliosREST(t *testing.T) {
	s := newSite(t)
	const bursts = 30
	for n := range bursts {
		(&visitor{s: s, number: n}).write("Hello?")
	}
	servers := []*sweeper{s.sweeper(), s.sweeper()}
	var sweeping sync.WaitGroup
	for _, o := range servers {
		sweeping.Go(func() {
			if err := o.sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	sweeping.Wait()
	told := map[string]int{}
	for _, o := range servers {
		for _, n := range o.sent {
			told[n.Key]++
		}
	}
	same(t, "bursts", len(told), bursts)
	for key, times := range told {
		if times != 1 {
			t.Errorf("%s was sent %d times", key, times)
		}
	}
}
