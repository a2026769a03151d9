package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// clock is a time that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func newStore(t *testing.T) (*Store, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}
	return New(Options{Now: c.now, Reachability: true}), c
}

// thread makes a conversation with participants.
func thread(t *testing.T, s *Store, name string, identities ...string) *Conversation {
	t.Helper()
	c, err := s.CreateConversation("system", ConversationChange{UniqueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	for _, identity := range identities {
		if _, err := s.AddParticipant(c, identity, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func say(t *testing.T, s *Store, c *Conversation, author, body string) *Message {
	t.Helper()
	m, err := s.AddMessage(c, Draft{Author: author, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// refused tells whether err has the code.
func refused(t *testing.T, err error, code int) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("got %v, want code %d", err, code)
	}
}

func ptr[T any](v T) *T { return &v }

func TestChangesAreToldInOrder(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	names := map[string]string{c.SyncDocument: "conversation", c.Roster.ID: "roster", c.Messages.ID: "messages", s.state.Users["jane"].Joined.ID: "joined"}
	var told []string
	last := s.state.LastEvent
	s.Changed = func(o Object, e Event) {
		told = append(told, names[o.SID()]+" "+e.Type)
		if e.ID <= last || o.LastEvent() != e.ID {
			t.Errorf("event %d after %d, the object is at %d", e.ID, last, o.LastEvent())
		}
		last = e.ID
	}
	m := say(t, s, c, "jane", "Hi")
	p := c.participant("jane")
	if err := errors.Join(s.SetRead(c, p, &m.Index), s.RemoveMessage(c, m), s.RemoveParticipant(c, p)); err != nil {
		t.Fatal(err)
	}
	want := `messages list_item_added
conversation document_updated
roster map_item_updated
joined map_item_updated
messages list_item_removed
conversation document_updated
joined map_item_removed
roster map_item_removed`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNamesAreUnique(t *testing.T) {
	s, _ := newStore(t)
	first := thread(t, s, "first")
	second := thread(t, s, "second")
	_, err := s.CreateConversation("system", ConversationChange{UniqueName: ptr("first")})
	refused(t, err, 50353)
	refused(t, s.UpdateConversation(second, ConversationChange{UniqueName: ptr("first")}), 50353)
	if err := s.UpdateConversation(first, ConversationChange{UniqueName: ptr("other")}); err != nil {
		t.Fatal(err)
	}
	if err := s.UpdateConversation(second, ConversationChange{UniqueName: ptr("first")}); err != nil {
		t.Fatal(err)
	}
	found, err := s.Conversation("first")
	if err != nil || found != second {
		t.Errorf("got %v, %v", found, err)
	}
	s.DeleteConversation(first)
	_, err = s.Conversation("other")
	refused(t, err, 20404)
}

func TestAParticipantIsInAConversationOnce(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	_, err := s.AddParticipant(c, "jane", "", "")
	refused(t, err, 50433)
	_, err = c.Participant("joe")
	refused(t, err, 50432)
	tests := map[string]int{"": 50204, strings.Repeat("x", 257): 50207, "US" + strings.Repeat("a", 32): 50206, "\xff": 20001}
	for identity, code := range tests {
		_, err = s.AddParticipant(c, identity, "", "")
		refused(t, err, code)
	}
}

func TestOnlyMembersSeeAConversation(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	thread(t, s, "another", "joe")
	objects := []string{c.SyncDocument, c.Roster.ID, c.Messages.ID, s.state.Users["jane"].Joined.ID}
	for _, sid := range objects {
		if _, err := s.Object(sid, "jane"); err != nil {
			t.Errorf("jane can't see %s: %v", sid, err)
		}
		_, err := s.Object(sid, "joe")
		refused(t, err, 20404)
	}
	if _, err := s.Object(s.state.Users["jane"].Info.ID, "joe"); err != nil {
		t.Errorf("joe can't see who jane is: %v", err)
	}
	if err := s.RemoveParticipant(c, c.participant("jane")); err != nil {
		t.Fatal(err)
	}
	_, err := s.Object(c.Messages.ID, "jane")
	refused(t, err, 20404)
	_, err = s.Membership("thread", "jane")
	refused(t, err, 50430)
	_, err = s.Membership("none", "jane")
	refused(t, err, 20404)
}

func TestUnreadCountsWhatIsThere(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	p := c.participant("jane")
	var messages []*Message
	for i := range 5 {
		messages = append(messages, say(t, s, c, "joe", fmt.Sprint(i)))
	}
	if got := c.Unread(p); got != nil {
		t.Errorf("before anything was read: %d", *got)
	}
	unread := func(want int) {
		t.Helper()
		if got := c.Unread(p); got == nil || *got != want {
			t.Errorf("got %v, want %d", got, want)
		}
	}
	if err := s.SetRead(c, p, ptr(1)); err != nil {
		t.Fatal(err)
	}
	unread(3)
	for _, i := range []int{1, 3} { // the one that was read last, and an unread one
		if err := s.RemoveMessage(c, messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	unread(2)
	refused(t, s.SetRead(c, p, ptr(5)), 20001)
	refused(t, s.SetRead(c, p, ptr(-1)), 20001)
}

func TestAnIndexIsNotUsedAgain(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	m := say(t, s, c, "jane", "0")
	if err := s.RemoveMessage(c, m); err != nil {
		t.Fatal(err)
	}
	if m := say(t, s, c, "jane", "1"); m.Index != 1 || m.Participant != c.participant("jane").SID {
		t.Errorf("got %+v", m)
	}
}

func TestLimitsOfTwilioHold(t *testing.T) {
	s, _ := newStore(t)
	c := thread(t, s, "thread", "jane")
	add := func(body, attributes string) error {
		_, err := s.AddMessage(c, Draft{Author: "jane", Body: body, Attributes: attributes})
		return err
	}
	long := `"` + strings.Repeat("x", 4<<10) + `"`
	if err := add(strings.Repeat("x", 32<<10), long[2:]); err == nil {
		t.Error("attributes without a quote were taken for JSON")
	}
	if err := add(strings.Repeat("x", 32<<10), `"`+long[3:]); err != nil {
		t.Error(err)
	}
	longer := ptr(strings.Repeat("é", 257))
	_, authorErr := s.AddMessage(c, Draft{Author: *longer})
	for name, test := range map[string]struct {
		err  error
		code int
	}{
		"body":        {add(strings.Repeat("x", 32<<10+1), ""), 50504},
		"author":      {authorErr, 50310},
		"attributes":  {add("", long), 50303},
		"JSON":        {add("", "{"), 50304},
		"text":        {add("\xff", ""), 20001},
		"name":        {s.UpdateConversation(c, ConversationChange{FriendlyName: longer}), 50003},
		"unique name": {s.UpdateConversation(c, ConversationChange{UniqueName: longer}), 50004},
		"SID":         {s.UpdateConversation(c, ConversationChange{UniqueName: &c.ID}), 50390},
		"state":       {s.UpdateConversation(c, ConversationChange{State: ptr("open")}), 50378},
		"user":        {s.UpdateUser(s.state.Users["jane"], UserChange{Attributes: &long}), 50303},
		"user's name": {s.UpdateUser(s.state.Users["jane"], UserChange{FriendlyName: longer}), 50003},
	} {
		t.Run(name, func(t *testing.T) { refused(t, test.err, test.code) })
	}
	if err := s.UpdateConversation(c, ConversationChange{FriendlyName: ptr(strings.Repeat("é", 256)), Attributes: &long}); err != nil {
		t.Error(err)
	}
	if len(c.Messages.Entries) != 1 {
		t.Errorf("%d messages", len(c.Messages.Entries))
	}
}

func TestAUserHasAThousandConversations(t *testing.T) {
	s, _ := newStore(t)
	for i := range 1000 {
		thread(t, s, fmt.Sprint(i), "jane")
	}
	c := thread(t, s, "one more")
	_, err := s.AddParticipant(c, "jane", "", "")
	refused(t, err, 50214)
	first, _ := s.Conversation("0")
	if err := s.UpdateConversation(first, ConversationChange{State: ptr(Closed)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddParticipant(c, "jane", "", ""); err != nil {
		t.Errorf("a closed conversation still counts: %v", err)
	}
}

func TestParticipantsOfAConversationChangeThirtyTimesASecond(t *testing.T) {
	s, clock := newStore(t)
	c := thread(t, s, "thread")
	for i := range 28 {
		if _, err := s.AddParticipant(c, fmt.Sprint(i), "", ""); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := c.Participant("0")
	if err := s.UpdateParticipant(c, p, ParticipantChange{Attributes: ptr("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveParticipant(c, p); err != nil {
		t.Fatal(err)
	}
	_, err := s.AddParticipant(c, "one more", "", "")
	refused(t, err, 20429)
	thread(t, s, "another", "one more")
	clock.advance(time.Second)
	if _, err := s.AddParticipant(c, "one more", "", ""); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestAConversationHasAHundredParticipants(t *testing.T) {
	s, clock := newStore(t)
	c := thread(t, s, "thread")
	for i := range 100 {
		clock.advance(time.Second / 20)
		if _, err := s.AddParticipant(c, fmt.Sprint(i), "", ""); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.AddParticipant(c, "one more", "", "")
	refused(t, err, 50417)
}

func TestLimitsCanBeOthers(t *testing.T) {
	s := New(Options{Limits: Limits{Participants: 1, UserConversations: 2}})
	for _, name := range []string{"one", "two"} {
		thread(t, s, name, "jane")
	}
	_, err := s.AddParticipant(thread(t, s, "three"), "jane", "", "")
	refused(t, err, 50214)
	c, _ := s.Conversation("one")
	_, err = s.AddParticipant(c, "joe", "", "")
	refused(t, err, 50417)
}

func TestWhatAUserWroteOutlivesThem(t *testing.T) {
	s, _ := newStore(t)
	open, closed := thread(t, s, "open", "jane", "joe"), thread(t, s, "closed", "jane")
	say(t, s, open, "jane", "Hi")
	if err := s.UpdateConversation(closed, ConversationChange{State: ptr(Closed)}); err != nil {
		t.Fatal(err)
	}
	jane, _ := s.User("jane")
	s.DeleteUser(jane)
	for _, id := range []string{"jane", jane.SID} {
		_, err := s.User(id)
		refused(t, err, 20404)
	}
	if len(open.Participants()) != 1 || len(closed.Participants()) != 0 || open.AllMessages()[0].Body != "Hi" {
		t.Errorf("%d and %d participants are left", len(open.Participants()), len(closed.Participants()))
	}
	_, err := s.Membership("open", "jane")
	refused(t, err, 50430)
	for _, sid := range []string{jane.Info.ID, jane.Joined.ID} {
		_, err := s.Object(sid, "jane")
		refused(t, err, 20404)
	}
	if again, err := s.EnsureUser("jane"); err != nil || again.SID == jane.SID {
		t.Errorf("the same user is back: %v", err)
	}
	text, err := s.Encode()
	if err == nil {
		err = blank(Options{}).decode(text)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestWhoIsOnlineIsToldWhereTheServiceTellsIt(t *testing.T) {
	s := New(Options{})
	u, err := s.EnsureUser("jane")
	if err != nil {
		t.Fatal(err)
	}
	online := func(want any) {
		t.Helper()
		got := any(nil)
		if v := u.IsOnline(); v != nil {
			got = *v
		}
		if got != want {
			t.Errorf("online: %v, want %v", got, want)
		}
	}
	shown := func(want bool) {
		t.Helper()
		v, _ := u.Info.get(Position{Key: "reachability"})
		if got := v.data().(map[string]any)["online"]; got != want {
			t.Errorf("clients see %v, want %v", got, want)
		}
	}
	told := 0
	s.Changed = func(o Object, e Event) {
		if o.SID() == u.Info.ID && e.Key == "reachability" {
			told++
		}
	}
	s.SetOnline("jane", true)
	online(nil)
	shown(false)
	if told != 0 {
		t.Error("it was told where nobody is to know")
	}
	if err := s.Configure(ConfigurationChange{Reachability: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	online(true)
	shown(true)
	s.SetOnline("jane", false)
	online(false)
	if told != 2 {
		t.Errorf("it was told %d times", told)
	}
	if u, err = s.EnsureUser("joe"); err != nil {
		t.Fatal(err)
	}
	online(nil) // has never been
}

func TestAClosedConversationStaysAsItIs(t *testing.T) {
	s, _ := newStore(t)
	_, err := s.CreateConversation("system", ConversationChange{State: ptr(Closed)})
	refused(t, err, 50384)
	c := thread(t, s, "thread", "jane")
	m, p := say(t, s, c, "jane", "Hi"), c.participant("jane")
	if err := s.UpdateConversation(c, ConversationChange{State: ptr(Closed)}); err != nil {
		t.Fatal(err)
	}
	_, messageErr := s.AddMessage(c, Draft{Author: "jane", Body: "Hi"})
	_, participantErr := s.AddParticipant(c, "joe", "", "")
	for name, err := range map[string]error{
		"message": messageErr, "participant": participantErr,
		"state":  s.UpdateConversation(c, ConversationChange{State: ptr(Active)}),
		"edit":   s.UpdateMessage(c, m, "jane", MessageChange{Body: ptr("Ho")}),
		"remove": s.RemoveMessage(c, m), "leave": s.RemoveParticipant(c, p), "change": s.UpdateParticipant(c, p, ParticipantChange{}),
	} {
		t.Run(name, func(t *testing.T) { refused(t, err, 50377) })
	}
	if len(s.state.Users["jane"].Memberships()) != 0 || len(c.Participants()) != 1 {
		t.Error("who took part is kept, but nobody has the conversation any more")
	}
	_, err = s.Object(c.SyncDocument, "jane")
	refused(t, err, 20404)
	_, err = s.Membership("thread", "jane")
	refused(t, err, 50377)
	_, err = s.Membership("thread", "joe")
	refused(t, err, 50430)
}

func TestTimers(t *testing.T) {
	s, clock := newStore(t)
	_, err := s.CreateConversation("system", ConversationChange{Timers: TimersChange{Closed: ptr("P1DT12H")}})
	refused(t, err, 50382)
	c, err := s.CreateConversation("system", ConversationChange{State: ptr(Active), Timers: TimersChange{Inactive: ptr("PT1M"), Closed: ptr("P1DT12H")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddParticipant(c, "jane", "", ""); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		after time.Duration
		want  string
	}{{59 * time.Second, Active}, {time.Second, Inactive}, {36*time.Hour - 61*time.Second, Inactive}}
	for _, step := range steps {
		clock.advance(step.after)
		s.RingTimers()
		if c.State != step.want {
			t.Fatalf("after %v: %s, want %s", step.after, c.State, step.want)
		}
	}
	say(t, s, c, "jane", "Still there?")
	if c.State != Active {
		t.Errorf("a message leaves it %s", c.State)
	}
	clock.advance(36 * time.Hour)
	s.RingTimers()
	if c.State != Closed {
		t.Errorf("in the end it is %s", c.State)
	}
}

func TestTimersAreISODurations(t *testing.T) {
	tests := map[string]time.Duration{
		"PT10M": 10 * time.Minute, "P7D": 168 * time.Hour, "P2W": 336 * time.Hour, "P1DT2H3M4S": 26*time.Hour + 3*time.Minute + 4*time.Second,
		"": -1, "P": -1, "PT": -1, "P1DT": -1, "10M": -1, "PT10": -1, "P1M": -1, "P1Y": -1, "PT-1M": -1, "PT1.5M": -1,
	}
	for text, want := range tests {
		if got, ok := parseDuration(text); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: got %v, %v", text, got, ok)
		}
	}
	s, _ := newStore(t)
	c := thread(t, s, "thread")
	for _, test := range []struct {
		change TimersChange
		code   int
	}{
		{TimersChange{Inactive: ptr("PT59S")}, 50375}, {TimersChange{Inactive: ptr("soon")}, 50379},
		{TimersChange{Closed: ptr("PT9M59S")}, 50376}, {TimersChange{Closed: ptr("P1M")}, 50380},
	} {
		refused(t, s.UpdateConversation(c, ConversationChange{Timers: test.change}), test.code)
	}
	if err := s.UpdateConversation(c, ConversationChange{Timers: TimersChange{Closed: ptr("PT10M")}}); err != nil || c.Timers.Closed != "PT10M" {
		t.Errorf("got %+v, %v", c.Timers, err)
	}
	if err := s.UpdateConversation(c, ConversationChange{Timers: TimersChange{Closed: ptr("PT0S")}}); err != nil || c.Timers.Closed != "" {
		t.Errorf("got %+v, %v", c.Timers, err)
	}
}
