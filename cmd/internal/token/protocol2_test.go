package token

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	mySecret = "00112233445566778899aabbccddeeff"
	firstID  = "0123456789abcdef0123456789abcdef"
)

// hello is a first request of a browser: it has made up a secret, and has no session.
func hello() request {
	return request{Protocol: 2, Secret: mySecret, Message: &messageForm{ID: firstID, Body: "Hello"}}
}

// says is a message with an id of its own.
func says(body string) *messageForm {
	return &messageForm{ID: fmt.Sprintf("%032x", body), Body: body}
}

func TestTheFirstMessageMakesTheConversation(t *testing.T) {
	b := newBench(t)
	q := hello()
	q.Visitor = &visitorForm{Name: "Jane", Email: jane}
	q.Message.Attributes = []byte(`{"name": "Jane", "meta": {"page": "<https://acme.com/?a&b>"}, "other": [1]}`)
	a := b.ask(q)
	same(t, "answer", fmt.Sprintf("%s %v %s", a.Conversation, *a.Message, a.Verification), "CH1 {0 IM1} unverified")
	written := b.service.written["CH1"]
	written[0].written = time.Time{}
	same(t, "messages", fmt.Sprintf("%+v", written), fmt.Sprintf("[{SID:IM1 index:0 author:%s body:Hello attributes:%s written:{wall:0 ext:0 loc:<nil>} files:[]}]",
		a.Identity, `{"id":"0123456789abcdef0123456789abcdef","meta":{"page":"<https://acme.com/?a&b>"},"name":"Jane","other":[1]}`))
	members := slices.Sorted(slices.Values(b.service.members["CH1"]))
	same(t, "participants", members, []string{"ann", "bob@acme.com", a.Identity})
	same(t, "attributes", b.attributes(a), sealed(b.sessionKeys, a.Identity+"-1", `{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`))
	same(t, "order", fmt.Sprint(slices.Index(b.service.calls, "send CH1") > slices.Index(b.service.calls, "join ann")), "true")
}

func TestTheSameMessageIsStoredOnce(t *testing.T) {
	b := newBench(t)
	first := b.ask(hello())
	// The answer was lost, so there is no session.
	again := b.ask(hello())
	same(t, "identity", again.Identity, first.Identity)
	same(t, "conversation", again.Conversation, first.Conversation)
	same(t, "message", *again.Message, *first.Message)
	with := hello()
	with.Session, with.Secret = first.Session, ""
	same(t, "message with the session", *b.ask(with).Message, *first.Message)
	same(t, "messages", len(b.service.written["CH1"]), 1)

	with.Message = says("And another one")
	same(t, "another message", *b.ask(with).Message, Sent{1, "IM2"})
}

func TestAMessageOfTheTeamWithTheSameIdIsAnotherOne(t *testing.T) {
	b := newBench(t)
	a := b.ask(request{Protocol: 2, Secret: mySecret, Message: says("Hello")})
	b.service.send(t.Context(), "CH1", message{author: "ann", attributes: `{"id":"` + firstID + `"}`})
	b.service.send(t.Context(), "CH1", message{author: a.Identity, attributes: `[]`})
	same(t, "message", *b.ask(hello()).Message, Sent{3, "IM4"})
}

func TestAMessageIsLookedForAmongTheLastHundred(t *testing.T) {
	b := newBench(t)
	b.ask(hello())
	for n := range lookBack - 1 {
		b.service.send(t.Context(), "CH1", message{author: "ann", body: fmt.Sprint(n)})
	}
	same(t, "message", *b.ask(hello()).Message, Sent{0, "IM1"})
}

func TestWhoHasWrittenNothingHasNoConversation(t *testing.T) {
	b := newBench(t)
	quiet := request{Protocol: 2, Secret: mySecret}
	a := b.ask(quiet)
	same(t, "conversation", a.Conversation, "")
	same(t, "identity of the token", claims(t, a.Token)["grants"].(map[string]any)["identity"], a.Identity)
	quiet.Session = a.Session
	same(t, "conversation of the next page", b.ask(quiet).Conversation, "")
	user := b.ask(request{Protocol: 2, User: asUser(jane, "Jane")})
	same(t, "conversation of a user", user.Conversation, "")
	// A page on which the site says nothing of its user: the secret is somebody else's.
	left := b.ask(request{Protocol: 2, Session: user.Session, Secret: mySecret})
	same(t, "conversation without the user", left.Conversation, "")
	same(t, "identity without the user", left.Identity, a.Identity)
	for _, call := range b.service.calls {
		if verb, _, _ := strings.Cut(call, " "); !slices.Contains([]string{"find", "conversations", "roles", "defaults"}, verb) {
			t.Errorf("Twilio was asked to %s", call)
		}
	}
	same(t, "conversation with a message", b.ask(hello()).Conversation, "CH1")
}

