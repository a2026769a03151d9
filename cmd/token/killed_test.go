package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/notify"
	"missive/cmd/internal/token"
)

// childsTeam is the variable that makes a process of the test below a server, with the team's file.
const childsTeam = "TOKEN_TEST_TEAM"

// site is one with several servers: processes that are killed, local conversations, a proxy, and a webhook.
type site struct {
	*testing.T
	backend *conversations.Server
	twilio  token.Twilio
	file    string
	webhook *httptest.Server
	proxy   *httptest.Server

	mu      sync.Mutex
	servers []string // addresses of those that the proxy asks
	asked   int
	sweeps  map[string]int    // by name of the server
	owners  map[string]string // of claims
	open    bool              // whether conversations are listed, without which no sweep sees anything
	told    map[string]int    // by key
	changed *sync.Cond        // sweeps or told

	holdMessage string // the server of which the answer to the next message is held back
	heldKey     chan string
	heldMessage chan struct{}
}

func newSite(t *testing.T) *site {
	s := &site{T: t, sweeps: map[string]int{}, owners: map[string]string{}, told: map[string]int{}, heldKey: make(chan string, 1), heldMessage: make(chan struct{})}
	s.changed = sync.NewCond(&s.mu)
	s.twilio = newEnvironment(complete).twilio()
	var err error
	if s.backend, err = conversations.New(conversations.Options{AccountSID: s.twilio.AccountSID, APIKey: s.twilio.APIKey, APISecret: s.twilio.APISecret, ServiceSID: s.twilio.ServiceSID}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.backend.Close() })
	s.file = filepath.Join(t.TempDir(), "agents.yaml")
	team := "url: https://token.example.com/desk\nagents: [{identity: ann, name: Ann}, {identity: bob, name: Bob}, {identity: cid, name: Cid}]\nnotify: {webhook: true}\n"
	if err := os.WriteFile(s.file, []byte(team), 0o600); err != nil {
		t.Fatal(err)
	}
	s.webhook = httptest.NewServer(http.HandlerFunc(s.receive))
	t.Cleanup(s.webhook.Close)
	s.proxy = httptest.NewServer(&httputil.ReverseProxy{Rewrite: s.spread, Transport: s, ErrorLog: log.New(io.Discard, "", 0)})
	t.Cleanup(s.proxy.Close)
	return s
}

// spread asks the servers in turn.
func (s *site) spread(r *httputil.ProxyRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	to, _ := url.Parse(s.servers[s.asked%len(s.servers)]) // it is one
	r.SetURL(to)
	r.SetXForwarded()
}

// RoundTrip is the proxy's: a server that fails isn't asked again.
func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.servers = slices.DeleteFunc(s.servers, func(address string) bool { return strings.HasSuffix(address, r.URL.Host) })
	}
	return answer, err
}

// receive is the webhook. It holds on to the first event.
func (s *site) receive(_ http.ResponseWriter, r *http.Request) {
	var e notify.Event
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil || !strings.HasPrefix(e.Key, e.Conversation+"-") {
		s.Errorf("the webhook got %+v, %v", e, err)
	}
	s.mu.Lock()
	first := len(s.told) == 0
	s.told[e.Key]++
	s.changed.Broadcast()
	s.mu.Unlock()
	if first {
		s.heldKey <- e.Key
		<-r.Context().Done()
	}
}

// twilioOf is Twilio's API as one of the servers reaches it.
func (s *site) twilioOf(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, _ := url.ParseQuery(string(body))
		claim := form.Get("UniqueName")
		lists := r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/Conversations")
		s.mu.Lock()
		if lists {
			s.sweeps[name]++
			s.changed.Broadcast()
		}
		refused := lists && !s.open
		hold := s.holdMessage == name && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Messages")
		if hold {
			s.holdMessage = ""
		}
		s.mu.Unlock()
		if refused {
			http.Error(w, "{}", http.StatusServiceUnavailable)
			return
		}
		answer := httptest.NewRecorder()
		s.backend.ServeHTTP(answer, r)
		if strings.HasPrefix(claim, "notify-") && answer.Code == http.StatusCreated {
			s.mu.Lock()
			s.owners[claim] = name
			s.mu.Unlock()
		}
		if hold { // it is stored, and nobody hears of it
			close(s.heldMessage)
			<-r.Context().Done()
			return
		}
		for key, values := range answer.Header() {
			w.Header()[key] = values
		}
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
	}
}

