package notify

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"missive/cmd/internal/token"
)

// Notice is what is told of a burst: texts that are safe to show on a line of their own, but not yet in any markup.
type Notice struct {
	// Key is the same each time that the same burst is told of.
	Key string
	// Conversation is the SID, and Link opens it at the desk.
	Conversation, Link string
	// Visitor is who the server vouches for; Vouched is false when it doesn't, and nothing is known of them.
	Visitor token.Visitor
	Vouched bool
	// Page is the address of the page on which it was written; "" when that isn't known.
	Page  string
	Lines []Line
	// More is how many lines were left out.
	More int
	// Closed: the conversation is, and can't be answered.
	Closed bool
}

// Line is one message.
type Line struct {
	Index int
	Text  string // may have line breaks; "" for files alone
	Files []string
	Time  time.Time
}

const (
	// maxLines and maxLineRunes are what of a burst is told. The rest is at the desk.
	maxLines     = 10
	maxLineRunes = 2000
	maxNameRunes = 100
	maxFileRunes = 80
	maxPageBytes = 2000
)

func noticeOf(i inbox, desk string, t token.Thread, b *burst) Notice {
	n := Notice{
		Key: b.key(), Conversation: b.conversation, Link: strings.TrimSuffix(desk, "/") + "/#" + b.conversation, Closed: t.Closed,
	}
	n.Visitor, n.Vouched = i.Visitor(t)
	n.Visitor.Name = oneLine(n.Visitor.Name, maxNameRunes)
	n.Visitor.Email = oneLine(n.Visitor.Email, 2*maxNameRunes)
	shown := b.messages[:min(len(b.messages), maxLines)]
	n.More = len(b.messages) - len(shown)
	for _, m := range shown {
		line := Line{Index: m.Index, Text: shorten(clean(m.Body), maxLineRunes), Time: m.Written}
		for _, name := range m.Files {
			line.Files = append(line.Files, oneLine(name, maxFileRunes))
		}
		n.Lines = append(n.Lines, line)
	}
	for _, m := range slices.Backward(b.messages) {
		if n.Page = pageOf(m); n.Page != "" {
			break
		}
	}
	return n
}

// Who names the visitor, as they call themselves.
func (n Notice) Who() string {
	switch {
	case n.Visitor.Name != "":
		return n.Visitor.Name
	case n.Visitor.Email != "":
		return n.Visitor.Email
	}
	return "A visitor"
}

// happened is what has, behind who the visitor is.
func (n Notice) happened() string {
	if n.Closed {
		return "has written, and the conversation was closed before anybody read it"
	}
	return "waits for an answer"
}

// Mark says how sure it is who the visitor is; "" for somebody who hasn't said.
func (n Notice) Mark() string {
	switch {
	case !n.Vouched:
		return "unknown"
	case n.Visitor.Email == "":
		return ""
	case n.Visitor.Verification == "cannot-verify":
		return "cannot be verified"
	}
	return n.Visitor.Verification
}

// pageOf returns the page that a message says it was written on. Anybody can say anything there.
func pageOf(m token.InboxMessage) string {
	text := m.Attribute("page")
	u, err := url.Parse(text)
	if err != nil || len(text) > maxPageBytes || u.Scheme != "https" && u.Scheme != "http" || !hostPattern.MatchString(u.Host) {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// hostPattern is how browsers write hosts. Go's parser lets "<" and the like pass.
var hostPattern = regexp.MustCompile(`^([a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\])(:\d+)?$`)

// clean returns a text as it may be shown: without control characters but line breaks, and without those that can't be seen, which
// could turn it around or hide what it says.
func clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\t", " ").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u200c', r == '\u200d': // joiners are in some languages' words, and in emoji
			return r
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// oneLine is clean for what belongs on one line.
func oneLine(text string, maxRunes int) string {
	return shorten(strings.Join(strings.Fields(clean(text)), " "), maxRunes)
}

func shorten(text string, maxRunes int) string {
	if utf8.RuneCountInString(text) <= maxRunes {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:maxRunes-1])) + "…"
}
