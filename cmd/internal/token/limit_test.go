package token

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) {
			o.Limits.Requests = Limit{Each: Rate{Burst: 2, Interval: 10 * time.Second}, All: Rate{Burst: 3, Interval: time.Second}}
		})
		from := func(address string) *httptest.ResponseRecorder {
			return b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) { r.RemoteAddr = address })
		}
		same(t, "first", from("192.0.2.1:1").Code, 200)
		time.Sleep(500 * time.Millisecond)
		same(t, "second, from another port", from("192.0.2.1:2").Code, 200)
		w := from("192.0.2.1:3")
		same(t, "third", w.Code, 429)
		same(t, "body", strings.TrimSuffix(w.Body.String(), "\n"), tooOften)
		same(t, "seconds, rounded up", w.Header().Get("Retry-After"), "10")
		same(t, "may be read", w.Header().Get("Access-Control-Expose-Headers"), "Retry-After")

		same(t, "another client", from("192.0.2.2:1").Code, 200)
		same(t, "a third one, over the limit of all", from("192.0.2.3:1").Code, 429)
		same(t, "no time passes", b.service.count("online"), 2)
		time.Sleep(9 * time.Second)
		same(t, "too early", from("192.0.2.1:1").Code, 429)
		time.Sleep(500 * time.Millisecond)
		same(t, "in time", from("192.0.2.1:1").Code, 200)
	})
}

const tooOften = `{"code":"too-many","message":"There were too many requests; Retry-After says in how many seconds to try again."}`

func TestNewcomersAreFewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Limits.Newcomers = Limit{Each: Rate{Burst: 2, Interval: time.Minute}} })
		first := b.ask(request{})
		b.ask(request{Account: "other-shop"})
		_, w := b.try(request{})
		same(t, "third newcomer", w.Code, 429)
		same(t, "conversations", len(b.service.byName), 2)
		b.ask(request{Session: first.Session})
		b.ask(request{User: asUser(jane, "")})
		time.Sleep(time.Minute)
		b.ask(request{})
	})
}

func TestWhoIsKnownDoesNotWaitForNewcomers(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Requests.All = Rate{Burst: 3, Interval: time.Hour}
		o.Limits.Newcomers.All = Rate{Burst: 2, Interval: time.Hour}
	})
	visitor := b.ask(hello())
	b.ask(request{Protocol: 2, Secret: strings.Repeat("1", 32)})
	_, w := b.try(request{Protocol: 2, Secret: strings.Repeat("2", 32)})
	same(t, "third newcomer", w.Code, 429)
	same(t, "fourth request of somebody unknown", b.send(http.MethodGet, "/token?account=acme", "").Code, 429)
	same(t, "and one that isn't one", b.send(http.MethodPost, "/token", "{").Code, 429)
	for n := range 5 {
		b.ask(request{Protocol: 2, Session: visitor.Session, Message: says(fmt.Sprint(n))})
		b.ask(request{User: asUser(jane, "")})
	}
}

func TestAKnownVisitorHasALimitOfTheirOwn(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Visitors = Limit{Each: Rate{Burst: 2, Interval: time.Hour}, All: Rate{Burst: 4, Interval: time.Hour}}
	})
	visitor := b.ask(hello())
	again := func(change ...func(*http.Request)) int {
		return b.send(http.MethodPost, "/token", `{"account":"acme","session":"`+visitor.Session+`"}`, change...).Code
	}
	same(t, "first", again(), 200)
	same(t, "second", again(), 200)
	same(t, "third, from elsewhere", again(func(r *http.Request) { r.RemoteAddr = "203.0.113.7:1" }), 429)
	b.ask(request{User: asUser(jane, "")})
	b.ask(request{User: asUser("bob@acme.com", "")})
	_, w := b.try(request{User: asUser("eve@acme.com", "")})
	same(t, "one over the limit of all", w.Code, 429)
}

func TestMessagesHaveALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Limits.Messages.Each = Rate{Burst: 2, Interval: time.Minute} })
		q := hello()
		q.Session = b.ask(q).Session
		q.Message = says("second")
		b.ask(q)
		q.Message = says("third")
		_, w := b.try(q)
		same(t, "third", w.Code, 429)
		same(t, "seconds to wait", w.Header().Get("Retry-After"), "60")
		q.Message = nil
		b.ask(q)
		time.Sleep(time.Minute)
		q.Message = says("third")
		same(t, "third, in time", *b.ask(q).Message, Sent{2, "IM3"})
	})
}

