package main

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/conversations"
)

// local starts local conversations as a new service has them, and returns the variable that leads to them.
func local(t *testing.T) string {
	t.Helper()
	e := newEnvironment(complete)
	o := e.twilio()
	backend, err := conversations.New(conversations.Options{AccountSID: o.AccountSID, APIKey: o.APIKey, APISecret: o.APISecret, ServiceSID: o.ServiceSID})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(backend)
	t.Cleanup(func() {
		backend.Close()
		server.Close()
	})
	return "TWILIO_API_URL=" + server.URL
}

const lacking = `token: the service lacks what the chat needs:
  there is no role "missive visitor"
  there is no role "missive visitor in a conversation"
  there is no role "missive agent"
  there is no role "missive agent in a conversation"
  without their role in the service: 2 agents
  new users get the role "service user", which allows createConversation, editOwnUserInfo, joinConversation
  new participants of a conversation get the role "channel user", which allows sendMediaMessage, leaveConversation, editNotificationLevel, editOwnParticipantAttributes, editOwnMessage, editOwnMessageAttributes, deleteOwnMessage
  users who create a conversation get the role "channel admin", which allows sendMediaMessage, leaveConversation, editNotificationLevel, deleteConversation, removeParticipant, editConversationName, editConversationAttributes, addParticipant, addNonChatParticipant, editAnyParticipantAttributes, editAnyMessage, editAnyMessageAttributes, deleteAnyMessage
  reachability is off, so the team is never online
  hint: go run ./cmd/token setup
`

const done = `made the role "missive visitor", which allows editOwnMessageAttributes
made the role "missive visitor in a conversation", which allows sendMessage
made the role "missive agent", which allows editOwnUserInfo
made the role "missive agent in a conversation", which allows sendMessage, sendMediaMessage, leaveConversation, editConversationAttributes, editOwnMessage, editOwnMessageAttributes, deleteOwnMessage
got their role in the service: 2 agents
new users get the role "missive visitor"
new participants of a conversation get the role "missive visitor in a conversation"
users who create a conversation get the role "missive visitor in a conversation"
turned reachability on
the service is as the chat needs it
`

func TestSetupBringsTheServiceToWhereTheChatNeedsItAndCheckOnlyTells(t *testing.T) {
	environ := append(complete, local(t))
	// It needs no more than what it is about.
	environ = slices.DeleteFunc(environ, func(variable string) bool {
		return strings.HasPrefix(variable, "MISSIVE_") && !strings.HasPrefix(variable, "MISSIVE_AGENTS=")
	})
	for _, step := range []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"setup -check", 1, "", lacking},
		{"setup", 0, done, ""},
		{"setup", 0, "the service is as the chat needs it\n", ""},
		{"setup -check", 0, "the service is as the chat needs it\n", ""},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), strings.Fields(step.args), environ, &stdout, &stderr)
		if code != step.code || stdout.String() != step.stdout || stderr.String() != step.stderr {
			t.Errorf("%s: code %d, output\n%s\nerror\n%s\nwant %d,\n%s\n%s", step.args, code, &stdout, &stderr, step.code, step.stdout, step.stderr)
		}
	}
}

// writer is called with each write.
type writer func()

func (w writer) Write(b []byte) (int, error) { w(); return len(b), nil }

