package token

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// role puts a role into the service, or other permissions into one that is there.
func (f *fake) role(sid, name, scope string, permissions ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held = slices.DeleteFunc(f.held, func(r existingRole) bool { return r.SID == sid })
	f.held = append(f.held, existingRole{sid, name, scope, permissions})
}

const (
	wideRoles = `{"code":"roles-too-wide","message":"Nobody is let in, as the roles of the Conversations service allow visitors more than the chat needs. On the token server: go run ./cmd/token setup"}`
	notReady  = `{"code":"not-ready","message":"Twilio could not be asked yet what visitors may do; the log of the token server says why. It goes on trying."}`
)

func TestVisitorsAreLetInWhereTheyCanDoNoMoreThanTheyNeed(t *testing.T) {
	const post, get = http.MethodPost, http.MethodGet
	for _, c := range []struct {
		name   string
		change func(f *fake)
		letIn  bool
		told   string
	}{
		{"all is right", func(*fake) {}, true, `msg="roles checked"`},
		{"a new user may create conversations", func(f *fake) {
			f.role("RL9", "service user", ofService, "createConversation", "joinConversation")
			f.has.user = "RL9"
		}, false, `new users get the role \"service user\", which allows createConversation, joinConversation`},
		{"a new participant may add others", func(f *fake) {
			f.role("RL9", "channel user", ofConversation, "sendMessage", "addParticipant")
			f.has.participant = "RL9"
		}, false, `new participants of a conversation get the role \"channel user\", which allows addParticipant`},
		{"who creates a conversation may delete it", func(f *fake) {
			f.role("RL9", "channel admin", ofConversation, "deleteConversation")
			f.has.creator = "RL9"
		}, false, `users who create a conversation get the role \"channel admin\", which allows deleteConversation`},
		{"the default is a role that isn't there", func(f *fake) { f.has.user = "RL7" }, false, "new users get no role that there is"},
		{"there is no default", func(f *fake) { f.has = defaults{reachable: true} }, false, "new users get no role that there is"},
		{"our role was made wider", func(f *fake) {
			f.role("RL2", visitorOfConversation.name, ofConversation, "sendMessage", "removeParticipant")
		}, false, `the role \"missive visitor in a conversation\" allows removeParticipant`},
		{"our role of the service is one of conversations", func(f *fake) {
			f.role("RL1", visitorOfService.name, ofConversation, "editOwnMessageAttributes")
		}, true, `there is no role \"missive visitor\"`},
		{"the owner has made roles of their own that allow as little", func(f *fake) {
			f.held = nil
			f.role("RL8", "guest", ofService, "editOwnMessageAttributes")
			f.role("RL9", "guest", ofConversation, "sendMessage")
			f.has = defaults{user: "RL8", participant: "RL9", creator: "RL9", reachable: true}
		}, true, `there is no role \"missive agent\"`},
		{"agents may do less than they should", func(f *fake) { f.role("RL4", agentOfConversation.name, ofConversation, "sendMessage") },
			true, `the role \"missive agent in a conversation\" doesn't allow`},
		{"agents may do more", func(f *fake) { f.role("RL3", agentOfService.name, ofService, "editOwnUserInfo", "editAnyMessage") }, true, `msg="roles checked"`},
		{"reachability is off", func(f *fake) { f.has.reachable = false }, true, "reachability is off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			c.change(b.service)
			letIn, online := b.send(post, "/token", `{"account":"acme"}`), b.send(get, "/token?account=acme", "")
			if c.letIn {
				same(t, "status", []int{letIn.Code, online.Code}, []int{200, 200})
			} else {
				same(t, "answer", strings.TrimSuffix(letIn.Body.String(), "\n"), wideRoles)
				same(t, "answer to whether somebody is online", strings.TrimSuffix(online.Body.String(), "\n"), wideRoles)
				same(t, "status and when to come back", []any{letIn.Code, letIn.Header().Get("Retry-After")}, []any{503, "10"})
				same(t, "conversations", len(b.service.byName), 0)
			}
			same(t, "times that Twilio was asked", b.service.count("roles"), 1)
			if log := b.logged.String(); !strings.Contains(log, c.told) || strings.Contains(log, `hint="`+setupHint+`"`) != (c.told != `msg="roles checked"`) {
				t.Errorf("want a log that tells %s:\n%s", c.told, log)
			}
		})
	}
}

