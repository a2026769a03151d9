package token

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
)

// line is the connection to the local conversations, which may break at any call. It carries nothing over a network.
type line struct {
	*conversations.Server
	mu    sync.Mutex
	count int
	calls []string // the first ones
	// fate says what becomes of a call, whose number is from 0; nil: all arrive.
	fate func(number int, call string) fate
}

type fate int

const (
	arrives fate = iota
	isLost
	losesItsReply
	isRefused // with a conflict that Twilio has no code for in its documentation
)

var errLost = errors.New("the connection broke")

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	path := strings.Split(r.URL.Path, "/")
	call := r.Method + " " + strings.Join(path[4:], "/")
	number, becomes := l.count, arrives
	if l.count++; l.count < 1000 {
		l.calls = append(l.calls, call)
	}
	if l.fate != nil {
		becomes = l.fate(number, call)
	}
	l.mu.Unlock()
	w := httptest.NewRecorder()
	switch becomes {
	case isLost:
		return nil, errLost
	case isRefused:
		w.WriteHeader(http.StatusConflict)
		w.WriteString(`{"status":409,"code":50391,"message":"Conflicting conversation modification"}`)
		return w.Result(), nil
	}
	r.Host = "localhost"
	l.ServeHTTP(w, r)
	if becomes == losesItsReply {
		return nil, errLost
	}
	return w.Result(), nil
}

// newLineBench is a handler whose Twilio is the local conversations, at the other end of a line.
func newLineBench(t testing.TB, change ...func(*conversations.Options)) (bench, rest, *line) {
	t.Helper()
	o := testOptions.Twilio
	options := conversations.Options{AccountSID: o.AccountSID, APIKey: o.APIKey, APISecret: o.APISecret, ServiceSID: o.ServiceSID}
	for _, c := range change {
		c(&options)
	}
	backend, err := conversations.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	l := &line{Server: backend}
	o.Transport = l
	b := newBench(t, func(options *Options) { options.Twilio = o })
	local := newREST(o)
	b.twilio = local
	if _, err := Setup(t.Context(), o, SetupOptions{Agents: testOptions.Agents, Tell: func(string) {}}); err != nil {
		t.Fatal(err)
	}
	// No calls beside those of the visitor.
	if _, err := b.privileges.ask(t.Context(), local); err != nil {
		t.Fatal(err)
	}
	b.room.counted = time.Now()
	l.calls, l.count = nil, 0
	return b, local, l
}

// whole checks that there is one conversation of the visitor, and what is in it, each once.
func whole(t *testing.T, local rest, a Answer, bodies ...string) {
	t.Helper()
	list, err := local.newest(t.Context(), a.Conversation, lookBack)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list)
	var got []string
	for i, m := range list {
		got = append(got, m.body)
		same(t, "author and place", fmt.Sprint(m.author, m.index), fmt.Sprint(a.Identity, i))
	}
	same(t, "messages", got, bodies)
	participants, err := local.participants(t.Context(), a.Conversation)
	var members []string
	for _, m := range participants {
		members = append(members, m.identity)
	}
	slices.Sort(members)
	same(t, "participants", fmt.Sprint(members, err), fmt.Sprint([]string{"ann", "bob@acme.com", a.Identity}, nil))
	all, err := local.api(t.Context()).ListServiceConversation(local.ServiceSID, nil)
	same(t, "conversations", fmt.Sprint(len(all), err), "1 <nil>")
}

// A first message, repeated as browsers do until there is an answer, with each call of Twilio in turn broken: a call that
// never arrives, one whose reply is lost, one that meets another; and an endpoint that dies there, the line with it.
func TestAFirstMessageIsThereOnceWhateverIsLost(t *testing.T) {
	b, local, l := newLineBench(t)
	whole(t, local, b.ask(hello()), "Hello")
	// Agents may be added in any order.
	calls := len(l.calls) - 3
	if calls < 6 {
		t.Fatalf("only %d calls: %q", calls, l.calls)
	}
	for name, becomes := range map[string]fate{"call": isLost, "reply": losesItsReply, "conflict": isRefused} {
		for broken := range calls {
			for _, dies := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %d, endpoint dies: %t", name, broken, dies), func(t *testing.T) {
					b, local, l := newLineBench(t)
					l.fate = func(number int, _ string) fate {
						if number == broken {
							return becomes
						}
						if dies && number > broken {
							return isLost
						}
						return arrives
					}
					first, w := b.try(hello())
					l.fate = nil
					if dies && w.Code == http.StatusOK && broken < calls-1 {
						t.Error("a dead endpoint has answered")
					}
					a := b.ask(hello())
					if w.Code == http.StatusOK {
						same(t, "first answer", first.Message, a.Message)
					}
					whole(t, local, a, "Hello")
				})
			}
		}
	}
}

// Later messages, which come this way where web sockets are blocked.
func TestALaterMessageIsThereOnceWhateverIsLost(t *testing.T) {
	for name, becomes := range map[string]fate{"call": isLost, "reply": losesItsReply} {
		for broken := range 6 {
			t.Run(fmt.Sprint(name, broken), func(t *testing.T) {
				b, local, l := newLineBench(t)
				first := b.ask(hello())
				start := len(l.calls)
				l.fate = func(number int, _ string) fate {
					if number == start+broken {
						return becomes
					}
					return arrives
				}
				later := request{Protocol: 2, Session: first.Session, Secret: mySecret, Message: says("And another")}
				b.try(later)
				l.fate = nil
				a := b.ask(later)
				same(t, "message", a.Message.Index, 1)
				whole(t, local, a, "Hello", "And another")
			})
		}
	}
}

func TestMessagesStayInTheOrderInWhichTheyAreSent(t *testing.T) {
	b, local, _ := newLineBench(t)
	a := b.ask(hello())
	want := []string{"Hello"}
	for n := range 2 * messagesPage {
		want = append(want, fmt.Sprint(n))
		a = b.ask(request{Protocol: 2, Session: a.Session, Message: says(fmt.Sprint(n))})
		same(t, "place", a.Message.Index, n+1)
	}
	list, err := local.newest(t.Context(), a.Conversation, len(want))
	var got []string
	for _, m := range slices.Backward(list) {
		got = append(got, m.body)
	}
	same(t, "messages", fmt.Sprint(got, err), fmt.Sprint(want, nil))
}

func TestTheLocalConversationsTakeTheLargestMessage(t *testing.T) {
	b, local, _ := newLineBench(t)
	q := hello()
	// Control characters, of which JSON makes six bytes each.
	q.Message.Body = strings.Repeat("\x1f", maxTextBytes-1) + "."
	q.Message.Attributes = []byte(`{"name":"` + strings.Repeat("x", maxAttributesBytes-len(`{"id":"","name":""}`)-len(firstID)) + `"}`)
	whole(t, local, b.ask(q), q.Message.Body)
}
