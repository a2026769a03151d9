package desk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/conversations"
	"missive/cmd/internal/page"
	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
)

var twilio = token.Twilio{
	AccountSID: "AC" + strings.Repeat("1", 32), APIKey: "SK" + strings.Repeat("2", 32), APISecret: "secret", ServiceSID: "IS" + strings.Repeat("3", 32),
}

// asNamed takes who asks for the agent in a header, and nobody without one.
type asNamed struct{}

func (asNamed) Agent(r *http.Request) (string, bool) {
	agent := r.Header.Get("Agent")
	return agent, agent != ""
}
func (asNamed) Pages() []string { return []string{"sign-in", "sign-out"} }
func (asNamed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "signing in")
}

// bench is a desk with local conversations.
type bench struct {
	*testing.T
	desk    http.Handler
	token   http.Handler
	backend *conversations.Server
}

func newBench(t *testing.T) bench {
	t.Helper()
	var moments atomic.Int64 // so that nothing is made at the moment of something else
	now := func() time.Time { return time.Now().Add(time.Duration(moments.Add(1)) * time.Millisecond) }
	backend, err := conversations.New(conversations.Options{
		Now:        now,
		AccountSID: twilio.AccountSID, APIKey: twilio.APIKey, APISecret: twilio.APISecret, ServiceSID: twilio.ServiceSID, Reachability: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	local := twilio
	local.Transport = backend
	people := &team.Team{Away: team.DefaultAway, URL: &url.URL{Scheme: "https", Host: "chat.example.com", Path: "/desk"}, Agents: []team.Agent{
		{Identity: "ann", Name: "Ann", Picture: "https://www.example.com/ann.jpg", Email: "ann@secret.example", Password: "$argon2id$secret"},
		{Identity: "bob"},
	}}
	if _, err := token.Setup(t.Context(), local, token.SetupOptions{Agents: people.Identities(), Tell: func(string) {}}); err != nil {
		t.Fatal(err)
	}
	handler, err := token.New(token.Options{
		Secrets: map[string][]string{"acme": {"secret"}}, SessionKeys: [][]byte{[]byte("key")}, Agents: people.Identities(), Origins: []string{"https://www.example.com"},
		Twilio: local, Socket: "ws://127.0.0.1:1/socket",
	})
	if err != nil {
		t.Fatal(err)
	}
	files, err := NewFiles(Page, page.Base, &bundle.Bundle{Pages: map[string][]byte{"desk": []byte("desk()")}}, Data{})
	if err != nil {
		t.Fatal(err)
	}
	return bench{t, New(Options{SignIn: asNamed{}, Team: people, Token: handler, Files: func() *Files { return files }}), handler, backend}
}

func (b bench) send(method, path, agent, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://chat.example.com"+path, strings.NewReader(body))
	if agent != "" {
		r.Header.Set("Agent", agent)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.desk.ServeHTTP(w, r)
	return w
}

// ask asks as Ann does, and reads the answer.
func (b bench) ask(path, body string, into any) {
	b.Helper()
	if w := b.send(http.MethodPost, Path+path, "ann", body); w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), into) != nil {
		b.Fatalf("%s %s: %d %s", path, body, w.Code, w.Body)
	}
}

// status asks as Ann does, and returns the status with the code.
func (b bench) status(path, body string) string {
	w := b.send(http.MethodPost, Path+path, "ann", body)
	var said struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &said) // 204 has no body
	return strings.TrimSpace(fmt.Sprint(w.Code, " ", said.Code))
}

var visitors = 0

// write has a visitor write a message, a new one or the one of a session.
func (b bench) write(session, text string) token.Answer {
	b.Helper()
	visitors++
	body, _ := json.Marshal(map[string]any{
		"protocol": 2, "account": "acme", "session": session, "secret": fmt.Sprintf("%032x", visitors), "visitor": map[string]string{"name": "Jane", "email": "jane@acme.com"},
		"message": map[string]any{"id": fmt.Sprintf("message-%032d", visitors), "body": text},
	})
	r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://www.example.com")
	w := httptest.NewRecorder()
	b.token.ServeHTTP(w, r)
	var answer token.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	return answer
}

