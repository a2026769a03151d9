package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// draining is a server under test, whose time to drain ends when the test says.
type draining struct {
	*testing.T
	address string
	stop    func()
	drained chan time.Time
	ended   chan error
}

func drain(t *testing.T, handler http.HandlerFunc) *draining {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	d := &draining{T: t, address: "http://" + listener.Addr().String(), stop: stop, drained: make(chan time.Time), ended: make(chan error, 1)}
	s := &server{token: handler, log: slog.New(slog.DiscardHandler), drain: func() <-chan time.Time { return d.drained }}
	go func() { d.ended <- s.serve(ctx, listener) }()
	return d
}

func (d *draining) get(client *http.Client, path string) (status int, body string, closes bool) {
	d.Helper()
	answer, err := client.Get(d.address + path)
	if err != nil {
		d.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		d.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Close
}

func TestAStoppingServerSaysSoAndAnswersAllTheSame(t *testing.T) {
	d := drain(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "a token") })
	// One has a connection open from before, the other opens one each time.
	kept, fresh := &http.Client{Transport: &http.Transport{}}, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, client := range []*http.Client{kept, fresh} {
		if status, body, _ := d.get(client, "/healthz"); status != 200 || body != "ok\n" {
			t.Fatalf("%d %s", status, body)
		}
	}
	d.stop()
	for status := 200; status == 200; { // the signal takes a moment
		status, _, _ = d.get(fresh, "/healthz")
	}
	for name, client := range map[string]*http.Client{"on an open connection": kept, "on a new one": fresh} {
		if status, body, closes := d.get(client, "/token"); status != 200 || body != "a token" || !closes {
			t.Errorf("%s: %d %s, closes: %t", name, status, body, closes)
		}
		if status, body, _ := d.get(client, "/healthz"); status != 503 || body != "stopping\n" {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	close(d.drained)
	if err := <-d.ended; err != nil {
		t.Error(err)
	}
	if _, err := fresh.Get(d.address + "/healthz"); err == nil {
		t.Error("it still listens")
	}
}

func TestWhoAskedBeforeTheEndGetsTheirAnswer(t *testing.T) {
	asked, answer := make(chan bool), make(chan bool)
	d := drain(t, func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-answer
		io.WriteString(w, "late")
	})
	got := make(chan string)
	go func() {
		answer, err := http.Get(d.address + "/token")
		if err != nil {
			got <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		got <- string(body)
	}()
	<-asked
	d.stop()
	close(d.drained)
	// It listens no more once it is stopping.
	for err := error(nil); err == nil; {
		var c net.Conn
		if c, err = net.Dial("tcp", strings.TrimPrefix(d.address, "http://")); err == nil {
			c.Close()
		}
	}
	select {
	case err := <-d.ended:
		t.Fatalf("ended before the answer: %v", err)
	default:
	}
	close(answer)
	if body := <-got; body != "late" {
		t.Errorf("got %q", body)
	}
	if err := <-d.ended; err != nil {
		t.Error(err)
	}
}

func TestErrorsOfTheServerAreLoggedWithoutWhoTheyAreAbout(t *testing.T) {
	for text, want := range map[string]string{
		"http: TLS handshake error from 203.0.113.7:4711: EOF":                                                                "http: TLS handshake error from … EOF",
		"http: Accept error: accept tcp 127.0.0.1:8080: accept4: too many open files; retrying in 5ms":                        "http: Accept error: accept tcp … accept4: too many open files; retrying in 5ms",
		"http: panic serving [2001:db8::7]:4711: jane@acme.com\ngoroutine 7 [running]:":                                       "http: panic serving",
		"read tcp 10.0.0.1:8080->203.0.113.7:4711: i/o timeout":                                                               "read tcp … i/o timeout",
		"http2: server connection error from 203.0.113.7:1: PROTOCOL_ERROR":                                                   "http2: server connection error from … PROTOCOL_ERROR",
		"nobody at fe80::1%eth0, (2001:db8::7) or 203.0.113.7":                                                                "nobody at … … or …",
		"http: response.WriteHeader on hijacked connection from main.main (main.go:12)":                                       "http: response.WriteHeader on hijacked connection from main.main (main.go:12)",
		"http: URL query contains semicolon, which is no longer a supported separator; parts of the query may be stripped \n": "http: URL query contains semicolon, which is no longer a supported separator; parts of the query may be stripped",
	} {
		var out bytes.Buffer
		log.New(errorLog{slog.New(slog.NewTextHandler(&out, nil))}, "", 0).Print(text)
		if got := out.String(); !strings.Contains(got, "level=ERROR msg=server cause=") || !strings.HasSuffix(got, want+"\"\n") {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestAPanicIsLoggedAndTheServerGoesOn(t *testing.T) {
	var out bytes.Buffer
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	drained := make(chan time.Time)
	close(drained)
	s := &server{token: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("jane@acme.com") }), log: slog.New(slog.NewTextHandler(&out, nil)),
		drain: func() <-chan time.Time { return drained }}
	ended := make(chan error)
	go func() { ended <- s.serve(ctx, listener) }()
	if _, err := http.Get("http://" + listener.Addr().String() + "/token"); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := out.String(); !strings.Contains(got, `cause="http: panic serving"`) || strings.Contains(got, "jane") || strings.Contains(got, "127.0.0.1") {
		t.Errorf("logged %s", got)
	}
}

func TestOnlyThisMachineIsServedUnlessTheOperatorSaysSo(t *testing.T) {
	if address, err := netip.ParseAddrPort(defaultAddr); err != nil || !address.Addr().IsLoopback() {
		t.Errorf("%s, %v", defaultAddr, err)
	}
	if !strings.Contains(usage, "by default at "+defaultAddr+",") {
		t.Error("the usage has another address")
	}
}
