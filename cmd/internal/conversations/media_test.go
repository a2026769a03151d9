package conversations

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rest "github.com/twilio/twilio-go/rest/conversations/v1"

	"missive/cmd/internal/conversations/store"
)

// a shelf is the media service as somebody uses it, as Twilio's SDK does.
type shelf struct {
	*testing.T
	url   string // of the service
	token string // "": with the API key
}

func (h shelf) ask(method, path, contentType string, body io.Reader) (int, object) {
	h.Helper()
	r, err := http.NewRequest(method, h.url+path, body)
	if err != nil {
		h.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	if h.token != "" {
		r.Header.Set("X-Twilio-Token", h.token)
	} else {
		r.SetBasicAuth("SK1", "secret")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Header.Get("Access-Control-Allow-Origin"); got != "*" {
		h.Errorf("%s %s is for pages of %q", method, path, got)
	}
	var found object
	text, _ := io.ReadAll(answer.Body)
	if json.Unmarshal(text, &found) != nil {
		found = object{"text": string(text)}
	}
	return answer.StatusCode, found
}

func (h shelf) upload(name, content string) object {
	h.Helper()
	status, m := h.ask("POST", "/Media?Category=media&Filename="+name, "text/plain", strings.NewReader(content))
	if status != 201 {
		h.Fatalf("the upload was answered with %d %v", status, m)
	}
	return m
}

// read returns what is at an address, without saying who asks.
func read(t *testing.T, address any) (int, string, http.Header) {
	t.Helper()
	answer, err := http.Get(address.(string))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

func (h shelf) content(sid any) any {
	h.Helper()
	status, m := h.ask("GET", fmt.Sprint("/Media/", sid), "", nil)
	if status != 200 {
		h.Fatalf("%v: %d %v", sid, status, m)
	}
	return m["links"].(object)["content_direct_temporary"]
}

const mcs = "/mcs/v1/Services/IS1"

func TestAFileComesWithItsMessage(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane", "joe")
	jane, joe, eve := shelf{t, url + mcs, tokenFor("jane")}, shelf{t, url + mcs, tokenFor("joe")}, shelf{t, url + mcs, tokenFor("eve")}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	w.WriteField("note", "no file")
	part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="a \"b\".svg"`}, "Content-Type": {"image/svg+xml"}})
	io.WriteString(part, "<svg/>")
	w.Close()
	status, drawing := jane.ask("POST", "/Media?Category=media", w.FormDataContentType(), &form)
	if status != 201 || drawing["filename"] != `a "b".svg` || drawing["size"] != 6.0 || drawing["content_type"] != "image/svg+xml" || drawing["author"] != "jane" || drawing["message_sid"] != nil {
		t.Errorf("%d %v", status, drawing)
	}
	notes := jane.upload("n%C3%B6tes.txt", "Hi")
	for _, who := range []shelf{joe, eve} {
		if status, answer := who.ask("GET", fmt.Sprint("/Media/", notes["sid"]), "", nil); status != 404 {
			t.Errorf("what isn't sent yet is shown to others: %d %v", status, answer)
		}
	}
	device := connect(t, url, "jane")
	link := "/Client/v2/Conversations/" + c.ID + "/Messages"
	sent := device.must("POST", link, object{"attributes": "{}", "media_sids": []any{notes["sid"], drawing["sid"]}})
	items := connect(t, url, "joe").must("GET", "/v3/Lists/"+c.Messages.SID()+"/Items?PageSize=10", nil)["items"].([]any)
	data := items[0].(object)["data"].(object)
	want := fmt.Sprintf(`[{"category":"media","contentType":"text/plain","filename":"nötes.txt","sid":%q,"size":2},{"category":"media","contentType":"image/svg+xml","filename":"a \"b\".svg","sid":%q,"size":6}]`, notes["sid"], drawing["sid"])
	if got := text(data["medias"]); got != want || data["text"] != nil || data["type"] != "media" {
		t.Errorf("got %v\nwant %s", data, want)
	}
	if status, body, header := read(t, joe.content(notes["sid"])); status != 200 || body != "Hi" || header.Get("Content-Type") != "text/plain" || header.Get("Content-Disposition") != "inline; filename*=utf-8''n%C3%B6tes.txt" {
		t.Error(status, body, header)
	}
	// It could have a script, which would be one of the preview.
	if _, _, header := read(t, joe.content(drawing["sid"])); !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") || header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error(header)
	}
	set := text(object{"command": "get", "list": []object{{"media_sid": notes["sid"]}}})
	for who, want := range map[*shelf]string{&joe: `[{"code":200`, &eve: `[{"code":404`} {
		if status, answer := who.ask("POST", "/MediaSet", "application/json", strings.NewReader(set)); status != 200 || !strings.HasPrefix(answer["text"].(string), want) {
			t.Errorf("%d %v, want %s", status, answer, want)
		}
	}
	if status, answer := device.ask("POST", link, object{"media_sids": []any{notes["sid"]}}); status != 400 || answer["code"] != 50508.0 {
		t.Errorf("it is sent twice: %d %v", status, answer)
	}
	message := fmt.Sprint(link, "/", sent["sid"])
	address := joe.content(notes["sid"])
	device.must("DELETE", message, nil)
	if status, _, _ := read(t, address); status != 403 {
		t.Errorf("it outlives its message: %d", status)
	}
	if _, err := s.contents.open(fmt.Sprint(notes["sid"])); err == nil {
		t.Error("its content is kept")
	}
}

func TestTheAddressOfAFileIsGoodForMinutes(t *testing.T) {
	o := options()
	now := time.Now()
	o.Now = func() time.Time { return now }
	_, url := serve(t, o)
	jane := shelf{t, url + mcs, tokenFor("jane")}
	m := jane.upload("a.txt", "Hi")
	address := m["links"].(object)["content_direct_temporary"].(string)
	for _, wrong := range []string{address + "0", strings.Replace(address, "Expires=", "Expires=9", 1), m["links"].(object)["content"].(string), m["url"].(string)} {
		if status, _, _ := read(t, wrong); status != 403 && status != 401 {
			t.Errorf("%s: %d", wrong, status)
		}
	}
	for _, who := range []shelf{jane, {t, url + mcs, ""}} {
		if status, answer := who.ask("GET", fmt.Sprint("/Media/", m["sid"], "/Content"), "", nil); status != 200 || answer["text"] != "Hi" {
			t.Errorf("who says who they are: %d %v", status, answer)
		}
	}
	if status, _ := (shelf{t, url + mcs, tokenFor("eve")}).ask("GET", fmt.Sprint("/Media/", m["sid"], "/Content"), "", nil); status != 403 {
		t.Errorf("somebody else: %d", status)
	}
	now = now.Add(contentLifetime - time.Second)
	if status, _, _ := read(t, address); status != 200 {
		t.Errorf("before its end: %d", status)
	}
	now = now.Add(2 * time.Second)
	if status, _, _ := read(t, address); status != 403 {
		t.Errorf("after its end: %d", status)
	}
	if status, _, _ := read(t, jane.content(m["sid"])); status != 200 {
		t.Errorf("a new one: %d", status)
	}
}

func TestWhoMayNotSendFilesIsRefused(t *testing.T) {
	s, url := serve(t, options())
	jane := connect(t, url, "jane")
	set := setTheStage(t, s, jane, "editOwnMessage", "sendMessage")
	m := shelf{t, url + mcs, tokenFor("jane")}.upload("a.txt", "Hi")
	for _, body := range []object{{"media_sids": []any{m["sid"]}}, {"body": "Here", "media_sids": []any{m["sid"]}}} {
		if status, answer := jane.ask("POST", set.link+"/Messages", body); status != 403 || answer["code"] != 50107.0 {
			t.Errorf("%v: %d %v", body, status, answer)
		}
	}
	for header, want := range map[string]int{"": 401, "nonsense": 401, tokenFor("jane"): 200} {
		r, _ := http.NewRequest("GET", url+mcs+"/Media/"+fmt.Sprint(m["sid"]), nil)
		r.Header.Set("X-Twilio-Token", header)
		if answer, err := http.DefaultClient.Do(r); err != nil || answer.StatusCode != want {
			t.Errorf("%q: %v %v", header, answer, err)
		}
	}
}

func TestFilesKeepToTheLimits(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane")
	jane := shelf{t, url + mcs, tokenFor("jane")}
	device := connect(t, url, "jane")
	link := "/Client/v2/Conversations/" + c.ID + "/Messages"
	var sids []string
	for i := range store.MaxMessageMedia + 1 {
		sids = append(sids, jane.upload(fmt.Sprint(i), "")["sid"].(string))
	}
	for _, wrong := range []struct {
		sids []string
		code float64
	}{{sids, 20001}, {[]string{"ME1"}, 50510}, {[]string{"ME00000000000000000000000000000000"}, 50507}, {[]string{sids[0], sids[0]}, 50508}} {
		if status, answer := device.ask("POST", link, object{"media_sids": wrong.sids}); status < 400 || answer["code"] != wrong.code {
			t.Errorf("%d files: %d %v, want %v", len(wrong.sids), status, answer, wrong.code)
		}
	}
	device.must("POST", link, object{"body": "Many", "media_sids": sids[1:]})
	for name, length := range map[string]int{"no content type": 0, "a long one": 257} {
		if status, answer := jane.ask("POST", "/Media", strings.Repeat("x", length), strings.NewReader("Hi")); status != 400 || answer["code"] != 50511.0 {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	large := io.LimitReader(zeros{}, store.MaxMediaBytes+1)
	if status, answer := jane.ask("POST", "/Media", "video/mp4", large); status != 413 || answer["code"] != 50512.0 {
		t.Errorf("a large one: %d %v", status, answer)
	}
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestFilesOutliveTheServer(t *testing.T) {
	o := options()
	o.File = filepath.Join(t.TempDir(), "state.json")
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c := converse(t, s, "thread", "jane")
	attached, err := s.store.AddMedia("jane", "a.txt", "text/plain", 2)
	if err == nil {
		err = s.contents.put(attached.SID, []byte("Hi"))
	}
	if err == nil {
		_, err = s.store.AddMessage(c, store.Draft{Author: "jane", Media: []string{attached.SID}})
	}
	if err == nil {
		err = s.Close()
	}
	orphan := filepath.Join(o.File+".media", "ME11111111111111111111111111111111")
	if err == nil {
		err = os.WriteFile(orphan, []byte("Hi"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	again, url := serve(t, o)
	jane := shelf{t, url + mcs, tokenFor("jane")}
	if status, body, _ := read(t, jane.content(attached.SID)); status != 200 || body != "Hi" {
		t.Error(status, body)
	}
	if _, err := os.Stat(orphan); err == nil {
		t.Error("a content of nothing stays")
	}
	found, err := again.store.Conversation("thread")
	if err != nil {
		t.Fatal(err)
	}
	again.mu.Lock()
	again.store.DeleteConversation(found)
	again.mu.Unlock()
	if left, err := os.ReadDir(o.File + ".media"); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
}

func TestTheRESTAPIShowsAndSendsFiles(t *testing.T) {
	s, url := serve(t, options())
	c := converse(t, s, "thread", "jane")
	m := shelf{t, url + mcs, ""}.upload("a.txt", "Hi")
	api := twilio(t, url, "secret")
	sent, err := api.CreateServiceConversationMessage("IS1", c.ID, (&rest.CreateServiceConversationMessageParams{}).SetAuthor("team").SetMediaSid(m["sid"].(string)))
	if err != nil || sent.Body != nil {
		t.Fatal(sent, err)
	}
	want := fmt.Sprintf(`[{"category":"media","content_type":"text/plain","filename":"a.txt","sid":%q,"size":2}]`, m["sid"])
	list, err := api.ListServiceConversationMessage("IS1", c.ID, nil)
	if err != nil || len(list) != 1 || text(list[0].Media) != want {
		t.Errorf("got %s, want %s: %v", text(list), want, err)
	}
}
