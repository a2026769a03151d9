package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"missive/cmd/internal/token"
)

// implicitTLS is the port of submission with TLS from the start: RFC 8314.
const implicitTLS = 465

// goodbyeTime is how long a server may take to say goodbye.
const goodbyeTime = 2 * time.Second

// wire is a connection to a mail server that ends with its time, of which the library would give each step as much again. It remembers
// why it failed, which the library's errors mostly don't hold.
type wire struct {
	net.Conn
	ends   time.Time
	failed error
}

func (w *wire) SetDeadline(t time.Time) error {
	if t.After(w.ends) {
		t = w.ends
	}
	return w.Conn.SetDeadline(t)
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.failed = cmp.Or(w.failed, err)
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.failed = cmp.Or(w.failed, err)
	return n, err
}

func (m *Mail) send(ctx context.Context, message *gomail.Msg, to Recipient) error {
	w := &wire{}
	client, err := gomail.NewClient(m.Host, append(m.options(to), gomail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
		return m.dial(ctx, w)
	}))...)
	if err != nil {
		return &unsent{cause: "the mail server's options are wrong"}
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if w.Conn != nil {
		defer w.Close() // the library leaves some open that have failed
	}
	if err != nil {
		return whyUnsent(err, w.failed)
	}
	err = client.SendWithSMTPClient(session, message)
	if message.IsDelivered() {
		// What fails from here on is no reason to send it again, nor to wait.
		_ = w.Conn.SetDeadline(time.Now().Add(goodbyeTime))
		_ = client.CloseWithSMTPClient(session)
		return nil
	}
	return whyUnsent(err, w.failed)
}

// dial connects to the server, with TLS where that is spoken from the start.
func (m *Mail) dial(ctx context.Context, w *wire) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(m.Host, strconv.Itoa(m.Port)))
	if err != nil {
		return nil, err
	}
	w.Conn = c
	w.ends, _ = ctx.Deadline()
	if !m.beginsWithTLS() {
		return w, nil
	}
	if err := w.SetDeadline(w.ends); err != nil {
		return nil, err
	}
	encrypted := tls.Client(w, m.tlsConfig())
	return encrypted, encrypted.Handshake()
}

func (m *Mail) beginsWithTLS() bool { return m.Port == implicitTLS || m.implicit }

func (m *Mail) tlsConfig() *tls.Config {
	if m.tls != nil {
		return m.tls
	}
	return &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12}
}

func (m *Mail) options(to Recipient) []gomail.Option {
	options := []gomail.Option{gomail.WithPort(m.Port), gomail.WithTimeout(channelTime), gomail.WithTLSConfig(m.tlsConfig())}
	if !strings.ContainsFunc(to.Email, func(r rune) bool { return r > unicode.MaxASCII }) {
		// Nothing else that isn't ASCII is sent as it is, and who says SMTPUTF8 is refused by servers further on that don't know it.
		options = append(options, gomail.WithoutSMTPUTF8())
	}
	auth := gomail.SMTPAuthAutoDiscover
	switch {
	case m.beginsWithTLS():
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic)) // is there already, which the library sees
	case token.IsLoopback(m.Host) && m.tls == nil:
		// Nobody reads what doesn't leave the machine, and a mail server's certificate is rarely for localhost.
		options, auth = append(options, gomail.WithTLSPolicy(gomail.NoTLS)), gomail.SMTPAuthPlainNoEnc
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if m.User != "" {
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(m.User), gomail.WithPassword(m.Password))
	}
	return options
}

// whyUnsent tells why a mail was not sent by the server's codes, as its words mostly repeat addresses, or by how the connection failed.
func whyUnsent(err, connection error) error {
	var refused *gomail.SendError
	var dial *net.OpError
	var answer *textproto.Error
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode() > 0:
		return &unsent{cause: answerOf(refused.ErrorCode(), refused.EnhancedStatusCode())}
	case errors.As(err, &certificate), errors.As(err, &record):
		return &unsent{cause: "the mail server can't be reached: " + token.Unreachable(err)}
	case errors.As(err, &answer):
		return &unsent{cause: answerOf(answer.Code, "")}
	case connection != nil:
		return &unsent{cause: "the mail server can't be reached: " + token.Unreachable(connection)}
	case errors.As(err, &dial):
		return &unsent{cause: "the mail server can't be reached: " + token.Unreachable(dial)}
	case strings.Contains(err.Error(), "STARTTLS"): // the library has no error of its own for that
		return &unsent{cause: "the mail server doesn't offer STARTTLS"}
	case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered), strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return &unsent{cause: "the mail server knows no way of signing in that is known here"}
	}
	return &unsent{cause: "the mail server doesn't take the e-mail"}
}

// answerOf is what the mail server answered, with what its code stands for if that is one's own configuration: see RFC 4954 and RFC 5321.
func answerOf(code int, enhanced string) string {
	text := strings.TrimSpace(fmt.Sprintf("the mail server answered %d %s", code, enhanced))
	switch code {
	case 530:
		return text + ": it wants notify.email.user, and MISSIVE_SMTP_PASSWORD"
	case 534, 535:
		return text + ": it doesn't accept notify.email.user with MISSIVE_SMTP_PASSWORD"
	case 550, 553, 554:
		return text + ": it doesn't take mail from notify.email.from, or for this address"
	}
	return text
}
