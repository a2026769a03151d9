package signin

import (
	"fmt"
	"net/http/httputil"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"missive/cmd/internal/team"
)

func TestAccentsCountTheSameHoweverTheyAreTyped(t *testing.T) {
	const together, apart = "caf\u00e9 au lait, cr\u00e8me", "cafe\u0301 au lait, cre\u0300me"
	for _, c := range [][2]string{{together, apart}, {apart, together}, {apart, apart}} {
		b := newBrowser(t, func(o *Options) { o.Team.Agents[1].Password = Hash(c[0]).String() })
		same(t, c[1], b.try("bob", c[1]), letIn)
		same(t, "without accents", b.try("bob", "cafe au lait, creme"), "401 "+wrongPassword)
	}
}

func TestPageSaysWhatAgentsSignInWith(t *testing.T) {
	for want, agents := range map[string][]int{
		"E-mail address": {0, 3},
		"User name":      {1, 2}, // the third has no password
		"E-mail address, or user name without one": {0, 1, 2, 3},
	} {
		b := newBrowser(t, func(o *Options) {
			all := o.Team.Agents
			o.Team.Agents = nil
			for _, i := range agents {
				o.Team.Agents = append(o.Team.Agents, all[i])
			}
		})
		label := regexp.MustCompile(`<label for="login">(.*)</label>`).FindStringSubmatch(b.body("sign-in"))
		if label == nil || label[1] != want {
			t.Errorf("agents %v: the label is %q; want %q", agents, label, want)
		}
	}
}

func TestEveryWrongWayFailsAndSaysTheSame(t *testing.T) {
	const wrong = "401 " + wrongPassword
	for _, c := range []struct{ what, login, password string }{
		{"the wrong password", "ann@example.com", "correct horse batterz"},
		{"that of another agent", "ann@example.com", "a password of bob"},
		{"another case", "ann@example.com", strings.ToUpper(annsPassword)},
		{"a space behind it", "ann@example.com", annsPassword + " "},
		{"none", "ann@example.com", ""},
		{"nobody", "", annsPassword},
		{"somebody unknown", "eve@example.com", annsPassword},
		{"the identity of who has an address", "ann", annsPassword},
		{"an agent without a password", "cy@example.com", annsPassword},
		{"an agent without a password, and none", "cy@example.com", ""},
		{"the hash itself", "ann@example.com", people().Agents[0].Password},
		{"a letter that Unicode takes for a k", "\u212aim@example.com", "a password of kim"},
		{"far too long", "ann@example.com", strings.Repeat("x", 2000)},
		{"so long that it isn't read", "ann@example.com", strings.Repeat("x", 20_000)},
	} {
		b := newBrowser(t)
		if got := b.try(c.login, c.password); got != wrong && got != strings.Replace(wrong, "401", "400", 1) {
			t.Errorf("%s: %s", c.what, got)
		}
		same(t, c.what, b.is(), "nobody")
		if log := b.log.String(); c.password != "" && strings.Contains(log, c.password) || strings.Contains(log, "eve@") {
			t.Errorf("%s: logged %s", c.what, log)
		}
	}
	b := newBrowser(t)
	b.try("ann@example.com", "wrong wrong wrong")
	b.try("eve@example.com", "wrong wrong wrong")
	b.another("[2001:db8:1:2:3:4:5:6]:1").try("eve@example.com", "wrong wrong wrong")
	for _, line := range []string{`client=2001:db8:1:2::/64 agent=""`, `level=WARN msg="sign-in failed" client=192.0.2.1 agent=ann why="wrong password"`, `client=192.0.2.1 agent="" why="wrong password"`} {
		if !strings.Contains(b.log.String(), line) {
			t.Errorf("logged %s, want %s", b.log, line)
		}
	}
}

