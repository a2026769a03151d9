package token

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheTeamIsOnlineWhenOneOfThemIs(t *testing.T) {
	tests := []struct {
		name  string
		state map[string]bool
		fail  map[string]error
		want  string
		warns bool
	}{
		{"all of them", map[string]bool{"ann": true, "bob@acme.com": true}, nil, `{"online":true,"region":"us1"}`, false},
		{"the last of them", map[string]bool{"ann": false, "bob@acme.com": true}, nil, `{"online":true,"region":"us1"}`, false},
		{"none", map[string]bool{"ann": false, "bob@acme.com": false}, nil, `{"online":false,"region":"us1"}`, false},
		{"one, of another nothing is known", map[string]bool{"ann": true}, nil, `{"online":true,"region":"us1"}`, false},
		{"none, of another nothing is known", map[string]bool{"ann": false}, nil, `{"online":false,"region":"us1"}`, false},
		{"nothing is known", nil, nil, `{"online":false,"region":"us1"}`, true},
		{"nobody has ever been there", nil, map[string]error{"online": &refusal{kind: errNotFound}}, `{"online":false,"region":"us1"}`, true},
		{"one can't be asked about", map[string]bool{"bob@acme.com": true}, map[string]error{"online ann": down}, `{"online":true,"region":"us1"}`, false},
		{"one can't be asked about, the other is away", map[string]bool{"bob@acme.com": false}, map[string]error{"online ann": down}, twilioBusy, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.service.state, b.service.fail = test.state, test.fail
			w := b.send(http.MethodGet, "/token?account=acme", "")
			same(t, "body", strings.TrimSuffix(w.Body.String(), "\n"), test.want)
			same(t, "warned", strings.Contains(b.logged.String(), "turns reachability on"), test.warns)
		})
	}
}

func TestAThousandVisitorsMakeOneCall(t *testing.T) {
	for name, fail := range map[string]error{"twilio answers": nil, "twilio is down": down} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, func(o *Options) { o.Agents = []string{"ann"} })
				b.service.fail["online"] = fail
				b.service.before = func(string) func() { time.Sleep(time.Second); return nil }
				thousand := func() {
					var visitors sync.WaitGroup
					for range 1000 {
						visitors.Go(func() { b.send(http.MethodGet, "/token?account=acme", "") })
					}
					visitors.Wait()
				}
				thousand()
				same(t, "calls", b.service.count("online"), 1)
				time.Sleep(onlineCacheTime - time.Nanosecond)
				thousand()
				same(t, "calls, a little later", b.service.count("online"), 1)
				time.Sleep(time.Nanosecond)
				thousand()
				same(t, "calls, when the answer is old", b.service.count("online"), 2)
			})
		})
	}
}

func TestNobodyWaitsForeverForTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Handler.online.turn <- struct{}{}
		start := time.Now()
		w := b.send(http.MethodGet, "/token?account=acme", "")
		same(t, "status", w.Code, 503)
		same(t, "waited", time.Since(start), answerTimeout)
	})
}
