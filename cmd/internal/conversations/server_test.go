package conversations

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"

	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/conversations/twilsock"
)

// A device is a client of the socket that knows only frames.
type device struct {
	t    *testing.T
	conn *websocket.Conn
	last int
	// What came while something else was waited for.
	early []received
}

type received struct {
	twilsock.Header
	payload object
}

func options() Options {
	return Options{AccountSID: "AC1", APIKey: "SK1", APISecret: "secret", ServiceSID: "IS1", Reachability: true, Faults: true}
}

// serve runs a server until the test ends.
func serve(t *testing.T, o Options) (*Server, string) {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return s, web.URL
}

// claims are those of a good token for an hour, changed as the test likes.
func claims(identity string, change func(jwt.MapClaims)) string {
	c := jwt.MapClaims{
		"iss": "SK1", "sub": "AC1", "exp": time.Now().Add(time.Hour).Unix(),
		"grants": object{"identity": identity, "chat": object{"service_sid": "IS1"}},
	}
	change(c)
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString([]byte("secret"))
	if err != nil {
		panic(err)
	}
	return token
}

func tokenFor(identity string) string { return claims(identity, func(jwt.MapClaims) {}) }

func dial(t *testing.T, url string, header http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return websocket.Dial(ctx, url+Path, &websocket.DialOptions{HTTPHeader: header})
}

// open connects without saying who it is.
func open(t *testing.T, url string) *device {
	t.Helper()
	conn, _, err := dial(t, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { conn.CloseNow() })
	return &device{t: t, conn: conn}
}

// connect connects as somebody.
func connect(t *testing.T, url, identity string) *device {
	t.Helper()
	d := open(t, url)
	if reply := d.init(tokenFor(identity)); reply.Status.Code != 200 {
		t.Fatalf("init was answered with %+v", reply.Status)
	}
	return d
}

func (d *device) send(h twilsock.Header, payload []byte) string {
	d.t.Helper()
	d.last++
	h.ID = fmt.Sprint("TM", d.last)
	frame, err := twilsock.Encode(h, payload)
	if err == nil {
		err = d.conn.Write(d.t.Context(), websocket.MessageBinary, frame)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return h.ID
}

// receive waits for a frame; it fails when the socket is closed.
func (d *device) receive() (received, error) {
	ctx, cancel := context.WithTimeout(d.t.Context(), 10*time.Second)
	defer cancel()
	_, message, err := d.conn.Read(ctx)
	if err != nil {
		return received{}, err
	}
	h, payload, err := twilsock.Decode(message)
	r := received{Header: h}
	if err == nil && len(payload) > 0 {
		err = json.Unmarshal(payload, &r.payload)
	}
	return r, err
}

// wait waits for a frame of a kind.
func (d *device) wait(what string, match func(received) bool) received {
	d.t.Helper()
	for i, r := range d.early {
		if match(r) {
			d.early = append(d.early[:i], d.early[i+1:]...)
			return r
		}
	}
	for {
		r, err := d.receive()
		if err != nil {
			d.t.Fatalf("no %s: %v", what, err)
		}
		if match(r) {
			return r
		}
		d.early = append(d.early, r)
	}
}

func (d *device) reply(id string) received {
	d.t.Helper()
	return d.wait("reply", func(r received) bool { return r.Method == "reply" && r.ID == id })
}

// event waits for a notification about events of a type.
func (d *device) event(kind string) received {
	d.t.Helper()
	return d.wait(kind, func(r received) bool { return r.payload["event_type"] == kind })
}

func (d *device) init(token string) received {
	d.t.Helper()
	return d.reply(d.send(twilsock.Header{Method: "init", Token: token, Registrations: json.RawMessage(`[{"product":"ip_messaging"}]`)}, nil))
}

// ask makes a request; its body is JSON. It returns the status and the answer.
func (d *device) ask(method, address string, body any) (int, object) {
	d.t.Helper()
	path, query, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(address, "https://aim.us1.twilio.com"), "https://cds.us1.twilio.com"), "?")
	params := map[string]twilsock.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			params[name] = append(params[name], value)
		}
	}
	var payload []byte
	kind := twilsock.JSON
	switch body := body.(type) {
	case nil:
	case string:
		payload, kind = []byte(body), "application/x-www-form-urlencoded"
	default:
		payload, _ = json.Marshal(body)
	}
	id := d.send(twilsock.Header{Method: "message", PayloadType: kind, Request: &twilsock.Request{Method: method, Path: path, Params: params}}, payload)
	reply := d.reply(id)
	return reply.HTTPStatus.Code, reply.payload
}