// Whether there is an agent must not be told by the time: the work is the same.
func TestAnUnknownAgentTakesTheSameWork(t *testing.T) {
	mixed := &team.Team{Agents: []team.Agent{{Identity: "bob", Password: hashed()[1]}, {Identity: "cy", Email: "cy@example.com"}}}
	dear := team.Password{MemoryKiB: 32 << 10, Passes: 3, Lanes: 2, Salt: make([]byte, 16), Hash: make([]byte, 32)}
	mixed.Agents = append(mixed.Agents, team.Agent{Identity: "dora", Password: dear.String()})
	one, two, other := newHashes(mixed, []byte("key")), newHashes(mixed, []byte("key")), newHashes(mixed, []byte("another key"))
	work := func(p team.Password, own bool) string {
		return fmt.Sprint(p.MemoryKiB, " ", p.Passes, " ", p.Lanes, " ", len(p.Hash), " ", own)
	}
	same(t, "an agent's own", work(one.of(&mixed.Agents[2], "dora")), "32768 3 2 32 true")
	// Which one it is for whom there is no agent, nobody knows who hasn't the key; and it stays the same.
	counts, others := map[string]int{}, 0
	for i := range 200 {
		login := fmt.Sprintf("somebody%d@example.com", i)
		got := work(one.of(nil, login))
		same(t, "at another server", work(two.of(nil, login)), got)
		same(t, "in capitals", work(one.of(nil, strings.ToUpper(login))), got)
		same(t, "an agent without a password", work(one.of(&mixed.Agents[1], login)), got)
		counts[got]++
		if work(other.of(nil, login)) != got {
			others++
		}
	}
	if len(counts) != 2 || counts["19456 2 1 32 false"] < 50 || counts["32768 3 2 32 false"] < 50 || others < 50 {
		t.Errorf("of 200 have %v, %d another one with another key", counts, others)
	}
	none := newHashes(&team.Team{Agents: []team.Agent{{Identity: "cy", Email: "cy@example.com"}}}, []byte("key"))
	if ok, err := none.check(t.Context(), nil, "eve@example.com", "anything at all"); ok || err != nil {
		t.Errorf("somebody unknown: %t, %v", ok, err)
	}
}

func TestFewPasswordsAreComputedAtOnce(t *testing.T) {
	b := newBrowser(t)
	for range cap(b.server.hashes.running) {
		b.server.hashes.running <- struct{}{}
	}
	for range mostWaiting {
		b.server.hashes.waiting <- struct{}{}
	}
	same(t, "one more", b.try("ann@example.com", annsPassword), "503 "+tooBusy)
	same(t, "one more, whom there isn't: for them it is computed, too", b.try("eve@example.com", annsPassword), "503 "+tooBusy)
	for range mostWaiting {
		<-b.server.hashes.waiting
	}
	for range cap(b.server.hashes.running) {
		<-b.server.hashes.running
	}
	same(t, "once there is room", b.try("ann@example.com", annsPassword), letIn)
}

func TestDearPasswordsAreComputedOneAtATimeAndLeaveNothingInMemory(t *testing.T) {
	dear := &team.Team{Agents: []team.Agent{{Identity: "ann", Password: team.Password{MemoryKiB: 256 << 10, Passes: 1, Lanes: 1, Salt: make([]byte, 16), Hash: make([]byte, 32)}.String()}}}
	same(t, "dear ones at once", cap(newHashes(dear, []byte("key")).running), 1)
	h := newHashes(people(), []byte("key"))
	same(t, "ours at once", cap(h.running), 2)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 4 {
		if _, err := h.check(t.Context(), nil, "eve@example.com", "wrong wrong wrong"); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if left := int64(after.HeapAlloc) - int64(before.HeapAlloc); left > 10<<20 {
		t.Errorf("four tries leave %d bytes", left)
	}
}

func TestTheAnswerToWhoIsNotLetInIsTheSameByteForByte(t *testing.T) {
	answers := func(login string) (dumps []string) {
		b := newBrowser(t, func(o *Options) { o.Limits = ProductionLimits }).cheaply()
		for range ProductionLimits.Here.Burst + 2 {
			answer := b.send("POST", "sign-in", url.Values{"login": {login}, "password": {"wrong wrong wrong"}})
			dump, err := httputil.DumpResponse(answer, true)
			must(err)
			dumps = append(dumps, strings.ReplaceAll(string(dump), login, "LOGIN"))
		}
		return dumps
	}
	synctest.Test(t, func(t *testing.T) {
		want := answers("eve@example.com")
		for what, login := range map[string]string{
			"an agent": "ann@example.com", "one without an address": "bob", "the identity of one with an address": "ann", "one without a password": "cy@example.com", "one in capitals": "ANN@EXAMPLE.COM",
		} {
			for i, got := range answers(login) {
				same(t, fmt.Sprint(what, ", try ", i), sized.ReplaceAllString(got, ""), sized.ReplaceAllString(want[i], ""))
			}
		}
	})
}

// sized is what differs with the length of what was typed.
var sized = regexp.MustCompile(`Content-Length: [0-9]+`)
