package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/token"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"token": main})
}

// Each script has local conversations of its own for Twilio, and the environment of the server that leads to them.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			o := newEnvironment(complete).twilio()
			backend, err := conversations.New(conversations.Options{AccountSID: o.AccountSID, APIKey: o.APIKey, APISecret: o.APISecret, ServiceSID: o.ServiceSID})
			if err != nil {
				return err
			}
			server := httptest.NewServer(backend)
			e.Defer(func() {
				backend.Close()
				server.Close()
			})
			for _, variable := range complete {
				if name, value, _ := strings.Cut(variable, "="); name != "PATH" {
					e.Setenv(name, value)
				}
			}
			e.Setenv("TWILIO_API_URL", server.URL)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "visitor": visitor},
	})
}

// exits runs a command, and fails unless its exit status is this one: exits 2 token forget
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// visitor lets somebody write: visitor verified|typed ADDRESS SECRET TEXT. What they are let in with is the server's own.
func visitor(ts *testscript.TestScript, _ bool, args []string) {
	var environ []string
	for _, variable := range append(complete, "TWILIO_API_URL=") {
		name, _, _ := strings.Cut(variable, "=")
		environ = append(environ, name+"="+ts.Getenv(name))
	}
	options, _, err := fromEnvironment(environ, "")
	ts.Check(err)
	handler, err := token.New(options.Options)
	ts.Check(err)
	who := map[string]any{"visitor": map[string]string{"email": args[1]}}
	if args[0] == "verified" {
		who = map[string]any{"user": map[string]string{"email": args[1], "digest": token.Digest([]byte(options.Secrets["HELP"][0]), args[1])}}
	}
	who["protocol"], who["account"], who["secret"] = 2, "help", strings.Repeat(args[2], 32)
	who["message"] = map[string]string{"id": fmt.Sprintf("%032x", args[3])[:32], "body": args[3]}
	body, err := json.Marshal(who)
	ts.Check(err)
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/token", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
		ts.Fatalf("%d %s", w.Code, w.Body)
	}
}
