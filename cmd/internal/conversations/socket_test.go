package conversations

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"

	"missive/cmd/internal/conversations/twilsock"
)

func TestASessionStartsWithAToken(t *testing.T) {
	_, url := serve(t, options())
	reply := open(t, url).init(tokenFor("jane"))
	reply.ContinuationToken = ""
	got, _ := json.Marshal(reply.Header)
	want := `{"method":"reply","id":"TM1","payload_size":0,"status":{"code":200,"status":"OK"},` +
		`"capabilities":["client_update"],"init_registrations":[{"product":"ip_messaging"}]}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBadTokensAreRefused(t *testing.T) {
	_, url := serve(t, options())
	with := func(change func(jwt.MapClaims)) string { return claims("jane", change) }
	none, _ := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{}).SignedString(jwt.UnsafeAllowNoneSignatureType)
	good := tokenFor("jane")
	tests := map[string]struct {
		token string
		code  int
	}{
		"none":           {"", 20101},
		"nonsense":       {"a.b.c", 20101},
		"unsigned":       {none, 20107},
		"forged":         {good[:len(good)-8] + "AAAAAAAA", 20107},
		"expired":        {with(func(c jwt.MapClaims) { c["exp"] = time.Now().Unix() - 1 }), 20104},
		"endless":        {with(func(c jwt.MapClaims) { delete(c, "exp") }), 20101},
		"not yet valid":  {with(func(c jwt.MapClaims) { c["nbf"] = time.Now().Unix() + 60 }), 20105},
		"other key":      {with(func(c jwt.MapClaims) { c["iss"] = "SK2" }), 20103},
		"other account":  {with(func(c jwt.MapClaims) { c["sub"] = "AC2" }), 20103},
		"other service":  {with(func(c jwt.MapClaims) { c["grants"] = object{"identity": "jane", "chat": object{"service_sid": "IS2"}} }), 20106},
		"nobody":         {with(func(c jwt.MapClaims) { c["grants"] = object{"chat": object{"service_sid": "IS1"}} }), 20106},
		"grants no list": {with(func(c jwt.MapClaims) { c["grants"] = 1 }), 20101},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := open(t, url)
			got := d.init(test.token).Status
			if got.Code != 401 || got.Status != "UNAUTHORIZED" || got.ErrorCode != test.code {
				t.Errorf("got %+v, want code %d", got, test.code)
			}
			// The same socket may try again.
			if again := d.init(tokenFor("jane")).Status; again.Code != 200 {
				t.Errorf("a good token was answered with %+v", again)
			}
		})
	}
}

func TestFramesThatNoClientSendsEndTheSocket(t *testing.T) {
	_, url := serve(t, options())
	early, _ := os.ReadFile(filepath.Join("twilsock", "testdata", "get-configuration.frame"))
	tests := map[string][]byte{"early": early, "garbage": []byte("GET / HTTP/1.1\r\n\r\n"), "empty": nil}
	for name, frame := range tests {
		t.Run(name, func(t *testing.T) {
			d := open(t, url)
			if err := d.conn.Write(t.Context(), websocket.MessageBinary, frame); err != nil {
				t.Fatal(err)
			}
			if err := d.closed(); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestATooLongFrameEndsTheSocket(t *testing.T) {
	_, url := serve(t, options())
	d := connect(t, url, "jane")
	d.conn.Write(t.Context(), websocket.MessageBinary, make([]byte, twilsock.MaxFrameBytes+1))
	if err := d.closed(); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("got %v", err)
	}
}

func TestTheEndOfATokenIsAnnouncedAndEndsTheSession(t *testing.T) {
	o := options()
	o.TokenWarning = time.Hour
	s, url := serve(t, o)
	d := open(t, url)
	d.init(claims("jane", func(c jwt.MapClaims) { c["exp"] = time.Now().Unix() + 2 }))
	d.wait("warning", func(r received) bool {
		return r.Method == "client_update" && r.ClientUpdateType == "token_about_to_expire"
	})
	end := d.wait("close", func(r received) bool { return r.Method == "close" })
	if *end.Status != (twilsock.Status{Code: 410, Status: "TOKEN_EXPIRED", ErrorCode: 51207}) {
		t.Errorf("got %+v", end.Status)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, _ := s.store.User("jane"); u.Online || len(s.sessions) != 0 {
		t.Errorf("online %v with %d sessions", u.Online, len(s.sessions))
	}
}

func TestANewTokenIsOfTheSameIdentity(t *testing.T) {
	_, url := serve(t, options())
	d := connect(t, url, "jane")
	if got := d.reply(d.send(twilsock.Header{Method: "update", Token: tokenFor("jane")}, nil)).Status; got.Code != 200 {
		t.Errorf("got %+v", got)
	}
	if got := d.reply(d.send(twilsock.Header{Method: "update", Token: "x"}, nil)).Status; got.Code != 401 {
		t.Errorf("got %+v", got)
	}
	d.send(twilsock.Header{Method: "update", Token: tokenFor("joe")}, nil)
	end := d.wait("close", func(r received) bool { return r.Method == "close" })
	if *end.Status != (twilsock.Status{Code: 308, Status: "UPDATE_IS_FORBIDDEN", ErrorCode: 51232}) {
		t.Errorf("got %+v", end.Status)
	}
}

func TestSomebodyIsOnlineUntilTheLastSocketIsGone(t *testing.T) {
	s, url := serve(t, options())
	watcher := connect(t, url, "joe")
	first, second := connect(t, url, "jane"), connect(t, url, "jane")
	info := watcher.must("GET", "/Client/v2/Users/jane", nil)["sync_objects"].(object)["user_info_map"].(string)
	state := watcher.must("GET", "/v3/Maps/"+info+"?Include=items", nil)
	watcher.subscribe(info, state["last_event_id"])

	first.conn.CloseNow()
	for gone := false; !gone; {
		s.mu.Lock()
		gone = len(s.sessions) == 2
		u, _ := s.store.User("jane")
		online := u.Online
		s.mu.Unlock()
		if !online {
			t.Fatal("offline with a socket left")
		}
	}
	second.send(twilsock.Header{Method: "close"}, nil)
	event := watcher.event("map_item_updated").payload["events"].([]any)[0].(object)
	got, _ := json.Marshal([]any{event["item_key"], event["item_data"], event["map_sid"] == info})
	if want := `["reachability",{"notifiable":false,"online":false},true]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAClientThatDoesNotReadIsCutOff(t *testing.T) {
	var o outbox
	frame := make([]byte, 1<<20)
	for range maxOutboxBytes / len(frame) {
		if !o.put(frame) {
			t.Fatal("full too early")
		}
	}
	if o.put([]byte("x")) {
		t.Error("never full")
	}
	if got := len(o.take()); got != maxOutboxBytes/len(frame) || !o.put(frame) {
		t.Errorf("%d frames", got)
	}
}

func TestFaults(t *testing.T) {
	tests := map[string]struct {
		fault string
		then  func(t *testing.T, url string, jane, joe *device)
	}{
		"drop all": {`{"drop":true}`, func(t *testing.T, _ string, jane, joe *device) {
			jane.closed()
			joe.closed()
		}},
		"drop one": {`{"drop":true,"identity":"jane"}`, func(t *testing.T, _ string, jane, joe *device) {
			jane.closed()
			joe.must("GET", "/Client/v2/Configuration", nil)
		}},
		"end": {`{"close":503}`, func(t *testing.T, _ string, jane, _ *device) {
			end := jane.wait("close", func(r received) bool { return r.Method == "close" })
			if *end.Status != (twilsock.Status{Code: 503, Status: "Service Unavailable"}) {
				t.Errorf("got %+v", end.Status)
			}
		}},
		"fail": {`{"fail":1,"failPath":"/Users/"}`, func(t *testing.T, _ string, jane, _ *device) {
			jane.must("GET", "/Client/v2/Configuration", nil)
			if status, body := jane.ask("GET", "/Client/v2/Users/joe", nil); status != 500 || body["code"] != 20500.0 {
				t.Errorf("got %d %v", status, body)
			}
			jane.must("GET", "/Client/v2/Users/joe", nil)
		}},
		"refuse": {`{"refuse":true}`, func(t *testing.T, url string, jane, _ *device) {
			jane.must("GET", "/Client/v2/Configuration", nil)
			if got := open(t, url).init(tokenFor("jane")).Status; got.Code != 401 {
				t.Errorf("got %+v", got)
			}
		}},
		"down": {`{"down":true}`, func(t *testing.T, url string, _, _ *device) {
			if _, response, err := dial(t, url, nil); err == nil || response.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("got %v", err)
			}
		}},
		"late": {`{"delayMillis":300}`, func(t *testing.T, _ string, jane, _ *device) {
			start := time.Now()
			jane.must("GET", "/Client/v2/Configuration", nil)
			if took := time.Since(start); took < 300*time.Millisecond {
				t.Errorf("took %v", took)
			}
		}},
		"lost message": {`{"loseMessages":1}`, func(t *testing.T, _ string, jane, joe *device) { sendInVain(t, jane, joe, 0) }},
		"lost reply":   {`{"loseReplies":1}`, func(t *testing.T, _ string, jane, joe *device) { sendInVain(t, jane, joe, 1) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, url := serve(t, options())
			converse(t, s, "thread", "jane", "joe")
			jane, joe := connect(t, url, "jane"), connect(t, url, "joe")
			response, err := http.Post(url+"/faults", "application/json", strings.NewReader(test.fault))
			if err != nil || response.StatusCode != http.StatusNoContent {
				t.Fatal(response, err)
			}
			test.then(t, url, jane, joe)
			s.Fail(Fault{})
			connect(t, url, "jane").must("GET", "/Client/v2/Configuration", nil)
		})
	}
}

