package conversations

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"missive/cmd/internal/conversations/twilsock"
)

// A client of somebody else's making may send anything.
func TestNothingThatAClientSendsIsTheServersFault(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane", "joe")
	jane, joe := connect(t, url, "jane"), connect(t, url, "joe")
	link := "/Client/v2/Conversations/" + c.ID
	bodies := []string{
		"", "null", "[]", "7", `"x"`, "{", `{"attributes":7}`, `{"attributes":null,"body":null}`, `{"attributes":"{"}`, `{"attributes":"null"}`, `{"body":{}}`, `{"body":"\ud800"}`,
		`{"body":"a","body":7}`, `{"identity":null}`, `{"identity":"` + strings.Repeat("x", 300) + `"}`, `{"identity":"US` + strings.Repeat("0", 32) + `"}`,
		`{"messaging_binding":7}`, `{"media_sids":[null]}`, `{"media_sids":"ME1"}`, `{"last_read_message_index":{}}`, `{"last_read_message_index":9223372036854775808}`,
		`{"notification_level":""}`, `{"requests":[null]}`, `{"requests":[{"object_sid":null,"last_event_id":-1e308}],"correlation_id":1e308}`, `{"action":"cancel","requests":[{"object_sid":"x"}]}`,
		`{"attributes":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, `{"friendly_name":"` + strings.Repeat("x", 1000) + `"}`, "\xff\xfe", "ChannelSid=%", "ChannelSid=&ChannelSid=" + c.ID,
	}
	for _, path := range []string{
		"/Client/v2/Configuration", "/Client/v2/MyConversations/" + c.ID, "/Client/v2/Conversations", link, link + "/Participants", link + "/Participants/joe",
		link + "/Messages", link + "/Messages/IM1", "/Client/v2/Users/jane", "/Client/v2/Users/", "/Client/v2/Typing", "/v4/Subscriptions",
		"/v3/Maps/" + c.Roster.ID + "/Items", "/", "*", "", "//", "/Client/v2/%", "/Client/v2/Users/%00", "http://elsewhere/", "/\n",
	} {
		for _, method := range []string{"GET", "POST", "DELETE", "PATCH", "", "GET /", "get"} {
			for _, body := range bodies {
				for _, kind := range []string{twilsock.JSON, "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
					if kind != twilsock.JSON && method != "POST" {
						continue
					}
					id := jane.send(twilsock.Header{Method: "message", PayloadType: kind, Request: &twilsock.Request{
						Method: method, Path: path, Params: map[string]twilsock.Values{"PageSize": {"-1"}, "From": {"%zz", "x"}, "Order": {"&"}},
					}}, []byte(body))
					if status := jane.reply(id).HTTPStatus.Code; status >= 500 || status < 200 {
						t.Errorf("%s %s %.80s (%s): %d", method, path, body, kind, status)
					}
				}
			}
		}
		jane.early = nil
	}
	// A header may have anything, too.
	for _, header := range []string{`{"method":"message","id":"TM","http_request":null}`, `{"method":"update"}`, `{"method":["x"]}`, `[]`, `{"method":"message","http_request":{"params":[]}}`, strings.Repeat("[", 30_000)} {
		d := connect(t, url, "jane")
		frame := fmt.Sprintf("TWILSOCK V3.0 %d\r\n%s\r\n", len(header), header)
		if err := d.conn.Write(t.Context(), websocket.MessageBinary, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	joe.must("GET", "/Client/v2/Configuration", nil)
}
