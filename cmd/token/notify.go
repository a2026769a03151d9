package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"missive/cmd/internal/notify"
	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
)

const (
	smtpPassword   = "MISSIVE_SMTP_PASSWORD"
	webhookAddress = "MISSIVE_WEBHOOK"
)

// sweepInterval is that of the notifier; 0 for its own. Tests have a shorter one.
var sweepInterval time.Duration

// notifications returns how the team is told of what nobody has read. Without a way to tell there is nothing to do.
func (e *environment) notifications(t *team.Team) notify.Options {
	o := notify.Options{After: notify.DefaultAfter, Interval: sweepInterval}
	n := t.Notify
	if n == nil {
		n = &team.Notify{}
	} else if t.URL != nil {
		o.After, o.Desk = n.After, t.URL.String()
	}
	if n.Email != nil {
		o.Mail = &notify.Mail{Host: n.Email.Host, Port: n.Email.Port, From: n.Email.From, User: n.Email.User}
		for _, agent := range t.Agents {
			if agent.Email != "" {
				o.Mail.To = append(o.Mail.To, notify.Recipient{Identity: agent.Identity, Name: agent.Name, Email: agent.Email})
			}
		}
	}
	switch {
	case o.Mail != nil && o.Mail.User != "":
		o.Mail.Password = e.required(smtpPassword, "the password of notify.email.user at the mail server")
	case e.values[smtpPassword] != "":
		e.warn(smtpPassword+" is never read: the team has no notify.email.user", "name the user in the file with the team, or leave the variable out")
	}
	switch {
	case n.Webhook:
		o.Webhooks = e.webhooks()
	case e.values[webhookAddress] != "":
		e.warn(webhookAddress+" is never read: the team has no notify.webhook", `write "notify: {webhook: true}" into the file with the team, or leave the variable out`)
	}
	return o
}

// webhooks returns the addresses between commas. Problems don't repeat them: whoever has one can write there.
func (e *environment) webhooks() (addresses []string) {
	text := e.required(webhookAddress, "one or more, such as https://hooks.slack.com/services/…, as the team has notify.webhook")
	if text == "" {
		return nil
	}
	there := map[string]bool{}
	for address := range strings.SplitSeq(text, ",") {
		address = strings.TrimSpace(address)
		place := ""
		if strings.Contains(text, ",") {
			place = fmt.Sprintf(", number %d,", len(addresses)+1)
		}
		if wrong := notify.CheckWebhook(address); wrong != "" {
			e.problem("%s%s %s", webhookAddress, place, wrong)
		} else if there[address] {
			e.problem("%s%s is there twice", webhookAddress, place)
		}
		there[address] = true
		addresses = append(addresses, address)
	}
	return addresses
}

// notifying starts to look for what nobody has read. It returns what fails of that and of the handler at the moment, and what waits until all that was begun is
// sent.
func notifying(ctx context.Context, c configuration, handler *token.Handler) (failing func() []string, wait func(), err error) {
	c.notify.Log = c.Log
	notifier, err := notify.New(handler.Inbox(notify.PerSecond), c.notify)
	if err != nil {
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		notifier.Run(ctx)
	}()
	failing = func() []string { return append(handler.Problems(), notifier.Problems()...) }
	return failing, func() { <-done }, nil
}
