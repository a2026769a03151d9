package notify

import (
	"fmt"
	"testing"
	"time"
)

// What README.md of cmd/token says that sweeps cost.
func TestASweepAsksLittle(t *testing.T) {
	for _, test := range []struct{ open, list int }{
		{10, 2}, {99, 2}, {1000, 11},
	} {
		t.Run(fmt.Sprint(test.open), func(t *testing.T) {
			s := newSite(t)
			visitors := make([]*visitor, test.open)
			for i := range visitors {
				visitors[i] = &visitor{s: s, number: i + 1}
				visitors[i].write("Hello?")
				visitors[i].isAnswered("ann")
			}
			s.pass(time.Minute)
			o := s.sweeper()
			o.inbox = staffed{o.inbox}
			o.asks("in the first sweep, the list, those that have closed, and for each the messages", test.list+1+test.open)
			o.asks("when nothing has changed", test.list)
			visitors[0].write("One more question")
			s.pass(time.Minute)
			o.asks("when a visitor has written: for messages, read marks and two agents", test.list+4)
			o.asks("while that waits, and who is online was asked a moment ago", test.list)
			s.pass(3 * time.Minute)
			o.asks("when it goes out: for messages, read marks, the claim and that it is sent", test.list+4)
			list := test.list
			if test.open%100 == 0 {
				list++ // the claim is on another page
			}
			o.asks("once it has gone out", list)
			s.pass(recheck)
			o.asks("when what is old is looked at again, for what the list doesn't tell", list+1+test.open+1)
		})
	}
}

func (o *sweeper) asks(when string, want int) {
	o.s.Helper()
	if _, asked := o.look(); len(asked) != want {
		o.s.Errorf("%d requests %s, want %d, with %q", len(asked), when, want, asked[max(0, len(asked)-8):])
	}
}

// BenchmarkSweep prints what a sweep takes when nothing has changed, and what the first one of a server does.
func BenchmarkSweep(b *testing.B) {
	for _, open := range []int{10, 100, 1000} {
		s := newSite(b)
		for n := range open {
			v := &visitor{s: s, number: n + 1}
			v.write("Hello?")
			v.isAnswered("ann")
		}
		s.pass(time.Minute)
		for name, fresh := range map[string]bool{"quiet": false, "first": true} {
			b.Run(fmt.Sprintf("open=%d/%s", open, name), func(b *testing.B) {
				o := s.sweeper()
				o.look()
				requests := 0
				for b.Loop() {
					if fresh {
						clear(o.seen)
						o.searched = time.Time{}
					}
					_, asked := o.look()
					requests += len(asked)
				}
				b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
			})
		}
	}
}
