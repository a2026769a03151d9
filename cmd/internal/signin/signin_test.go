package signin

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"missive/cmd/internal/team"
)

const (
	annsPassword = "correct horse battery"
	sid          = "CH0123456789abcdef0123456789abcdef"
)

// cheaply gives a server hashes that take little time, which the configuration would refuse.
func (b *browser) cheaply() *browser {
	cheap := func(password string) team.Password {
		p := team.Password{MemoryKiB: 8, Passes: 1, Lanes: 1, Salt: []byte("some salt here"), Hash: make([]byte, 32)}
		p.Hash = compute(p, password)
		return p
	}
	b.server.hashes.known = map[string]team.Password{"ann": cheap(annsPassword), "bob": cheap("a password of bob")}
	b.server.hashes.standIns = []team.Password{cheap("")}
	return b
}

// hashed are the passwords' hashes, each made once.
var hashed = sync.OnceValue(func() (hashes [3]string) {
	for i, password := range []string{annsPassword, "a password of bob", "a password of kim"} {
		hashes[i] = Hash(password).String()
	}
	return hashes
})

func people() *team.Team {
	return &team.Team{URL: &url.URL{Scheme: "https", Host: "chat.example.com", Path: "/desk"}, Agents: []team.Agent{
		{Identity: "ann", Name: "Ann", Email: "Ann@example.com", Password: hashed()[0]},
		{Identity: "bob", Password: hashed()[1]},
		{Identity: "cy", Email: "cy@example.com"},
		{Identity: "kim", Email: "kim@example.com", Password: hashed()[2]},
	}}
}

// browser is somebody's, at the desk of a server.
type browser struct {
	*testing.T
	server  *SignIn
	log     *bytes.Buffer
	address string // RemoteAddr
	base    string
	jar     http.CookieJar
}

