package studio

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const brand = "# Ours\nextends = 'paper'\nmain-color = '#0a6847' # as printed\nwidth = '380px'\n"

// designer asks a studio, whose themes are in the folder, in a preview that shows something.
type designer struct {
	t      *testing.T
	studio *Studio
	shown  *Shown
	folder string
}

func newDesigner(t *testing.T) designer {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "themes")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	shown := &Shown{Build: "first", States: []string{"button", "opening"}}
	d := designer{t, New(folder, func() Shown { return *shown }), shown, folder}
	d.write("brand", brand)
	return d
}

// unanswered stands for the code of what the studio leaves to the preview.
const unanswered = 0

// ask sends a draft, or nothing, and decodes what comes back; a string is taken as it is.
func (d designer) ask(call string, body, answer any) (code int) {
	d.t.Helper()
	method, sent := "GET", io.Reader(nil)
	if body != nil {
		text, ok := body.(string)
		if !ok {
			encoded, _ := json.Marshal(body)
			text = string(encoded)
		}
		method, sent = "POST", strings.NewReader(text)
	}
	w := httptest.NewRecorder()
	if !d.studio.Serve(w, httptest.NewRequest(method, "/preview.studio/"+call, sent)) {
		return unanswered
	}
	if err := json.Unmarshal(w.Body.Bytes(), answer); err != nil && answer != nil {
		d.t.Fatalf("%s: %d %s", call, w.Code, w.Body)
	}
	return w.Code
}

func (d designer) open(name string) (o opened) {
	d.t.Helper()
	if code := d.ask("theme?name="+name, nil, &o); code != http.StatusOK {
		d.t.Fatalf("%s: %d", name, code)
	}
	return o
}

func (d designer) file(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.folder, name+".toml"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

func (d designer) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, name+".toml"), []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

func TestTheStudioTakesNothingButWhatItKnows(t *testing.T) {
	d := newDesigner(t)
	for _, c := range []struct {
		call string
		body any
		code int
	}{
		{"look", "{", http.StatusBadRequest},
		{"look", `{"name": "` + strings.Repeat("x", 2<<20) + `"}`, http.StatusBadRequest},
		{"save", nil, unanswered},
		{"table", "{}", unanswered},
		{"other", nil, unanswered},
	} {
		if code := d.ask(c.call, c.body, nil); code != c.code {
			t.Errorf("%s: %d, want %d", c.call, code, c.code)
		}
	}
}

func TestOpenStudiosAreToldOfEachSaveAndOfTheBuildThatIsServedThen(t *testing.T) {
	builds := make(chan string, 3)
	s := New(t.TempDir(), func() Shown { return Shown{Build: <-builds} })
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Serve(w, r) }))
	t.Cleanup(web.Close)
	builds <- "first"
	response, err := web.Client().Get(web.URL + "/preview.studio/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("events come as %q", got)
	}
	events := bufio.NewReader(response.Body)
	for _, build := range []string{"first", "second", "second"} {
		if build != "first" {
			builds <- build
			s.FilesSaved()
		}
		line, err := events.ReadString('\n')
		if want := "data: " + build + "\n"; line != want || err != nil {
			t.Fatalf("told %q, %v, want %q", line, err, want)
		}
		if blank, err := events.ReadString('\n'); blank != "\n" || err != nil {
			t.Fatalf("an event ends with an empty line, not %q, %v", blank, err)
		}
	}
}