func (s *site) environ(name string) []string {
	twilio := httptest.NewServer(s.twilioOf(name))
	s.Cleanup(twilio.Close)
	return withTeam("TWILIO_API_URL="+twilio.URL, "MISSIVE_WEBHOOK="+s.webhook.URL)
}

// start starts a server as a process of its own, behind the proxy.
func (s *site) start(name string) *exec.Cmd {
	s.Helper()
	child := exec.Command(os.Args[0], "-test.run=^"+s.Name()+"$")
	child.Env = append(s.environ(name), childsTeam+"="+s.file)
	output, err := child.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := child.Start(); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { child.Process.Kill(); child.Wait() })
	server := &running{T: s.T, lines: bufio.NewScanner(output)}
	address := server.until("listening")["address"].(string)
	server.ignoreLog()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers = append(s.servers, "http://"+address)
	return child
}

// await waits until something is so.
func (s *site) await(is func() bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !is() {
		s.changed.Wait()
	}
}

// rest asks as who has the API key.
func (s *site) rest(method, path string, form url.Values, into any) {
	r := httptest.NewRequest(method, "http://127.0.0.1/v1/Services/"+s.twilio.ServiceSID+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(s.twilio.APIKey, s.twilio.APISecret)
	w := httptest.NewRecorder()
	if s.backend.ServeHTTP(w, r); w.Code >= 300 || into != nil && json.Unmarshal(w.Body.Bytes(), into) != nil {
		s.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
}

// person is a visitor with a browser.
type person struct {
	s                               *site
	number                          int
	session, conversation, identity string
	accepted                        []string // ids
}

// write sends a message, and again until it is accepted, as the widget does.
func (p *person) write() {
	id := fmt.Sprintf("%016x%016x", p.number, len(p.accepted))
	form, _ := json.Marshal(map[string]any{"account": "help", "protocol": 2, "secret": fmt.Sprintf("%032x", p.number+1), "session": p.session, "message": map[string]any{"id": id, "body": "Message " + id}})
	for {
		r, _ := http.NewRequest(http.MethodPost, p.s.proxy.URL+"/token", bytes.NewReader(form))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", "https://www.example.com")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			p.s.Error(err)
			return
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode == http.StatusBadGateway || answer.StatusCode == http.StatusServiceUnavailable {
			continue
		}
		var a token.Answer
		if answer.StatusCode != http.StatusOK || json.Unmarshal(text, &a) != nil || a.Message == nil || p.conversation != "" && p.conversation != a.Conversation {
			p.s.Errorf("visitor %d: %d %s", p.number, answer.StatusCode, text)
			return
		}
		p.session, p.conversation, p.identity = a.Session, a.Conversation, a.Identity
		p.accepted = append(p.accepted, id)
		return
	}
}

func (s *site) answers(agent string, p *person) {
	s.rest(http.MethodPost, "/Conversations/"+p.conversation+"/Messages", url.Values{"Author": {agent}, "Body": {"Hello"}}, nil)
}

type storedMessage struct {
	Index              int
	Author, Attributes string
}

// check compares what is stored with what was accepted, and returns the keys of which the team may be told, the last of which it must.
func (p *person) check(read int) (keys []string) {
	p.s.Helper()
	var list struct{ Messages []storedMessage }
	p.s.rest(http.MethodGet, "/Conversations/"+p.conversation+"/Messages?PageSize=100", nil, &list)
	var ids []string
	begins := true
	for _, m := range list.Messages {
		if m.Author != p.identity {
			begins = true
			continue
		}
		var a struct{ ID string }
		if err := json.Unmarshal([]byte(m.Attributes), &a); err != nil {
			p.s.Error(err)
		}
		ids = append(ids, a.ID)
		if m.Index == read+1 || begins && m.Index > read {
			keys = append(keys, fmt.Sprintf("%s-%d", p.conversation, m.Index))
		}
		begins = false
	}
	if !slices.Equal(ids, p.accepted) {
		p.s.Errorf("visitor %d has\n%v, and was told\n%v", p.number, ids, p.accepted)
	}
	var there struct{ Participants []struct{ Identity string } }
	p.s.rest(http.MethodGet, "/Conversations/"+p.conversation+"/Participants", nil, &there)
	var who []string
	for _, participant := range there.Participants {
		who = append(who, participant.Identity)
	}
	slices.Sort(who)
	want := []string{"ann", "bob", "cid", p.identity}
	if slices.Sort(want); !slices.Equal(who, want) {
		p.s.Errorf("in the conversation of visitor %d are %v", p.number, who)
	}
	return keys
}

func TestOfTwoServersOneIsKilledAndNothingIsLostOrToldOfTwiceButOneBurst(t *testing.T) {
	if file := os.Getenv(childsTeam); file != "" {
		sweepInterval = 20 * time.Millisecond
		run(t.Context(), []string{"-addr", "127.0.0.1:0", "-trust-proxy", "1", "-agents", file}, os.Environ(), os.Stdout, os.Stderr)
		return
	}
	s := newSite(t)
	s.open = true
	if code := run(t.Context(), []string{"setup", "-agents", s.file}, s.environ("setup"), io.Discard, io.Discard); code != 0 {
		t.Fatal(code)
	}
	s.open = false
	children := map[string]*exec.Cmd{"one": s.start("one"), "two": s.start("two")}
	people := make([]*person, 5)
	for i := range people {
		people[i] = &person{s: s, number: i}
	}
	agents := []string{"ann", "bob", "cid"}

	// While no sweep sees anything, three conversations are answered or read.
	var all sync.WaitGroup
	for i, p := range people {
		all.Go(func() {
			for range 3 {
				p.write()
			}
			if i == 1 {
				s.rest(http.MethodPost, "/Conversations/"+p.conversation+"/Participants/bob", url.Values{"LastReadMessageIndex": {"2"}}, nil)
			} else if i < len(agents) {
				s.answers(agents[i], p)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	s.mu.Lock()
	s.open = true
	s.mu.Unlock()
	key := <-s.heldKey
	s.mu.Lock()
	claim := "notify-" + key + "-1"
	victim := s.owners[claim]
	s.holdMessage = victim
	s.mu.Unlock()

	// It is killed while it sends, and while it stores a message.
	for i, p := range people {
		all.Go(func() {
			p.write()
			if i < len(agents) {
				all.Go(func() { s.answers(agents[i], p) })
			}
			p.write()
			p.write()
		})
	}
	<-s.heldMessage
	if err := children[victim].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	children[victim].Wait()
	all.Wait()
	s.rest(http.MethodPost, "/Conversations/"+claim, url.Values{"Attributes": {`{"until":"0001-01-01T00:00:00Z"}`}}, nil) // nobody has to wait for its end
	s.start("three")
	for _, p := range people {
		all.Go(p.write)
	}
	all.Wait()

	allowed := map[string]bool{}
	var expected []string
	for i, p := range people {
		read := -1
		if i < len(agents) {
			read = 2
		}
		keys := p.check(read)
		for _, k := range keys {
			allowed[k] = true
		}
		if len(keys) == 0 {
			t.Fatalf("visitor %d waits for nothing", i)
		}
		expected = append(expected, keys[len(keys)-1])
	}
	s.await(func() bool {
		return s.told[key] > 1 && !slices.ContainsFunc(expected, func(k string) bool { return s.told[k] == 0 })
	})
	before := map[string]int{}
	s.await(func() bool {
		enough := true
		for name := range s.sweeps {
			if _, known := before[name]; !known {
				before[name] = s.sweeps[name]
			}
			enough = enough && (name == victim || name == "setup" || s.sweeps[name] > before[name]+2)
		}
		return enough
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, times := range s.told {
		if most := map[bool]int{true: 2, false: 1}[k == key]; !allowed[k] || times > most {
			t.Errorf("%s was told %d times; it may be: %t", k, times, allowed[k])
		}
	}
}