func newBrowser(t *testing.T, change ...func(*Options)) *browser {
	t.Helper()
	var log bytes.Buffer
	o := Options{Team: people(), Keys: [][]byte{[]byte("a key of this server")}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	for _, c := range change {
		c(&o)
	}
	b := &browser{T: t, server: New(o), log: &log}
	return b.another("192.0.2.1:1")
}

// another is a browser elsewhere, at the same server.
func (b *browser) another(address string) *browser {
	jar, _ := cookiejar.New(nil) // can't fail
	return &browser{b.T, b.server, b.log, address, "https://chat.example.com/desk/", jar}
}

func (b *browser) send(method, path string, form url.Values, headers ...string) *http.Response {
	u, err := url.Parse(b.base + path)
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest(method, u.String(), strings.NewReader(form.Encode()))
	r.RemoteAddr = b.address
	r.TLS = nil // a proxy has it
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.jar.Cookies(u) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	answer := w.Result()
	b.jar.SetCookies(u, answer.Cookies())
	return answer
}

// try signs in, and returns the status, where it leads, and what the page says.
func (b *browser) try(login, password string) string {
	b.Helper()
	return b.says(b.send(http.MethodPost, "sign-in", url.Values{"login": {login}, "password": {password}}))
}

func (b *browser) says(answer *http.Response) string {
	b.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	said := fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Location"))
	for _, class := range []string{"problem", "note"} {
		if _, rest, found := strings.Cut(string(body), `class="`+class+`"`); found {
			text, _, _ := strings.Cut(rest[strings.IndexByte(rest, '>')+1:], "<")
			said += strings.ReplaceAll(text, "&#39;", "'")
		}
	}
	return strings.TrimSpace(said)
}

// is returns who is signed in.
func (b *browser) is() string {
	u, _ := url.Parse(b.base)
	r := httptest.NewRequest(http.MethodGet, b.base, nil)
	r.RemoteAddr = b.address
	r.TLS = nil
	for _, c := range b.jar.Cookies(u) {
		r.AddCookie(c)
	}
	identity, ok := b.server.Agent(r)
	if !ok {
		return "nobody"
	}
	return identity
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

const letIn = "303 sign-in?check"

func TestAnAgentSignsInWithTheirPasswordAndOut(t *testing.T) {
	for _, login := range []string{"ann@example.com", " ANN@Example.com ", "bob", "Bob"} {
		b := newBrowser(t)
		same(t, "before", b.is(), "nobody")
		password, who := annsPassword, "ann"
		if strings.EqualFold(login, "bob") {
			password, who = "a password of bob", "bob"
		}
		same(t, login, b.try(login, password), letIn)
		same(t, "who is signed in", b.is(), who)
		same(t, "the check leads to the desk", b.says(b.send("GET", "sign-in?check", nil)), "303 ./")
		same(t, "signing out", b.says(b.send("POST", "sign-out", url.Values{})), "303 sign-in?out")
		same(t, "after", b.is(), "nobody")
		same(t, "it says so", b.says(b.send("GET", "sign-in?out", nil)), "200 You are signed out.")
	}
	b := newBrowser(t)
	b.try("ann@example.com", annsPassword)
	if log := b.log.String(); !strings.Contains(log, `msg="signed in" agent=ann by=password`) || strings.Contains(log, "192.0.2") {
		t.Errorf("logged %s", log)
	}
}

func TestADeskThatIsElsewhereThanItsLinksLeadIsInTheLog(t *testing.T) {
	for base, elsewhere := range map[string]bool{
		"https://chat.example.com/desk/": false, "https://CHAT.example.com/desk/": false, "https://token.example.com/desk/": true,
	} {
		b := newBrowser(t)
		b.base = base
		b.try("ann@example.com", annsPassword)
		same(t, base, strings.Contains(b.log.String(), "opened elsewhere than where links in notifications lead"), elsewhere)
	}
	b := newBrowser(t, func(o *Options) { o.Team.URL = nil })
	b.try("ann@example.com", annsPassword)
	same(t, "without an address of its own", strings.Contains(b.log.String(), "elsewhere"), false)
}

func TestTheCookieIsForThisServerAndNoScript(t *testing.T) {
	b := newBrowser(t)
	answer := b.send("POST", "sign-in", url.Values{"login": {"bob"}, "password": {"a password of bob"}})
	for _, c := range answer.Cookies() {
		same(t, c.Name, fmt.Sprintf("%t %t %d %s %q", c.HttpOnly, c.Secure, c.SameSite, c.Path, c.Domain), `true true 2 / ""`)
		if !strings.HasPrefix(c.Name, "__Host-missive-desk") || strings.Contains(c.Value, "bob") {
			t.Errorf("the cookie is %s", c)
		}
	}
	same(t, "cookies", len(answer.Cookies()), 2)
	same(t, "lasts", answer.Cookies()[1].MaxAge, 12*60*60)

	// On this machine, without https: WebKit keeps no Secure cookie there. Not so where a proxy asks.
	for _, c := range []struct {
		url, base, remote string
		headers           []string
		want              string
	}{
		{"", "http://127.0.0.1:8080/desk/", "127.0.0.1:5000", nil, "missive-desk false"},
		{"", "http://localhost:8080/desk/", "127.0.0.1:5000", nil, "missive-desk false"},
		{"", "http://[::1]:8080/desk/", "[::1]:5000", nil, "missive-desk false"},
		{"http://localhost:8080/desk", "http://localhost:8080/desk/", "127.0.0.1:5000", nil, "missive-desk false"},
		{"https://chat.example.com/desk", "http://127.0.0.1:8080/desk/", "127.0.0.1:5000", nil, "__Host-missive-desk true"},
		{"", "http://127.0.0.1:8080/desk/", "127.0.0.1:5000", []string{"X-Forwarded-For", "203.0.113.7"}, "__Host-missive-desk true"},
		{"", "http://127.0.0.1:8080/desk/", "127.0.0.1:5000", []string{"X-Forwarded-Proto", "https"}, "__Host-missive-desk true"},
		{"", "http://127.0.0.1:8080/desk/", "192.0.2.1:5000", nil, "__Host-missive-desk true"},
		{"", "http://192.0.2.9:8080/desk/", "127.0.0.1:5000", nil, "__Host-missive-desk true"},
		{"", "http://localhost.example.com/desk/", "127.0.0.1:5000", nil, "__Host-missive-desk true"},
		// A proxy that passes neither the host nor where a request came from: browsers say by what address they have called it.
		{"", "http://127.0.0.1:8080/desk/", "127.0.0.1:5000", []string{"Origin", "https://chat.example.com"}, "__Host-missive-desk true"},
		{"", "http://127.0.0.1:8080/desk/", "127.0.0.1:5000", []string{"Origin", "http://127.0.0.1:8080"}, "missive-desk false"},
	} {
		b := newBrowser(t, func(o *Options) {
			o.Team.URL = nil
			if c.url != "" {
				o.Team.URL, _ = url.Parse(c.url)
			}
		}).another(c.remote)
		b.base = c.base
		cookies := b.send("POST", "sign-in", url.Values{"login": {"bob"}, "password": {"a password of bob"}}, c.headers...).Cookies()
		i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return strings.HasSuffix(c.Name, "missive-desk") })
		same(t, fmt.Sprint(c), fmt.Sprint(cookies[i].Name, " ", cookies[i].Secure), c.want)
		// What is asked for then has no Origin.
		r := httptest.NewRequest(http.MethodGet, c.base, nil)
		r.RemoteAddr, r.TLS = c.remote, nil
		r.AddCookie(&http.Cookie{Name: cookies[i].Name, Value: cookies[i].Value})
		if len(c.headers) > 0 && c.headers[0] != "Origin" {
			r.Header.Set(c.headers[0], c.headers[1])
		}
		who, ok := b.server.Agent(r)
		same(t, fmt.Sprint(c, ": who is signed in"), fmt.Sprint(who, ok), "bobtrue")
	}
	b = newBrowser(t, func(o *Options) { o.Team.URL, o.Proxies = nil, 1 }).another("127.0.0.1:5000")
	b.base = "http://127.0.0.1:8080/desk/"
	answer = b.send("POST", "sign-in", url.Values{"login": {"bob"}, "password": {"a password of bob"}})
	same(t, "where a proxy is trusted", answer.Cookies()[1].Name, "__Host-missive-desk")
}

