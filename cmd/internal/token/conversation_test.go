package token

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

func TestVisitorAndTeamAreInTheConversation(t *testing.T) {
	b := newBench(t)
	a := b.ask(request{User: asUser(jane, "Jane Doe")})
	members := b.service.members[a.Conversation]
	slices.Sort(members)
	same(t, "participants", members, []string{"ann", "bob@acme.com", a.Identity})
	same(t, "attributes", b.attributes(a), b.sealed(a, `{"account":"acme","seal":"SEAL","verification":"verified","visitor":{"name":"Jane Doe","email":"jane@acme.com"}}`))
	c := b.service.bySID(a.Conversation)
	same(t, "friendly name", c.friendlyName, "Jane Doe")
	same(t, "unique name", c.name, a.Identity+"-1")
	same(t, "name of the user", b.service.users[a.Identity], "Jane Doe")
}

func TestTheTokenIsTwiliosForThisVisitorAlone(t *testing.T) {
	b := newBench(t)
	start := time.Now().Truncate(time.Second)
	a := b.ask(request{})
	got := claims(t, a.Token)
	same(t, "grants", got["grants"], map[string]any{"identity": a.Identity, "chat": map[string]any{"service_sid": testOptions.Twilio.ServiceSID}})
	same(t, "issuer and subject", fmt.Sprint(got["iss"], got["sub"]), testOptions.Twilio.APIKey+testOptions.Twilio.AccountSID)
	expires, err := time.Parse(time.RFC3339, a.ExpiresAt)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "expiresAt", float64(expires.Unix()), got["exp"])
	if life := expires.Sub(start); life < time.Hour || life > time.Hour+time.Minute {
		t.Errorf("the token lives %s, want an hour", life)
	}
}

func TestAnAgentWhoCannotBeAddedIsAddedLater(t *testing.T) {
	b := newBench(t)
	b.service.fail["join ann"] = down
	a := b.ask(request{})
	same(t, "participants", b.service.members[a.Conversation], []string{a.Identity, "bob@acme.com"})
	if !strings.Contains(b.logged.String(), `msg="agent not added" agent=ann`) {
		t.Errorf("the log doesn't tell:\n%s", b.logged)
	}
	delete(b.service.fail, "join ann")
	b.ask(request{Session: a.Session})
	same(t, "participants", b.service.members[a.Conversation], []string{a.Identity, "bob@acme.com", "ann"})
	same(t, "calls to add the three, one of whom took some", b.service.count("join"), 3+maxTries)
}

func TestAUserWithoutANameIsStillLetIn(t *testing.T) {
	b := newBench(t)
	b.service.fail["describeUser"] = down
	b.ask(request{User: asUser(jane, "Jane")})
	same(t, "tries", b.service.count("describeUser"), maxTries)
}

func TestWhatTheVisitorSaidStaysUntilTheySaySomethingElse(t *testing.T) {
	b := newBench(t)
	first := b.ask(request{Visitor: &visitorForm{Name: "Jane", Email: jane}})
	asFirst := b.sealed(first, `{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`)
	for _, q := range []request{{}, {Visitor: &visitorForm{}}, {Visitor: &visitorForm{Name: "Jane", Email: jane}}} {
		q.Session = first.Session
		b.ask(q)
		same(t, "attributes", b.attributes(first), asFirst)
	}
	same(t, "updates", b.service.count("update"), 0)

	c := b.service.bySID(first.Conversation)
	c.attributes = b.sealed(first, `{ "visitor": {"email": "jane@acme.com", "name": "Jane"}, "verification": "unverified", "ticket": 7, "account": "acme", "seal": "SEAL" }`)
	b.ask(request{Session: first.Session, Visitor: &visitorForm{Name: "Jane", Email: jane}})
	same(t, "updates for another order of keys", b.service.count("update"), 0)
	b.ask(request{Session: first.Session, Visitor: &visitorForm{Email: "jd@acme.com"}})
	same(t, "attributes", c.attributes, b.sealed(first, `{"account":"acme","seal":"SEAL","ticket":7,"verification":"unverified","visitor":{"name":"","email":"jd@acme.com"}}`))
	same(t, "friendly name", c.friendlyName, "jd@acme.com")
	same(t, "name of the user", b.service.users[first.Identity], "jd@acme.com")
}

