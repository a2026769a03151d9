package token

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
)

const (
	loadTime       = 20 * time.Second
	postsPerSecond = 500
	getsPerSecond  = 2000
	// loadVisitors have a conversation before the load begins. With the newcomers of the load they stay below the number from which
	// on conversations are closed: what happens there is BenchmarkYear's.
	loadVisitors = 200
	// proxyConnections are those that the proxy in front keeps. What comes while all are in use waits, which counts as time to the answer.
	proxyConnections = 1000
)

// BenchmarkLoad prints how the endpoint bears what no site should ever ask of it, once with the limits that it has by default and
// once without any: so many requests arrive however slowly they are answered, over HTTP as the endpoint's own to Twilio, which is
// the local conversations with Twilio's roles and limits.
//
//	go test ./cmd/internal/token -run '^$' -bench Load -benchtime 1x -timeout 10m
func BenchmarkLoad(b *testing.B) {
	for _, c := range []struct {
		name   string
		limits Limits
	}{{"limits=default", ProductionLimits}, {"limits=off", Limits{}}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				newLoad(b, c.limits).run()
			}
		})
	}
}

// load is a site whose visitors are many.
type load struct {
	*testing.B
	local    rest
	endpoint *httptest.Server
	toTwilio connections
	client   *http.Client
	limited  bool

	mu       sync.Mutex
	guests   []*loadGuest
	accepted map[string]Answer    // by the id of the message
	lost     []request            // whose answers get lost, so that they come again
	taken    map[string][]float64 // milliseconds from when it was to be sent to the answer, by kind of request
	answers  map[string]int       // by kind and answer
	late     time.Duration        // of the last request to be sent
}

// loadGuest is a visitor with a session, or a user whom the site names.
type loadGuest struct {
	session string
	user    *user
}

// connections counts those that were opened.
type connections struct{ opened atomic.Int64 }

func (c *connections) watch(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		c.opened.Add(1)
	}
}

