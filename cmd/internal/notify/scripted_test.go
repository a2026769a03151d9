package notify

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// scripted is a mail server that does as told, as few real ones do on demand: at a command it answers in its own way, hangs, or hangs up.
type scripted struct {
	net.Listener
	at       string // the command, "greeting", or "." for the end of the e-mail
	answer   string // "" to hang, "hang up", or what is said
	received chan string
}

func newScripted(t *testing.T, at, answer string) *scripted {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return startScripted(t, listener, at, answer)
}

func startScripted(t *testing.T, listener net.Listener, at, answer string) *scripted {
	s := &scripted{listener, at, answer, make(chan string, 10)}
	t.Cleanup(func() { s.Close() })
	go func() {
		for {
			c, err := s.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *scripted) talk(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	// say reports whether the talk goes on.
	say := func(at, usual string) bool {
		if at == s.at {
			usual = s.answer
		}
		switch usual {
		case "":
			for lines.Scan() { // until the client has enough
			}
			return false
		case "hang up":
			return false
		}
		fmt.Fprintf(c, "%s\r\n", usual)
		return true
	}
	if !say("greeting", "220 mail.acme.com") {
		return
	}
	for lines.Scan() {
		command, _, _ := strings.Cut(lines.Text(), " ")
		switch command {
		case "EHLO":
			if !say("EHLO", "250-mail.acme.com\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES") {
				return
			}
		case "DATA":
			if !say("DATA", "354 go on") {
				return
			}
			for lines.Scan() && lines.Text() != "." {
			}
			if !say(".", "250 accepted") {
				return
			}
			s.received <- "an e-mail"
		case "QUIT":
			if !say(command, "221 bye") {
				return
			}
		default:
			if command == "MAIL" {
				s.received <- lines.Text()
			}
			if !say(command, "250 fine") {
				return
			}
		}
	}
}

// to returns how mails go out over the server.
func (s *scripted) to() *Mail {
	return &Mail{Host: "127.0.0.1", Port: s.Addr().(*net.TCPAddr).Port, From: "chat@acme.com", To: []Recipient{ann}}
}

// post sends a notice to all recipients, and returns what failed.
func (m *Mail) post(t *testing.T, n Notice) (failed string) {
	t.Helper()
	return m.postWithin(t.Context(), n)
}

func (m *Mail) postWithin(ctx context.Context, n Notice) (failed string) {
	for _, c := range mailChannels(m) {
		if err := c.send(ctx, n); err != nil {
			failed += c.name + ": " + reason(err) + "; "
		}
	}
	return failed
}

func TestHowMailServersFail(t *testing.T) {
	const slow = "mail to ann: the mail server can't be reached: it didn't answer in time; "
	for _, test := range []struct{ at, answer, want string }{
		{"greeting", "", slow},
		{"EHLO", "", slow},
		{"MAIL", "", slow},
		{"RCPT", "", slow},
		{"DATA", "", slow},
		{".", "", slow},
		{"greeting", "hang up", "mail to ann: the mail server can't be reached: it has hung up; "},
		{"RCPT", "hang up", "mail to ann: the mail server can't be reached: it has hung up; "},
		{".", "hang up", "mail to ann: the mail server can't be reached: it has hung up; "},
		{"greeting", "421 4.7.0 too many connections from 203.0.113.7", "mail to ann: the mail server answered 421; "},
		{"RCPT", "451 4.7.1 <ann@acme.com>: greylisted", "mail to ann: the mail server answered 451 4.7.1; "},
		{"RCPT", "550 5.1.1 <ann@acme.com>: unknown", "mail to ann: the mail server answered 550 5.1.1: it doesn't take mail from notify.email.from, or for this address; "},
		{".", "552 5.2.2 the mailbox of ann@acme.com is full", "mail to ann: the mail server answered 552 5.2.2; "},
		{"MAIL", "nonsense", "mail to ann: the mail server doesn't take the e-mail; "},
		// What comes after it has taken the e-mail is no failure: it would be sent twice.
		{"RSET", "", ""},
		{"RSET", "hang up", ""},
		{"RSET", "500 what?", ""},
		{"QUIT", "", ""},
		{"QUIT", "hang up", ""},
		{"QUIT", "421 4.4.2 timeout", ""},
	} {
		t.Run(test.at+" "+test.answer, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t, test.at, test.answer)
			within := t.Context()
			if test.answer == "" && test.at != "QUIT" { // who has all the time would wait for all of it
				enough := 100 * time.Millisecond
				if test.want == "" {
					enough = 5 * time.Second // it must have been taken before
				}
				short, cancel := context.WithTimeout(within, enough)
				defer cancel()
				within = short
			}
			got := s.to().postWithin(within, said("Jane", "Hello?"))
			same(t, "failed", got, test.want)
		})
	}
}

func TestUTF8IsOnlyAskedForWhereAnAddressNeedsIt(t *testing.T) {
	for address, want := range map[string]bool{"ann@acme.com": false, "jörg@acme.com": true} {
		s := newScripted(t, "nothing", "")
		m := s.to()
		m.To = []Recipient{{Identity: "ann", Name: "Jörg", Email: address}}
		same(t, "failed", m.post(t, said("Jäne", "Grüße")), "")
		same(t, "whether "+address+" needs it", strings.Contains(<-s.received, "SMTPUTF8"), want)
	}
}

func TestAMailServerMayHaveAnIPv6Address(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Log("NOT TESTED: this machine has no IPv6")
		return
	}
	m := startScripted(t, listener, "nothing", "").to()
	m.Host = "::1"
	same(t, "failed", m.post(t, said("Jane", "Hello?")), "")
}
