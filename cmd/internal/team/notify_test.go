package team

import (
	"fmt"
	"strings"
	"testing"

	"missive/widget/problem"
)

const notifiedTeam = "url: https://chat.example.com/desk\nagents: [{identity: ann, email: ann@example.com, password: '" + hash + "'}]\n"

func TestHowTheTeamIsNotifiedIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "<nil>",
		"notify: {webhook: true}": "{5m0s <nil> true}",
		"notify: {after: 0, webhook: true, email: {server: 'smtp.example.com:587', from: chat@example.com}}":                  "{0s {smtp.example.com 587 chat@example.com } true}",
		"notify:\n  after: 90s\n  email: {server: '[::1]:25', from: 'Chat <chat@example.com>', user: chat}\n  webhook: false": "{1m30s {::1 25 Chat <chat@example.com> chat} false}",
	} {
		got, problems := Load("agents.yaml", []byte(notifiedTeam+text))
		if len(problems) > 0 {
			t.Errorf("%s: %v", text, problems)
			continue
		}
		shown := "<nil>"
		if n := got.Notify; n != nil && n.Email != nil {
			shown = fmt.Sprintf("{%v %v %v}", n.After, *n.Email, n.Webhook)
		} else if n != nil {
			shown = fmt.Sprint(*n)
		}
		if shown != want {
			t.Errorf("%s: %s, want %s", text, shown, want)
		}
	}
}

func TestWhatIsWrongWithNotificationsIsTold(t *testing.T) {
	for text, want := range map[string]string{
		"notify: true": `agents.yaml:3:9: notify: options are expected here
  hint: these are known here: after, email, webhook`,
		"notify: {}": `agents.yaml:3:9: notify: has no way to tell anybody
  hint: add "email: {server: smtp.example.com:587, from: chat@example.com}", or "webhook: true", or both`,
		"notify: {webhook: false}": `agents.yaml:3:9: notify: has no way to tell anybody
  hint: add "email: {server: smtp.example.com:587, from: chat@example.com}", or "webhook: true", or both`,
		"notify: {webhook: https://hooks.slack.com/services/secret}": `agents.yaml:3:19: notify.webhook: an address is a secret, and must not stand here
  hint: put addresses into the environment's MISSIVE_WEBHOOK, and write "webhook: true"`,
		"notify: {webhook: maybe, after: soon}": `agents.yaml:3:19: notify.webhook: true or false is expected here
  hint: put addresses into the environment's MISSIVE_WEBHOOK, and write "webhook: true"
agents.yaml:3:33: notify.after: "soon" is no time
  hint: write seconds, minutes or hours with their unit, as in "5m", or 0 for at once`,
		"notify: {webhook: true, after: 5}": `agents.yaml:3:32: notify.after: "5" is no time
  hint: write seconds, minutes or hours with their unit, as in "5m", or 0 for at once`,
		"notify: {webhook: true, after: 48h}": `agents.yaml:3:32: notify.after: 48h is not between 0 and 24h
  hint: write how long a message may be unread while somebody is online`,
		"notify: {webhooks: true, afer: 5m}": `agents.yaml:3:10: notify.webhooks: unknown option
  hint: did you mean "webhook"?
agents.yaml:3:26: notify.afer: unknown option
  hint: did you mean "after"?`,
		"notify: {email: {}}": `agents.yaml:3:17: notify.email.server: is missing
  hint: write it with its port, as in "smtp.example.com:587"
agents.yaml:3:17: notify.email.from: is missing
  hint: write who sends, as in "from: Chat <chat@example.com>"`,
		"notify:\n  email:\n    server: smtp.example.com\n    from: Chat\n    password: hunter2\n    user:": `agents.yaml:5:13: notify.email.server: "smtp.example.com" has no port
  hint: write "smtp.example.com:587", or the port that your provider names
agents.yaml:6:11: notify.email.from: "Chat" is no sender
  hint: write an address, with a name or without, as in "Chat <chat@example.com>"
agents.yaml:7:5: notify.email.password: unknown option
  hint: a password must not stand here: put it into the environment's MISSIVE_SMTP_PASSWORD
agents.yaml:8:10: notify.email.user: a text is expected here
  hint: write it behind the colon, or take the line out`,
		"notify: {email: {server: 'smtps://smtp.example.com:465', from: chat@example.com}}": `agents.yaml:3:26: notify.email.server: "smtps://smtp.example.com:465" is an address for browsers, not a mail server
  hint: write it with its port, as in "smtp.example.com:587"`,
		"notify: {email: {server: 'smtp.example.com:submission', from: chat@example.com}}": `agents.yaml:3:26: notify.email.server: "smtp.example.com:submission" is no mail server
  hint: write it with its port, as in "smtp.example.com:587"`,
		"server: smtp.example.com:587\nafter: 5m": `agents.yaml:3:1: server: unknown option
  hint: it belongs into "notify.email"
agents.yaml:4:1: after: unknown option
  hint: it belongs into "notify"`,
	} {
		_, problems := Load("agents.yaml", []byte(notifiedTeam+text))
		same(t, text, problems, want)
	}
	_, problems := Load("agents.yaml", []byte("agents: [{identity: ann, password: '"+hash+"'}]\nnotify: {email: {server: 'smtp.example.com:587', from: chat@example.com}}"))
	same(t, "a team without addresses", problems, `agents.yaml:2:9: url: is missing, and notifications link to the desk
  hint: write where the desk is reached, as in "url: https://token.example.com/desk"
agents.yaml:2:9: notify.email: no agent has an address that e-mails could go to
  hint: write it behind "email" of those who should get them`)
}

func same(t *testing.T, what string, problems []problem.Problem, want string) {
	t.Helper()
	var got []string
	for _, p := range problems {
		got = append(got, p.Error())
	}
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("%s\n\ngot\n%s\nwant\n%s", what, text, want)
	}
}