func TestAVisitorWhoComesBackIsToldWhereTheirConversationIs(t *testing.T) {
	b := newBench(t)
	a := b.ask(hello())
	quiet := request{Protocol: 2, Session: a.Session, Secret: mySecret}
	same(t, "conversation", b.ask(quiet).Conversation, a.Conversation)
	b.service.close(t.Context(), a.Conversation)
	same(t, "conversation once it is closed", b.ask(quiet).Conversation, "")
	quiet.Session = ""
	same(t, "conversation without the session", b.ask(quiet).Conversation, "")
	same(t, "conversations", len(b.service.byName), 1)

	next := request{Protocol: 2, Session: a.Session, Message: says("Me again")}
	same(t, "name of the next one", b.service.bySID(b.ask(next).Conversation).name, a.Identity+"-2")
}

func TestAMessageThatWasStoredBeforeTheConversationClosedIsNotStoredAgain(t *testing.T) {
	b := newBench(t)
	a := b.ask(hello())
	b.service.close(t.Context(), a.Conversation)
	again := b.ask(hello())
	same(t, "answer", fmt.Sprintf("%s%v", again.Conversation, *again.Message), "{0 IM1}")
	same(t, "conversations", len(b.service.byName), 1)
}

func TestAMessageIntoAConversationThatClosesMeanwhileGoesIntoTheNextOne(t *testing.T) {
	for _, call := range []string{"participants", "newest CH1", "send CH1"} {
		t.Run(call, func(t *testing.T) {
			b := newBench(t)
			first := b.ask(hello())
			var once sync.Once
			b.service.before = func(now string) func() {
				if now == call {
					once.Do(func() { b.service.bySID("CH1").closed = true })
				}
				return nil
			}
			a := b.ask(request{Protocol: 2, Session: first.Session, Message: says("Still there?")})
			same(t, "answer", fmt.Sprintf("%s %v", a.Conversation, *a.Message), "CH2 {0 IM1}")
			same(t, "members", len(b.service.members["CH2"]), 3)
		})
	}
}

func TestASecretMakesOneIdentityForEachAccount(t *testing.T) {
	b := newBench(t)
	quiet := request{Protocol: 2, Secret: mySecret}
	a := b.ask(quiet)
	quiet.Secret = strings.ToUpper(mySecret)
	same(t, "identity of the same in capitals", b.ask(quiet).Identity, a.Identity)
	quiet.Account = "other-shop"
	if b.ask(quiet).Identity == a.Identity {
		t.Error("two accounts share an identity")
	}
	b.identityKey = []byte("another key another key another k")
	quiet.Account = ""
	if b.ask(quiet).Identity == a.Identity {
		t.Error("the identity doesn't depend on the key")
	}
	if strings.Contains(a.Identity, mySecret[:8]) {
		t.Error("the identity tells the secret")
	}
}

func TestASessionFromBeforeProtocol2KeepsItsIdentity(t *testing.T) {
	b := newBench(t)
	before := b.ask(request{})
	now := hello()
	now.Session = before.Session
	a := b.ask(now)
	same(t, "identity", a.Identity, before.Identity)
	same(t, "conversation", a.Conversation, before.Conversation)
	back := b.ask(request{Session: a.Session})
	same(t, "conversation for a widget from before", back.Conversation, before.Conversation)
}

func TestASessionThatIsNoneIsNoReasonToRefuse(t *testing.T) {
	b := newBench(t)
	q := request{Protocol: 2, Session: "expired", Message: says("Hello")}
	if a := b.ask(q); !strings.HasPrefix(a.Identity, visitorPrefix) || a.Message == nil {
		t.Errorf("%+v", a)
	}
}

func TestWithoutAnAgentNoMessageIsTaken(t *testing.T) {
	limit := &refusal{cause: "Twilio answered with status 403, code 50214"}
	for _, protocol := range []int{0, 2} {
		t.Run(fmt.Sprintf("protocol %d", protocol), func(t *testing.T) {
			b := newBench(t)
			b.service.fail["join ann"], b.service.fail["join bob@acme.com"] = limit, limit
			q := hello()
			q.Protocol = protocol
			_, w := b.try(q)
			same(t, "status", w.Code, 503)
			same(t, "body", strings.TrimSpace(w.Body.String()), noAgent)
			same(t, "seconds to wait", w.Header().Get("Retry-After"), "30")
			same(t, "messages", b.service.count("send"), 0)
			if log := b.logged.String(); !strings.Contains(log, "level=ERROR msg=\"a visitor was turned away, as no agent could be added to the conversation\"") ||
				!strings.Contains(log, `code=no-agent`) || !strings.Contains(log, `cause="Twilio answered with status 403, code 50214"`) {
				t.Errorf("the log doesn't tell:\n%s", log)
			}
		})
	}
}

const noAgent = `{"code":"no-agent","message":"None of the agents could be added to the conversation, so nobody would read the message; the log of the token server says why."}`

