package token

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/altcha-org/altcha-lib-go"
)

// challenged returns the challenge of an answer, and fails without one.
func challenged(t *testing.T, w *httptest.ResponseRecorder) altcha.Challenge {
	t.Helper()
	var answer struct {
		Code      string
		Challenge altcha.Challenge
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 403 || answer.Code != "proof-wanted" || answer.Challenge.Challenge == "" {
		t.Fatalf("answer %d %s, want a challenge", w.Code, w.Body)
	}
	return answer.Challenge
}

// work does what a browser does with a challenge.
func work(t *testing.T, c altcha.Challenge) string {
	t.Helper()
	solution, err := altcha.SolveChallenge(c.Challenge, c.Salt, altcha.Algorithm(c.Algorithm), int(c.MaxNumber), 0, nil)
	if err != nil || solution == nil {
		t.Fatalf("no solution of %+v: %v", c, err)
	}
	text, _ := json.Marshal(altcha.Payload{Algorithm: c.Algorithm, Challenge: c.Challenge, Number: int64(solution.Number), Salt: c.Salt, Signature: c.Signature})
	return base64.StdEncoding.EncodeToString(text)
}

func newcomer(digit string) request {
	q := hello()
	q.Secret = strings.Repeat(digit, 32)
	return q
}

func TestOfNewcomersWhoComeFastAProofIsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Limits.Unproven = Rate{Burst: 1, Interval: time.Minute} })
		first := b.ask(newcomer("1"))
		second := newcomer("2")
		_, w := b.try(second)
		second.Proof = work(t, challenged(t, w))
		same(t, "conversations before the proof", len(b.service.byName), 1)
		same(t, "with a proof", b.ask(second).Message != nil, true)
		same(t, "again", b.ask(second).Message.Index, 0)

		third := newcomer("3")
		third.Proof = second.Proof
		_, w = b.try(third)
		challenged(t, w)
		for _, nonsense := range []string{"", "!", "e30=", base64.StdEncoding.EncodeToString([]byte("null")), second.Proof[4:]} {
			third.Proof = nonsense
			_, w = b.try(third)
			challenged(t, w)
		}
		_, w = b.try(request{})
		same(t, "a widget from before protocol 2", w.Code, 429)
		_, w = b.try(request{Protocol: 2, Session: "expired"})
		same(t, "somebody without a secret", w.Code, 429)
		b.ask(request{Protocol: 2, Session: first.Session, Message: says("known")})
		b.ask(request{Protocol: 2, User: asUser(jane, ""), Message: says("known")})

		time.Sleep(time.Minute)
		third.Proof = ""
		b.ask(third)
	})
}

func TestAProofIsOneForTenMinutesAndItsKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Limits.Unproven = Rate{Burst: 1, Interval: 24 * time.Hour} })
		b.ask(newcomer("1"))
		q := newcomer("2")
		_, w := b.try(q)
		q.Proof = work(t, challenged(t, w))
		before := b.sessionKeys
		b.sessionKeys = keys{[]byte("another key another key another k")}
		_, w = b.try(q)
		challenged(t, w)
		b.sessionKeys = append(b.sessionKeys, before...)
		late := newcomer("2")
		time.Sleep(proofLife + time.Second)
		late.Proof = q.Proof
		_, w = b.try(late)
		late.Proof = work(t, challenged(t, w))
		b.ask(late)
	})
}

func TestAProofOpensNoDoorThatIsShut(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Unproven, o.Limits.Newcomers.All = Rate{Burst: 1, Interval: time.Hour}, Rate{Burst: 2, Interval: time.Hour}
	})
	b.ask(newcomer("1"))
	q, another := newcomer("2"), newcomer("3")
	_, w := b.try(q)
	q.Proof = work(t, challenged(t, w))
	_, w = b.try(another)
	another.Proof = work(t, challenged(t, w))
	b.ask(q)
	_, w = b.try(another)
	same(t, "over the limit of newcomers", w.Code, 429)
}