// must asks for what has to succeed.
func (d *device) must(method, address string, body any) object {
	d.t.Helper()
	status, answer := d.ask(method, address, body)
	if status < 200 || status > 299 {
		d.t.Fatalf("%s %s: %d %v", method, address, status, answer)
	}
	return answer
}

func (d *device) subscribe(sid string, since any) {
	d.t.Helper()
	d.must("POST", "/v4/Subscriptions", object{
		"action": "establish", "correlation_id": 1700000000001, "requests": []object{{"object_sid": sid, "object_type": "list", "last_event_id": since}},
	})
}

// closed waits until the socket is closed.
func (d *device) closed() error {
	for {
		if _, err := d.receive(); err != nil {
			return err
		}
	}
}

// converse makes a conversation with participants, past all APIs.
func converse(t *testing.T, s *Server, name string, identities ...string) *store.Conversation {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.store.CreateConversation("system", store.ConversationChange{UniqueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	for _, identity := range identities {
		if _, err := s.store.AddParticipant(c, identity, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestNewNeedsItsOptions(t *testing.T) {
	if _, err := New(Options{AccountSID: "AC1", APIKey: "SK1", APISecret: "secret"}); err == nil {
		t.Error("no service, no error")
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	o := options()
	o.File = filepath.Join(t.TempDir(), "state.json")
	first, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c := converse(t, first, "thread", "jane")
	first.mu.Lock()
	_, err = first.store.AddMessage(c, store.Draft{Author: "jane", Body: "Hi"})
	first.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_, url := serve(t, o)
	d := connect(t, url, "jane")
	answer := d.must("GET", "/v3/Lists/"+c.Messages.SID()+"/Items?Order=desc&PageSize=30", nil)
	items := answer["items"].([]any)
	if len(items) != 1 || items[0].(object)["data"].(object)["text"] != "Hi" {
		t.Errorf("got %v", answer)
	}
}

func TestChangesAreSavedWhileItRuns(t *testing.T) {
	o := options()
	o.File = filepath.Join(t.TempDir(), "state.json")
	s, _ := serve(t, o)
	converse(t, s, "thread", "jane")
	for {
		if text, _ := os.ReadFile(o.File); bytes.Contains(text, []byte(`"uniqueName":"thread"`)) {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("nothing was saved")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestADamagedFileIsNotOverwritten(t *testing.T) {
	o := options()
	o.File = filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(o.File, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := New(o)
	want := o.File + ": the saved conversations can't be read: unexpected end of JSON input\n  hint: delete the file to start without the old conversations"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if text, _ := os.ReadFile(o.File); string(text) != "{" {
		t.Errorf("the file has become %q", text)
	}
}

func TestOnlyKnownHostsAreServed(t *testing.T) {
	o := options()
	o.Hosts = []string{"192.168.1.5"}
	s, _ := serve(t, o)
	tests := map[string]bool{
		"127.0.0.1:4400": true, "localhost": true, "localhost:4400": true, "[::1]:4400": true, "[::1]": true, "127.1.2.3": true,
		"192.168.1.5:4400": true, "192.168.1.6": false, "evil.example": false, "localhost.evil.example": false, "": false, "[::1": false,
	}
	for host, want := range tests {
		r := httptest.NewRequest("GET", "/v1/Services/IS1/Conversations", nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Code != http.StatusForbidden; got != want {
			t.Errorf("%q: status %d", host, w.Code)
		}
	}
}

func TestOnlyKnownPagesConnect(t *testing.T) {
	o := options()
	o.Origins = []string{"http://localhost:4400", "https://*.example"}
	_, url := serve(t, o)
	tests := map[string]bool{
		"": true, url: true, "http://localhost:4400": true, "https://site.example": true,
		"http://localhost:4401": false, "http://site.example": false, "https://evil.test": false, "null": false,
	}
	for origin, want := range tests {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, response, err := dial(t, url, header)
		if (err == nil) != want {
			t.Errorf("%q: %v", origin, err)
		}
		if err == nil {
			conn.CloseNow()
		} else if response.StatusCode != http.StatusForbidden {
			t.Errorf("%q: status %d", origin, response.StatusCode)
		}
	}
}