func TestABrowserThatKeepsNoCookieIsTold(t *testing.T) {
	b := newBrowser(t)
	same(t, "check", b.says(b.send("GET", "sign-in?check", nil)), "200 Your browser has not kept that you are signed in. The desk needs https, and cookies of this site.")
}

func TestCookiesThatAreNotOursAreNone(t *testing.T) {
	b := newBrowser(t)
	b.try("bob", "a password of bob")
	u, _ := url.Parse(b.base)
	kept := map[string]string{}
	for _, c := range b.jar.Cookies(u) {
		kept[strings.TrimPrefix(c.Name, "__Host-")] = c.Value
	}
	value := kept[sessionCookie]
	flipped := []byte(value)
	flipped[len(flipped)/2] ^= 1
	for what, cookie := range map[string]string{
		"empty": "", "cut": value[:len(value)-1], "changed": string(flipped), "longer": value + "AA", "that of the device": kept[deviceCookie], "text": "ann",
	} {
		r := httptest.NewRequest(http.MethodGet, b.base, nil)
		r.AddCookie(&http.Cookie{Name: "__Host-" + sessionCookie, Value: cookie})
		if who, ok := b.server.Agent(r); ok {
			t.Errorf("%s: %s is signed in", what, who)
		}
	}
	r := httptest.NewRequest(http.MethodGet, b.base, nil)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: value})
	if who, ok := b.server.Agent(r); ok {
		t.Errorf("without its prefix: %s is signed in", who)
	}
}

func TestASessionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		b.try("ann@example.com", annsPassword)
		here, _ := url.Parse(b.base)
		cookies := b.jar.Cookies(here)
		time.Sleep(12*time.Hour - time.Second)
		same(t, "a second before twelve hours", b.is(), "ann")
		time.Sleep(time.Second)
		same(t, "after twelve hours", b.is(), "nobody")
		b.jar.SetCookies(here, cookies)
		same(t, "after twelve hours, with a cookie that was kept longer", b.is(), "nobody")
	})
	key, other := []byte("a key of this server"), []byte("the next key")
	for _, c := range []struct {
		what   string
		change func(*Options)
		want   string
	}{
		{"another server with the same configuration", func(*Options) {}, "ann"},
		{"an agent more, another name, another URL", func(o *Options) {
			o.Team.Agents = append(o.Team.Agents, team.Agent{Identity: "dan"})
			o.Team.Agents[0].Name = "Ann Smith"
		}, "ann"},
		{"a new key before the old one", func(o *Options) { o.Keys = [][]byte{other, key} }, "ann"},
		{"a new key alone", func(o *Options) { o.Keys = [][]byte{other} }, "nobody"},
		{"the agent is gone", func(o *Options) { o.Team.Agents = o.Team.Agents[1:] }, "nobody"},
		{"another password", func(o *Options) { o.Team.Agents[0].Password = Hash(annsPassword).String() }, "nobody"},
		{"no password any more", func(o *Options) { o.Team.Agents[0].Password = "" }, "nobody"},
		{"the identity is somebody else's, who has no password", func(o *Options) { o.Team.Agents[0] = team.Agent{Identity: "ann", Email: "other@example.com"} }, "nobody"},
	} {
		password := people().Agents[0].Password
		b := newBrowser(t, func(o *Options) { o.Team.Agents[0].Password = password })
		b.try("ann@example.com", annsPassword)
		b.server = newBrowser(t, func(o *Options) { o.Team.Agents[0].Password = password; c.change(o) }).server
		same(t, c.what, b.is(), c.want)
	}
}

func TestThePageIsStrictAndWorksWithoutScript(t *testing.T) {
	b := newBrowser(t)
	answer := b.send("GET", "sign-in", nil)
	body, _ := io.ReadAll(answer.Body)
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8",
	} {
		same(t, name, answer.Header.Get(name), want)
	}
	for _, part := range []string{`<form method="post">`, `autocomplete="username"`, `autocomplete="current-password"`, `<label for="login">`, `<label for="password">`} {
		if !strings.Contains(string(body), part) {
			t.Errorf("the page lacks %s:\n%s", part, body)
		}
	}
	for _, inline := range []string{"<script>", "<style", " style=", " onclick=", "javascript:"} {
		if strings.Contains(string(body), inline) {
			t.Errorf("the page has %s", inline)
		}
	}
	hostile := b.send("POST", "sign-in", url.Values{"login": {`"><script>alert(1)</script>`}, "password": {"x"}})
	if body, _ := io.ReadAll(hostile.Body); strings.Contains(string(body), "<script>") || !strings.Contains(string(body), "&#34;&gt;&lt;script&gt;") {
		t.Errorf("what was typed is on the page as it is:\n%s", body)
	}
	for call, want := range map[string]string{
		"GET sign-in.css": "200 text/css; charset=utf-8", "GET sign-in.js": "200 text/javascript; charset=utf-8", "HEAD sign-in": "200 text/html; charset=utf-8",
		"GET sign-out": "405 text/plain; charset=utf-8", "PUT sign-in": "405 text/plain; charset=utf-8", "POST sign-in.js": "405 text/plain; charset=utf-8", "GET oidc": "405 text/plain; charset=utf-8",
	} {
		method, name, _ := strings.Cut(call, " ")
		answer := b.send(method, name, nil)
		same(t, call, fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Content-Type")), want)
	}
	if pages := b.server.Pages(); slices.Contains(pages, "oidc") || pages[0] != "sign-in" {
		t.Errorf("pages are %q", pages)
	}
}