func TestWhoRepeatsAFirstRequestIsOneNewcomer(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Newcomers.All, o.Limits.Unproven = Rate{Burst: 2, Interval: time.Hour}, Rate{Burst: 2, Interval: time.Hour}
	})
	for range 5 {
		b.ask(hello())
	}
	b.ask(request{Protocol: 2, Secret: strings.Repeat("1", 32)})
	_, w := b.try(request{Protocol: 2, Secret: strings.Repeat("2", 32)})
	same(t, "third newcomer", w.Code, 429)
}

func TestANetworkCountsTogetherBesideItsClients(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Requests = Limit{Each: Rate{Burst: 2, Interval: time.Hour}, Network: Rate{Burst: 3, Interval: time.Hour}, All: Rate{Burst: 9, Interval: time.Hour}}
	})
	from := func(address string) int {
		return b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) { r.RemoteAddr = address }).Code
	}
	for _, step := range []struct {
		address string
		want    int
	}{
		{"[2001:db8:1:1::1]:1", 200}, {"[2001:db8:1:1::2]:1", 200}, {"[2001:db8:1:1::3]:1", 429},
		{"[2001:db8:1:2::1]:1", 200}, {"[2001:db8:1:3::1]:1", 429},
		{"[2001:db8:2:1::1]:1", 200}, {"192.0.2.1:1", 200}, {"192.0.2.1:2", 200}, {"192.0.2.1:3", 429}, {"192.0.2.2:1", 200}, {"192.0.2.3:1", 200},
		{"192.0.2.4:1", 200}, {"192.0.2.5:1", 429},
	} {
		same(t, step.address, from(step.address), step.want)
	}
}

func TestAProxyThatMakesAllVisitorsOneClientIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const told = `level=ERROR msg="a proxy stands in front, and the limits take all visitors for one client" hint="`
		for _, test := range []struct {
			proxies   int
			remote    string
			forwarded string
			want      string
		}{
			{0, "10.0.0.1:80", "203.0.113.7", "proxy-not-trusted"},
			{0, "127.0.0.1:80", "203.0.113.7", "proxy-not-trusted"},
			{0, "[::1]:80", "203.0.113.7", "proxy-not-trusted"},
			{0, "[fd00::1]:80", "203.0.113.7", "proxy-not-trusted"},
			{0, "[::ffff:192.168.0.1]:80", "203.0.113.7", "proxy-not-trusted"},
			{0, "100.64.0.9:80", "203.0.113.7", "proxy-not-trusted"},
			{0, "192.0.2.1:80", "203.0.113.7", ""}, // anybody may send the header
			{0, "10.0.0.1:80", "", ""},
			{1, "10.0.0.1:80", "203.0.113.7", ""},
			{1, "10.0.0.1:80", "", "proxy-silent"},
			{2, "[::1]:80", "", "proxy-silent"},
			{1, "192.0.2.1:80", "", ""}, // no proxy
		} {
			b := newBench(t, func(o *Options) { o.Proxies = test.proxies })
			ask := func() (code string) {
				var said struct{ Problem struct{ Code string } }
				answer := b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) {
					r.RemoteAddr = test.remote
					if test.forwarded != "" {
						r.Header.Set("X-Forwarded-For", test.forwarded)
					}
				})
				if err := json.Unmarshal(answer.Body.Bytes(), &said); err != nil {
					t.Fatal(err)
				}
				return said.Problem.Code
			}
			name := fmt.Sprintf("%+v", test)
			same(t, name, ask(), test.want)
			same(t, name, strings.Contains(b.logged.String(), told), test.want != "")
			ask()
			if test.want != "" {
				same(t, "errors", strings.Count(b.logged.String(), told), 1)
				time.Sleep(time.Hour)
				ask()
				same(t, "errors an hour later", strings.Count(b.logged.String(), told), 2)
			}
		}
	})
}

func TestPreflightsAreNotCounted(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Limits.Requests.Each = Rate{Burst: 1, Interval: time.Hour} })
	for range 5 {
		same(t, "status", b.send(http.MethodOptions, "/token", "").Code, 204)
	}
	same(t, "status", b.send(http.MethodGet, "/token?account=acme", "").Code, 200)
}
