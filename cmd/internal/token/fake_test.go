package token

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client/jwt"
)

// fake is a Conversations service in memory.
type fake struct {
	mu      sync.Mutex
	byName  map[string]*conversation
	made    int
	members map[string][]string // by SID
	written map[string][]message
	users   map[string]string // friendly names
	given   map[string]string // roles, by SID and identity of a participant, and by the identity of a user
	held    []existingRole
	has     defaults
	state   map[string]bool // of agents who have been online
	calls   []string
	fail    map[string]error // by call
	now     func() time.Time
	limit   int                      // of open conversations that somebody may be in; 0 for none
	before  func(call string) func() // runs outside the lock; the func returned runs after the call
}

// What a service has that was set up.
var (
	rightRoles = []existingRole{
		{"RL1", visitorOfService.name, ofService, visitorOfService.permissions},
		{"RL2", visitorOfConversation.name, ofConversation, visitorOfConversation.permissions},
		{"RL3", agentOfService.name, ofService, agentOfService.permissions},
		{"RL4", agentOfConversation.name, ofConversation, agentOfConversation.permissions},
	}
	rightDefaults = defaults{user: "RL1", participant: "RL2", creator: "RL2", reachable: true}
)

func newFake() *fake {
	return &fake{byName: map[string]*conversation{}, members: map[string][]string{}, written: map[string][]message{}, now: time.Now, users: map[string]string{}, given: map[string]string{}, held: slices.Clone(rightRoles), has: rightDefaults, state: map[string]bool{}, fail: map[string]error{}}
}

func (f *fake) begin(ctx context.Context, call ...string) (func(), error) {
	text := strings.Join(call, " ")
	after := func() {}
	if f.before != nil {
		if then := f.before(text); then != nil {
			after = then
		}
	}
	f.mu.Lock()
	f.calls = append(f.calls, text)
	return func() { f.mu.Unlock(); after() }, cmp.Or(f.fail[text], f.fail[call[0]], ctx.Err())
}

func (f *fake) find(ctx context.Context, name string) (conversation, error) {
	end, err := f.begin(ctx, "find", name)
	defer end()
	c, found := f.byName[name]
	if err != nil || !found {
		return conversation{}, cmp.Or(err, error(&refusal{cause: "not there", kind: errNotFound}))
	}
	return *c, nil
}

func (f *fake) conversations(ctx context.Context, identity string) ([]conversation, error) {
	end, err := f.begin(ctx, "conversations", identity)
	defer end()
	var list []conversation
	for _, c := range f.byName {
		if slices.Contains(f.members[c.SID], identity) {
			list = append(list, *c)
		}
	}
	return list, err
}

func (f *fake) open(ctx context.Context) ([]conversation, error) {
	end, err := f.begin(ctx, "open")
	defer end()
	var list []conversation
	for _, c := range f.byName {
		if !c.closed {
			list = append(list, *c)
		}
	}
	return list, err
}

func (f *fake) create(ctx context.Context, c conversation) (conversation, error) {
	end, err := f.begin(ctx, "create", c.name)
	defer end()
	if _, taken := f.byName[c.name]; err != nil || taken {
		return conversation{}, cmp.Or(err, error(&refusal{cause: "taken", kind: errExists}))
	}
	f.made++
	c.quiet = f.now()
	c.SID = fmt.Sprintf("CH%d", f.made)
	f.byName[c.name] = &c
	return c, nil
}

func (f *fake) bySID(sid string) *conversation {
	for c := range maps.Values(f.byName) {
		if c.SID == sid {
			return c
		}
	}
	return nil
}

func (f *fake) update(ctx context.Context, c conversation) error {
	end, err := f.begin(ctx, "update", c.name)
	defer end()
	if err == nil {
		old := f.bySID(c.SID)
		old.friendlyName, old.attributes = c.friendlyName, c.attributes
	}
	return err
}

func (f *fake) participants(ctx context.Context, sid string) ([]member, error) {
	end, err := f.begin(ctx, "participants")
	defer end()
	var list []member
	for _, identity := range f.members[sid] {
		list = append(list, member{SID: "MB " + identity, identity: identity, role: f.given[sid+" "+identity]})
	}
	return list, err
}

func (f *fake) setParticipantRole(ctx context.Context, sid, participant, role string) error {
	end, err := f.begin(ctx, "role", participant)
	defer end()
	if err == nil {
		f.given[sid+" "+strings.TrimPrefix(participant, "MB ")] = role
	}
	return err
}

func (f *fake) roles(ctx context.Context) ([]existingRole, error) {
	end, err := f.begin(ctx, "roles")
	defer end()
	return slices.Clone(f.held), err
}

func (f *fake) defaults(ctx context.Context) (defaults, error) {
	end, err := f.begin(ctx, "defaults")
	defer end()
	return f.has, err
}

func (f *fake) join(ctx context.Context, sid, identity, role string) error {
	end, err := f.begin(ctx, "join", identity)
	defer end()
	if err == nil && f.bySID(sid).closed {
		err = &refusal{cause: "closed"}
	}
	if in := 0; err == nil && f.limit > 0 && !strings.HasPrefix(identity, visitorPrefix) {
		for _, c := range f.byName {
			if !c.closed && slices.Contains(f.members[c.SID], identity) {
				in++
			}
		}
		if in >= f.limit {
			err = &refusal{cause: "Twilio answered with status 403, code 50214", kind: errLimit}
		}
	}
	if err == nil && slices.Contains(f.members[sid], identity) {
		err = &refusal{cause: "is there", kind: errExists}
	}
	if err == nil {
		f.members[sid] = append(f.members[sid], identity)
		f.given[sid+" "+identity] = cmp.Or(role, f.has.participant)
	}
	return err
}