func TestOneAgentIsEnough(t *testing.T) {
	b := newBench(t)
	b.service.fail["join ann"] = down
	a := b.ask(hello())
	same(t, "participants", b.service.members[a.Conversation], []string{a.Identity, "bob@acme.com"})
	same(t, "messages", len(b.service.written[a.Conversation]), 1)
}

func TestWhoWasTurnedAwayComesBackToTheSameConversation(t *testing.T) {
	b := newBench(t)
	b.service.fail["join ann"], b.service.fail["join bob@acme.com"] = down, down
	_, w := b.try(hello())
	same(t, "status", w.Code, 503)
	clear(b.service.fail)
	a := b.ask(hello())
	same(t, "answer", fmt.Sprintf("%s %v", a.Conversation, *a.Message), "CH1 {0 IM1}")
	same(t, "participants", len(b.service.members["CH1"]), 3)
}

func TestAnAgentWhoIsThereAlthoughTwilioSaysNotCounts(t *testing.T) {
	b := newBench(t)
	b.service.before = func(call string) func() {
		if call == "join ann" {
			return func() {
				b.service.mu.Lock()
				defer b.service.mu.Unlock()
				b.service.members["CH1"] = append(b.service.members["CH1"], "ann")
			}
		}
		return nil
	}
	b.service.fail["join ann"] = &refusal{cause: "Twilio answered with status 404, code 20404", kind: errNotFound}
	b.service.fail["join bob@acme.com"] = down
	b.ask(hello())
	if strings.Contains(b.logged.String(), "agent=ann") {
		t.Error(b.logged)
	}
}

func TestAMessageThatTwilioRefusesLeavesNoEmptyConversation(t *testing.T) {
	b := newBench(t)
	b.service.fail["send"] = &refusal{cause: "Twilio answered with status 400, code 50600"}
	_, w := b.try(hello())
	same(t, "status", w.Code, 400)
	same(t, "body", strings.TrimSpace(w.Body.String()), `{"code":"message-refused","message":"Twilio has refused the message; the log of the token server says why."}`)
	same(t, "closed", b.service.bySID("CH1").closed, true)
	if !strings.Contains(b.logged.String(), `cause="Twilio answered with status 400, code 50600"`) {
		t.Errorf("the log doesn't say why:\n%s", b.logged)
	}
	delete(b.service.fail, "send")
	a := b.ask(request{Protocol: 2, Secret: mySecret, Message: says("Better")})
	b.service.fail["send"] = &refusal{cause: "Twilio answered with status 400, code 50600"}
	_, w = b.try(hello())
	same(t, "status of the next refusal", w.Code, 400)
	same(t, "conversation with a message is closed", b.service.bySID(a.Conversation).closed, false)
}

func TestTwilioIsAskedAgainForWhatItCannotDoNow(t *testing.T) {
	for _, call := range []string{"join ann", "join visitor", "send"} {
		t.Run(call, func(t *testing.T) {
			b := newBench(t, func(o *Options) { o.Agents = []string{"ann"} })
			tries := 0
			b.service.before = func(now string) func() {
				b.service.mu.Lock()
				defer b.service.mu.Unlock()
				key, _, _ := strings.Cut(call, " visitor")
				if strings.HasPrefix(now, call) {
					tries++
				}
				b.service.fail[key] = nil
				if tries < maxTries && strings.HasPrefix(now, call) {
					b.service.fail[key] = down
				}
				return nil
			}
			b.ask(hello())
			same(t, "tries", tries, maxTries)
			same(t, "messages", len(b.service.written["CH1"]), 1)
		})
	}
}

func TestBetweenTriesThereIsAPauseThatGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for try, longest := range map[int]time.Duration{1: firstPause, 2: 2 * firstPause} {
			start := time.Now()
			if err := pause(t.Context(), try, 0); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took < longest/2 || took > longest {
				t.Errorf("pause %d is %s, want %s to %s", try, took, longest/2, longest)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		same(t, "pause of who has no time", pause(ctx, 1, 0), context.Canceled)
	})
}

func TestTwoRequestsOfOneMessageAtOnceMakeOneConversation(t *testing.T) {
	b := newBench(t)
	var looked sync.WaitGroup
	looked.Add(2)
	var mu sync.Mutex
	looks := 0
	b.service.before = func(call string) func() {
		mu.Lock()
		defer mu.Unlock()
		if looks++; looks > 2 || !strings.HasPrefix(call, "conversations") {
			return nil
		}
		return func() { looked.Done(); looked.Wait() }
	}
	answers := make([]Answer, 2)
	var tabs sync.WaitGroup
	for i := range answers {
		tabs.Go(func() { answers[i], _ = b.try(hello()) })
	}
	tabs.Wait()
	if answers[0].Message == nil || answers[1].Message == nil {
		t.Fatal(b.logged)
	}
	same(t, "second conversation", answers[1].Conversation, answers[0].Conversation)
	same(t, "conversations", len(b.service.byName), 1)
	// Readers drop the second one, if there is one: see store.
	for _, m := range b.service.written["CH1"] {
		same(t, "id", m.id(), firstID)
	}
}