func TestAttributesThatAreNoObjectAreReplaced(t *testing.T) {
	b := newBench(t)
	a := b.ask(request{User: asUser(jane, "")})
	want := b.attributes(a)
	for _, broken := range []string{"", "null", "[1]", `"text"`, "{"} {
		b.service.bySID(a.Conversation).attributes = broken
		b.ask(request{User: asUser(jane, "")})
		same(t, broken, b.attributes(a), want)
	}
}

func TestFullAttributesLockNobodyOut(t *testing.T) {
	b, local := newLocalBench(t)
	first := b.ask(hello())
	ticket := strings.Repeat("x", maxConversationBytes-len(`{"ticket":""}`))
	p := &api.UpdateServiceConversationParams{}
	if _, err := local.api(t.Context()).UpdateServiceConversation(local.ServiceSID, first.Conversation, p.SetAttributes(`{"ticket":"`+ticket+`"}`)); err != nil {
		t.Fatal(err)
	}
	q := request{Protocol: 2, Session: first.Session, Visitor: &visitorForm{Name: "Jane", Email: jane}, Message: says("Still there?")}
	same(t, "message", b.ask(q).Message.Index, 1)
	c, err := local.find(t.Context(), first.Identity+"-1")
	same(t, "of the tool's attributes", fmt.Sprint(len(c.attributes), c.friendlyName, err), fmt.Sprint(maxConversationBytes, "Jane", nil))
	if !strings.Contains(b.logged.String(), `level=WARN msg="the attributes of a conversation are full`) {
		t.Errorf("the log doesn't tell:\n%s", b.logged)
	}
	// The one that follows takes over what fits.
	next, _, err := b.createConversation(t.Context(), visitor{accountID: "acme", identity: first.Identity, verification: unverified}, 2, c)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "attributes of the next one", next.attributes, sealed(b.sessionKeys, next.name, `{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"","email":""}}`))
}

func TestAClosedConversationIsFollowedByANewOne(t *testing.T) {
	for _, known := range []bool{true, false} {
		t.Run(fmt.Sprintf("session known: %t", known), func(t *testing.T) {
			b := newBench(t)
			q := request{User: asUser(jane, "Jane")}
			for n := 1; n <= 40; n++ {
				before := len(b.service.calls)
				a := b.ask(q)
				same(t, "unique name", b.service.bySID(a.Conversation).name, fmt.Sprintf("%s-%d", a.Identity, n))
				same(t, "conversation of the next request", b.ask(q).Conversation, a.Conversation)
				if known {
					q.Session = a.Session
				}
				asked := 0
				for _, call := range b.service.calls[before:] {
					if strings.HasPrefix(call, "find") || strings.HasPrefix(call, "conversations") {
						asked++
					}
				}
				most := 2 // two requests, each of which has them listed
				if known {
					most = 4 // and before asks for the one that the session knows of
				}
				if asked > most {
					t.Errorf("%d questions with %d closed conversations, want at most %d", asked, n-1, most)
				}
				b.service.close(b.Context(), a.Conversation)
			}
			same(t, "conversations", len(b.service.byName), 40)
		})
	}
}

func TestADeletedConversationIsMadeAgain(t *testing.T) {
	b := newBench(t)
	a := b.ask(request{})
	clear(b.service.byName)
	again := b.ask(request{Session: a.Session})
	same(t, "unique name", b.service.bySID(again.Conversation).name, a.Identity+"-1")
}

