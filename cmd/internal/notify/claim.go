package notify

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"missive/cmd/internal/token"
)

// A claim is a conversation that nobody takes part in, by whose unique name one server says that it tells of a burst. Twilio takes a
// name once, so of several servers one has it. When the time that it has set itself is over and it hasn't said that all was sent, it
// has crashed or failed, and the next try has the next number.
//
// Claims go when their burst is read or answered; who begins a new one has looked at the conversation before. Those of a conversation
// that was closed stay as long as a server that starts looks at it.
type claim struct {
	conversation string
	first, try   int
	sid          string
	made         time.Time
	claimState
}

// claimState is what stands in a claim's attributes.
type claimState struct {
	// Sent: there is nothing left to do.
	Sent bool `json:"sent,omitempty"`
	// Until is when the next try may begin.
	Until time.Time `json:"until"`
	// Done are the channels that have sent.
	Done []string `json:"done,omitempty"`
}

const (
	// holdTime is how long a server may take to send. Servers' clocks may differ by what it is longer than sending.
	holdTime = 3 * time.Minute
	// sendTime is how long all channels may take together.
	sendTime = 30 * time.Second
	// dropAfter is the age at which a claim that isn't needed any more is deleted: longer than what another server has seen of the
	// conversation is believed, or than its sweep takes, so that it can't claim again what was read meanwhile.
	dropAfter = 2 * recheck
	// maxTries leaves room for a mail server that is out of order for weeks.
	maxTries = 2000
)

func claimName(b burst, try int) string {
	return fmt.Sprintf(token.NotePrefix+"%s-%d-%d", b.conversation, b.first, try)
}

var claimPattern = regexp.MustCompile(`^` + token.NotePrefix + `(CH[0-9a-f]{32})-(\d{1,9})-(\d{1,9})$`)

// claimOf reads a conversation of the service as a claim; false when it is none.
func claimOf(t token.Thread) (claim, bool) {
	parts := claimPattern.FindStringSubmatch(t.UniqueName)
	if parts == nil {
		return claim{}, false
	}
	c := claim{conversation: parts[1], sid: t.SID, made: t.Created}
	c.first, _ = strconv.Atoi(parts[2]) // digits
	c.try, _ = strconv.Atoi(parts[3])
	// One that can't be read is nobody's: its time is over.
	_ = json.Unmarshal([]byte(t.Attributes), &c.claimState)
	if latest := c.made.Add(holdTime + lastPause); c.Until.After(latest) {
		c.Until = latest // the clock of the server that has written it is wrong
	}
	return c, true
}

func (s claimState) text() string {
	text, _ := json.Marshal(s) // can't fail: times of this century
	return string(text)
}

// of reports whether the claim is one of the burst.
func (c claim) of(b *burst) bool { return c.conversation == b.conversation && c.first == b.first }

// key is that of the burst.
func (c claim) key() string { return burst{conversation: c.conversation, first: c.first}.key() }

// behind reports whether another claim is a later try of the same.
func (c claim) behind(other claim) bool {
	return other.conversation == c.conversation && other.first == c.first && other.try > c.try
}
