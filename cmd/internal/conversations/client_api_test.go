package conversations

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/conversations/twilsock"
)

// text writes an answer down, to compare it.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestTheConfigurationLinksToEverything(t *testing.T) {
	s, url := serve(t, options())
	jane := connect(t, url, "jane")
	c := jane.must("GET", "/Client/v2/Configuration", nil)
	for _, name := range []string{"email_bodies_allowed_mime_types", "email_histories_allowed_mime_types"} {
		if _, ok := c["options"].(object)[name].([]any); !ok {
			t.Errorf("%s is no list", name)
		}
	}
	for name, sid := range c["sync_objects"].(object) {
		if _, err := s.store.Object(sid.(string), "jane"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, path := range map[string]string{"media_service": "Media", "media_set_service": "MediaSet"} {
		if got, want := c["links"].(object)[name], url+"/mcs/v1/Services/IS1/"+path; got != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
}

func TestAConversationFromItsStart(t *testing.T) {
	_, url := serve(t, options())
	jane, joe := connect(t, url, "jane"), connect(t, url, "joe")
	made := jane.must("POST", "/Client/v2/Conversations", object{"unique_name": "thread", "attributes": `{"a":1}`})
	if status, body := joe.ask("POST", "/Client/v2/Conversations", object{"unique_name": "thread"}); status != 409 || body["code"] != 50353.0 {
		t.Errorf("the same name: %d %v", status, body)
	}
	link := made["url"].(string)
	participants, messages := link+"/Participants", link+"/Messages"
	if got, want := text(made["links"]), text(object{"participants": participants, "messages": messages}); got != want {
		t.Errorf("the SDK builds %s, the links are %s", want, got)
	}
	if status, body := joe.ask("GET", link, nil); status != 403 || body["code"] != 50430.0 {
		t.Errorf("a stranger sees it: %d %v", status, body)
	}
	if status, _ := joe.ask("GET", "/Client/v2/MyConversations/thread", nil); status != 404 {
		t.Errorf("it is a stranger's: %d", status)
	}
	if status, _ := joe.ask("POST", participants, object{"identity": "eve"}); status != 403 {
		t.Errorf("a stranger adds somebody: %d", status)
	}
	jane.must("POST", participants, object{"identity": "jane"})
	jane.must("POST", participants, object{"identity": "joe"})
	for i := range 3 {
		if got := jane.must("POST", messages, object{"body": fmt.Sprint(i), "attributes": "{}"})["index"]; got != float64(i) {
			t.Errorf("message %d has index %v", i, got)
		}
	}
	mine := joe.must("GET", "/Client/v2/MyConversations/thread", nil)
	got := text([]any{mine["unread_messages_count"], mine["last_read_message_index"], mine["attributes"], mine["status"], mine["notification_level"]})
	if want := `[null,null,"{\"a\":1}","joined","default"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, step := range []struct{ body, want string }{
		{`{"last_read_message_index":0}`, `{"unread_messages_count":2}`},
		{`{"last_read_message_index":2}`, `{"unread_messages_count":0}`},
		{`{"notification_level":"muted"}`, `{"unread_messages_count":0}`},
		{`{"last_read_message_index":null}`, `{"unread_messages_count":null}`},
	} {
		if got := text(joe.must("POST", "/Client/v2/MyConversations/"+made["sid"].(string), json.RawMessage(step.body))); got != step.want {
			t.Errorf("%s: got %s, want %s", step.body, got, step.want)
		}
	}
	joe.must("DELETE", participants+"/joe", nil)
	if status, _ := joe.ask("POST", messages, object{"body": "?"}); status != 403 {
		t.Errorf("who left still writes: %d", status)
	}
	jane.must("DELETE", link, nil)
	if status, _ := jane.ask("GET", link, nil); status != 404 {
		t.Errorf("what was deleted is there: %d", status)
	}
}

func TestIdentitiesMayHaveAnyCharacters(t *testing.T) {
	s, url := serve(t, options())
	const identity = "visitor:a/b c?d=é"
	converse(t, s, "thread", identity, "joe")
	jane := connect(t, url, identity)
	const escaped = "visitor%3Aa%2Fb%20c%3Fd%3D%C3%A9"
	if got := jane.must("POST", "/Client/v2/Users/"+escaped, object{"friendly_name": "Jane"})["friendly_name"]; got != "Jane" {
		t.Errorf("got %v", got)
	}
	joe := connect(t, url, "joe")
	if status, _ := joe.ask("POST", "/Client/v2/Users/"+escaped, object{"friendly_name": "Eve"}); status != 403 {
		t.Errorf("somebody else's name was changed: %d", status)
	}
	jane.must("DELETE", "/Client/v2/Conversations/thread/Participants/"+escaped, nil)
}

func TestManyConversationsComeInPages(t *testing.T) {
	s, url := serve(t, options())
	for i := range conversationsPerPage + 5 {
		converse(t, s, fmt.Sprint(i), "jane")
	}
	jane := connect(t, url, "jane")
	first := jane.must("GET", "/Client/v2/MyConversations", nil)
	next := first["meta"].(object)["next_token"].(string)
	second := jane.must("GET", "/Client/v2/MyConversations?PageToken="+next, nil)
	if a, b := len(first["conversations"].([]any)), len(second["conversations"].([]any)); a != 100 || b != 5 || second["meta"].(object)["next_token"] != nil {
		t.Errorf("%d and %d conversations, then %v", a, b, second["meta"])
	}
}

func TestTypingIsToldToTheOthers(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane", "joe")
	jane, joe, eve := connect(t, url, "jane"), connect(t, url, "joe"), connect(t, url, "eve")
	if got := text(jane.must("POST", "/Client/v2/Typing", "ChannelSid="+c.ID)); got != `{"typing_timeout":5}` {
		t.Errorf("got %s", got)
	}
	told := joe.wait("typing", func(r received) bool { return r.MessageType == "twilio.ipmsg.typing_indicator" })
	if got, want := text(told.payload), text(object{"channel_sid": c.ID, "identity": "jane", "typing_timeout": 6}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, d := range []*device{jane, eve} {
		d.must("GET", "/Client/v2/Configuration", nil)
		if len(d.early) != 0 {
			t.Errorf("told as well: %v", d.early)
		}
	}
}

func TestItemsComeInPagesThatOverlapByOne(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane")
	for i := range 25 {
		if _, err := s.store.AddMessage(c, store.Draft{Author: "jane", Body: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	jane := connect(t, url, "jane")
	tests := map[string]string{
		"Order=desc&PageSize=10":         `[24,15,"more",null]`,
		"Order=desc&PageSize=10&From=15": `[15,6,"more","more"]`,
		"Order=desc&PageSize=10&From=6":  `[6,0,null,"more"]`,
		"Order=asc&PageSize=20":          `[0,19,"more",null]`,
		"Index=3":                        `[3,3,null,null]`,
		"PageSize=1000":                  `[0,24,null,null]`,
	}
	for query, want := range tests {
		page := jane.must("GET", "/v3/Lists/"+c.Messages.SID()+"/Items?HideExpired=true&"+query, nil)
		items, meta := page["items"].([]any), page["meta"].(object)
		got := text([]any{items[0].(object)["index"], items[len(items)-1].(object)["index"], meta["next_token"], meta["previous_token"]})
		if got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"PageSize=x", "PageSize=0", "From=x", "Index=", "%zz=1"} {
		if status, _ := jane.ask("GET", "/v3/Lists/"+c.Messages.SID()+"/Items?"+query, nil); status != 400 {
			t.Errorf("%s: %d", query, status)
		}
	}
	roster := jane.must("GET", "/v3/Maps/"+c.Roster.SID()+"/Items?Key="+c.Participants()[0].SID, nil)["items"].([]any)
	if len(roster) != 1 || roster[0].(object)["data"].(object)["identity"] != "jane" {
		t.Errorf("got %v", roster)
	}
	for _, path := range []string{"/v3/Maps/" + c.Messages.SID(), "/v3/Lists/" + c.SyncDocument + "/Items", "/v3/Documents/ET0", "/v3/Nothing"} {
		if status, body := jane.ask("GET", path, nil); status != 404 || body["code"] != 20404.0 {
			t.Errorf("%s: %d %v", path, status, body)
		}
	}
}

func TestASubscriptionBeginsWithWhatWasMissed(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane")
	jane := connect(t, url, "jane")
	before := jane.must("GET", "/v3/Lists/"+c.Messages.SID(), nil)["last_event_id"]
	link := "/Client/v2/Conversations/thread/Messages"
	jane.must("POST", link, object{"body": "one"})
	jane.must("POST", link, object{"body": "two"})
	jane.subscribe(c.Messages.SID(), before)
	jane.must("POST", link, object{"body": "three"})

	missed := jane.event("list_item_added")
	events := missed.payload["events"].([]any)
	if missed.MessageType != "twilio.sync.event" || len(events) != 2 || events[1].(object)["item_data"].(object)["text"] != "two" {
		t.Errorf("missed: %s %v", missed.MessageType, events)
	}
	done := jane.event("subscription_established").payload
	last := events[1].(object)["id"]
	want := text([]object{{"last_event_id": last, "object_sid": c.Messages.SID(), "replay_status": "completed"}})
	if got := text(done["events"]); got != want || done["correlation_id"] != 1700000000001.0 {
		t.Errorf("got %v, want events %s", done, want)
	}
	live := jane.event("list_item_added")
	if got := text(live.payload["events"].([]any)[0].(object)["item_data"].(object)["text"]); live.MessageType != "com.twilio.rtd.cds.list" || got != `"three"` {
		t.Errorf("live: %s %s", live.MessageType, got)
	}
}

func TestSubscriptionsEnd(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane", "joe")
	jane, joe := connect(t, url, "jane"), connect(t, url, "joe")
	sid := c.Messages.SID()
	jane.subscribe(sid, 0)
	joe.subscribe(sid, 0)
	jane.must("POST", "/v4/Subscriptions", object{"action": "cancel", "correlation_id": 1, "requests": []object{{"object_sid": sid}}})
	if got, want := text(jane.event("subscription_canceled").payload["events"]), text([]object{{"object_sid": sid}}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// Joe leaves: from then on it is not his to see.
	joe.must("DELETE", "/Client/v2/Conversations/thread/Participants/joe", nil)
	jane.must("POST", "/Client/v2/Conversations/thread/Messages", object{"body": "secret"})
	joe.subscribe(sid, 0)
	failed := joe.event("subscription_failed").payload["events"].([]any)[0].(object)
	if failed["object_sid"] != sid || failed["error"].(object)["status"] != 404.0 {
		t.Errorf("got %v", failed)
	}
	for _, d := range []*device{jane, joe} {
		for _, r := range d.early {
			if r.payload["event_type"] == "list_item_added" {
				t.Errorf("told after the end: %v", r.payload)
			}
		}
	}
}

// Whatever a client sends, the server answers or closes; it does not panic.
func FuzzRequests(f *testing.F) {
	s, err := New(options())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	if _, err := s.store.EnsureUser("jane"); err != nil {
		f.Fatal(err)
	}
	c, err := s.store.CreateConversation("jane", conversationBody{UniqueName: new("thread")}.change())
	if err == nil {
		_, err = s.store.AddParticipant(c, "jane", "", "")
	}
	if err != nil {
		f.Fatal(err)
	}
	frames, _ := filepath.Glob(filepath.Join("twilsock", "testdata", "*.frame"))
	for _, file := range frames {
		frame, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		h, payload, err := twilsock.Decode(frame)
		if err != nil || h.Request == nil {
			continue
		}
		query := ""
		for name, value := range h.Request.Params {
			query += "&" + name + "=" + value[0]
		}
		f.Add(h.Request.Method, strings.ReplaceAll(h.Request.Path, "CH8f0a989a4b503b5c8ec4b8012159112d", "thread"), query, h.PayloadType, payload)
	}
	f.Add("GET", "//", "", "", []byte(nil))
	f.Add("CONNECT", "*", "a;b", "multipart/form-data", []byte("x"))
	f.Add("POST", "/Client/v2/MyConversations/thread", "", twilsock.JSON, []byte(`{"last_read_message_index":1e9}`))
	f.Fuzz(func(t *testing.T, method, path, query, kind string, payload []byte) {
		n := &session{server: s, cancel: func() {}, wake: make(chan struct{}, 1), subscribed: map[string]bool{}, identity: "jane"}
		s.add(n)
		defer s.done.Done()
		defer s.remove(n)
		params := map[string]twilsock.Values{}
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			params[name] = append(params[name], value)
		}
		n.request(twilsock.Header{ID: "TM1", PayloadType: kind, Request: &twilsock.Request{Method: method, Path: path, Params: params}}, payload)
		for _, frame := range n.outbox.take() {
			h, _, err := twilsock.Decode(frame)
			if err != nil {
				t.Fatalf("%v: %q", err, frame)
			}
			if h.Method == "reply" && (h.HTTPStatus.Code < 200 || h.HTTPStatus.Code >= http.StatusInternalServerError) {
				t.Errorf("%s %s: status %d", method, path, h.HTTPStatus.Code)
			}
		}
	})
}

func FuzzFrames(f *testing.F) {
	s, err := New(options())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	frames, _ := filepath.Glob(filepath.Join("twilsock", "testdata", "*.frame"))
	for _, file := range frames {
		frame, _ := os.ReadFile(file)
		f.Add(frame, true)
		f.Add(frame, false)
	}
	f.Fuzz(func(t *testing.T, frame []byte, started bool) {
		n := &session{server: s, cancel: func() {}, wake: make(chan struct{}, 1), subscribed: map[string]bool{}}
		s.add(n)
		defer s.done.Done()
		defer s.remove(n)
		if started {
			frame, _ := twilsock.Encode(twilsock.Header{Method: "init", ID: "TM0", Token: tokenFor("jane")}, nil)
			if err := n.handle(frame); err != nil {
				t.Fatal(err)
			}
		}
		n.handle(frame)
	})
}
