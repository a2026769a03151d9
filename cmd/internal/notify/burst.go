package notify

import (
	"fmt"
	"slices"
	"time"

	"missive/cmd/internal/token"
)

// burst is a run of a visitor's messages that nobody of the team has read or answered. It is told of once, however many lines follow, until
// somebody reads or answers: what is written after that is another burst, with another first message.
type burst struct {
	conversation string
	first        int // index of the first message
	since        time.Time
	messages     []token.InboxMessage // the oldest first
}

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

// unreadIn returns the burst in a run of unanswered messages of which the team has read those up to an index; nil when they have
// seen all of it.
func unreadIn(conversation string, run []token.InboxMessage, read int) *burst {
	unread := slices.DeleteFunc(slices.Clone(run), func(m token.InboxMessage) bool { return m.Index <= read })
	if len(unread) == 0 {
		return nil
	}
	slices.Reverse(unread)
	return &burst{conversation: conversation, first: unread[0].Index, since: unread[0].Written, messages: withoutRepeats(unread)}
}

// withoutRepeats drops what a browser has sent twice, as all readers of a conversation do: the same author, id and words.
func withoutRepeats(messages []token.InboxMessage) []token.InboxMessage {
	there := map[[3]string]bool{}
	return slices.DeleteFunc(messages, func(m token.InboxMessage) bool {
		id := m.Attribute("id")
		same := [3]string{m.Author, id, m.Body}
		repeat := id != "" && there[same]
		there[same] = true
		return repeat
	})
}
