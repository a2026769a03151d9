package verify

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/hosting/hosts"
	"missive/cmd/internal/setup"
	"missive/widget"
)

var scripts = sync.OnceValue(func() *bundle.Bundle {
	b, problems := bundle.Build(bundle.Options{Sources: widget.Sources})
	if problems != nil {
		panic(problems[0])
	}
	return b
})

// world is a chat's host, a token endpoint and a site, as they should be. Tests change what they are about.
type world struct {
	t       *testing.T
	dist    string // what was built
	files   map[string][]byte
	headers map[string]string           // more headers of files, by "name: header"
	hosts   map[string]http.HandlerFunc // by name; nil: nobody is there
	answers map[string]http.HandlerFunc // instead of files
	policy  string                      // of the page
	page    string
	slow    string // a host that never answers
	post    http.HandlerFunc
	options Options
}

const (
	chatHost, tokenHost, siteHost = "chat.example.com", "token.example.com", "www.example.com"
	snippet                       = `<script async src="https://chat.example.com/acme/missive.js"></script>`
)

// acme is the account, as it was built.
func acme() setup.Account {
	return setup.Account{
		ID: "acme", Host: "https://" + chatHost,
		Values: map[string]any{"connection.tokenUrl": "https://" + tokenHost + "/token", "chat.avatarUrl": "../assets/team.0123456789.png"},
		Images: []setup.Image{{Name: "assets/team.0123456789.png", Bytes: []byte("a picture")}},
	}
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, headers: map[string]string{}, answers: map[string]http.HandlerFunc{}, dist: t.TempDir()}
	w.hosts = map[string]http.HandlerFunc{chatHost: w.serveFile, tokenHost: w.serveToken, siteHost: w.servePage}
	w.post = refusePost
	w.build(acme())
	w.page = "<!doctype html><title>A site</title>" + snippet
	w.options = Options{Account: "https://" + chatHost + "/acme/", Page: "https://" + siteHost + "/", Dist: w.dist,
		Timeout: 5 * time.Second, Transport: w.transport()}
	return w
}

// refusePost is how a token server answers who names no account.
func refusePost(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if string(body) == `{"account":""}` && r.Header.Get("Content-Type") == "application/json" {
		out.WriteHeader(http.StatusNotFound)
		fmt.Fprint(out, `{"code": "unknown-account"}`)
	}
}

// transport finds all hosts on this machine.
func (w *world) transport() http.RoundTripper {
	serve := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.post(out, r)
			return
		}
		w.hosts[r.Host](out, r)
	})
	plain, secure := httptest.NewServer(serve), httptest.NewTLSServer(serve)
	w.t.Cleanup(plain.Close)
	w.t.Cleanup(secure.Close)
	t := secure.Client().Transport.(*http.Transport)
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if host == w.slow {
			return nil, context.DeadlineExceeded // without the wait
		}
		if err != nil || w.hosts[host] == nil {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		server := secure
		if port == "80" {
			server = plain
		}
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return t
}

