package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// service is one of the local conversations, to look at.
type localService struct {
	*testing.T
	rest
}

// told sets it up, and returns what is told.
func (s localService) told(change ...func(*SetupOptions)) string {
	s.Helper()
	lines, err := s.try(change...)
	if err != nil {
		s.Fatalf("%v, after\n%s", err, lines)
	}
	return lines
}

func (s localService) try(change ...func(*SetupOptions)) (lines string, err error) {
	told := 0
	o := SetupOptions{Agents: []string{"ann", "bob"}, Tell: func(line string) { lines += line + "\n"; told++ }}
	for _, c := range change {
		c(&o)
	}
	changes, err := Setup(s.Context(), s.Twilio, o)
	if changes != told {
		s.Errorf("%d changes, %d told", changes, told)
	}
	return lines, err
}

func checkOnly(o *SetupOptions) { o.CheckOnly = true }

// must fails the test for an error.
func (s localService) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// talk makes a conversation of a visitor as the first version of the endpoint did, with those in it.
func (s localService) talk(visitor string, more ...string) (sid string) {
	s.Helper()
	c, err := s.create(s.Context(), conversation{name: visitor + "-1", attributes: "{}"})
	s.must(err)
	for _, identity := range append([]string{visitor}, more...) {
		s.must(s.join(s.Context(), c.SID, identity, ""))
	}
	return c.SID
}

func (s localService) end(sid string) {
	s.Helper()
	p := &api.UpdateServiceConversationParams{}
	_, err := s.api(s.Context()).UpdateServiceConversation(s.ServiceSID, sid, p.SetState("closed"))
	s.must(err)
}

// roleNames returns who has which role in the service, and in a conversation.
func (s localService) roleNames(conversation string) (inService, inConversation map[string]string) {
	s.Helper()
	existing, err := s.roles(s.Context())
	s.must(err)
	names := map[string]string{}
	for _, r := range existing {
		names[r.SID] = r.name
	}
	inService, inConversation = map[string]string{}, map[string]string{}
	s.must(s.users(s.Context(), func(m member) error { inService[m.identity] = names[m.role]; return nil }))
	if conversation != "" {
		members, err := s.participants(s.Context(), conversation)
		s.must(err)
		for _, m := range members {
			inConversation[m.identity] = names[m.role]
		}
	}
	return inService, inConversation
}

const (
	allLacking = `there is no role "missive visitor"
there is no role "missive visitor in a conversation"
there is no role "missive agent"
there is no role "missive agent in a conversation"
`
	allMade = `made the role "missive visitor", which allows editOwnMessageAttributes
made the role "missive visitor in a conversation", which allows sendMessage
made the role "missive agent", which allows editOwnUserInfo
made the role "missive agent in a conversation", which allows sendMessage, sendMediaMessage, leaveConversation, editConversationAttributes, editOwnMessage, editOwnMessageAttributes, deleteOwnMessage
`
	defaultsLacking = `new users get the role "service user", which allows createConversation, editOwnUserInfo, joinConversation
new participants of a conversation get the role "channel user", which allows sendMediaMessage, leaveConversation, editNotificationLevel, editOwnParticipantAttributes, editOwnMessage, editOwnMessageAttributes, deleteOwnMessage
users who create a conversation get the role "channel admin", which allows sendMediaMessage, leaveConversation, editNotificationLevel, deleteConversation, removeParticipant, editConversationName, editConversationAttributes, addParticipant, addNonChatParticipant, editAnyParticipantAttributes, editAnyMessage, editAnyMessageAttributes, deleteAnyMessage
`
	defaultsSet = `new users get the role "missive visitor"
new participants of a conversation get the role "missive visitor in a conversation"
users who create a conversation get the role "missive visitor in a conversation"
`
)

func TestANewServiceIsSetUpOnce(t *testing.T) {
	s := localService{t, newLocal(t)}
	s.must(s.setReachable(false))
	const lacking = allLacking + "without their role in the service: 2 agents\n" + defaultsLacking + "reachability is off, so the team is never online\n"
	same(t, "what it lacks", s.told(checkOnly), lacking)
	same(t, "what it lacks after that", s.told(checkOnly), lacking)
	same(t, "what is done", s.told(), allMade+"got their role in the service: 2 agents\n"+defaultsSet+"turned reachability on\n")
	same(t, "what is done then", s.told(), "")
	same(t, "what it lacks then", s.told(checkOnly), "")
	inService, _ := s.roleNames("")
	same(t, "users", inService, map[string]string{"ann": "missive agent", "bob": "missive agent"})
}

// setReachable is what nobody but a test does.
func (t rest) setReachable(on bool) error {
	p := &api.UpdateServiceConfigurationParams{}
	_, err := t.api(context.Background()).UpdateServiceConfiguration(t.ServiceSID, p.SetReachabilityEnabled(on))
	return explain(err)
}

