package store

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestWhatIsSavedIsThereAgain(t *testing.T) {
	s, clock := newStore(t)
	c := thread(t, s, "thread", "jane", "joe")
	say(t, s, c, "jane", "Hi <b>")
	say(t, s, c, "joe", "Ho")
	if err := s.SetRead(c, c.participant("jane"), ptr(1)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "new", "state.json")
	text, err := s.Encode()
	if err == nil {
		err = Save(file, text)
	}
	if err != nil {
		t.Fatal(err)
	}

	again, err := Open(file, Options{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	found, err := again.Conversation("thread")
	if err != nil {
		t.Fatal(err)
	}
	for _, sid := range []string{c.SyncDocument, c.Roster.ID, c.Messages.ID, s.state.Users["jane"].Joined.ID, s.state.Users["jane"].Info.ID} {
		before, err1 := s.Object(sid, "jane")
		after, err2 := again.Object(sid, "jane")
		if err1 != nil || err2 != nil || !reflect.DeepEqual(before.Since(0), after.Since(0)) || before.LastEvent() != after.LastEvent() {
			t.Errorf("%s is not as it was: %v, %v", sid, err1, err2)
		}
	}
	if m := say(t, again, found, "jane", "Again"); m.Index != 2 {
		t.Errorf("the next index is %d", m.Index)
	}
	entries, _ := os.ReadDir(filepath.Dir(file))
	if len(entries) != 1 {
		t.Errorf("there are other files: %v", entries)
	}
}

func TestNobodyIsOnlineAfterARestart(t *testing.T) {
	s, clock := newStore(t)
	u, err := s.EnsureUser("jane")
	if err != nil {
		t.Fatal(err)
	}
	s.SetOnline("jane", true)
	seen := u.Info.Last
	text, _ := s.Encode()
	file := filepath.Join(t.TempDir(), "state.json")
	if err := Save(file, text); err != nil {
		t.Fatal(err)
	}
	again, err := Open(file, Options{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	u, _ = again.User("jane")
	events := u.Info.Since(seen)
	if u.Online || len(events) != 1 || events[0].Key != "reachability" {
		t.Errorf("online %v, events %+v", u.Online, events)
	}
}

func TestAFileWithoutRolesGetsThoseOfANewService(t *testing.T) {
	s, err := Open(filepath.Join("testdata", "version-1.json"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Conversation("thread")
	if err != nil {
		t.Fatal(err)
	}
	name := func(sid string) string {
		r, err := s.Role(sid)
		if err != nil {
			return err.Error()
		}
		return r.FriendlyName
	}
	got := map[string]string{"reachability": fmt.Sprint(s.Configuration().Reachability)}
	for _, p := range c.Participants() {
		got[p.Identity], got[p.Identity+"'s user"] = name(p.Role), name(p.user.Role)
	}
	want := map[string]string{"jane": channelAdmin, "jane's user": serviceUser, "joe": channelUser, "joe's user": serviceUser, "reachability": "true"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	text, err := s.Encode()
	if err == nil {
		err = blank(Options{}).decode(text)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestAKilledServerUsesNoEventTwice(t *testing.T) {
	s, clock := newStore(t)
	c := thread(t, s, "thread", "jane")
	text, _ := s.Encode()
	clock.advance(time.Second)
	lost := say(t, s, c, "jane", "never saved")
	seen := c.Messages.Last

	clock.advance(time.Second)
	again := blank(Options{Now: clock.now})
	if err := again.decode(text); err != nil {
		t.Fatal(err)
	}
	c, _ = again.Conversation("thread")
	if m := say(t, again, c, "jane", "the next one"); m.Index != lost.Index || c.Messages.Last <= seen {
		t.Errorf("event %d came after %d", c.Messages.Last, seen)
	}
}

func TestADamagedFileIsExplained(t *testing.T) {
	tests := map[string]string{
		`{"version":1`:                       "the saved conversations can't be read: unexpected end of JSON input",
		`{"version":9}`:                      "the saved conversations have format 9, this program reads those up to 2",
		`{"version":2}`:                      "the saved conversations are damaged: the configuration has an unknown role",
		`{"version":2,"roles":{"RL1":null}}`: `the saved conversations are damaged: role "RL1" is incomplete`,
		`{"version":2,"roles":{"RL1":{"sid":"RL1","type":"service","permissions":["sendMessage"]}}}`:                                                                                 `the saved conversations are damaged: role "RL1" has unknown permissions`,
		`{"version":1,"users":{"jane":null}}`:                                                                                                                                        `the saved conversations are damaged: user "jane" is incomplete`,
		`{"version":1,"conversations":{"CH1":{"sid":"CH1","document":"ET1","roster":{"sid":"MP1","entries":[null]},"messages":{"sid":"ES1"}}}}`:                                      `the saved conversations are damaged: conversation "CH1" is out of order`,
		`{"version":1,"conversations":{"CH1":{"sid":"CH1","document":"ET1","roster":{"sid":"MP1","entries":[{"key":"MB1","value":{"identity":"jane"}}]},"messages":{"sid":"ES1"}}}}`: `the saved conversations are damaged: conversation "CH1" has an unknown participant`,
	}
	for text, want := range tests {
		file := filepath.Join(t.TempDir(), "state.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(file, Options{})
		want = file + ": " + want + "\n  hint: delete the file to start without the old conversations"
		if err == nil || err.Error() != want {
			t.Errorf("got\n%v\nwant\n%s", err, want)
		}
	}
	if s, err := Open(filepath.Join(t.TempDir(), "none.json"), Options{}); err != nil || len(s.Conversations()) != 0 {
		t.Errorf("without a file: %v", err)
	}
}

// What a file says is used like any other state, so it must not be able to make the store panic.
func FuzzOpen(f *testing.F) {
	s := New(Options{})
	c, _ := s.CreateConversation("system", ConversationChange{UniqueName: ptr("thread")})
	for _, identity := range []string{"jane", "joe"} {
		s.AddParticipant(c, identity, "", "")
		s.AddMessage(c, Draft{Author: identity, Body: "Hi"})
	}
	text, _ := s.Encode()
	f.Add(string(text))
	f.Add(strings.ReplaceAll(string(text), `"key":"CH`, `"key":"XX`))
	old, _ := os.ReadFile(filepath.Join("testdata", "version-1.json"))
	f.Add(string(old))
	f.Add(`{"version":1,"users":{"jane":{"identity":"jane","info":{"sid":"MP1","entries":[{"key":"x"}]},"joined":{"sid":"MP2"}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		s := blank(Options{})
		if s.decode([]byte(text)) != nil {
			return
		}
		s.RingTimers()
		for identity := range s.state.Users {
			s.SetOnline(identity, true)
			for sid := range s.objects {
				if o, err := s.Object(sid, identity); err == nil {
					o.Since(0)
				}
			}
		}
		for _, c := range s.Conversations() {
			s.AddMessage(c, Draft{Author: "jane", Body: "Hi"})
			s.AddParticipant(c, "someone", "", "")
			s.UpdateConversation(c, ConversationChange{State: ptr(Closed)})
		}
		for _, u := range s.Users() {
			s.DeleteUser(u)
		}
	})
}
