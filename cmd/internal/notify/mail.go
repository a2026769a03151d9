package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Mail is how e-mails go out, and to whom. Each recipient gets their own, so that one whom the server refuses is no reason for the
// others to get none.
type Mail struct {
	// Host and Port are the server's. On port 465 it speaks TLS from the start; on others it must begin with STARTTLS, unless it is on
	// this machine.
	Host string
	Port int
	// From is the sender: an address, with a name or without.
	From string
	// User and Password are for a server that wants them; "" for none.
	User, Password string
	To             []Recipient

	// For tests. With tls a server on this machine must speak TLS, too, and with implicit from the start.
	tls      *tls.Config
	implicit bool
}

func mailChannels(m *Mail) (channels []*channel) {
	if m == nil {
		return nil
	}
	for _, to := range m.To {
		if to.Email == "" {
			continue
		}
		channels = append(channels, &channel{name: "mail to " + to.Identity, send: func(ctx context.Context, n Notice) error {
			message, err := m.Message(n, to, time.Now())
			if err != nil {
				return &unsent{cause: "the e-mail can't be written"}
			}
			return m.send(ctx, message, to)
		}})
	}
	return channels
}

// Message writes the e-mail: text alone, in which nothing that a visitor wrote is more than words. An answer to it would go to the
// sender, not to the visitor, who would see an agent's address.
func (m *Mail) Message(n Notice, to Recipient, now time.Time) (*gomail.Msg, error) {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	message := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	message.Subject(n.Subject())
	message.SetBodyString(gomail.TypeTextPlain, n.Text())
	message.SetDateWithValue(now)
	message.SetMessageIDWithValue(fmt.Sprintf("%s.%s@%s", n.Key, atom(to.Identity), domain))
	// What mail programs show as one thread.
	message.SetGenHeader(gomail.HeaderReferences, fmt.Sprintf("<%s@%s>", n.Conversation, domain))
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no absence notes, please
	message.SetGenHeader("X-Auto-Response-Suppress", "All")  // the same for Exchange
	return message, errors.Join(
		message.FromFormat(from.Name, from.Address),
		message.AddToFormat(oneLine(to.Name, maxNameRunes), to.Email),
	)
}

// atom is an identity in the letters of a message's id.
func atom(identity string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_') {
			return r
		}
		return '_'
	}, identity)
}

// Subject is the e-mail's. It has nothing in it that mail programs decode.
func (n Notice) Subject() string {
	who := strings.ReplaceAll(n.Who(), "=?", "= ?")
	if n.Closed {
		return who + " " + n.happened()
	}
	return who + " " + n.happened() + " in the chat"
}

// Text is the e-mail's text.
func (n Notice) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s has written in the chat, and nobody of the team has read it.\n\n", n.Who())
	for i, line := range n.Lines {
		if i > 0 {
			b.WriteString("\n")
		}
		for text := range strings.SplitSeq(line.words(), "\n") {
			b.WriteString(strings.TrimRight("> "+text, " ") + "\n")
		}
	}
	if n.More > 0 {
		fmt.Fprintf(&b, "\nand %s.\n", more(n.More))
	}
	if n.Closed {
		fmt.Fprintf(&b, "\nThe conversation was closed meanwhile. Read it at the desk:\n%s\n\n", n.Link)
	} else {
		fmt.Fprintf(&b, "\nAnswer at the desk:\n%s\n\n", n.Link)
	}
	for _, fact := range n.facts() {
		fmt.Fprintf(&b, "%-8s %s\n", fact[0], fact[1])
	}
	b.WriteString("\nAn answer to this e-mail doesn't reach the visitor.\n")
	return b.String()
}

// facts are what is known of the visitor, with a name for each.
func (n Notice) facts() (facts [][2]string) {
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, [2]string{name, value})
		}
	}
	add("Name", n.Visitor.Name)
	add("Address", n.Visitor.Email)
	add("Identity", n.Mark())
	add("Page", n.Page)
	if len(n.Lines) > 0 {
		add("Since", n.Lines[0].Time.UTC().Format("2 January 2006, 15:04 UTC"))
	}
	add("Account", n.Visitor.Account)
	return facts
}

// words are a line's text, and what is attached to it.
func (l Line) words() string {
	words := []string{}
	if l.Text != "" {
		words = append(words, l.Text)
	}
	for _, name := range l.Files {
		if name == "" {
			name = "without a name"
		}
		words = append(words, "[file: "+name+"]")
	}
	return strings.Join(words, "\n")
}

func more(lines int) string {
	if lines == 1 {
		return "one message more"
	}
	return fmt.Sprintf("%d messages more", lines)
}
