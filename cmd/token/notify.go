package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/notify"
	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
)

const (
	smtpPassword   = "MISSIVE_SMTP_PASSWORD"
	webhookAddress = "MISSIVE_WEBHOOK"
	webhookSecret  = "MISSIVE_WEBHOOK_SECRET"
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
	if n.Webhook {
		o.Webhooks = e.webhooks()
		o.WebhookKeys = e.webhookKeys(o.Webhooks)
		return o
	}
	for _, name := range []string{webhookAddress, webhookSecret} {
		if e.values[name] != "" {
			e.warn(name+" is never read: the team has no notify.webhook", `write "notify: {webhook: true}" into the file with the team, or leave the variable out`)
		}
	}
	return o
}

// webhookKeys returns what webhooks are signed with: nothing, a key, or a new one and an old one.
func (e *environment) webhookKeys(addresses []string) (keys [][]byte) {
	if e.values[webhookSecret] == "" {
		return nil
	}
	if !slices.ContainsFunc(addresses, notify.Signed) {
		e.warn(webhookSecret+" is never read: Slack and Discord check no signature", "leave the variable out")
	}
	for _, text := range accounts.Keys(e.values[webhookSecret]) {
		key, wrong := notify.WebhookKey(text)
		if wrong != "" {
			e.problem("%s %s", webhookSecret, wrong)
			return nil
		}
		keys = append(keys, key)
	}
	e.requiredKeys(webhookSecret, minKeyBytes)
	return keys
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

// notifying starts to look for what nobody has read. It returns who does, and what waits until all that was begun is sent.
func notifying(ctx context.Context, c configuration, handler *token.Handler) (notifier *notify.Notifier, wait func(), err error) {
	c.notify.Log = c.Log
	if notifier, err = notify.New(handler.Inbox(notify.PerSecond), c.notify); err != nil {
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		notifier.Run(ctx)
	}()
	return notifier, func() { <-done }, nil
}

// catchUpTime is how long conversations that are too old wait to be deleted for that they are told of. Then the promise to delete them
// counts more.
const catchUpTime = time.Hour

// retain deletes what is too old, after what was never told of in it has been, as it may have closed while no server ran.
func retain(ctx context.Context, handler *token.Handler, notifier *notify.Notifier) {
	timer := time.NewTimer(catchUpTime)
	defer timer.Stop()
	select {
	case <-notifier.CaughtUp():
	case <-timer.C:
	case <-ctx.Done():
		return
	}
	handler.Retain(ctx)
}