func TestWhatKeepsSetupFromItsWorkIsTold(t *testing.T) {
	nobody := slices.Concat(complete, []string{unreachable(t)})
	stranger := slices.Concat(complete, []string{local(t)})
	with := func(variable string) []string { return slices.Concat(stranger, []string{variable}) }
	if code := run(t.Context(), []string{"setup"}, with("MISSIVE_AGENTS=jo"), &bytes.Buffer{}, &bytes.Buffer{}); code != 0 {
		t.Fatalf("code %d", code)
	}
	const variables = "\n  hint: the variables that begin with TWILIO_ say which service is asked, and with which key\n"
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, c := range []struct {
		name    string
		ctx     context.Context
		args    string
		environ []string
		want    string // the end of it
	}{
		{"no environment", t.Context(), "setup", nil, `token: the environment is not complete:
  TWILIO_ACCOUNT_SID is missing: the Account SID in Twilio's console, AC and 32 hex digits
  TWILIO_API_KEY is missing: the SID of an API key, SK and 32 hex digits
  TWILIO_API_SECRET is missing: the secret of the API key, which Twilio shows once
  TWILIO_SERVICE_SID is missing: the SID of the Conversations service, IS and 32 hex digits
  -agents is missing: the file with the team, as in -agents agents.yaml, or MISSIVE_AGENTS with what it has
  hint: go run ./cmd/token -h explains each variable
`},
		{"a stand-in somewhere else", t.Context(), "setup", with("TWILIO_API_URL=http://example.com"), `token: the environment is not complete:
  TWILIO_API_URL is no address on this machine, such as http://127.0.0.1:4400: it is for trying things out, and the API key goes there
  hint: go run ./cmd/token -h explains each variable
`},
		{"Twilio is out of reach", t.Context(), "setup", nobody, ": connection refused" + variables},
		{"Twilio is out of reach of the check", t.Context(), "setup -check", nobody, ": connection refused" + variables},
		{"another key", t.Context(), "setup -check", with("TWILIO_API_SECRET=wrong"),
			"token: Twilio doesn't accept the API key: it answered with status 401, code 20003\n  hint: TWILIO_API_KEY and TWILIO_API_SECRET must be of one key, made in the account and in the region of the service: see TWILIO_REGION\n"},
		{"another service", t.Context(), "setup", with("TWILIO_SERVICE_SID=IS" + strings.Repeat("4", 32)),
			"token: Twilio has no Conversations service IS" + strings.Repeat("4", 32) + " for this API key\n  hint: TWILIO_SERVICE_SID must be a service in the account and in the region of the API key: see TWILIO_REGION\n"},
		{"another account", t.Context(), "setup", with("TWILIO_ACCOUNT_SID=AC" + strings.Repeat("4", 32)),
			"token: the Conversations service is of the account " + newEnvironment(complete).twilio().AccountSID + ", and TWILIO_ACCOUNT_SID is AC" + strings.Repeat("4", 32) +
				"\n  hint: if the service is the chat's, correct TWILIO_ACCOUNT_SID: else TWILIO_SERVICE_SID and the API key\n"},
		{"users of somebody else", t.Context(), "setup", stranger,
			`token: the service has 1 user who is neither a visitor nor an agent: it may be another program's, too, which would lose its roles
  hint: make a Conversations service for the chat alone; if this is one, and they are former agents, -strangers gives them the visitors' role
`},
		{"a stop", stopped, "setup", stranger, "token: stopped\n  hint: what is done stays, and the same command goes on from there\n"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(c.ctx, strings.Fields(c.args), c.environ, &stdout, &stderr)
		if code != 2 || stdout.Len() > 0 || !strings.HasSuffix(stderr.String(), c.want) {
			t.Errorf("%s: code %d, output\n%s\nerror\n%s\nwant\n%s", c.name, code, &stdout, &stderr, c.want)
		}
	}
	// With the first line that is told the service goes away.
	ctx, cancel := context.WithCancel(t.Context())
	var half, why bytes.Buffer
	code := run(ctx, []string{"setup"}, slices.Concat(complete, []string{local(t)}), io.MultiWriter(&half, writer(cancel)), &why)
	if code != 2 || strings.Count(half.String(), "\n") != 1 || why.String() != "token: stopped\n  hint: what is done stays, and the same command goes on from there\n" {
		t.Errorf("code %d\n%s%s", code, &half, &why)
	}

	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"setup", "-strangers"}, stranger, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "got their role in the service: 1 visitor, 2 agents\n") {
		t.Errorf("code %d\n%s%s", code, &stdout, &stderr)
	}
}
