//go:build unix

package notify

import (
	"crypto/tls"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"strings"
	"testing"

	"missive/cmd/internal/notify/mailtest"
)

// through returns how mails go out over a server of a test.
func through(s *mailtest.Server, port int) *Mail {
	return &Mail{Host: "localhost", Port: port, From: "Chat <chat@acme.com>", User: s.User, Password: s.Password, To: []Recipient{ann, {"bob", "", "bob@acme.com"}}, tls: s.TLS}
}

func await(t *testing.T, s *mailtest.Server, count int) []mailtest.Message {
	t.Helper()
	messages, err := s.Await(t.Context(), count)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func TestAMailServerReceivesOneEMailForEachAgent(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	m := through(server, server.Port)
	m.To = append(m.To, Recipient{Identity: "nobody"})
	n := said("Jäne", strings.Repeat("Grüße ", 500)+"\n.\n..\nFrom here")
	same(t, "failed", m.post(t, n), "")
	messages := await(t, server, 2)
	for i, to := range []string{`"Ann" <ann@acme.com>`, `<bob@acme.com>`} {
		h := messages[i].Header
		same(t, "to", h.Get("To"), to)
		same(t, "from", h.Get("From"), `"Chat" <chat@acme.com>`)
		same(t, "answers go to", h.Get("Reply-To"), "")
		same(t, "sent over", strings.Contains(h.Get("Received"), "esmtpsa"), true)
		body, err := io.ReadAll(quotedprintable.NewReader(messages[i].Body))
		same(t, "text", fmt.Sprint(strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")), err), strings.TrimSpace(n.Text())+"<nil>")
	}
	same(t, "ids", messages[0].Header.Get("Message-ID")+messages[1].Header.Get("Message-ID"), "<CH1-4.ann@acme.com><CH1-4.bob@acme.com>")
}

func TestAMailServerWithTLSFromTheStart(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	m := through(server, server.TLSPort)
	m.implicit = true
	same(t, "failed", m.post(t, said("Jane", "Hello?")), "")
	same(t, "e-mails", len(await(t, server, 2)), 2)
}

func TestAMailServerOnThisMachineNeedsNoTLS(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Plain: true})
	m := &Mail{Host: "127.0.0.1", Port: server.Port, From: "chat@acme.com", To: []Recipient{ann}}
	same(t, "failed", m.post(t, said("Jane", "Hello?")), "")
	same(t, "from", await(t, server, 1)[0].Header.Get("From"), "<chat@acme.com>")
}

func TestWhyAMailServerTakesNoEMail(t *testing.T) {
	server, plainServer := mailtest.Start(t, mailtest.Options{}), mailtest.Start(t, mailtest.Options{Plain: true})
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := silent.Addr().(*net.TCPAddr).Port
	silent.Close()
	for _, test := range []struct {
		name string
		with func(m *Mail)
		want string
	}{
		{"a wrong password", func(m *Mail) { m.Password = "wrong" }, "mail to ann: the mail server answered 535: it doesn't accept notify.email.user with MISSIVE_SMTP_PASSWORD; "},
		{"no password", func(m *Mail) { m.User = "" }, "mail to ann: the mail server answered 550: it doesn't take mail from notify.email.from, or for this address; "},
		{"an address that it doesn't know", func(m *Mail) { m.To[0].Email = "unknown@acme.com" }, "mail to ann: the mail server answered 550: it doesn't take mail from notify.email.from, or for this address; "},
		{"a certificate of somebody", func(m *Mail) { m.tls = &tls.Config{ServerName: "localhost"} }, "mail to ann: the mail server can't be reached: its certificate isn't valid for it, or is of nobody who is known; "},
		{"no TLS", func(m *Mail) { m.Port = plainServer.Port }, "mail to ann: the mail server doesn't offer STARTTLS; "},
		{"TLS where it doesn't begin with it", func(m *Mail) { m.implicit = true }, "mail to ann: the mail server can't be reached: it doesn't speak TLS; "},
		{"nobody there", func(m *Mail) { m.Port = gone }, "mail to ann: the mail server can't be reached: connection refused; "},
		{"no such host", func(m *Mail) { m.Host = nowhere }, "mail to ann: the mail server can't be reached: its name isn't found; "},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := through(server, server.Port)
			m.To = []Recipient{ann}
			test.with(m)
			got := m.post(t, said("Jane", "Hello?"))
			same(t, "failed", got, test.want)
			if strings.Contains(got, "acme") {
				t.Errorf("it says who: %s", got)
			}
		})
	}
	for _, s := range []*mailtest.Server{server, plainServer} {
		messages, err := s.Messages()
		same(t, "e-mails", fmt.Sprint(len(messages), err), "0 <nil>")
	}
}

func TestAnAgentWhomTheMailServerRefusesIsNoReasonForTheOthers(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	m := through(server, server.Port)
	m.To[0].Email = "unknown@acme.com"
	same(t, "failed", m.post(t, said("Jane", "Hello?")), "mail to ann: the mail server answered 550: it doesn't take mail from notify.email.from, or for this address; ")
	same(t, "to", await(t, server, 1)[0].Header.Get("To"), "<bob@acme.com>")
}