func (f *fake) describeUser(ctx context.Context, identity, name, role string) error {
	end, err := f.begin(ctx, "describeUser", identity)
	defer end()
	if err == nil {
		f.users[identity] = cmp.Or(name, f.users[identity])
		f.given[identity] = cmp.Or(role, f.given[identity])
	}
	return err
}

func (f *fake) online(ctx context.Context, identity string) (online, known bool, err error) {
	end, err := f.begin(ctx, "online", identity)
	defer end()
	online, known = f.state[identity]
	return online, known, err
}

func (f *fake) newest(ctx context.Context, sid string, count int) ([]message, error) {
	end, err := f.begin(ctx, "newest", sid)
	defer end()
	list := slices.Clone(f.written[sid])
	slices.Reverse(list)
	return list[:min(count, len(list))], err
}

func (f *fake) send(ctx context.Context, sid string, m message) (message, error) {
	end, err := f.begin(ctx, "send", sid)
	defer end()
	if err == nil && f.bySID(sid).closed {
		err = &refusal{cause: "closed"}
	}
	if err != nil {
		return message{}, err
	}
	m.index, m.written = len(f.written[sid]), f.now()
	f.bySID(sid).quiet = m.written
	m.SID = fmt.Sprintf("IM%d", m.index+1)
	f.written[sid] = append(f.written[sid], m)
	return m, nil
}

func (f *fake) close(ctx context.Context, sid string) error {
	end, err := f.begin(ctx, "close", sid)
	defer end()
	if err == nil && f.bySID(sid).closed {
		err = &refusal{cause: "closed", kind: errClosed}
	}
	if err == nil {
		f.bySID(sid).closed = true
	}
	return err
}

// count returns the number of calls that begin with text.
func (f *fake) count(text string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, call := range f.calls {
		if strings.HasPrefix(call, text) {
			n++
		}
	}
	return n
}

// down is what Twilio says when it is.
var down = &refusal{cause: "Twilio answered with status 503, code 20503", temporary: true}

const (
	site      = "https://www.example.com"
	secret    = "acme secret acme secret"
	jane      = "jane@acme.com"
	apiSecret = "apisecretapisecretapisecretapise"
)

var testOptions = Options{
	Secrets:     map[string][]string{"acme": {secret}, "other-shop": {"another secret of others"}},
	SessionKeys: [][]byte{[]byte("0123456789abcdef0123456789abcdef")},
	Agents:      []string{"ann", "bob@acme.com"},
	Origins:     []string{site},
	Twilio: Twilio{
		AccountSID: "AC" + strings.Repeat("1", 32), APIKey: "SK" + strings.Repeat("2", 32),
		APISecret: apiSecret, ServiceSID: "IS" + strings.Repeat("3", 32),
	},
}

// bench is a handler under test, with a fake service in place of Twilio, and its log.
type bench struct {
	testing.TB
	*Handler
	service *fake
	logged  *bytes.Buffer
}

func newBench(t testing.TB, change ...func(*Options)) bench {
	t.Helper()
	b := bench{TB: t, service: newFake(), logged: &bytes.Buffer{}}
	o := testOptions
	o.Log = slog.New(slog.NewTextHandler(b.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, c := range change {
		c(&o)
	}
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	h.twilio = b.service
	h.pause = func(ctx context.Context, _ int, _ time.Duration) error { return ctx.Err() }
	b.Handler = h
	return b
}

// send answers a request of the site's page, which may be changed first.
func (b bench) send(method, target, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Origin", site)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	b.room.running.Wait()
	return w
}

// ask posts what the widget would, and expects to be let in.
func (b bench) ask(q request) Answer {
	b.Helper()
	a, w := b.try(q)
	if w.Code != http.StatusOK {
		b.Fatalf("answer %d %s, want to be let in\nlog: %s", w.Code, w.Body, b.logged)
	}
	return a
}

func (b bench) try(q request) (Answer, *httptest.ResponseRecorder) {
	b.Helper()
	if q.Account == "" {
		q.Account = "acme"
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // as browsers write it
	if err := encoder.Encode(q); err != nil {
		b.Fatal(err)
	}
	w := b.send(http.MethodPost, "/token", body.String())
	var a Answer
	if w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			b.Fatal(err)
		}
	}
	return a, w
}

// attributes returns those of the conversation that was answered.
func (b bench) attributes(a Answer) string { return b.service.bySID(a.Conversation).attributes }

// sealed puts the seal for what the attributes say where SEAL stands, for the conversation that was answered.
func (b bench) sealed(a Answer, attributes string) string {
	return sealed(b.sessionKeys, b.service.bySID(a.Conversation).name, attributes)
}

func sealed(k keys, conversation, attributes string) string {
	said, _ := readAttributes(attributes).claim(conversation)
	return strings.Replace(attributes, "SEAL", k.sealOf(said), 1)
}

// asUser is a user of the site, with the digest that the site's server makes.
func asUser(email, name string) *user {
	return &user{Email: email, Name: name, Digest: Digest([]byte(secret), email)}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s\n got: %s\nwant: %s", what, g, w)
	}
}

// claims returns what the access token says; its signature is checked.
func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	var access jwt.AccessToken
	parsed, err := access.FromJwt(token, apiSecret)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Payload()
}