// build builds the account, and puts the files on the host.
func (w *world) build(a setup.Account) {
	w.t.Helper()
	s, err := dist.New([]setup.Account{a}, scripts(), dist.Options{Hosting: hosts.Names})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := dist.Write(w.dist, s, dist.Writing{}); err != nil {
		w.t.Fatal(err)
	}
	w.files = map[string][]byte{}
	err = filepath.WalkDir(w.dist, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(w.dist, name)
		w.files[filepath.ToSlash(rel)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// asset returns the name of the asset that begins so.
func (w *world) asset(prefix string) string {
	for name := range w.files {
		if strings.HasPrefix(name, "assets/"+prefix+".") {
			return name
		}
	}
	w.t.Fatalf("no asset %s", prefix)
	return ""
}

func (w *world) serveFile(out http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if answer := w.answers[name]; answer != nil {
		answer(out, r)
		return
	}
	content, ok := w.files[name]
	if !ok {
		http.NotFound(out, r)
		return
	}
	w.send(out, name, content)
}

func (w *world) send(out http.ResponseWriter, name string, content []byte) {
	h := out.Header()
	h.Set("Content-Type", append(types[path.Ext(name)], "application/json")[0]+"; charset=utf-8")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "public, max-age=300, must-revalidate")
	if strings.HasPrefix(name, "assets/") || len(strings.Split(name, ".")) == 3 {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Content-Encoding", "gzip")
	for header, value := range w.headers {
		of, header, _ := strings.Cut(header, ": ")
		if of == name {
			h.Set(header, value)
		}
	}
	if h.Get("Content-Encoding") != "gzip" {
		_, _ = out.Write(content)
		return
	}
	z := gzip.NewWriter(out)
	_, _ = z.Write(content)
	_ = z.Close()
}

func (w *world) serveToken(out http.ResponseWriter, r *http.Request) {
	out.Header().Set("Access-Control-Allow-Origin", "https://"+siteHost)
	out.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	switch {
	case r.Method == http.MethodOptions:
		out.WriteHeader(http.StatusNoContent)
	case r.URL.Query().Get("account") == "acme" && r.URL.Path == "/token":
		fmt.Fprint(out, `{"online": true}`)
	default:
		http.NotFound(out, r)
	}
}

func (w *world) servePage(out http.ResponseWriter, r *http.Request) {
	out.Header().Set("Content-Type", "text/html; charset=utf-8")
	if w.policy != "" {
		out.Header().Set("Content-Security-Policy", w.policy)
	}
	fmt.Fprint(out, w.page)
}

// changing matches what is other after each change of the widget.
var changing = regexp.MustCompile(`\b[0-9a-f]{10}\b|sha256-[\w+/=]{44}|\d{4,} bytes`)

// report is everything that is told, with the names of real hosts.
func (w *world) report() string {
	w.t.Helper()
	r, err := Run(context.Background(), w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintln(&b, p)
		if p.Hint == "" {
			w.t.Errorf("no hint: %s", p)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintln(&b, "note:", n)
	}
	return w.named(b.String())
}

// named is the text without what differs from run to run.
func (w *world) named(text string) string {
	return changing.ReplaceAllStringFunc(strings.ReplaceAll(text, w.dist, "dist"), func(found string) string {
		if strings.HasSuffix(found, " bytes") {
			return "N bytes"
		}
		return "HASH"
	})
}

func TestWhatIsAsItShouldBeIsPraised(t *testing.T) {
	w := newWorld(t)
	if got := w.report(); got != "" {
		t.Errorf("got\n%s", got)
	}
	r, _ := Run(context.Background(), w.options)
	const want = `https://www.example.com/
https://chat.example.com/acme/missive.js
https://chat.example.com/acme/missive.HASH.js
https://chat.example.com/assets/panel.HASH.js
https://chat.example.com/assets/connection.HASH.js
https://chat.example.com/assets/team.HASH.png
https://token.example.com/token`
	if got := w.named(strings.Join(r.Checked, "\n")); got != want {
		t.Errorf("looked at\n%s\nwant\n%s", got, want)
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, o := range []Options{
		{Account: ""}, {Account: "chat.example.com/acme"}, {Account: "https://chat.example.com/"}, {Account: "file:///acme/"}, {Account: "https://chat.example.com/no%20id/"},
		{Account: "https://chat.example.com/acme/", Page: "www.example.com"},
	} {
		wrong := cmp.Or(o.Page, o.Account)
		if _, err := Run(context.Background(), o); !errors.Is(err, ErrAddress) || err.Error() != strconv.Quote(wrong)+" is no address" {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func TestTheAddressMayBeThatOfAFileOfTheAccount(t *testing.T) {
	for address, want := range map[string]string{
		"https://chat.example.com/acme":                        "https://chat.example.com/ acme",
		"https://chat.example.com/acme/":                       "https://chat.example.com/ acme",
		"https://chat.example.com/chat/v2/acme/index.html?x#y": "https://chat.example.com/chat/v2/ acme",
		"http://localhost:8080/a_b-C/missive.js":               "http://localhost:8080/ a_b-C",
	} {
		base, id, err := splitAccount(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
		} else if got := base.String() + " " + id; got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
