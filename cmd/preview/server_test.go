package main

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/desk"
	"missive/cmd/internal/page"
	"missive/cmd/preview/stage"
	"missive/widget/problem"
)

var acme = &site{
	build:    "first",
	accounts: []string{"acme", "shop"},
	hosts: map[hostPage][]byte{
		{"acme", true}: []byte("acme's page"), {"acme", false}: []byte("acme's page on a phone"), {"shop", true}: []byte("shop's page"),
	},
	files: map[string][]byte{
		"acme/missive.js":           []byte("launch()"),
		"acme/index.html":           []byte("setup page"),
		"assets/panel.0123.js":      []byte("panel()"),
		"assets/panel.0123.js.map":  []byte("{}"),
		"assets/team.0123.png":      []byte("png"),
		"assets/logo.0123.svg":      []byte("<svg/>"),
		"assets/strange.0123.thing": []byte("?"),
		"preview.css":               []byte("a {}"),
	},
	desk: deskOf("desk()"),
}

// deskOf returns the desk with the script.
func deskOf(script string) *desk.Files {
	files, err := desk.NewFiles(desk.Page, page.Base, &bundle.Bundle{Pages: map[string][]byte{desk.Page.Name(): []byte(script)}}, desk.Data{Preview: true})
	if err != nil {
		panic(err)
	}
	return files
}

// backendOf returns conversations for who has access, with tokens for the account acme.
func backendOf(t *testing.T, a access) *backend {
	t.Helper()
	b, err := newBackend(t.Context(), a, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close() })
	if err := b.setAccounts([]string{"acme"}); err != nil {
		t.Fatal(err)
	}
	return b
}

func get(s *server, path string, change func(*http.Request)) *http.Response {
	r := httptest.NewRequest("GET", "http://127.0.0.1:4400"+path, nil)
	r.RemoteAddr = "127.0.0.1:50000"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b strings.Builder
	if _, err := bufio.NewReader(r.Body).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheBuildIsServedUnderItsPathsAndNothingElse(t *testing.T) {
	const missing = "404 page not found\n"
	s := newServer(newAccess("4400", nil), acme, nil)
	for _, c := range []struct {
		path        string
		code        int
		contentType string
		body        string
	}{
		{"/", 200, "text/html; charset=utf-8", "acme's page"},
		{"/?account=shop", 200, "text/html; charset=utf-8", "shop's page"},
		{"/?account=gone", 200, "text/html; charset=utf-8", "acme's page"},
		{"/preview.css", 200, "text/css; charset=utf-8", "a {}"},
		{"/acme/missive.js", 200, "text/javascript; charset=utf-8", "launch()"},
		{"/acme/", 200, "text/html; charset=utf-8", "setup page"},
		{"/assets/panel.0123.js.map", 200, "application/json", "{}"},
		{"/assets/team.0123.png", 200, "image/png", "png"},
		{"/assets/logo.0123.svg", 200, "image/svg+xml", "<svg/>"},
		{"/assets/strange.0123.thing", 200, "application/octet-stream", "?"},
		{"/acme", 302, "text/html; charset=utf-8", "<a href=\"/acme/\">Found</a>.\n\n"},
		{"/assets/", 404, "text/plain; charset=utf-8", missing},
		{"/shop/missive.js", 404, "text/plain; charset=utf-8", missing},
		{"/acme/../server.go", 404, "text/plain; charset=utf-8", missing},
		{"/../../../../etc/passwd", 404, "text/plain; charset=utf-8", missing},
		{"//etc/passwd", 404, "text/plain; charset=utf-8", missing},
		{"/%2e%2e/server.go", 404, "text/plain; charset=utf-8", missing},
	} {
		r := get(s, c.path, nil)
		if got := body(t, r); r.StatusCode != c.code || got != c.body || r.Header.Get("Content-Type") != c.contentType {
			t.Errorf("%s: %d %s %q, want %d %s %q", c.path, r.StatusCode, r.Header.Get("Content-Type"), got, c.code, c.contentType, c.body)
		}
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q: a browser would show what was", c.path, got)
		}
	}
}

func TestAnAccountNamedV1HasItsFilesBesideTheConversations(t *testing.T) {
	a := newAccess("4400", homeAndOffice)
	conversations, err := newBackend(t.Context(), a, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conversations.close() })
	site := *acme
	site.files = map[string][]byte{"v1/missive.js": []byte("launch()")}
	s := newServer(a, &site, conversations)
	phone := func(r *http.Request) { r.RemoteAddr, r.Host = "192.168.1.20:50000", "192.168.1.5:4400" }
	for _, who := range []func(*http.Request){nil, phone} {
		if got := body(t, get(s, "/v1/missive.js", who)); got != "launch()" {
			t.Errorf("the account's script is %q", got)
		}
	}
	if r := get(s, "/v1/Services/IS0/Conversations", nil); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("the conversations answer %d to somebody without a key", r.StatusCode)
	}
}