// sendInVain has jane send a message and hear nothing but the end of her socket. Then so many are stored.
func sendInVain(t *testing.T, jane, joe *device, stored int) {
	body, _ := json.Marshal(object{"body": "Hi"})
	jane.send(twilsock.Header{
		Method: "message", PayloadType: twilsock.JSON,
		Request: &twilsock.Request{Method: "POST", Path: "/Client/v2/Conversations/thread/Messages"},
	}, body)
	for {
		r, err := jane.receive()
		if err != nil {
			break
		}
		t.Errorf("got %v before the end", r)
	}
	if got := joe.must("GET", "/Client/v2/Conversations/thread", nil)["messages_count"]; got != float64(stored) {
		t.Errorf("%v messages are stored, want %d", got, stored)
	}
}

func TestFaultsAreMadeOnPurposeOnly(t *testing.T) {
	post := func(url, kind, body string) int {
		t.Helper()
		response, err := http.Post(url+"/faults", kind, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	_, url := serve(t, options())
	if got := post(url, "text/plain", `{"drop":true}`); got != http.StatusBadRequest {
		t.Errorf("a form of another page was answered with %d", got)
	}
	if got := post(url, "application/json", `{"dorp":true}`); got != http.StatusBadRequest {
		t.Errorf("a wrong name was answered with %d", got)
	}
	o := options()
	o.Faults = false
	_, url = serve(t, o)
	if got := post(url, "application/json", `{"drop":true}`); got != http.StatusNotFound {
		t.Errorf("without the option: %d", got)
	}
}
