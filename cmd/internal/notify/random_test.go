package notify

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestWhateverHappensEachBurstIsToldOnce lets visitors, agents, timers and servers do as they like, the same for the same seed. What
// was never read is told in the end, and nothing twice; not even by the same server where Twilio fails.
func TestWhateverHappensEachBurstIsToldOnce(t *testing.T) {
	for seed := range uint64(150) {
		for _, faulty := range []bool{false, true} {
			t.Run(fmt.Sprintf("seed %d, faulty: %t", seed, faulty), func(t *testing.T) {
				(&chaos{world: newWorld(t), Rand: rand.New(rand.NewPCG(seed, 1)), faulty: faulty, told: map[string]int{}}).run()
			})
		}
	}
}

type chaos struct {
	*world
	*rand.Rand
	faulty  bool
	servers []*outcome
	told    map[string]int // by key
	faults  int
	started int
}

func (c *chaos) run() {
	c.online = c.IntN(2) == 0
	c.servers = []*outcome{c.start(), c.start()}
	for range 80 {
		c.step()
		for _, s := range c.servers {
			if c.IntN(3) > 0 {
				c.sweep(s)
			}
		}
	}
	// All works again, for longer than failures rest.
	clear(c.fails)
	for range 20 {
		for _, s := range c.servers {
			s.fail = nil
			c.sweep(s)
		}
		c.pass(recheck)
	}
	for _, visitors := range c.threads {
		for _, b := range c.unread(visitors) {
			if c.told[b.key()] == 0 {
				c.t.Errorf("%s was never told, closed: %t", b.key(), visitors.Closed)
			}
		}
	}
	most := 1
	if c.faults > 0 {
		most = c.started
	}
	for key, times := range c.told {
		if times > most {
			c.t.Errorf("%s was told %d times by %d servers with %d faults", key, times, c.started, c.faults)
		}
	}
	// In the end nothing is left.
	for _, visitors := range slices.Clone(c.threads) {
		if visitors.OfVisitor() && !visitors.Closed {
			c.close(visitors)
		}
	}
	c.pass(keepClaims + time.Hour)
	for range 3 {
		c.sweep(c.servers[0])
		c.pass(recheck)
	}
	same(c.t, "claims in the end", fmt.Sprint(c.notes()), "[]")
}

func (c *chaos) start() *outcome {
	c.started++
	return c.world.server()
}

// unread are the bursts that a reader of the whole conversation finds.
func (c *chaos) unread(visitors *thread) []*burst {
	if !visitors.OfVisitor() {
		return nil
	}
	newest := slices.Clone(visitors.messages)
	slices.Reverse(newest)
	run, _ := unanswered(newest)
	return unreadIn(visitors.SID, run, visitors.read)
}

func (c *chaos) step() {
	var open []*thread
	for _, visitors := range c.threads {
		if visitors.OfVisitor() && !visitors.Closed {
			open = append(open, visitors)
		}
	}
	what := c.IntN(11)
	if len(open) == 0 {
		what = 0
	}
	switch what {
	case 0:
		visitors := c.visitor()
		c.write(visitors, "visitor", "Hello?")
	case 1, 2, 3:
		c.write(open[c.IntN(len(open))], "visitor", "and more")
	case 4:
		c.write(open[c.IntN(len(open))], "ann", "Hi!")
	case 5:
		visitors := open[c.IntN(len(open))]
		visitors.read = max(visitors.read, c.IntN(len(visitors.messages)+1)-1)
		c.touch(visitors)
	case 6:
		visitors := open[c.IntN(len(open))]
		if c.close(visitors); c.IntN(2) == 0 && c.now.Sub(visitors.Created) > 0 {
			visitors.Updated = c.now
		}
	case 7:
		c.online = !c.online
	case 8:
		// A server is told to stop, and another one starts: that loses nothing but what it remembers.
		c.servers[c.IntN(2)] = c.start()
	case 9:
		c.kill(open[c.IntN(len(open))])
	case 10:
		if c.faulty {
			c.fault()
		}
	}
	c.pass([]time.Duration{time.Second, 20 * time.Second, 3 * time.Minute, 20 * time.Minute, 2 * time.Hour}[c.IntN(5)])
}

// kill ends a server between its claim and what it would have sent.
func (c *chaos) kill(visitors *thread) {
	i := c.IntN(2)
	for _, b := range c.unread(visitors) {
		if c.told[b.key()] == 0 {
			c.servers[i].take(c.t.Context(), b, claim{})
		}
	}
	c.servers[i] = c.start()
}

func (c *chaos) fault() {
	names := []string{"open", "closed", "find", "newest", "read", "online", "note", "change", "drop"}
	if name := names[c.IntN(len(names))]; c.fails[name] == nil {
		c.fails[name] = errors.New("down")
		c.faults++
	} else {
		clear(c.fails)
	}
	if c.IntN(3) == 0 {
		c.servers[c.IntN(2)].fail = errors.New("down")
	} else {
		c.servers[0].fail, c.servers[1].fail = nil, nil
	}
}

func (c *chaos) sweep(s *outcome) {
	err := s.sweep(c.t.Context())
	if err != nil && len(c.fails) == 0 && c.faults == 0 {
		c.t.Error(err)
	}
	for _, n := range s.sent {
		c.told[n.Key]++
	}
	s.sent = nil
}
