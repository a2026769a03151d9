package token

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// team is a bench whose team may have ten open conversations, so that from nine on some are closed, and who has been there
// for a day. The fake's clock is the handler's.
func newTeam(t *testing.T) (bench, *time.Time) {
	b := newBench(t, func(o *Options) { o.MaxOpen = 10 })
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b.Handler.now = func() time.Time { return now }
	b.service.now = b.Handler.now
	return b, &now
}

// welcome lets a new visitor write, an hour after the last one. Their conversation is returned.
func welcome(b bench, now *time.Time, name string) string {
	b.Helper()
	*now = now.Add(time.Hour)
	return b.ask(request{Protocol: 2, Secret: fmt.Sprintf("%032x", name), Message: says(name)}).Conversation
}

func (b bench) answer(conversation string) {
	b.Helper()
	if _, err := b.service.send(b.Context(), conversation, message{author: "ann", body: "Hello"}); err != nil {
		b.Fatal(err)
	}
}

func TestNearTheLimitAnsweredConversationsAreClosedTheLongestQuietFirst(t *testing.T) {
	b, now := newTeam(t)
	all := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		all[name] = welcome(b, now, name)
	}
	*now = now.Add(time.Hour)
	for _, name := range []string{"c", "b", "d"} {
		b.answer(all[name])
		*now = now.Add(time.Hour)
	}
	closed := func(want string) {
		t.Helper()
		var got []string
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
			if sid := all[name]; sid != "" && b.service.bySID(sid).closed {
				got = append(got, name)
			}
		}
		same(t, "closed", strings.Join(got, " "), want)
	}
	closed("")
	all["i"] = welcome(b, now, "i") // the ninth
	closed("c")
	all["j"] = welcome(b, now, "j")
	closed("b c")
	// The visitor writes again, in the only one that is answered.
	b.service.send(t.Context(), all["d"], message{author: b.service.members[all["d"]][0], body: "And?"})
	all["k"] = welcome(b, now, "k")
	closed("b c")
	if log := b.logged.String(); strings.Count(log, "level=WARN msg=\"the team is near the number of open conversations that Twilio allows\" open=8 limit=10") != 1 ||
		strings.Count(log, "level=ERROR msg=\"there is no conversation that could be closed to make room: each waits for an answer, or was just written in\" open=9 limit=10") != 1 {
		t.Errorf("the log doesn't tell:\n%s", log)
	}
}

func TestTheOperatorIsToldOnceADay(t *testing.T) {
	b, now := newTeam(t)
	for n := range 10 {
		welcome(b, now, fmt.Sprint(n))
	}
	warnings := func() int { return strings.Count(b.logged.String(), "is near the number") }
	same(t, "warnings of a few hours", warnings(), 1)
	*now = now.Add(oncePer)
	b.service.fail["join ann"] = down
	welcome(b, now, "another")
	same(t, "warnings of two days", warnings(), 2)
}

func TestAConversationInWhichSomebodyIsWritingNowIsNotClosed(t *testing.T) {
	b, now := newTeam(t)
	var last string
	for n := range 9 {
		last = welcome(b, now, fmt.Sprint(n))
	}
	*now = now.Add(time.Hour)
	b.answer(last)
	b.service.bySID(last).quiet = now.Add(-time.Hour) // as it was when it was counted
	*now = now.Add(young - time.Second)
	b.room.makeRoom(t.Context())
	same(t, "closed", b.service.bySID(last).closed, false)
	*now = now.Add(hopeless)
	b.room.makeRoom(t.Context())
	same(t, "closed after it was quiet", b.service.bySID(last).closed, true)
}

func TestAnEmptyConversationMakesRoom(t *testing.T) {
	b, now := newTeam(t)
	empty := b.ask(request{}).Conversation // a widget from before protocol 2, whose visitor writes nothing
	for n := range 9 {
		welcome(b, now, fmt.Sprint(n))
	}
	same(t, "closed", b.service.bySID(empty).closed, true)
}

func TestConversationsOfOthersAreNeitherCountedNorClosed(t *testing.T) {
	b, now := newTeam(t)
	for n := range 20 {
		c, _ := b.service.create(t.Context(), conversation{name: fmt.Sprint("order-", n)})
		b.answer(c.SID)
	}
	for n := range 7 {
		b.answer(welcome(b, now, fmt.Sprint(n)))
		*now = now.Add(24 * time.Hour)
	}
	same(t, "closed", b.service.count("close"), 0)
	if strings.Contains(b.logged.String(), "limit=10") {
		t.Errorf("they are counted:\n%s", b.logged)
	}
}