func TestThePagesHaveAStrictPolicyThatLetsTwiliosHostInOnlyWhereTheSDKComesFrom(t *testing.T) {
	for _, c := range []struct {
		cdn  bool
		want string
	}{
		{false, "default-src 'none'; script-src 'self'; style-src 'self'; img-src * data:; connect-src 'self' ws://localhost:4400"},
		{true, "default-src 'none'; script-src 'self' https://sdk.twilio.com; style-src 'self'; img-src * data:; connect-src 'self' ws://localhost:4400"},
	} {
		site := *acme
		site.cdn = c.cdn
		r := get(newServer(newAccess("4400", nil), &site, nil), "/", func(r *http.Request) { r.Host = "localhost:4400" })
		if got := r.Header.Get("Content-Security-Policy"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestAScriptNamesTheAddressThatItWasAskedAt(t *testing.T) {
	site := *acme
	site.files = map[string][]byte{"acme/missive.js": []byte(`launch("` + placeholderAddress + `/preview.token")`)}
	s := newServer(newAccess("4400", homeAndOffice), &site, nil)
	for _, host := range []string{"127.0.0.1:4400", "localhost:4400", "[::1]:4400", "192.168.1.5:4400"} {
		got := body(t, get(s, "/acme/missive.js", func(r *http.Request) { r.Host = host }))
		if want := `launch("http://` + host + `/preview.token")`; got != want {
			t.Errorf("at %s: got %s, want %s", host, got, want)
		}
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	s := newServer(newAccess("4400", nil), acme, nil)
	for method, code := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "OPTIONS": 405} {
		r := get(s, "/", func(r *http.Request) { r.Method = method })
		if r.StatusCode != code {
			t.Errorf("%s: %d, want %d", method, r.StatusCode, code)
		}
	}
}

func TestOpenPagesAreToldOfEachBuildAndTheLastGoodOneStays(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(web.Listener.Addr().String(), ":")
	s := newServer(newAccess(port, nil), acme, nil)
	web.Config.Handler = s
	web.Start()
	t.Cleanup(web.Close)
	events := listenTo(t, web.URL, "")

	events.want(`{"build":"first","problems":null}`)

	s.update(nil, []problem.Problem{{File: "chat.yaml", Line: 14, Column: 5, Path: "chat.postion",
		Message: "unknown option", Hint: `did you mean "position"?`}})
	events.want(`{"build":"first","problems":[{"file":"chat.yaml","line":14,"column":5,"path":"chat.postion",` +
		`"message":"unknown option","hint":"did you mean \"position\"?"}]}`)
	if got := fetch(t, web.URL); got != "acme's page" {
		t.Errorf("after a failed build the page is %q", got)
	}

	s.update(&site{build: "second", accounts: []string{"acme"}, hosts: map[hostPage][]byte{{"acme", true}: []byte("new page")}}, nil)
	events.want(`{"build":"second","problems":null}`)
	if got := fetch(t, web.URL); got != "new page" {
		t.Errorf("after the next build the page is %q", got)
	}
}

// stream is the events that an open page gets.
type stream struct {
	t     *testing.T
	lines *bufio.Reader
}

func listenTo(t *testing.T, address, query string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", address+"/preview.events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); response.Body.Close() })
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("events come as %q", got)
	}
	return &stream{t, bufio.NewReader(response.Body)}
}

// next returns the data of the next event.
func (s *stream) next() string {
	s.t.Helper()
	line, err := s.lines.ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	if blank, err := s.lines.ReadString('\n'); blank != "\n" || err != nil {
		s.t.Fatalf("an event ends with an empty line, not %q, %v", blank, err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(line, "data: "), "\n")
}

func (s *stream) want(data string) {
	s.t.Helper()
	if got := s.next(); got != data {
		s.t.Errorf("told:\n%s\nwant:\n%s", got, data)
	}
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	return body(t, r)
}

func TestTheStudioIsToldWhichBuildIsServedAndTheThemeOfTheFirstAccount(t *testing.T) {
	b, _ := builderOf(t, strings.Replace(twoAccounts, "id: acme", "id: acme\n    theme: ink", 1))
	s := newServer(newAccess("4400", nil), &site{}, nil)
	if got := s.shown(); got.Build != "" || got.Theme != "" {
		t.Errorf("before the first build it is told of %q in %q", got.Build, got.Theme)
	}
	built := mustBuild(t, b)
	s.update(built, nil)
	if got := s.shown(); got.Build != built.build || got.Theme != "ink" || !slices.Equal(got.States, stage.States) {
		t.Errorf("told of %+v", got)
	}
}
