package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// upload puts a file into Twilio's media service, and returns its SID.
func (b bench) upload(name, content string) string {
	b.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://localhost/mcs/v1/Services/"+twilio.ServiceSID+"/Media?Filename="+name, strings.NewReader(content))
	r.Header.Set("Content-Type", "text/plain")
	r.SetBasicAuth(twilio.APIKey, twilio.APISecret)
	w := httptest.NewRecorder()
	b.backend.ServeHTTP(w, r)
	var said struct{ SID string }
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.SID == "" {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	return said.SID
}

func TestAFileOfAClosedConversationOpensForTheTeamAlone(t *testing.T) {
	b := newBench(t)
	sid, other := b.write("", "Have you got a manual?").Conversation, b.write("", "Hello").Conversation
	file, loose := b.upload("manual.txt", "Turn it on"), b.upload("loose.txt", "Nobody's")
	message := b.rest(http.MethodPost, "/Conversations/"+sid+"/Messages", url.Values{"Author": {"ann"}, "MediaSid": {file}})["sid"].(string)
	b.rest(http.MethodPost, "/Conversations/"+sid, url.Values{"State": {"closed"}})

	question := func(conversation, message, file string) string {
		return fmt.Sprintf(`{"conversation":%q,"message":%q,"file":%q}`, conversation, message, file)
	}
	var said struct{ Address string }
	b.ask("file", question(sid, message, file), &said)
	address, err := url.Parse(said.Address)
	if err != nil || address.Host != "127.0.0.1:1" || address.Scheme != "http" {
		t.Fatalf("the address is %q", said.Address)
	}
	w := httptest.NewRecorder()
	b.backend.ServeHTTP(w, httptest.NewRequest(http.MethodGet, said.Address, nil))
	same(t, "the file", w.Body, "Turn it on")

	var closed struct{ Conversations []struct{ Last string } }
	b.ask("closed", "{}", &closed)
	same(t, "what was said last", closed.Conversations, "[{manual.txt}]")

	none := "404 not-found"
	for _, c := range []struct{ what, body, want string }{
		{"of another conversation", question(other, message, file), none},
		{"of no message", question(sid, message, loose), none},
		{"of a message that isn't there", question(sid, "IM"+strings.Repeat("0", 32), file), none},
		{"of what is no message", question(sid, "../Messages", file), none},
		{"that is none", question(sid, message, "ME1/../"+file), none},
		{"nothing", "", none},
		{"no object", "[]", "400 bad-json"},
	} {
		same(t, c.what, b.status("file", c.body), c.want)
	}
	if w := b.send(http.MethodPost, Path+"file", "", question(sid, message, file)); w.Code != http.StatusUnauthorized {
		t.Errorf("who isn't signed in gets %d", w.Code)
	}
}