func TestWhoIsRefusedForWantOfRoomGetsSome(t *testing.T) {
	b, now := newTeam(t)
	first := welcome(b, now, "first")
	b.answer(first)
	*now = now.Add(time.Hour)
	// The agents have others elsewhere: the limit is reached long before ours is.
	b.service.limit = 1
	second := welcome(b, now, "second")
	same(t, "closed", b.service.bySID(first).closed, true)
	same(t, "participants", len(b.service.members[second]), 3)
	same(t, "message", len(b.service.written[second]), 1)

	_, w := b.try(request{Protocol: 2, Secret: mySecret, Message: says("third")})
	same(t, "status when all wait for an answer", w.Code, 503)
	if !strings.Contains(b.logged.String(), `hint="the agents have as many open conversations as Twilio allows: answer and close some"`) {
		t.Errorf("the log doesn't tell:\n%s", b.logged)
	}
}

// failsOnce makes the nth of these calls fail for the moment.
func (b bench) failsOnce(call string, n int) func(string) func() {
	return func(now string) func() {
		if now != call {
			return nil
		}
		if n--; n != 0 {
			return nil
		}
		b.service.fail[call] = down
		return func() { delete(b.service.fail, call) }
	}
}

func TestWhatIsWrittenWhileItsConversationClosesIsCarriedOver(t *testing.T) {
	for lost, part := range []string{"nothing", "the reply of the closing", "the third message at first"} {
		t.Run(part+" is lost", func(t *testing.T) {
			b, now := newTeam(t)
			b.ask(request{Protocol: 2, Secret: mySecret, Visitor: &visitorForm{Name: "Jane"}, Message: says("Hello")})
			b.answer("CH1")
			*now = now.Add(time.Hour)
			identity := b.service.members["CH1"][0]
			b.service.before = func(call string) func() {
				if call != "close CH1" {
					return nil
				}
				b.service.before = nil
				b.service.send(t.Context(), "CH1", message{author: identity, body: "Thanks, and", attributes: `{"id":"` + firstID + `"}`})
				for _, body := range []string{"Bye", "and hello"} { // by tools that give no ids
					b.service.send(t.Context(), "CH1", message{author: "ann", body: body, attributes: `{"id":null,"ID":"` + firstID + `"}`})
				}
				switch lost {
				case 0:
					return nil
				case 2:
					b.service.before = b.failsOnce("send CH2", 3)
					return nil
				}
				b.service.bySID("CH1").closed = true
				b.service.fail[call] = down
				return func() { delete(b.service.fail, call) }
			}
			b.room.makeRoom(t.Context())
			same(t, "closed", b.service.bySID("CH1").closed, true)
			next := b.service.bySID("CH2")
			same(t, "name of the next one, and the visitor's", fmt.Sprint(next.name, " ", next.friendlyName), identity+"-2 Jane")
			same(t, "attributes", next.attributes, sealed(b.sessionKeys, next.name, `{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":""}}`))
			same(t, "participants", len(b.service.members["CH2"]), 3)
			var got []string
			for _, m := range b.service.written["CH2"] {
				got = append(got, m.author+": "+m.body)
			}
			same(t, "messages", got, []string{identity + ": Thanks, and", "ann: Bye", "ann: and hello"})
			// The visitor's browser doesn't know that it arrived, and sends it again.
			again := b.ask(request{Protocol: 2, Secret: mySecret, Message: &messageForm{ID: firstID, Body: "Thanks, and"}})
			same(t, "message", *again.Message, Sent{0, "IM1"})
		})
	}
}

func TestWhatCannotBeClosedDoesNotKeepTheNextOne(t *testing.T) {
	b, now := newTeam(t)
	first, second := welcome(b, now, "first"), welcome(b, now, "second")
	b.answer(first)
	b.answer(second)
	*now = now.Add(time.Hour)
	b.service.fail["close "+first] = &refusal{cause: "Twilio answered with status 403, code 50107"}
	b.room.makeRoom(t.Context())
	same(t, "closed", b.service.bySID(second).closed, true)
	if !strings.Contains(b.logged.String(), `msg="conversation not closed" cause="Twilio answered with status 403, code 50107"`) {
		t.Errorf("the log doesn't tell:\n%s", b.logged)
	}
}

func TestWhatOtherServersMakeIsCountedInTime(t *testing.T) {
	b, now := newTeam(t)
	welcome(b, now, "first")
	same(t, "counts", b.service.count("open"), 1)
	welcome(b, now, "second") // more than a fiftieth of the limit
	same(t, "counts", b.service.count("open"), 2)
	b.room.limit = MaxOpen
	welcome(b, now, "third")
	same(t, "counts", b.service.count("open"), 2)
	*now = now.Add(recount)
	welcome(b, now, "fourth")
	same(t, "counts after some hours", b.service.count("open"), 3)
}

func TestATwilioThatDoesNotCountStopsNobody(t *testing.T) {
	b, now := newTeam(t)
	b.service.fail["open"] = down
	welcome(b, now, "first")
	if !strings.Contains(b.logged.String(), `msg="open conversations not counted" cause="Twilio answered with status 503, code 20503"`) {
		t.Errorf("the log doesn't tell:\n%s", b.logged)
	}
	b.room.makeRoom(context.Background())
}
