package token

import (
	"container/heap"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/conversations/store"
)

// traffic is what a simulated site has to do.
type traffic struct {
	days      int
	perDay    float64 // new visitors who write
	limit     int     // of open conversations, Twilio's and ours
	lastWord  float64 // the share of visitors whose last message gets no answer: "thanks"
	comesBack float64 // the share of visitors who write again after some weeks
}

// figures are what came of it.
type figures struct {
	visitors, messages, answers int
	highest                     int // open conversations of an agent
	turnedAway                  int
	closedEarly                 int // to make room
	closedWaiting               int // of those, with a message that waits for an answer
	unread                      int // messages without an agent in their conversation
	lost                        int // answers into a conversation that was closed to make room
	calls                       int // of Twilio
}

// simulation is a site, its visitors and its team, with the local conversations as Twilio and a clock of its own.
type simulation struct {
	traffic
	figures
	bench
	local  rest
	line   *line
	random *rand.Rand
	now    time.Time
	// reading is now for the local conversations, which look at the clock while they wait, too.
	reading atomic.Int64
	events  events
}

// watched sees how full it gets, and what is closed to make room.
type watched struct {
	rest
	s *simulation
}

func (w watched) join(ctx context.Context, sid, identity, role string) error {
	err := w.rest.join(ctx, sid, identity, role)
	if identity == "ann" { // one at a time
		w.s.highest = max(w.s.highest, w.s.line.OpenConversations("ann"))
	}
	return err
}

func (w watched) close(ctx context.Context, sid string) error {
	w.s.closedEarly++
	if last, err := w.newest(ctx, sid, 1); err != nil || len(last) == 1 && last[0].author != "ann" {
		w.s.closedWaiting++
	}
	return w.rest.close(ctx, sid)
}

// guest is one of the visitors.
type guest struct {
	number       int
	session      string
	conversation string
	all          []string
	identity     string
	written      int
}

func simulate(t testing.TB, of traffic) *simulation {
	s := &simulation{traffic: of, random: rand.New(rand.NewPCG(1, 2)), now: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}
	s.reading.Store(s.now.UnixNano())
	clock := func() time.Time { return time.Unix(0, s.reading.Load()).UTC() }
	s.bench, s.local, s.line = newLineBench(t, func(o *conversations.Options) {
		o.Now, o.Limits = clock, store.Limits{UserConversations: of.limit}
	})
	s.Handler.now, s.room.limit, s.room.counted = clock, of.limit, time.Time{}
	s.twilio = watched{s.local, s}
	end := s.now.AddDate(0, 0, of.days)
	s.at(s.now, s.arrive)
	for at := s.now; at.Before(end); at = at.Add(6 * time.Hour) {
		s.at(at, s.line.RingTimers)
	}
	for len(s.events) > 0 {
		next := heap.Pop(&s.events).(event)
		if next.at.After(end) {
			break
		}
		s.now = next.at
		s.reading.Store(s.now.UnixNano())
		next.do()
	}
	s.calls = s.line.count
	return s
}

// rush is the most that busy returns.
const rush = 1.7 * 1.24

// arrive lets a visitor come, and sees to the next one. In a week most come at work days' noon.
func (s *simulation) arrive() {
	gap := time.Duration(s.random.ExpFloat64() * float64(24*time.Hour) / (s.perDay * rush))
	s.in(gap, s.arrive)
	if s.random.Float64()*rush > busy(s.now) {
		return // the time is a quiet one
	}
	g := &guest{number: s.visitors}
	s.visitors++
	s.write(g, 1+s.random.IntN(3))
	if s.random.Float64() < s.comesBack {
		s.in(time.Duration(1+s.random.IntN(30))*24*time.Hour, func() { s.write(g, 1) })
	}
	s.in(40*24*time.Hour, func() { s.forget(g) })
}

// busy is how much more than on average happens at a time; its mean over a week is about 1.
func busy(at time.Time) float64 {
	share := 0.3
	if hour := at.Hour(); hour >= 8 && hour < 20 {
		share = 1.7
	}
	if day := at.Weekday(); day == time.Saturday || day == time.Sunday {
		return share * 0.4
	}
	return share * 1.24
}

