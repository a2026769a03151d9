package twilsock

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The files hold what @twilio/conversations 3.0.0 sent in a browser; the token is left out.
func recorded(t testing.TB, name string) []byte {
	t.Helper()
	frame, err := os.ReadFile(filepath.Join("testdata", name+".frame"))
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

func TestFramesOfTheSDKAreRead(t *testing.T) {
	tests := []struct {
		name, method, request, params, contentType, payload string
	}{
		{"init", "init", "", "", "", ""},
		{"ack", "reply", "", "", "application/json", ""},
		{"get-configuration", "message", "GET aim.us1.twilio.com/Client/v2/Configuration", "{}", "application/json; charset=utf-8", ""},
		{"get-items", "message", "GET cds.us1.twilio.com/v3/Lists/ES4231d8ae8be68b912541ebfe7c61f2b3/Items",
			`{"HideExpired":["true"],"Order":["desc"],"PageSize":["30"]}`, "application/json", ""},
		{"send-message", "message", "POST aim.us1.twilio.com/Client/v2/Conversations/CH8f0a989a4b503b5c8ec4b8012159112d/Messages", "{}",
			"application/json; charset=utf-8", `{"body":"hi back","attributes":"{}"}`},
		{"typing", "message", "POST aim.us1.twilio.com/Client/v2/Typing", "{}", "application/x-www-form-urlencoded",
			"ChannelSid=CH8f0a989a4b503b5c8ec4b8012159112d"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h, payload, err := Decode(recorded(t, test.name))
			if err != nil {
				t.Fatal(err)
			}
			request, params := "", ""
			if h.Request != nil {
				request = h.Request.Method + " " + h.Request.Host + h.Request.Path
				text, _ := json.Marshal(h.Request.Params)
				params = string(text)
			}
			got := [...]string{h.Method, request, params, h.PayloadType, string(payload)}
			want := [...]string{test.method, test.request, test.params, test.contentType, test.payload}
			if got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			if !strings.HasPrefix(h.ID, "TM") {
				t.Errorf("id is %q", h.ID)
			}
		})
	}
}

func TestInitCarriesTokenAndRegistrations(t *testing.T) {
	h, _, err := Decode(recorded(t, "init"))
	if err != nil {
		t.Fatal(err)
	}
	var registrations []struct {
		Product string `json:"product"`
	}
	if err := json.Unmarshal(h.Registrations, &registrations); err != nil || len(registrations) != 1 || registrations[0].Product != "ip_messaging" {
		t.Errorf("registrations are %s", h.Registrations)
	}
	if h.Token != "TOKEN" {
		t.Errorf("token is %q", h.Token)
	}
}

func TestAFrameIsWrittenAsTheSDKReadsIt(t *testing.T) {
	frame, err := Encode(Header{Method: "reply", ID: "TM1", PayloadType: JSON, Status: &Status{Code: 200, Status: "OK"}}, []byte(`"é"`))
	if err != nil {
		t.Fatal(err)
	}
	want := "TWILSOCK V3.0 116\r\n" +
		`{"method":"reply","id":"TM1","payload_size":4,"payload_type":"application/json","status":{"code":200,"status":"OK"}}` + "\r\n" + `"é"`
	if string(frame) != want {
		t.Errorf("got  %q\nwant %q", frame, want)
	}
}

func TestBrokenFramesAreRefused(t *testing.T) {
	tests := map[string]string{
		"":                                               `the frame does not start with "TWILSOCK V3.0 "`,
		"TWILSOCK V2.0 2\r\n{}\r\n":                      `the frame does not start with "TWILSOCK V3.0 "`,
		"TWILSOCK V3.0 2":                                "the frame's first line has no end",
		"TWILSOCK V3.0 +2\r\n{}\r\n":                     `"+2" is no size of a header`,
		"TWILSOCK V3.0 -2\r\n{}\r\n":                     `"-2" is no size of a header`,
		"TWILSOCK V3.0 \r\n{}\r\n":                       `"" is no size of a header`,
		"TWILSOCK V3.0 65537\r\n{}":                      `"65537" is no size of a header`,
		"TWILSOCK V3.0 9\r\n{}\r\n":                      "the header does not end where its size says",
		"TWILSOCK V3.0 1\r\n{}\r\n":                      "the header does not end where its size says",
		"TWILSOCK V3.0 2\r\n{}":                          "the header does not end where its size says",
		"TWILSOCK V3.0 2\r\n{]\r\n":                      "the header can't be read: invalid character ']' looking for beginning of object key string",
		"TWILSOCK V3.0 2\r\n{}\r\nxyz":                   "the frame goes on after its payload",
		"TWILSOCK V3.0 18\r\n{\"payload_size\":9}\r\nx":  "the payload has 1 bytes, the header says 9",
		"TWILSOCK V3.0 19\r\n{\"payload_size\":-1}\r\nx": "the payload has 1 bytes, the header says -1",
		strings.Repeat("x", MaxFrameBytes+1):             "the frame has 1048577 bytes, the limit is 1048576",
	}
	for frame, want := range tests {
		if _, _, err := Decode([]byte(frame)); err == nil || err.Error() != want {
			t.Errorf("%.60q\ngot  %v\nwant %s", frame, err, want)
		}
	}
}

func TestAnUncountedLineEndIsNoPayload(t *testing.T) {
	h, payload, err := Decode([]byte("TWILSOCK V3.0 18\r\n{\"payload_size\":1}\r\nx\r\n"))
	if err != nil || h.PayloadSize != 1 || string(payload) != "x" {
		t.Errorf("got %v, %q, %v", h, payload, err)
	}
}

func TestParametersComeAloneOrTogether(t *testing.T) {
	tests := map[string]Values{`"a%20b"`: {"a%20b"}, `["a","b"]`: {"a", "b"}, `30`: {"30"}, `true`: {"true"}, `null`: nil, `[]`: nil}
	for text, want := range tests {
		var got Values
		if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, %v; want %q", text, got, err, want)
		}
	}
	var values Values
	if err := json.Unmarshal([]byte(`{"a":1}`), &values); err == nil {
		t.Errorf("an object became %q", values)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"init", "ack", "get-configuration", "get-items", "send-message", "typing", "subscribe"} {
		f.Add(recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		h, payload, err := Decode(message)
		if err != nil {
			return
		}
		frame, err := Encode(h, payload)
		if err != nil {
			t.Fatal(err)
		}
		if len(frame) > MaxFrameBytes {
			return // escaping makes some headers longer
		}
		again, same, err := Decode(frame)
		if err != nil {
			// Escapes may also take a header over its limit.
			if strings.Contains(err.Error(), "no size of a header") {
				return
			}
			t.Fatalf("what was encoded can't be decoded: %v", err)
		}
		if again.Method != h.Method || again.ID != h.ID || string(same) != string(payload) {
			t.Errorf("%+v became %+v", h, again)
		}
	})
}
