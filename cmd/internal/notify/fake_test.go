package notify

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"missive/cmd/internal/token"
)

// nowhere is a host that isn't found, on any machine at once: RFC 1035 has labels of 63 bytes at most, so no name server is asked.
var nowhere = strings.Repeat("x", 64) + ".invalid"

// world is a service in memory, with a clock of its own, and servers that notify.
type world struct {
	t       *testing.T
	mu      sync.Mutex
	now     time.Time
	threads []*thread
	online  bool
	fails   map[string]error // of a call by its name
	calls   []string
	blind   bool    // the list doesn't tell what has changed
	hidden  *thread // is in no list
	made    int
	logged  bytes.Buffer
}

type thread struct {
	token.Thread
	messages []token.InboxMessage
	read     int
}

func newWorld(t *testing.T) *world {
	return &world{t: t, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), online: true, fails: map[string]error{}}
}

// outcome is what a server has sent, and how the next sends go.
type outcome struct {
	*Notifier
	sent []Notice
	fail error
}

// server starts one with channels of these names. What goes out goes to all of them.
func (w *world) server(channels ...string) *outcome {
	o := &outcome{}
	n, err := newNotifier(w, Options{After: 5 * time.Minute, Desk: "https://chat.acme.com/desk", Record: func(Notice) {}, Log: slog.New(slog.NewTextHandler(w, nil))}, w.time)
	if err != nil {
		w.t.Fatal(err)
	}
	n.channels = nil
	var mu sync.Mutex
	for _, name := range append([]string{"record"}, channels...) {
		n.channels = append(n.channels, &channel{name: name, send: func(_ context.Context, notice Notice) error {
			mu.Lock()
			defer mu.Unlock()
			if o.fail != nil && (len(channels) == 0 || name != "record") {
				return o.fail
			}
			o.sent = append(o.sent, notice)
			return nil
		}})
	}
	o.Notifier = n
	return o
}

// Write takes the log.
func (w *world) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.logged.Write(text)
}

func (w *world) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (o *outcome) look(w *world) {
	w.t.Helper()
	if err := o.sweep(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// keys are what has been sent.
func (o *outcome) keys(w *world) string {
	var keys []string
	for _, n := range o.sent {
		key := n.Key
		for i, t := range w.threads {
			key = strings.ReplaceAll(key, t.SID, fmt.Sprint("CH", i+1))
		}
		keys = append(keys, key)
	}
	return strings.Join(keys, " ")
}

// visitor opens a conversation.
func (w *world) visitor() *thread {
	w.made++
	t := &thread{Thread: token.Thread{SID: fmt.Sprintf("CH%032x", w.made), UniqueName: fmt.Sprintf("visitor-%d-1", w.made), Created: w.time(), Quiet: w.time()}, read: -1}
	w.threads = append(w.threads, t)
	return t
}

func (w *world) write(t *thread, author, body string) {
	if author == "visitor" {
		author = strings.TrimSuffix(t.UniqueName, "-1")
	}
	index := 0
	if n := len(t.messages); n > 0 {
		index = t.messages[n-1].Index + 1
	}
	t.messages = append(t.messages, token.InboxMessage{Index: index, Author: author, Body: body, Attributes: `{"page":"https://www.acme.com/prices"}`, Written: w.time(), ByTeam: author == "ann" || author == "bob"})
	t.Quiet = w.time()
	w.touch(t)
}

// close closes a conversation as somebody does. A timer that does changes nothing else.
func (w *world) close(t *thread) { t.Closed, t.Updated = true, w.time() }

func (w *world) touch(t *thread) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.made++; !w.blind {
		t.Marker = fmt.Sprint(w.made)
	}
}

func (w *world) call(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	w.calls = append(w.calls, text)
	name, _, _ := strings.Cut(text, " ")
	return cmp.Or(w.fails[name], w.fails[text])
}

func (w *world) by(id string) *thread {
	i := slices.IndexFunc(w.threads, func(t *thread) bool { return t.SID == id || t.UniqueName == id })
	if i < 0 {
		return nil
	}
	return w.threads[i]
}

func (w *world) Open(context.Context) (list []token.Thread, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.threads {
		if !t.Closed && t != w.hidden {
			list = append(list, t.Thread)
		}
	}
	return list, w.call("open")
}

// Closed lists by day, and not by the hour, as Twilio does.
func (w *world) Closed(_ context.Context, made time.Time, most int) (list []token.Thread, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range slices.Backward(w.threads) {
		if t.Closed && !t.Created.Before(made.Truncate(24*time.Hour)) && len(list) < most {
			list = append(list, t.Thread)
		}
	}
	return list, w.call("closed")
}

func (w *world) Find(_ context.Context, id string) (token.Thread, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.call("find %s", id); err != nil {
		return token.Thread{}, err
	}
	t := w.by(id)
	if t == nil {
		return token.Thread{}, token.ErrGone
	}
	return t.Thread, nil
}

func (w *world) Next(ctx context.Context, t token.Thread) (token.Thread, error) {
	return w.Find(ctx, strings.TrimSuffix(t.UniqueName, "-1")+"-2")
}

func (w *world) Newest(_ context.Context, sid string, count int) ([]token.InboxMessage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.call("newest %s", sid); err != nil {
		return nil, err
	}
	messages := slices.Clone(w.by(sid).messages)
	slices.Reverse(messages)
	return messages[:min(count, len(messages))], nil
}

func (w *world) ReadByTeam(_ context.Context, sid string) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.by(sid).read, w.call("read")
}

func (w *world) Online(context.Context) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.online, w.call("online")
}

func (w *world) Visitor(token.Thread) (token.Visitor, bool) {
	return token.Visitor{Account: "acme", Name: "Jane", Email: "jane@acme.com", Verification: "unverified"}, true
}

func (w *world) Note(_ context.Context, name, attributes string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.call("note %s", name); err != nil {
		return "", err
	}
	if w.by(name) != nil {
		return "", token.ErrTaken
	}
	w.made++
	t := &thread{Thread: token.Thread{SID: fmt.Sprintf("CH%032x", w.made), UniqueName: name, Attributes: attributes, Created: w.now}}
	w.threads = append(w.threads, t)
	return t.SID, nil
}

func (w *world) ChangeNote(_ context.Context, sid, attributes string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.call("change"); err != nil {
		return err
	}
	t := w.by(sid)
	if t == nil {
		return token.ErrGone
	}
	t.Attributes = attributes
	return nil
}

func (w *world) DropNote(_ context.Context, sid string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.threads = slices.DeleteFunc(w.threads, func(t *thread) bool { return t.SID == sid })
	return w.call("drop")
}

// notes are the names of the claims that are there.
func (w *world) notes() (names []string) {
	for _, t := range w.threads {
		if _, is := claimOf(t.Thread); is {
			names = append(names, t.UniqueName)
		}
	}
	return names
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s\ngot:  %v\nwant: %v", what, got, want)
	}
}