// write sends a message, and more after each answer.
func (s *simulation) write(g *guest, more int) {
	g.written++
	s.messages++
	q := request{Protocol: 2, Account: "acme", Session: g.session, Secret: fmt.Sprintf("%032x", g.number), Message: &messageForm{
		ID: fmt.Sprintf("%016x%016x", g.number, g.written), Body: "Hello",
	}}
	body, _ := json.Marshal(q)
	w := s.send(http.MethodPost, "/token", string(body))
	if w.Code != http.StatusOK {
		s.turnedAway++
		return
	}
	var a Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.Message == nil {
		s.Fatalf("%v: %s", err, w.Body)
	}
	g.session, g.identity, g.conversation = a.Session, a.Identity, a.Conversation
	if !slices.Contains(g.all, a.Conversation) {
		g.all = append(g.all, a.Conversation)
	}
	members, err := s.local.participants(s.Context(), a.Conversation)
	if err != nil || !slices.ContainsFunc(members, func(m member) bool { return m.identity == "ann" }) {
		s.unread++
	}
	if more == 1 && s.random.Float64() < s.lastWord {
		return
	}
	s.at(s.workTime(s.now.Add(time.Duration(s.random.ExpFloat64()*float64(40*time.Minute)))), func() { s.answer(g, a.Conversation, more-1) })
}

// workTime is the next time at which the team is there.
func (s *simulation) workTime(at time.Time) time.Time {
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || at.Hour() < 9 || at.Hour() >= 18 {
		at = at.Truncate(time.Hour).Add(time.Hour + time.Duration(s.random.IntN(3600))*time.Second)
	}
	return at
}

func (s *simulation) answer(g *guest, conversation string, more int) {
	_, err := s.local.send(s.Context(), conversation, message{author: "ann", body: "Hello", attributes: "{}"})
	if err != nil {
		s.lost++
		return
	}
	s.answers++
	if more > 0 {
		s.in(time.Duration(s.random.ExpFloat64()*float64(20*time.Minute)), func() { s.write(g, more) })
	}
}

// forget deletes what is closed, as the law may want it. The local conversations don't hold a year.
func (s *simulation) forget(g *guest) {
	for _, sid := range g.all {
		c, err := s.local.find(s.Context(), sid)
		if err != nil || !c.closed {
			continue
		}
		if err := s.local.api(s.Context()).DeleteServiceConversation(s.local.ServiceSID, sid, nil); err != nil {
			s.Fatal(err)
		}
	}
	g.all = nil
	if list, err := s.local.conversations(s.Context(), g.identity); err == nil && len(list) == 0 {
		s.local.api(s.Context()).DeleteServiceUser(s.local.ServiceSID, g.identity, nil)
	}
}

func (s *simulation) in(d time.Duration, do func()) { s.at(s.now.Add(d), do) }
func (s *simulation) at(t time.Time, do func())     { heap.Push(&s.events, event{t, do}) }

type event struct {
	at time.Time
	do func()
}

type events []event

func (e events) Len() int           { return len(e) }
func (e events) Less(i, j int) bool { return e[i].at.Before(e[j].at) }
func (e events) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)        { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

func TestEachMessageHasAnAgentHoweverMuchComes(t *testing.T) {
	// A twentieth of what BenchmarkYear has, so that the limit is reached within weeks.
	s := simulate(t, traffic{days: 35, perDay: 10, limit: 50, lastWord: 0.08, comesBack: 0.1})
	t.Logf("%+v", s.figures)
	if s.highest >= s.limit || s.highest < s.room.near() {
		t.Errorf("the highest count is %d, want %d to %d", s.highest, s.room.near(), s.limit-1)
	}
	same(t, "visitors turned away", s.turnedAway, 0)
	same(t, "messages without an agent", s.unread, 0)
	same(t, "closed while somebody waited", s.closedWaiting, 0)
	same(t, "answers that were lost", s.lost, 0)
	if s.closedEarly == 0 {
		t.Error("nothing had to be closed")
	}
}

// BenchmarkYear prints how a year of a site with 200 new conversations a day goes:
//
//	go test ./cmd/internal/token -run '^$' -bench Year -benchtime 1x -timeout 2h
func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		s := simulate(b, traffic{days: 365, perDay: 200, limit: MaxOpen, lastWord: 0.08, comesBack: 0.1})
		for unit, figure := range map[string]int{
			"visitors": s.visitors, "messages": s.messages, "answers": s.answers, "highest-open": s.highest, "turned-away": s.turnedAway,
			"closed-early": s.closedEarly, "closed-while-waiting": s.closedWaiting, "without-agent": s.unread, "lost-answers": s.lost,
			"calls/message": s.calls / s.messages,
		} {
			b.ReportMetric(float64(figure), unit)
		}
	}
}