// rest asks Twilio's API.
func (b bench) rest(method, path string, form url.Values) map[string]any {
	b.Helper()
	r := httptest.NewRequest(method, "http://localhost/v1/Services/"+twilio.ServiceSID+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(twilio.APIKey, twilio.APISecret)
	w := httptest.NewRecorder()
	b.backend.ServeHTTP(w, r)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code >= 300 {
		b.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return answer
}

func (b bench) state(sid string) any {
	b.Helper()
	return b.rest(http.MethodGet, "/Conversations/"+sid, nil)["state"]
}

func TestThePageIsForWhoIsSignedInAndWhatItLoadsForEverybody(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		method, path, agent string
		status              int
		header, value       string
	}{
		{"GET", "/desk/", "ann", 200, "Content-Type", "text/html; charset=utf-8"},
		{"GET", "/desk/", "ann", 200, "Cache-Control", "no-store"},
		{"HEAD", "/desk/", "ann", 200, "X-Content-Type-Options", "nosniff"},
		{"GET", "/desk/", "", 303, "Location", "sign-in"},
		{"GET", "/desk", "", 308, "Location", "desk/"},
		{"GET", "/desk?from=mail", "", 308, "Location", "desk/?from=mail"},
		{"GET", "/desk/page.js", "", 200, "Content-Type", "text/javascript; charset=utf-8"},
		{"GET", "/desk/page.css", "", 200, "Content-Type", "text/css; charset=utf-8"},
		{"GET", "/desk/base.css", "", 200, "Cache-Control", "no-cache"},
		{"GET", "/desk/worker.js", "", 200, "Content-Type", "text/javascript; charset=utf-8"},
		{"GET", "/desk/page.ts", "ann", 404, "", ""},
		{"GET", "/desk/other", "ann", 404, "", ""},
		{"GET", "/desk/token", "ann", 405, "Allow", "POST"},
		{"POST", "/desk/", "ann", 405, "Allow", "GET, HEAD"},
		{"GET", "/desk/sign-in", "", 200, "", ""},
		{"POST", "/desk/sign-out", "", 200, "", ""},
	} {
		w := b.send(c.method, c.path, c.agent, "")
		if w.Code != c.status || c.header != "" && w.Header().Get(c.header) != c.value {
			t.Errorf("%s %s as %q: %d %v, want %d with %s: %s", c.method, c.path, c.agent, w.Code, w.Header(), c.status, c.header, c.value)
		}
	}
	script := b.send("GET", "/desk/page.js", "", "")
	if again := b.send("GET", "/desk/page.js", "", "", "If-None-Match", script.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("what the browser has is sent again: %d", again.Code)
	}
	policy := b.send("GET", "/desk/", "ann", "").Header().Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'; ", "script-src 'self' https://sdk.twilio.com/js/conversations/; ", "connect-src 'self' ws://127.0.0.1:1/socket http://127.0.0.1:1; ", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %q", policy, part)
		}
	}
}

func TestNothingIsAnsweredToWhoIsNotSignedInOrToOtherSites(t *testing.T) {
	b := newBench(t)
	for _, what := range append(slices.Clone(private), "sign-in", "sign-out") {
		if w := b.send(http.MethodPost, Path+what, "", "{}"); !strings.HasPrefix(what, "sign-") && (w.Code != http.StatusUnauthorized || !strings.HasPrefix(w.Body.String(), `{"code":"signed-out",`)) {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "http://chat.example.com:8080"}, {"Origin", "null"},
		} {
			if w := b.send(http.MethodPost, Path+what, "ann", "{}", headers...); w.Code != http.StatusForbidden {
				t.Errorf("%s with %q: %d %s", what, headers, w.Code, w.Body)
			}
		}
	}
	// A proxy may have another name for this server than browsers have.
	r := httptest.NewRequest(http.MethodPost, "http://backend:8080/desk/token", nil)
	r.Header.Set("Agent", "ann")
	r.Header.Set("Origin", "https://chat.example.com")
	w := httptest.NewRecorder()
	if b.desk.ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Errorf("behind a proxy: %d %s", w.Code, w.Body)
	}
}