func TestWhoIsThereGetsTheirRoles(t *testing.T) {
	s := localService{t, newLocal(t)}
	first := s.talk("visitor-jane", "ann", "bob")
	s.talk("verified-joe", "ann")
	s.end(s.talk("visitor-eve", "ann"))

	same(t, "what it lacks", s.told(checkOnly), allLacking+"without their role in the service: 3 visitors, 2 agents\nwithout their role in 2 conversations: 2 visitors, 3 agents\n"+defaultsLacking)
	same(t, "what is done", s.told(), allMade+"got their role in the service: 3 visitors, 2 agents\ngot their role in 2 conversations: 2 visitors, 3 agents\n"+defaultsSet)
	inService, inConversation := s.roleNames(first)
	same(t, "in the service", inService, map[string]string{
		"ann": "missive agent", "bob": "missive agent", "visitor-jane": "missive visitor", "verified-joe": "missive visitor", "visitor-eve": "missive visitor",
	})
	same(t, "in the conversation", inConversation, map[string]string{
		"ann": "missive agent in a conversation", "bob": "missive agent in a conversation", "visitor-jane": "missive visitor in a conversation",
	})
	same(t, "what is done then", s.told(), "")

	// Who comes from somewhere else than the endpoint has the least.
	sid := s.talk("visitor-new", "jo")
	inService, inConversation = s.roleNames(sid)
	same(t, "a new user", inService["jo"], "missive visitor")
	same(t, "a new participant", inConversation["jo"], "missive visitor in a conversation")
	same(t, "an agent who is new", s.told(func(o *SetupOptions) { o.Agents = append(o.Agents, "jo") }),
		"got their role in the service: 1 agent\ngot their role in 1 conversation: 1 agent\n")
	same(t, "an agent who is none any more", s.told(func(o *SetupOptions) { o.Strangers = true }),
		"got their role in the service: 1 visitor\ngot their role in 1 conversation: 1 visitor\n")
}

func TestPageAfterPageIsDone(t *testing.T) {
	s := localService{t, newLocal(t)}
	for n := range 230 {
		s.talk(fmt.Sprintf("visitor-%d", n))
	}
	same(t, "what is done", s.told(), allMade+"got their role in the service: 230 visitors, 2 agents\ngot their role in 230 conversations: 230 visitors\n"+defaultsSet)
	same(t, "what is done then", s.told(), "")
}

func TestRolesThatWereChangedAreMended(t *testing.T) {
	s := localService{t, newLocal(t)}
	s.told()
	existing, err := s.roles(t.Context())
	s.must(err)
	change := func(name string, permissions ...string) {
		i := slices.IndexFunc(existing, func(r existingRole) bool { return r.name == name })
		s.must(s.changeRole(t.Context(), existing[i].SID, permissions))
	}
	change("missive visitor in a conversation", "sendMessage", "addParticipant", "leaveConversation")
	change("missive visitor", "editOwnUserInfo")
	// What the owner adds for the team's tools stays.
	change("missive agent in a conversation", "sendMessage", "addParticipant")
	change("missive agent", "editOwnUserInfo", "joinConversation")
	same(t, "what it lacks", s.told(checkOnly), `the role "missive visitor" allows editOwnUserInfo
the role "missive visitor in a conversation" allows addParticipant, leaveConversation
the role "missive agent in a conversation" doesn't allow sendMediaMessage, leaveConversation, editConversationAttributes, editOwnMessage, editOwnMessageAttributes, deleteOwnMessage
`)
	same(t, "what is done", s.told(), `changed the role "missive visitor": it allows editOwnMessageAttributes
changed the role "missive visitor in a conversation": it allows sendMessage
changed the role "missive agent in a conversation": it allows sendMessage, sendMediaMessage, leaveConversation, editConversationAttributes, editOwnMessage, editOwnMessageAttributes, deleteOwnMessage, addParticipant
`)
	same(t, "what is done then", s.told(), "")
}

func TestUsersOfAnotherProgramStopTheSetup(t *testing.T) {
	s := localService{t, newLocal(t)}
	s.talk("visitor-jane", "ann")
	s.talk("order 7", "customer-3", "driver-9")
	lines, err := s.try()
	same(t, "error", err, `the service has 3 users who are neither visitors nor agents: it may be another program's, too, which would lose its roles
  hint: make a Conversations service for the chat alone; if this is one, and they are former agents, -strangers gives them the visitors' role`)
	same(t, "what is done", lines, "")
	same(t, "what it lacks", strings.SplitAfter(s.told(checkOnly), "\n")[0], "the service has 3 users who are neither visitors nor agents\n")

	strangers := func(o *SetupOptions) { o.Strangers = true }
	same(t, "what is done", s.told(strangers), allMade+"got their role in the service: 4 visitors, 2 agents\ngot their role in 2 conversations: 4 visitors, 1 agent\n"+defaultsSet)
	same(t, "what is done then", s.told(), "")
	same(t, "what it lacks then", s.told(checkOnly), "")
}