func TestAGapAfterADeletionDoesNotSplitAUsersThread(t *testing.T) {
	b := newBench(t)
	q := request{User: asUser(jane, "Jane")}
	for range 3 {
		b.service.close(t.Context(), b.ask(q).Conversation)
	}
	open := b.ask(q)
	for _, deleted := range []string{"-1", "-2"} {
		delete(b.service.byName, open.Identity+deleted)
	}
	same(t, "conversation", b.ask(q).Conversation, open.Conversation)
	b.service.close(t.Context(), open.Conversation)
	same(t, "name of the next one", b.service.bySID(b.ask(q).Conversation).name, open.Identity+"-5")
}

func TestConversationsOfOthersThatAVisitorWasAddedToAreNotTheirs(t *testing.T) {
	b := newBench(t)
	own := b.ask(request{User: asUser(jane, "Jane")})
	for _, name := range []string{"support", own.Identity, own.Identity + "-", own.Identity + "-07", own.Identity + "-2-3", "visitor-x-9"} {
		c, _ := b.service.create(t.Context(), conversation{name: name})
		b.service.join(t.Context(), c.SID, own.Identity, "")
	}
	same(t, "conversation", b.ask(request{User: asUser(jane, "Jane")}).Conversation, own.Conversation)
}

func TestTwoTabsThatAskAtOnceGetOneConversation(t *testing.T) {
	b := newBench(t)
	// Both see that there is no conversation before one creates it.
	var looked sync.WaitGroup
	looked.Add(2)
	var looks atomic.Int32
	b.service.before = func(call string) func() {
		if !strings.HasPrefix(call, "conversations") || looks.Add(1) > 2 {
			return nil
		}
		return func() { looked.Done(); looked.Wait() }
	}
	answers := make([]Answer, 2)
	var tabs sync.WaitGroup
	for i := range answers {
		tabs.Go(func() { answers[i], _ = b.try(request{User: asUser(jane, "Jane")}) })
	}
	tabs.Wait()
	if answers[0].Conversation == "" {
		t.Fatal(b.logged)
	}
	same(t, "second conversation", answers[1].Conversation, answers[0].Conversation)
	same(t, "conversations", len(b.service.byName), 1)
	same(t, "creations", b.service.count("create"), 2)
	same(t, "participants", len(b.service.members[answers[0].Conversation]), 3)
}

func TestWhoIsAddedTwiceIsThere(t *testing.T) {
	b := newBench(t)
	for _, call := range []string{"join ann", "join bob@acme.com", "join"} {
		b.service.fail[call] = &refusal{cause: "is there", kind: errExists}
	}
	b.ask(request{})
	if strings.Contains(b.logged.String(), "not added") {
		t.Error(b.logged)
	}
}

func TestANameThatIsTakenButNotFoundIsPassedOver(t *testing.T) {
	b := newBench(t)
	identity := b.identityOf("ACME", jane)
	b.service.fail["create "+identity+"-1"] = &refusal{cause: "taken", kind: errExists}
	a := b.ask(request{User: asUser(jane, "Jane")})
	same(t, "unique name", b.service.bySID(a.Conversation).name, identity+"-2")

	b.service.fail["create"] = &refusal{cause: "taken", kind: errExists}
	_, w := b.try(request{User: asUser("bob@acme.com", "")})
	same(t, "status when all are taken", w.Code, 503)
	same(t, "tries", b.service.count("create"), 2+maxTakenNames)
}

func TestAVisitorWhoLeavesInTheMiddleLeavesAWholeConversation(t *testing.T) {
	b := newBench(t)
	ctx, leave := context.WithCancel(t.Context())
	b.service.before = func(call string) func() {
		if strings.HasPrefix(call, "create") {
			return leave
		}
		return nil
	}
	b.send(http.MethodPost, "/token", `{"account":"acme"}`, func(r *http.Request) { *r = *r.WithContext(ctx) })
	same(t, "participants", len(b.service.members["CH1"]), 3)
}
