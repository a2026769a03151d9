package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"missive/cmd/internal/signin"
	"missive/cmd/internal/token"
)

// agentsFile has Ann, who has an address, and Bob, who has none, with their passwords.
func agentsFile(t *testing.T, ann, bob string) string {
	t.Helper()
	text := "agents:\n"
	for identity, password := range map[string]string{"ann": ann, "bob": bob} {
		if password != "" {
			text += fmt.Sprintf("  - {identity: %s, name: %s, email: %[1]s@secret.example, password: %[3]q}\n", identity, strings.ToUpper(identity), signin.Hash(password).String())
		}
	}
	file := filepath.Join(t.TempDir(), "agents.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// browser is somebody's, with its cookies.
type browser struct {
	*testing.T
	http.Client
}

func newBrowser(t *testing.T) browser {
	jar, _ := cookiejar.New(nil) // can't fail
	return browser{t, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// post returns the status and the body.
func (b browser) post(address, body string) string {
	b.Helper()
	contentType := "application/x-www-form-urlencoded"
	if strings.HasPrefix(body, "{") {
		contentType = "application/json"
	}
	return b.read(b.Post(address, contentType, strings.NewReader(body)))
}

func (b browser) read(answer *http.Response, err error) string {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return strings.TrimSpace(fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Location"), string(body)))
}

func (b browser) signIn(server *running, login, password string) string {
	b.Helper()
	return b.post(server.address+"/desk/sign-in", url.Values{"login": {login}, "password": {password}}.Encode())
}

// startDesk starts a server with a team; its log is read, so that it doesn't wait.
func startDesk(t *testing.T, environ []string, file string, more ...string) *running {
	t.Helper()
	s := startServer(t, slices.DeleteFunc(slices.Clone(environ), func(v string) bool { return strings.HasPrefix(v, "MISSIVE_AGENTS=") }), append([]string{"-agents", file}, more...)...)
	s.ignoreLog()
	return s
}

// ignoreLog reads what is logged from now on, for which the server would wait.
func (s *running) ignoreLog() {
	lines := s.lines
	s.lines = bufio.NewScanner(strings.NewReader(""))
	go func() {
		for lines.Scan() {
		}
	}()
}

func TestTheTeamSignsInAtTheDeskOfAnyServer(t *testing.T) {
	environ := append(slices.Clone(complete), local(t))
	file := agentsFile(t, "the password of ann", "the password of bob")
	var out strings.Builder
	if code := run(t.Context(), []string{"setup", "-agents", file}, slices.Concat(environ, []string{"MISSIVE_AGENTS="}), &out, &out); code != 0 {
		t.Fatal(out.String())
	}
	one, two := startDesk(t, environ, file), startDesk(t, environ, file)
	ann := newBrowser(t)
	expect := func(what, got, begins string) {
		t.Helper()
		if !strings.HasPrefix(got, begins) {
			t.Errorf("%s: %.200s, want %s", what, got, begins)
		}
	}
	expect("/desk", ann.read(ann.Get(one.address+"/desk")), "308 desk/")
	expect("the page, before", ann.read(ann.Get(one.address+"/desk/")), "303 sign-in")
	expect("a wrong password", ann.signIn(one, "ann@secret.example", "the password of bob"), "401 <!doctype html>")
	expect("her own", ann.signIn(one, "ann@secret.example", "the password of ann"), "303 sign-in?check")
	expect("the page", ann.read(ann.Get(one.address+"/desk/")), "200 <!doctype html>")
	expect("its script", ann.read(ann.Get(one.address+"/desk/page.js")), "200 ")

	// Cookies don't know ports, so the browser has it for the other server as well.
	answer := ann.post(two.address+"/desk/token", "{}")
	var access struct{ Token, Identity, Socket string }
	if _, body, _ := strings.Cut(answer, " "); json.Unmarshal([]byte(body), &access) != nil || access.Identity != "ann" || access.Token == "" || !strings.HasSuffix(access.Socket, "/v3/wsconnect") {
		t.Errorf("the other server answers %s", answer)
	}
	for what, environ := range map[string][]string{
		"another key for the desk":     append(slices.Clone(environ), "MISSIVE_DESK_KEY="+newKey),
		"another key for the session":  append(slices.Clone(environ), "MISSIVE_SESSION_KEY="+newKey),
		"the old key behind a new one": append(slices.Clone(environ), "MISSIVE_SESSION_KEY="+newKey+","+oldKey, "MISSIVE_IDENTITY_KEY="+oldKey),
		"two other keys for the desk":  append(slices.Clone(environ), "MISSIVE_DESK_KEY="+newKey+",0123456789abcdef0123456789abcdee"),
	} {
		want := "401 "
		if what == "the old key behind a new one" {
			want = "200 "
		}
		expect(what, ann.post(startDesk(t, environ, file).address+"/desk/token", "{}"), want)
	}
	expect("where Ann has left the team", ann.post(startDesk(t, environ, agentsFile(t, "", "the password of bob")).address+"/desk/token", "{}"), "401 ")
	expect("where she has another password", ann.post(startDesk(t, environ, agentsFile(t, "another password", "")).address+"/desk/token", "{}"), "401 ")
	expect("where nothing has changed", ann.post(one.address+"/desk/token", "{}"), "200 ")
	expect("signing out", ann.post(one.address+"/desk/sign-out", ""), "303 sign-in?out")
	expect("after that", ann.post(two.address+"/desk/token", "{}"), "401 ")
}

// The proxy asks two servers in turn, with a host name of its own for both, until one of them is stopped.
func TestTwoServersBehindAProxyBehaveAsOne(t *testing.T) {
	environ := append(slices.Clone(complete), local(t))
	file := agentsFile(t, "the password of ann", "the password of bob")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewUnstartedServer(nil)
	address := "https://" + proxy.Listener.Addr().String()
	if err := os.WriteFile(file, append(text, "url: "+address+"/desk\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	servers := []*running{startDesk(t, environ, file, "-trust-proxy", "1"), startDesk(t, environ, file, "-trust-proxy", "1")}
	var asked atomic.Int64
	var stopped atomic.Bool
	proxy.Config.Handler = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		next := servers[asked.Add(1)%2]
		if stopped.Load() {
			next = servers[0]
		}
		to, _ := url.Parse(next.address) // it is one
		r.SetURL(to)                     // and the name of that is the host
		r.SetXForwarded()
		r.Out.Header.Del("X-Forwarded-Host")
	}}
	proxy.StartTLS()
	defer proxy.Close()

	ann := newBrowser(t)
	ann.Transport = proxy.Client().Transport
	for range 4 { // two at each
		if got := ann.post(address+"/desk/sign-in", url.Values{"login": {"ann@secret.example"}, "password": {"a wrong password"}}.Encode()); !strings.HasPrefix(got, "401 ") {
			t.Errorf("a wrong password: %.100s", got)
		}
	}
	if got := ann.post(address+"/desk/sign-in", url.Values{"login": {"ann@secret.example"}, "password": {"the password of ann"}}.Encode()); got != "303 sign-in?check" {
		t.Errorf("signing in: %.100s", got)
	}
	here, _ := url.Parse(address + "/desk/") // it is one
	for _, cookie := range ann.Jar.Cookies(here) {
		if !strings.HasPrefix(cookie.Name, "__Host-") {
			t.Errorf("behind a proxy with https the cookie is %s", cookie.Name)
		}
	}
	ask := func(origin string) int {
		r, _ := http.NewRequest(http.MethodPost, address+"/desk/token", strings.NewReader("{}"))
		r.Header.Set("Origin", origin) // as browsers send it that have no Sec-Fetch-Site
		answer, err := ann.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for i := range 6 {
		if i == 3 {
			stopped.Store(true)
			servers[1].stop()
		}
		if got := ask(address); got != http.StatusOK {
			t.Errorf("request %d: %d", i, got)
		}
		if got := ask("https://evil.example"); got != http.StatusForbidden {
			t.Errorf("request %d of another site: %d", i, got)
		}
	}
}

func TestAVisitorSeesNothingOfTheDesk(t *testing.T) {
	environ := append(slices.Clone(complete), local(t))
	file := agentsFile(t, "the password of ann", "the password of bob")
	var out strings.Builder
	if code := run(t.Context(), []string{"setup", "-agents", file}, slices.Concat(environ, []string{"MISSIVE_AGENTS="}), &out, &out); code != 0 {
		t.Fatal(out.String())
	}
	server := startDesk(t, environ, file)
	jane := newBrowser(t)
	write := func(secret string) (a token.Answer, text string) {
		r, _ := http.NewRequest(http.MethodPost, server.address+"/token", strings.NewReader(`{"protocol":2,"account":"help","secret":"`+strings.Repeat(secret, 32)+`","message":{"id":"`+strings.Repeat(secret, 32)+`","body":"Hello"}}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", "https://www.example.com")
		text = jane.read(jane.Do(r))
		if _, body, _ := strings.Cut(text, " "); json.Unmarshal([]byte(body), &a) != nil || a.Token == "" {
			t.Fatal(text)
		}
		return a, text
	}
	visitor, text := write("1")
	other, _ := write("2")
	if strings.Contains(text, "secret.example") || strings.Contains(text, "argon2") {
		t.Errorf("the answer has what is the team's: %s", text)
	}
	// The access token is no session, wherever one puts it.
	for _, what := range []string{"token", "vouched", "done", "reopen", "closed", "messages", "file"} {
		r, _ := http.NewRequest(http.MethodPost, server.address+"/desk/"+what, strings.NewReader(`{"conversation":"`+other.Conversation+`"}`))
		r.Header.Set("Authorization", "Bearer "+visitor.Token)
		for _, name := range []string{"missive-desk", "__Host-missive-desk"} {
			r.AddCookie(&http.Cookie{Name: name, Value: visitor.Session})
		}
		if got := jane.read(jane.Do(r)); !strings.HasPrefix(got, `401 {"code":"signed-out"`) {
			t.Errorf("%s: %s", what, got)
		}
	}
	for _, path := range []string{"", "sign-in", "page.js", "sign-in.js", "page.css"} {
		if got := jane.read(jane.Get(server.address + "/desk/" + path)); strings.Contains(got, "secret.example") || strings.Contains(got, "argon2id") || strings.Contains(got, "ANN") {
			t.Errorf("/desk/%s has what is the team's", path)
		}
	}
	if got := jane.signIn(server, visitor.Identity, visitor.Token); !strings.HasPrefix(got, "401 ") {
		t.Errorf("a visitor signs in: %s", got)
	}
}

func TestWithoutAWayToSignInThereIsNoDesk(t *testing.T) {
	s := startServer(t, append(slices.Clone(complete), unreachable(t)))
	s.ignoreLog()
	if got := s.get("/desk/", ""); !strings.HasPrefix(got, `404 {"code":"not-found"`) {
		t.Errorf("got %s", got)
	}
}