func newLoad(b *testing.B, limits Limits) *load {
	l := &load{B: b, limited: limits != Limits{}, accepted: map[string]Answer{}, taken: map[string][]float64{}, answers: map[string]int{}}
	o := testOptions
	backend, err := conversations.New(conversations.Options{
		AccountSID: o.Twilio.AccountSID, APIKey: o.Twilio.APIKey, APISecret: o.Twilio.APISecret, ServiceSID: o.Twilio.ServiceSID, Reachability: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	twilio := httptest.NewUnstartedServer(backend)
	twilio.Config.ConnState = l.toTwilio.watch
	twilio.Start()
	if o.Twilio.URL, err = url.Parse(twilio.URL); err != nil {
		b.Fatal(err)
	}
	l.local = newREST(o.Twilio)
	if _, err := Setup(b.Context(), o.Twilio, SetupOptions{Agents: o.Agents, Tell: func(string) {}}); err != nil {
		b.Fatal(err)
	}
	// What these visitors did before the load begins has no limits. Endpoints share nothing but their environment.
	l.client = &http.Client{Transport: &http.Transport{MaxConnsPerHost: proxyConnections, MaxIdleConnsPerHost: proxyConnections}}
	l.endpoint = l.open(o)
	for n := range loadVisitors {
		g := &loadGuest{}
		if n%5 == 0 {
			g.user = asUser(fmt.Sprintf("user%d@acme.com", n), "")
		}
		l.guests = append(l.guests, g)
		if answer := l.post("before", l.says(g)); answer != "200 ok" {
			b.Fatalf("a visitor before the load: %s", answer)
		}
	}
	l.endpoint.Close()
	o.Limits = limits
	l.endpoint = l.open(o)
	b.Cleanup(func() {
		l.endpoint.Close()
		twilio.Close()
		backend.Close()
	})
	return l
}

// open starts an endpoint behind a proxy.
func (l *load) open(o Options) *httptest.Server {
	o.Proxies = 1
	h, err := New(o)
	if err != nil {
		l.Fatal(err)
	}
	return httptest.NewServer(h)
}

// run sends what is to be sent at its time, whether what was sent before is answered or not.
func (l *load) run() {
	before, start := l.toTwilio.opened.Load(), time.Now()
	waiting := timeWaits(l.local.URL.Port())
	var sent, runs sync.WaitGroup
	arrive := func(perSecond int, ask func() func() string) {
		runs.Go(func() {
			for n := range perSecond * int(loadTime.Seconds()) {
				due := start.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
				time.Sleep(time.Until(due))
				do := ask()
				late := time.Since(due)
				sent.Go(func() { l.note(due, late, do) })
			}
		})
	}
	arrive(postsPerSecond, l.nextPost)
	arrive(getsPerSecond, func() func() string { return func() string { return "online " + l.get() } })
	runs.Wait()
	took := time.Since(start)
	sent.Wait()
	l.report(took, l.toTwilio.opened.Load()-before, timeWaits(l.local.URL.Port())-waiting)
	l.checkAnswers()
	l.checkStored()
}

// note counts an answer, whose text is the kind of the request, and status and code.
func (l *load) note(due time.Time, late time.Duration, do func() string) {
	text := do()
	ms := float64(time.Since(due).Microseconds()) / 1000
	kind, _, _ := strings.Cut(text, " ")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken[kind] = append(l.taken[kind], ms)
	l.answers[text]++
	l.late = max(l.late, late)
}

// nextPost is what somebody does: most come back, load a page or write. A few are new. Some have not got the answer to a message,
// and send it again.
func (l *load) nextPost() func() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.guests[rand.N(len(l.guests))]
	q, kind := request{Protocol: 2, Account: "acme", Session: g.session, User: g.user}, "page"
	switch p := rand.N(100); {
	case p < 2:
		kind, q = "first", l.saysLocked(&loadGuest{})
	case p < 4:
		kind, q = "old-first", request{Account: "acme"}
	case p < 19:
		kind, q.Protocol = "old-page", 0
	case p < 34 && len(l.lost) > 0:
		kind, q = "repeated", l.lost[0]
		l.lost = l.lost[1:]
	case p < 70:
		kind, q = "message", l.saysLocked(g)
	}
	return func() string { return kind + " " + l.post(kind, q) }
}

func (l *load) says(g *loadGuest) request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saysLocked(g)
}

func (l *load) saysLocked(g *loadGuest) request {
	q := request{Protocol: 2, Account: "acme", Session: g.session, User: g.user, Message: says(fmt.Sprintf("%032x", rand.Uint64()))}
	q.Message.ID = q.Message.Body
	if q.Session == "" && q.User == nil {
		q.Secret = fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())
	}
	return q
}

func (l *load) get() string {
	r, _ := http.NewRequest(http.MethodGet, l.endpoint.URL+"/token?account=acme", nil)
	text, _ := l.do(r)
	return text
}