func TestWhoIsThereAlreadyGetsTheirRoleToo(t *testing.T) {
	b := newBench(t)
	a := b.ask(request{})
	for _, identity := range []string{a.Identity, "ann"} {
		b.service.given[a.Conversation+" "+identity] = "RL of before"
	}
	b.ask(request{Session: a.Session})
	b.ask(request{Session: a.Session})
	of := func(identity string) string { return b.service.given[a.Conversation+" "+identity] }
	same(t, "roles in the conversation", []string{of(a.Identity), of("ann"), of("bob@acme.com")}, []string{"RL2", "RL4", "RL4"})
	same(t, "changes", b.service.count("role "), 2)
	same(t, "role in the service", b.service.given[a.Identity], "RL1")

	b.service.given[a.Conversation+" "+a.Identity] = "RL of before"
	b.service.fail["role"] = down
	_, w := b.try(request{Session: a.Session})
	same(t, "status when a visitor keeps the role of before", w.Code, 503)
}

func TestATwilioThatIsOutOfReachIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.service.fail["roles"] = down
		_, w := b.try(request{})
		same(t, "answer", strings.TrimSuffix(w.Body.String(), "\n"), notReady)
		same(t, "status and when to come back", []any{w.Code, w.Header().Get("Retry-After")}, []any{503, "10"})
		delete(b.service.fail, "roles")
		b.service.fail["defaults"] = down
		time.Sleep(rolesRetry)
		_, w = b.try(request{})
		same(t, "status", w.Code, 503)
		clear(b.service.fail)
		_, w = b.try(request{})
		same(t, "status before it is asked again", w.Code, 503)
		time.Sleep(rolesRetry)
		b.ask(request{})
		same(t, "times that Twilio was asked", b.service.count("roles"), 3)
		same(t, "times that the log tells why", strings.Count(b.logged.String(), "can't be asked what they may do"), 1)
	})
}

func TestRolesAreLookedAtNowAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		first := b.ask(request{})
		time.Sleep(rolesHold)
		b.service.fail["roles"] = down
		b.ask(request{Session: first.Session}) // they were right
		clear(b.service.fail)
		time.Sleep(rolesRetry)
		b.service.role("RL1", visitorOfService.name, ofService, "createConversation")
		_, w := b.try(request{Session: first.Session})
		same(t, "status once somebody has changed them", w.Code, 503)
		b.service.role("RL1", visitorOfService.name, ofService, visitorOfService.permissions...)
		time.Sleep(rolesRetry)
		b.ask(request{Session: first.Session})
		same(t, "times that Twilio was asked", b.service.count("roles"), 4)
	})
}

func TestTheCheckIsMadeBeforeAVisitorComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.service.has.user = "RL9"
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan bool)
		go func() { b.Watch(ctx); close(ended) }()
		synctest.Wait()
		if log := b.logged.String(); !strings.Contains(log, "visitors are not let in: they could do more in Twilio than the chat needs") {
			t.Errorf("the log doesn't tell:\n%s", log)
		}
		time.Sleep(rolesRetry * 3)
		synctest.Wait()
		same(t, "times that Twilio was asked in half a minute", b.service.count("roles"), 4)
		same(t, "lines of the log", strings.Count(b.logged.String(), "\n"), 1)
		b.service.mu.Lock()
		b.service.has = rightDefaults
		b.service.mu.Unlock()
		time.Sleep(rolesRetry + rolesHold)
		synctest.Wait()
		same(t, "times that Twilio was asked after ten minutes more", b.service.count("roles"), 6)
		stop()
		<-ended
	})
}
