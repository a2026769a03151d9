package team

import (
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"missive/cmd/internal/notify"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

// Notify is how the team is told of messages that nobody has read.
type Notify struct {
	// After is how long a message may be unread while somebody is online.
	After time.Duration
	// Email is how e-mails go out; nil for none.
	Email *Email
	// Webhook: the environment has addresses that are told, too. They are secrets.
	Webhook bool
}

// Email is who sends, and by which server. Its password is a secret, which the environment has.
type Email struct {
	Host string
	Port int
	From string
	User string // "" for a server that wants none
}

// mostAfter is a day: what is more was meant otherwise.
const mostAfter = 24 * time.Hour

const exampleServer = `write it with its port, as in "smtp.example.com:587"`

func (r *reader) notify(n *yaml.Node, t *Team) {
	it := &Notify{After: notify.DefaultAfter}
	given := r.section(n, "notify", keys{
		"after":   func(n *yaml.Node) { it.After = r.after(n) },
		"email":   func(n *yaml.Node) { it.Email = r.notifyEmail(n) },
		"webhook": func(n *yaml.Node) { it.Webhook = r.webhook(n) },
	})
	switch webhook := given["webhook"]; {
	case given == nil:
		return
	case given["email"] == nil && (webhook == nil || webhook.Value == "false"):
		r.problem(n, "notify", "has no way to tell anybody", `add "email: {server: smtp.example.com:587, from: chat@example.com}", or "webhook: true", or both`)
	}
	t.Notify = it
}

// notified checks what notifications need of the rest.
func (r *reader) notified(t *Team, given map[string]*yaml.Node) {
	at := given["notify"]
	if at == nil || t.Notify == nil {
		return
	}
	if given["url"] == nil {
		r.problem(at, "url", "is missing, and notifications link to the desk", `write where the desk is reached, as in "url: https://token.example.com/desk"`)
	}
	without := 0
	for i, agent := range t.Agents {
		if agent.Email == "" && r.emails[i] == nil {
			without++
		}
	}
	if t.Notify.Email != nil && len(t.Agents) > 0 && without == len(t.Agents) {
		r.problem(at, "notify.email", "no agent has an address that e-mails could go to", `write it behind "email" of those who should get them`)
	}
}

func (r *reader) after(n *yaml.Node) time.Duration {
	const path = "notify.after"
	text, ok := r.text(n, path)
	if !ok || text == "0" {
		return 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		r.problem(n, path, problem.Quote(text)+" is no time", `write seconds, minutes or hours with their unit, as in "5m", or 0 for at once`)
	case d < 0 || d > mostAfter:
		r.problem(n, path, fmt.Sprintf("%s is not between 0 and 24h", text), "write how long a message may be unread while somebody is online")
	}
	return d
}

func (r *reader) notifyEmail(n *yaml.Node) *Email {
	e := &Email{}
	given := r.section(n, "notify.email", keys{
		"server": func(n *yaml.Node) { e.Host, e.Port = r.server(n) },
		"from":   func(n *yaml.Node) { e.From = r.from(n) },
		"user":   func(n *yaml.Node) { e.User, _ = r.text(n, "notify.email.user") },
	})
	for _, needed := range [][2]string{{"server", exampleServer}, {"from", `write who sends, as in "from: Chat <chat@example.com>"`}} {
		if given != nil && given[needed[0]] == nil {
			r.problem(n, "notify.email."+needed[0], "is missing", needed[1])
		}
	}
	return e
}

func (r *reader) server(n *yaml.Node) (host string, port int) {
	const path = "notify.email.server"
	text, ok := r.text(n, path)
	if !ok {
		return "", 0
	}
	host, digits, err := net.SplitHostPort(text)
	port, badPort := strconv.Atoi(digits)
	switch {
	case strings.Contains(text, "/"):
		r.problem(n, path, problem.Quote(text)+" is an address for browsers, not a mail server", exampleServer)
	case err != nil && !strings.Contains(text, ":"):
		r.problem(n, path, problem.Quote(text)+" has no port", fmt.Sprintf("write %q, or the port that your provider names", text+":587"))
	case err != nil, badPort != nil, port < 1, port > 65535, host == "", strings.ContainsAny(host, " @"):
		r.problem(n, path, problem.Quote(text)+" is no mail server", exampleServer)
	}
	return host, port
}

func (r *reader) from(n *yaml.Node) string {
	const path = "notify.email.from"
	text, ok := r.text(n, path)
	if !ok {
		return ""
	}
	if a, err := mail.ParseAddress(text); err != nil || len(a.Address) > token.MaxEmailBytes || strings.ContainsFunc(a.Address, func(r rune) bool { return r > unicode.MaxASCII }) {
		r.problem(n, path, problem.Quote(text)+" is no sender", `write an address, with a name or without, as in "Chat <chat@example.com>"`)
	}
	return text
}

// webhook reads whether there are some. What somebody has written instead is not repeated: it may be an address.
func (r *reader) webhook(n *yaml.Node) bool {
	const path, hint = "notify.webhook", `put addresses into the environment's MISSIVE_WEBHOOK, and write "webhook: true"`
	n = resolve(n)
	var on bool
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" && n.Decode(&on) == nil:
		return on
	case n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "://"):
		r.problem(n, path, "an address is a secret, and must not stand here", hint)
	default:
		r.problem(n, path, "true or false is expected here", hint)
	}
	return false
}