// post returns status and code of the answer, and keeps what was accepted.
func (l *load) post(kind string, q request) string {
	body, err := json.Marshal(q)
	if err != nil {
		return err.Error()
	}
	r, _ := http.NewRequest(http.MethodPost, l.endpoint.URL+"/token", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	text, answer := l.do(r)
	var a Answer
	if text != "200 ok" || q.Message == nil {
		return text
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.Message == nil {
		return "without its message"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if was, before := l.accepted[q.Message.ID]; before && *was.Message != *a.Message {
		return "stored elsewhere"
	}
	l.accepted[q.Message.ID] = a
	if kind == "before" {
		i := slices.IndexFunc(l.guests, func(g *loadGuest) bool { return g.session == "" })
		l.guests[i].session = a.Session
	} else if kind != "repeated" && rand.N(3) == 0 {
		l.lost = append(l.lost, q)
	}
	return text
}

func (l *load) do(r *http.Request) (text string, body []byte) {
	r.Header.Set("Origin", site)
	// Visitors come from everywhere.
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.%d.%d.%d", 18+rand.N(2), rand.N(256), rand.N(256)))
	w, err := l.client.Do(r)
	if err != nil {
		return err.Error(), nil
	}
	defer w.Body.Close()
	body, err = io.ReadAll(w.Body)
	if err != nil {
		return err.Error(), nil
	}
	var f struct{ Code string }
	_ = json.Unmarshal(body, &f) // none: it is no failure
	return fmt.Sprint(w.StatusCode, " ", cmp.Or(f.Code, "ok")), body
}

// report prints what came of it. Go shows ten lines of a benchmark.
func (l *load) report(took time.Duration, opened int64, waiting int) {
	var posts []float64
	for kind, taken := range l.taken {
		if kind != "online" {
			posts = append(posts, taken...)
		}
	}
	var table strings.Builder
	for _, row := range []struct {
		name  string
		taken []float64
	}{{"POST", posts}, {"of which first messages", l.taken["first"]}, {"of which messages", l.taken["message"]}, {"GET", l.taken["online"]}} {
		slices.Sort(row.taken)
		at := func(share float64) float64 { return row.taken[int(share*float64(len(row.taken)-1))] }
		fmt.Fprintf(&table, "\n%s: %.0f/s, answered in ms: p50 %.1f, p95 %.1f, p99 %.1f", row.name, float64(len(row.taken))/took.Seconds(), at(.5), at(.95), at(.99))
	}
	counts := map[string]int{}
	for text, n := range l.answers {
		kind, answer, _ := strings.Cut(text, " ")
		if kind != "online" {
			kind = "POST"
		}
		counts[kind+" "+answer] += n
	}
	for _, kind := range []string{"POST", "online"} {
		fmt.Fprintf(&table, "\n%s:", kind)
		for _, text := range slices.Sorted(maps.Keys(counts)) {
			if strings.HasPrefix(text, kind) {
				fmt.Fprintf(&table, " %d of %s,", counts[text], strings.TrimPrefix(text, kind+" "))
			}
		}
	}
	fmt.Fprintf(&table, "\nconnections opened to Twilio: %d, in TIME_WAIT then: %d; a request was sent at most %s late", opened, waiting, l.late.Round(time.Millisecond))
	l.Log(table.String())
}

// checkAnswers fails for each that is neither what was asked for nor one of a limit.
func (l *load) checkAnswers() {
	for text, n := range l.answers {
		_, answer, _ := strings.Cut(text, " ")
		if answer != "200 ok" && !(l.limited && slices.Contains([]string{"429 too-many", "403 proof-wanted"}, answer)) {
			l.Errorf("%d times %s", n, text)
		}
	}
}

// checkStored fails for a message that was accepted and isn't there once, with an agent in its conversation.
func (l *load) checkStored() {
	in := map[string][]string{}
	for id, a := range l.accepted {
		in[a.Conversation] = append(in[a.Conversation], id)
	}
	for sid, ids := range in {
		list, err := l.local.newest(l.Context(), sid, 1000)
		if err != nil {
			l.Fatal(err)
		}
		there := map[string]int{}
		for _, m := range list {
			there[m.id()]++
		}
		for _, id := range ids {
			if there[id] != 1 {
				l.Errorf("a message is there %d times", there[id])
			}
		}
		members, err := l.local.participants(l.Context(), sid)
		if err != nil || !slices.ContainsFunc(members, func(m member) bool { return slices.Contains(testOptions.Agents, m.identity) }) {
			l.Errorf("nobody reads %d messages: %v %v", len(ids), members, err)
		}
	}
	l.Logf("%d messages were accepted, in %d conversations", len(l.accepted), len(in))
}

// timeWaits returns how many connections to a port of this machine are closed and kept for a while, where Linux tells it.
func timeWaits(port string) (n int) {
	const timeWait = "06"
	var number int
	fmt.Sscan(port, &number)
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(file) // elsewhere there is none
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) > 3 && fields[3] == timeWait && (strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", number)) || strings.HasSuffix(fields[2], fmt.Sprintf(":%04X", number))) {
				n++
			}
		}
	}
	return n
}