func TestAnAgentGetsATokenAndKnowsTheTeamAsVisitorsDo(t *testing.T) {
	b := newBench(t)
	w := b.send(http.MethodPost, "/desk/token", "bob", "")
	var said struct {
		Token, Identity, Socket string
		AwaySeconds             int
		Agents                  []struct{ Identity, Name, Picture string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.Token == "" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	got := fmt.Sprint(said.Identity, said.Socket, said.AwaySeconds, said.Agents)
	if want := "bobws://127.0.0.1:1/socket900 [{ann Ann https://www.example.com/ann.jpg} {bob  }]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("it has what only the server may know: %s", w.Body)
	}
}

func TestDoneLastsUntilTheVisitorWritesAgain(t *testing.T) {
	b := newBench(t)
	visitor := b.write("", "Hello")
	sid := visitor.Conversation
	ask := func(what, more string) string { return b.status(what, fmt.Sprintf(`{"conversation":%q%s}`, sid, more)) }
	same(t, "done", ask("done", `,"index":0`), "204")
	same(t, "state", b.state(sid), "inactive")
	b.write(visitor.Session, "One more thing")
	same(t, "state once the visitor has written", b.state(sid), "active")
	same(t, "done, of what the agent has not seen", ask("done", `,"index":0`), "409 newer-message")
	same(t, "state", b.state(sid), "active")
	b.rest(http.MethodPost, "/Conversations/"+sid+"/Messages", url.Values{"Author": {"bob"}, "Body": {"Here you are"}})
	same(t, "done, when a colleague has written", ask("done", `,"index":1`), "204")
	same(t, "reopen", ask("reopen", ""), "204")
	same(t, "state", b.state(sid), "active")
	same(t, "done by who doesn't say what they have seen", ask("done", ""), "204")
	b.rest(http.MethodPost, "/Conversations/"+sid, url.Values{"State": {"closed"}})
	same(t, "reopen what is closed", ask("reopen", ""), "409 closed")
	for _, wrong := range []string{"", `{"conversation":7}`, `{"conversation":"../Users"}`, `{"conversation":"CH` + strings.Repeat("0", 32) + `"}`, `[]`, `{"conversation":"` + strings.Repeat("x", 8<<10) + `"}`} {
		if got := b.status("done", wrong); got != "400 bad-json" && got != "404 not-found" {
			t.Errorf("done with %.60s: %s", wrong, got)
		}
	}
}

// What the server notes down in Twilio for itself is no conversation of the chat, and those of another service are none.
func TestNothingIsDoneWithWhatIsNotTheChats(t *testing.T) {
	b := newBench(t)
	note := b.rest(http.MethodPost, "/Conversations", url.Values{"UniqueName": {"notify-CH" + strings.Repeat("0", 32) + "-0-1"}})
	sid := fmt.Sprint(note["sid"])
	b.rest(http.MethodPost, "/Conversations/"+sid, url.Values{"State": {"inactive"}})
	for _, named := range []string{sid, fmt.Sprint(note["unique_name"]), "CH" + strings.Repeat("9", 32), "../Users", sid + "/Messages", sid + "?State=closed", "%2e%2e/Users", ""} {
		for _, what := range []string{"done", "reopen", "messages"} {
			same(t, what+" "+named, b.status(what, fmt.Sprintf(`{"conversation":%q}`, named)), "404 not-found")
		}
	}
	same(t, "the note's state", b.state(sid), "inactive")
	other := b.rest(http.MethodPost, "/Conversations", url.Values{"FriendlyName": {"of a tool of the team"}})
	same(t, "what a tool of the team has made", b.status("done", fmt.Sprintf(`{"conversation":%q}`, other["sid"])), "204")
}

func TestWhatTwilioHasClosedCanBeListedAndRead(t *testing.T) {
	b := newBench(t)
	claim := "notify-CH" + strings.Repeat("0", 32) + "-0-1" // no visitor's
	b.rest(http.MethodPost, "/Conversations", url.Values{"UniqueName": {claim}})
	b.rest(http.MethodPost, "/Conversations/"+claim, url.Values{"State": {"closed"}})
	const closed = 23 // more than a page
	var last token.Answer
	for i := range closed {
		last = b.write("", fmt.Sprintf("Question %d", i))
		b.rest(http.MethodPost, "/Conversations/"+last.Conversation, url.Values{"State": {"closed"}})
	}
	b.write("", "Still open")
	type page struct {
		Conversations []token.ClosedConversation
		Next          string
	}
	var first, second page
	b.ask("closed", "{}", &first)
	b.ask("closed", fmt.Sprintf(`{"before":%q}`, first.Next), &second)
	all := append(first.Conversations, second.Conversations...)
	if len(all) != closed || len(first.Conversations) == closed || second.Next != "" {
		t.Fatalf("%d and %d, then %q", len(first.Conversations), len(second.Conversations), second.Next)
	}
	for i, c := range all {
		want := fmt.Sprintf("Question %d by %s: acme, Jane, jane@acme.com, unverified, vouched for: true", closed-1-i, strings.TrimSuffix(c.UniqueName, "-1"))
		if got := fmt.Sprintf("%s by %s: %s, %s, %s, %s, vouched for: %t", c.Last, c.Author, c.Account, c.Name, c.Email, c.Verification, c.Vouched); got != want || c.Time.IsZero() {
			t.Errorf("got %s at %s, want %s", got, c.Time, want)
		}
	}

	sid := b.write("", "Message 0").Conversation
	const messages = 120 // more than two pages
	for i := 1; i < messages; i++ {
		b.rest(http.MethodPost, "/Conversations/"+sid+"/Messages", url.Values{"Author": {"ann"}, "Body": {fmt.Sprint("Message ", i)}, "Attributes": {`{"id":"1"}`}})
	}
	b.rest(http.MethodPost, "/Conversations/"+sid, url.Values{"State": {"closed"}})
	var read struct {
		Conversation *token.ClosedConversation
		Messages     []token.StoredMessage
		More         bool
	}
	var texts []string
	for before := messages; ; before = read.Messages[0].Index {
		read.More = false
		b.ask("messages", fmt.Sprintf(`{"conversation":%q,"before":%d}`, sid, before), &read)
		var page []string
		for _, m := range read.Messages {
			page = append(page, m.Body)
		}
		texts = append(page, texts...)
		if !read.More {
			break
		}
	}
	for i, text := range texts {
		same(t, "message", text, fmt.Sprint("Message ", i))
	}
	same(t, "messages", len(texts), messages)
	same(t, "what an older page says of the conversation", read.Conversation, (*token.ClosedConversation)(nil))
	b.ask("messages", fmt.Sprintf(`{"conversation":%q}`, sid), &read)
	same(t, "what the last page says of the conversation", fmt.Sprint(read.Conversation.SID == sid, read.Conversation.Name, read.Conversation.Vouched), "trueJanetrue")
	newest := read.Messages[len(read.Messages)-1]
	same(t, "the newest", fmt.Sprintf("%d %s %s %s %t", newest.Index, newest.Author, newest.Body, newest.Attributes, read.More), `119 ann Message 119 {"id":"1"} true`)
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestInProductionThePageConnectsToTwilioInTheServicesRegion(t *testing.T) {
	local := twilio
	local.Region = "ie1"
	tokens, err := token.New(token.Options{Secrets: map[string][]string{"acme": {"secret"}}, SessionKeys: [][]byte{[]byte("key")}, Agents: []string{"ann"}, Twilio: local})
	if err != nil {
		t.Fatal(err)
	}
	h := &handler{Options: Options{Token: tokens}, twilio: tokens.Desk()}
	policy := h.policyOf(&Files{})
	if want := "script-src 'self'; "; !strings.Contains(policy, want) {
		t.Errorf("the policy %q lacks %q", policy, want)
	}
	if want := "connect-src 'self' wss://tsock.ie1.twilio.com https://mcs.ie1.twilio.com; "; !strings.Contains(policy, want) {
		t.Errorf("the policy %q lacks %q", policy, want)
	}
}