// shared is a Transport that does something before requests go on.
type shared func(r *http.Request) (*http.Response, error)

func (s shared) RoundTrip(r *http.Request) (*http.Response, error) {
	if answer, err := s(r); answer != nil || err != nil {
		return answer, err
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestWhoComesWhileItIsSetUpHasTheLeastAfterwards(t *testing.T) {
	s := localService{t, newLocal(t)}
	s.talk("visitor-jane", "ann")
	local := s.rest
	var late string
	s.Transport = shared(func(r *http.Request) (*http.Response, error) {
		if late == "" && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Configuration") {
			late = localService{t, local}.talk("visitor-late", "ann")
		}
		return nil, nil
	})
	told := s.told()
	same(t, "what is done last", told[strings.LastIndex(strings.TrimSuffix(told, "\n"), "\n")+1:], "got their role in 1 conversation: 1 visitor, 1 agent\n")
	inService, inConversation := localService{t, local}.roleNames(late)
	same(t, "in the service", inService["visitor-late"], "missive visitor")
	same(t, "in the conversation", slices.Sorted(maps.Values(inConversation)), []string{"missive agent in a conversation", "missive visitor in a conversation"})
}

func TestAConversationThatClosesMeanwhileIsPassedOver(t *testing.T) {
	s := localService{t, newLocal(t)}
	sid := s.talk("visitor-jane", "ann")
	open := s.talk("visitor-joe", "ann")
	local := s.rest
	var closed atomic.Bool // conversations are gone through at the same time
	s.Transport = shared(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, sid+"/Participants/") && closed.CompareAndSwap(false, true) {
			localService{t, local}.end(sid)
		}
		return nil, nil
	})
	told := s.told()
	if !closed.Load() || !strings.Contains(told, "got their role in 1 conversation: 1 visitor, 1 agent\n") {
		t.Errorf("closed: %t, told\n%s", closed.Load(), told)
	}
	_, inConversation := localService{t, local}.roleNames(open)
	same(t, "in the other one", len(inConversation), 2)
}

func TestWhatGoesWrongEndsTheSetupAndTheNextOneGoesOn(t *testing.T) {
	for _, c := range []struct{ name, method, path string }{
		{"listing roles", "GET", "/Roles"},
		{"making a role", "POST", "/Roles"},
		{"listing users", "GET", "/Users"},
		{"changing a user", "POST", "/Users/"},
		{"making a user", "POST", "/Users"},
		{"listing conversations", "GET", "/Conversations"},
		{"listing participants", "GET", "/Participants"},
		{"changing a participant", "POST", "/Participants/"},
		{"reading the configuration", "GET", "/Configuration"},
		{"changing the configuration", "POST", "/Configuration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := localService{t, newLocal(t)}
			for n := range 20 {
				s.talk(fmt.Sprintf("visitor-%d", n), "ann")
			}
			broken := s
			broken.Transport = shared(func(r *http.Request) (*http.Response, error) {
				path := r.URL.Path
				if r.Method == c.method && (strings.HasSuffix(path, c.path) || strings.HasSuffix(c.path, "/") && strings.Contains(path, c.path)) {
					return &http.Response{StatusCode: 503, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"status":503,"code":20503}`)), Request: r}, nil
				}
				return nil, nil
			})
			_, err := broken.try()
			if !errors.Is(err, errService) || err.Error() != "Twilio answered with status 503, code 20503" {
				t.Errorf("got %v", err)
			}
			s.told()
			same(t, "what it lacks then", s.told(checkOnly), "")
		})
	}
}

func TestATwilioThatIsAskedTooOftenIsAskedAgainLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		refusals := 3
		header := http.Header{}
		p := patient{shared(func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
			status := http.StatusOK
			if len(bodies) <= refusals {
				status = http.StatusTooManyRequests
			}
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(""))}, nil
		})}
		ask := func(ctx context.Context) (*http.Response, error) {
			bodies = nil
			r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://conversations.twilio.com", strings.NewReader("RoleSid=RL1"))
			return p.RoundTrip(r)
		}
		start := time.Now()
		answer, err := ask(t.Context())
		same(t, "answer", fmt.Sprint(answer.StatusCode, err), "200 <nil>")
		same(t, "bodies", bodies, "[RoleSid=RL1 RoleSid=RL1 RoleSid=RL1 RoleSid=RL1]")
		same(t, "waited", time.Since(start), 7*time.Second)

		start, refusals, header = time.Now(), 1, http.Header{"Retry-After": {"20"}}
		ask(t.Context())
		same(t, "waited as Twilio says", time.Since(start), 20*time.Second)

		refusals, header = 100, http.Header{}
		answer, err = ask(t.Context())
		same(t, "answer in the end", fmt.Sprint(answer.StatusCode, err), "429 <nil>")
		same(t, "tries", len(bodies), mostTries)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		_, err = ask(ctx)
		same(t, "error of who gives up", err, context.DeadlineExceeded)
	})
}
