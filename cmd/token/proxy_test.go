package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// proxy is one of the service's, as one of this machine: its command, and where it listens.
type proxy struct {
	command        *exec.Cmd
	address, plain string // plain is a socket for those who come without https, "" where the program itself sees to them
}

// nginx takes the example's file without the certificate, which it would read, and the ports 80 and 443, which only root may use.
func nginx(t *testing.T, upstream string) *proxy {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // where Debian keeps it
	}
	if _, err := os.Stat(program); err != nil {
		t.Log("NOT TESTED: nginx is not on this machine")
		return nil
	}
	p := &proxy{address: freeAddress(t)}
	dir := t.TempDir()
	p.plain = filepath.Join(dir, "plain")
	site := regexp.MustCompile(`(?m)^ *ssl_certificate.*\n|^ *listen \[::\].*\n`).ReplaceAllString(read(t, "service/nginx.conf"), "")
	site = strings.NewReplacer("listen 443 ssl;", "listen "+p.address+";", "listen 80;", "listen unix:"+p.plain+";", "server 127.0.0.1:8080;", "server "+upstream+";").Replace(site)
	paths := ""
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		paths += fmt.Sprintf("%s_temp_path %s/%[1]s; ", name, dir)
	}
	text := fmt.Sprintf("pid %s/pid;\nerror_log stderr;\ndaemon off;\nmaster_process off;\nevents {}\nhttp {\n%s\n%s}\n", dir, paths, site)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command(program, "-e", "stderr", "-c", file)
	return p
}

// caddy takes the example's file with an address of this machine, for which it gets no certificate.
func caddy(t *testing.T, upstream string) *proxy {
	t.Helper()
	program, err := exec.LookPath("caddy")
	if err != nil {
		t.Log("NOT TESTED: caddy is not on this machine")
		return nil
	}
	p := &proxy{address: freeAddress(t)}
	text := "{\n\tadmin off\n}\n" + strings.NewReplacer("\ntoken.example.com {", "\nhttp://"+p.address+" {", "127.0.0.1:8080", upstream).Replace(read(t, "service/Caddyfile"))
	dir := t.TempDir()
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command(program, "run", "--config", file, "--adapter", "caddyfile")
	p.command.Env = append(os.Environ(), "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	return p
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// start starts it, and returns what asks it, once it answers. Who asks claims to come from somewhere else, and keeps what browsers are told
// of https.
func (p *proxy) start(t *testing.T, always *atomic.Value) (get func() error) {
	t.Helper()
	var said strings.Builder
	p.command.Stderr = &said
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.command.Wait()
	}()
	t.Cleanup(func() {
		p.command.Process.Kill()
		<-ended
	})
	get = func() error {
		r, _ := http.NewRequest(http.MethodGet, "http://"+p.address+"/token", nil)
		r.Header.Set("X-Forwarded-For", "6.6.6.6")
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			always.Store(answer.Header.Get("Strict-Transport-Security"))
		}
		return err
	}
	for get() != nil {
		select {
		case <-ended:
			t.Fatalf("the proxy has ended:\n%s", said.String())
		case <-time.After(20 * time.Millisecond): // nothing tells that it is there but that it answers
		}
	}
	return get
}

// A connection for each request would leave thousands behind that the machine can't use for a minute.
func TestProxiesKeepTheirConnectionsAndSayWhoAsks(t *testing.T) {
	for name, of := range map[string]func(*testing.T, string) *proxy{"nginx": nginx, "caddy": caddy} {
		t.Run(name, func(t *testing.T) {
			var opened atomic.Int64
			var last, always atomic.Value
			upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				hops := strings.Split(r.Header.Get("X-Forwarded-For"), ", ")
				last.Store(r.Host + " is asked by " + hops[len(hops)-1])
			}))
			upstream.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					opened.Add(1)
				}
			}
			upstream.Start()
			defer upstream.Close()
			p := of(t, upstream.Listener.Addr().String())
			if p == nil {
				return
			}
			get := p.start(t, &always)
			const requests = 20
			for range requests {
				if err := get(); err != nil {
					t.Fatal(err)
				}
			}
			if opened.Load() > 2 {
				t.Errorf("%d connections for %d requests", opened.Load(), requests)
			}
			if got := always.Load(); got != "max-age=31536000" {
				t.Errorf("browsers are told %q of https", got)
			}
			host, _, _ := net.SplitHostPort(p.address)
			if told := last.Load(); told != host+" is asked by 127.0.0.1" && told != p.address+" is asked by 127.0.0.1" {
				t.Errorf("the server is told: %s", told)
			}
		})
	}
}

func TestProxiesCompressScriptsAndNoTokens(t *testing.T) {
	long := strings.Repeat("hello ", 1000)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", map[bool]string{true: "text/javascript; charset=utf-8", false: "application/json"}[strings.HasSuffix(r.URL.Path, ".js")])
		w.Write([]byte(long))
	}))
	defer upstream.Close()
	for name, of := range map[string]func(*testing.T, string) *proxy{"nginx": nginx, "caddy": caddy} {
		t.Run(name, func(t *testing.T) {
			p := of(t, upstream.Listener.Addr().String())
			if p == nil {
				return
			}
			p.start(t, new(atomic.Value))
			for path, want := range map[string]string{"/desk/page.js": "gzip", "/desk/token": "", "/token": ""} {
				r, _ := http.NewRequest(http.MethodGet, "http://"+p.address+path, nil)
				r.Header.Set("Accept-Encoding", "gzip")
				answer, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if got := answer.Header.Get("Content-Encoding"); got != want {
					t.Errorf("%s comes as %q, want %q", path, got, want)
				}
			}
		})
	}
}

func TestNginxLeadsToHTTPS(t *testing.T) {
	p := nginx(t, "127.0.0.1:8080")
	if p == nil {
		return
	}
	p.start(t, new(atomic.Value))
	plain := http.Client{
		Transport:     &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", p.plain) }},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := plain.Get("http://token.example.com/desk?a=b")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusMovedPermanently || to != "https://token.example.com/desk?a=b" {
		t.Errorf("%s to %s", answer.Status, to)
	}
}
