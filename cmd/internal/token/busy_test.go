package token

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTwilioSaysWhenItMayBeAskedAgain(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "2": 2 * time.Second, "0": 0, "-1": 0, "soon": 0, "99999999999999": mostRetryAfter, "9999999999999999999999": 0,
		time.Now().Add(time.Minute).UTC().Format(http.TimeFormat): time.Minute,
		time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):  0,
	} {
		for _, status := range []int{429, 503} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", header)
				w.WriteHeader(status)
				fmt.Fprintf(w, `{"status":%d,"code":20429}`, status)
			}))
			o := testOptions.Twilio
			o.URL, _ = url.Parse(server.URL)
			_, err := newREST(o).find(t.Context(), "visitor-x-1")
			server.Close()
			if got := retryAfter(err); !temporary(err) || got > want || got < want-5*time.Second {
				t.Errorf("%d, %q: %v, %s, want %s", status, header, err, got, want)
			}
		}
	}
}

// isBusy is a Twilio that wants not to be asked for a while.
func isBusy(wait time.Duration) error {
	return &refusal{cause: "Twilio answered with status 429, code 20429", temporary: true, retryAfter: wait}
}

func TestATwilioThatIsBusyIsAskedAgainWhenItSays(t *testing.T) {
	for _, call := range []string{"find", "participants", "role MB ann", "newest CH1", "send CH1", "update", "describeUser", "join ann"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				first := b.ask(hello())
				b.Handler.pause = pause
				b.service.members["CH1"] = slices.DeleteFunc(b.service.members["CH1"], func(identity string) bool { return call == "join ann" && identity == "ann" })
				if call == "role MB ann" {
					b.service.given["CH1 ann"] = "RL of before"
				}
				var asked []time.Time
				b.service.before = func(now string) func() {
					if !strings.HasPrefix(now, call) {
						return nil
					}
					if asked = append(asked, time.Now()); len(asked) > 1 {
						delete(b.service.fail, now)
						return nil
					}
					b.service.fail[now] = isBusy(2 * time.Second)
					return nil
				}
				a := b.ask(request{Protocol: 2, Session: first.Session, Visitor: &visitorForm{Name: "Jane"}, Message: says("And another")})
				same(t, "message", *a.Message, Sent{1, "IM2"})
				if len(asked) < 2 || asked[1].Sub(asked[0]) < 2*time.Second || asked[1].Sub(asked[0]) > 3*time.Second {
					t.Errorf("asked at %v", asked)
				}
			})
		})
	}
}

func TestWhoCannotBeServedInTimeIsToldWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Handler.pause = pause
		b.service.fail["create"], b.service.fail["online"] = isBusy(time.Minute), isBusy(time.Minute)
		start := time.Now()
		_, w := b.try(hello())
		same(t, "answer", fmt.Sprint(w.Code, w.Header().Get("Retry-After"), time.Since(start)), "503600s")
		w = b.send(http.MethodGet, "/token?account=acme", "")
		same(t, "whether the team is online", fmt.Sprint(w.Code, w.Header().Get("Retry-After")), "50360")
		time.Sleep(59 * time.Second)
		b.send(http.MethodGet, "/token?account=acme", "")
		same(t, "questions to Twilio", b.service.count("online"), 2) // one of each agent
		time.Sleep(2 * time.Second)
		clear(b.service.fail)
		same(t, "status", b.send(http.MethodGet, "/token?account=acme", "").Code, 200)
		b.ask(hello())
	})
}

func TestAgentsAreAddedOneAfterTheOtherAndNotTooManyInASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Agents = team(50) })
		var joined []time.Time
		under := 0
		b.service.before = func(call string) func() {
			if !strings.HasPrefix(call, "join") {
				return nil
			}
			joined = append(joined, time.Now())
			if under++; under > 1 {
				t.Error("two are added at once")
			}
			time.Sleep(10 * time.Millisecond)
			return func() { under-- }
		}
		a := b.ask(hello())
		same(t, "members", len(b.service.members[a.Conversation]), 51)
		for i, at := range joined {
			if later := i + 30; later < len(joined) && joined[later].Sub(at) < time.Second {
				t.Fatalf("31 are added within %s", joined[later].Sub(at))
			}
		}
	})
}

func team(n int) (agents []string) {
	for i := range n {
		agents = append(agents, fmt.Sprint("agent", i))
	}
	return agents
}

func TestAVisitorDoesNotWaitForTheWholeTeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Agents = team(5) })
		b.Handler.pause = pause
		b.service.fail["join agent3"] = isBusy(time.Minute)
		slow := &slowService{fake: b.service, call: "join", takes: 1500 * time.Millisecond}
		b.twilio = slow
		start := time.Now()
		a := b.ask(hello())
		same(t, "waited", time.Since(start), 2*1500*time.Millisecond+teamTime)
		same(t, "members", b.service.members[a.Conversation], []string{a.Identity, "agent0", "agent1", "agent2"})
		same(t, "message", *a.Message, Sent{0, "IM1"})
		slow.takes = 0
		clear(b.service.fail)
		b.ask(request{Protocol: 2, Session: a.Session})
		same(t, "members after the next visit", len(b.service.members[a.Conversation]), 6)
	})
}

// slowService takes its time to add somebody, as long as who asks has some.
type slowService struct {
	*fake
	call  string
	takes time.Duration
}

func (s *slowService) join(ctx context.Context, sid, identity, role string) error {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return errNoTime
	}
	return s.fake.join(ctx, sid, identity, role)
}
