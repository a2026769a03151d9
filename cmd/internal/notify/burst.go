package notify

import (
	"fmt"
	"slices"
	"time"

	"missive/cmd/internal/token"
)

// burst is a run of a visitor's messages that nobody of the team has read or answered, without a long pause in it. It is told of once,
// however many lines follow. What is written after the pause, or after somebody has read or answered, is another burst, with another
// first message.
type burst struct {
	conversation string
	first        int // index of the first message
	since        time.Time
	messages     []token.InboxMessage // the oldest first
}

// longPause ends a burst: who comes back after it and still finds no answer is not told of only by what was sent hours ago.
const longPause = time.Hour

// key names the burst: wherever it is told of, and however often after a crash, the key is the same.
func (b burst) key() string { return fmt.Sprintf("%s-%d", b.conversation, b.first) }

// due is when it is told of while somebody of the team is online.
func (b burst) due(after time.Duration) time.Time { return b.since.Add(after) }

// unanswered returns what visitors have written after the last message of the team, the newest first as it is given. The run is
// whole when it is known where it begins.
func unanswered(newest []token.InboxMessage) (run []token.InboxMessage, whole bool) {
	for _, m := range newest {
		if m.ByTeam {
			return run, true
		}
		if token.IsVisitor(m.Author) { // not what tools of the team have to say
			run = append(run, m)
		}
	}
	return run, false
}

// unreadIn returns the bursts in a run of unanswered messages of which the team has read those up to an index, the oldest first; none when
// they have seen all of it.
func unreadIn(conversation string, run []token.InboxMessage, read int) (bursts []*burst) {
	unread := slices.DeleteFunc(slices.Clone(run), func(m token.InboxMessage) bool { return m.Index <= read })
	slices.Reverse(unread)
	var last time.Time
	for _, m := range withoutRepeats(unread) {
		if bursts == nil || m.Written.Sub(last) >= longPause {
			bursts = append(bursts, &burst{conversation: conversation, first: m.Index, since: m.Written})
		}
		b := bursts[len(bursts)-1]
		b.messages, last = append(b.messages, m), m.Written
	}
	return bursts
}

// withoutRepeats drops what a browser has sent twice, as all readers of a conversation do: the same author, id and words.
func withoutRepeats(messages []token.InboxMessage) []token.InboxMessage {
	there := map[[3]string]bool{}
	return slices.DeleteFunc(messages, func(m token.InboxMessage) bool {
		repeat := m.Attribute("id") != "" && there[sameAs(m)]
		there[sameAs(m)] = true
		return repeat
	})
}

func sameAs(m token.InboxMessage) [3]string { return [3]string{m.Author, m.Attribute("id"), m.Body} }
