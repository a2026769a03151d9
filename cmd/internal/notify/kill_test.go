package notify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Variables of the test below for the processes that it starts: where the local conversations and the webhook are.
const (
	childsTwilio  = "NOTIFY_TEST_TWILIO"
	childsWebhook = "NOTIFY_TEST_WEBHOOK"
)

// runChild is a server that does nothing but notify.
func runChild(t *testing.T, twilio, webhook string) {
	s := newSite(t)
	address, err := url.Parse(twilio)
	if err != nil {
		t.Fatal(err)
	}
	s.twilio.URL, s.twilio.Transport = address, nil
	n, err := newNotifier(s.newHandler(s.twilio).Inbox(100_000), Options{After: time.Hour, Webhooks: []string{webhook}, Interval: 20 * time.Millisecond}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	n.Run(t.Context())
}

// receiver is a webhook that counts, and holds on to one of the requests.
type receiver struct {
	mu    sync.Mutex
	told  map[string]int
	total chan int      // after each
	held  chan struct{} // when one is held
	hold  int
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	var e Event
	if err := json.NewDecoder(request.Body).Decode(&e); err != nil {
		panic(err)
	}
	r.mu.Lock()
	r.told[e.Key]++
	total := 0
	for _, n := range r.told {
		total += n
	}
	r.mu.Unlock()
	r.total <- total
	if total == r.hold {
		close(r.held)
		<-request.Context().Done()
	}
}

func TestAServerThatIsKilledInTheMiddleLosesNothingAndAtMostOneIsRepeated(t *testing.T) {
	if twilio := os.Getenv(childsTwilio); twilio != "" {
		runChild(t, twilio, os.Getenv(childsWebhook))
		return
	}
	s := newSite(t)
	twilio := httptest.NewServer(s.backend)
	defer twilio.Close()
	const bursts = 12
	for n := range bursts {
		(&visitor{s: s, number: n}).write("Hello?")
	}
	r := &receiver{told: map[string]int{}, total: make(chan int, 100), held: make(chan struct{}), hold: 5}
	webhook := httptest.NewServer(r)
	defer webhook.Close()
	start := func() *exec.Cmd {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), childsTwilio+"="+twilio.URL, childsWebhook+"="+webhook.URL)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { child.Process.Kill(); child.Wait() })
		return child
	}
	first := start()
	<-r.held
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	first.Wait()
	s.letClaimsEnd()
	start()
	for total := range r.total {
		if total == bursts+1 {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	repeated := 0
	for key, times := range r.told {
		if times > 1 {
			repeated++
		}
		if times > 2 {
			t.Errorf("%s was told %d times", key, times)
		}
	}
	same(t, "bursts", len(r.told), bursts)
	same(t, "repeated", repeated, 1)
}

// letClaimsEnd writes into the claims that are held that their time is over, so that nobody has to wait for it.
func (s *site) letClaimsEnd() {
	s.Helper()
	threads, err := s.newHandler(s.twilio).Inbox(100_000).Open(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	for _, thread := range threads {
		if c, is := claimOf(thread); is && !c.Sent {
			c.Until = time.Time{}
			s.post("/Conversations/"+c.sid, url.Values{"Attributes": {c.text()}})
		}
	}
}

func TestAServerThatIsToldToStopSendsWhatItHasBegun(t *testing.T) {
	s := newSite(t)
	(&visitor{s: s, number: 1}).write("Hello?")
	r := &receiver{told: map[string]int{}, total: make(chan int, 100)}
	arrived, answered := make(chan struct{}), make(chan struct{})
	webhook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		close(arrived)
		<-answered
		r.ServeHTTP(w, request)
	}))
	defer webhook.Close()
	n, err := newNotifier(s.newHandler(s.twilio).Inbox(100_000), Options{Webhooks: []string{webhook.URL}, Interval: time.Millisecond}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { n.Run(ctx); close(ended) }()
	<-arrived
	stop()
	close(answered)
	<-ended
	threads, err := n.inbox.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var claims []string
	for _, thread := range threads {
		if c, is := claimOf(thread); is {
			claims = append(claims, c.text())
		}
	}
	if len(claims) != 1 || !strings.Contains(claims[0], `"sent":true`) {
		t.Error(claims)
	}
}
