package token

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
	"golang.org/x/sync/errgroup"
)

// Desk does for agents what they can't do with their access token: it is for the team alone, whom the caller knows.
type Desk struct {
	twilio rest
	keys   keys
	h      *Handler
}

// Desk returns what the handler does for the team.
func (h *Handler) Desk() *Desk { return &Desk{newREST(h.credential), h.sessionKeys, h} }

// AccessToken signs a token with which the SDK connects as the agent.
func (d *Desk) AccessToken(agent string) (string, error) {
	return d.h.credential.AccessToken(agent, d.h.now())
}

// Socket is where the SDK connects to; empty for Twilio's own.
func (d *Desk) Socket() string { return d.h.socket }

// Region is the service's.
func (d *Desk) Region() string { return d.h.credential.region() }

var conversationSID = regexp.MustCompile(`^CH[0-9a-fA-F]{32}$`)

var (
	errNoSuchConversation = &failure{status: 404, code: "not-found", message: "There is no such conversation."}
	errConversationClosed = &failure{status: 409, code: "closed", message: "The conversation is closed for good."}
	errNewerMessage       = &failure{status: 409, code: "newer-message", message: "The visitor has written meanwhile, so the conversation stays open."}
)

// SetDone makes a conversation inactive, which its next message ends. Where the visitor has written a message after the one with the
// index, the last that the agent has seen, it stays as it was. A negative index is for an agent who doesn't say.
func (d *Desk) SetDone(ctx context.Context, sid string, seen int) error {
	if _, err := d.Conversation(ctx, sid); err != nil {
		return err
	}
	if err := d.setState(ctx, sid, "inactive"); err != nil || seen < 0 {
		return err
	}
	// Only now, as a message that comes from here on makes the conversation active by itself.
	last, err := persistently(ctx, d.h, func() ([]message, error) { return d.twilio.newest(ctx, sid, 1) })
	switch {
	case err != nil:
		return explainSID(err)
	case len(last) == 0, last[0].index <= seen, slices.Contains(d.h.agents, last[0].author):
		return nil
	}
	if err := d.setState(ctx, sid, "active"); err != nil {
		return err
	}
	return errNewerMessage
}

// Reopen makes a conversation active again.
func (d *Desk) Reopen(ctx context.Context, sid string) error {
	if _, err := d.Conversation(ctx, sid); err != nil {
		return err
	}
	return d.setState(ctx, sid, "active")
}

func (d *Desk) setState(ctx context.Context, sid, state string) error {
	return explainSID(d.h.persist(ctx, func() error { return d.twilio.setState(ctx, sid, state) }))
}

// explainSID says of a refusal what it means for a conversation that the desk has named.
func explainSID(err error) error {
	switch {
	case errors.Is(err, errNotFound):
		return errNoSuchConversation
	case errors.Is(err, errClosed):
		return errConversationClosed
	}
	return err
}

// ClosedConversation is one that Twilio has closed, as the desk's list shows it.
type ClosedConversation struct {
	SID          string `json:"sid"`
	UniqueName   string `json:"uniqueName"`
	Account      string `json:"account"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Verification string `json:"verification"`
	// Vouched is whether this server has written these.
	Vouched bool `json:"vouched"`
	// Open: it isn't closed, and a link has led an agent to it who isn't in it.
	Open bool `json:"open,omitempty"`
	// Last is the text of the last message, or the names of its files, and Author who wrote it.
	Last   string    `json:"last"`
	Author string    `json:"author"`
	Time   time.Time `json:"time"`
}

const (
	// closedPage is how many closed conversations are listed at once: for each the last message is asked for.
	closedPage = 20
	// parallelReads is how many of these requests are under way at a time.
	parallelReads = 5
)

// Closed lists the conversations that Twilio has closed, those that began last first. The cursor is "", or the one that came with the
// page before; a page without one is the last.
func (d *Desk) Closed(ctx context.Context, cursor string) (list []ClosedConversation, next string, err error) {
	var page []conversation
	err = d.h.persist(ctx, func() (err error) {
		page, next, err = d.twilio.closedConversations(ctx, cursor)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	list = make([]ClosedConversation, len(page))
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(parallelReads)
	for i, c := range page {
		list[i] = d.describe(c)
		reading.Go(func() error {
			last, err := persistently(ctx, d.h, func() ([]message, error) { return d.twilio.newest(ctx, c.SID, 1) })
			if err != nil || len(last) == 0 {
				return ignoreNotFound(err) // it was deleted meanwhile
			}
			list[i].Last, list[i].Author, list[i].Time = cmp.Or(last[0].body, strings.Join(last[0].files, "\n")), last[0].author, last[0].written
			return nil
		})
	}
	return list, next, reading.Wait()
}

func (d *Desk) describe(c conversation) ClosedConversation {
	said, seal := readAttributes(c.attributes).claim(c.name)
	return ClosedConversation{
		SID: c.SID, UniqueName: c.name, Account: said.Account, Name: said.Name, Email: said.Email, Verification: said.Verification,
		Vouched: d.keys.holds(said, seal), Open: !c.closed, Time: c.quiet,
	}
}

// Conversation describes a single one as Closed does, but for its last message: a link has led to it. Notes are none.
func (d *Desk) Conversation(ctx context.Context, sid string) (ClosedConversation, error) {
	if !conversationSID.MatchString(sid) {
		return ClosedConversation{}, errNoSuchConversation
	}
	c, err := persistently(ctx, d.h, func() (conversation, error) { return d.twilio.find(ctx, sid) })
	switch {
	case err != nil:
		return ClosedConversation{}, explainSID(err)
	case strings.HasPrefix(c.name, NotePrefix):
		return ClosedConversation{}, errNoSuchConversation
	}
	return d.describe(c), nil
}

func ignoreNotFound(err error) error {
	if errors.Is(err, errNotFound) {
		return nil
	}
	return err
}

// StoredMessage is a message as the desk shows it without the SDK.
type StoredMessage struct {
	SID        string          `json:"sid"`
	Index      int             `json:"index"`
	Author     string          `json:"author"`
	Body       string          `json:"body"`
	Attributes json.RawMessage `json:"attributes"`
	Media      []any           `json:"media,omitempty"`
	Time       *time.Time      `json:"time"`
}

// Messages returns the last messages of a conversation before an index, the oldest first, and whether there are more. A negative
// index is for the last ones of all.
func (d *Desk) Messages(ctx context.Context, sid string, before int) (messages []StoredMessage, more bool, err error) {
	if !conversationSID.MatchString(sid) {
		return nil, false, errNoSuchConversation
	}
	err = d.h.persist(ctx, func() (err error) {
		messages, more, err = d.twilio.messagesBefore(ctx, sid, before)
		return err
	})
	slices.Reverse(messages)
	return messages, more, explainSID(err)
}

// Refuse answers with an error of the desk's or of the handler's, and returns what the log has of it.
func Refuse(w http.ResponseWriter, err error) (status int, code, cause string) {
	f := asFailure(err)
	f.write(w)
	return f.status, f.code, reason(err)
}

func (t rest) setState(ctx context.Context, sid, state string) error {
	p := &api.UpdateServiceConversationParams{}
	_, err := t.api(ctx).UpdateServiceConversation(t.ServiceSID, sid, p.SetXTwilioWebhookEnabled(tellWebhooks).SetState(state))
	return explain(err)
}

// sinceEver has Twilio sort a list by when its items were made, the latest first. Without a date the order isn't told.
const sinceEver = "2015-01-01T00:00:00Z"

func (t rest) closedConversations(ctx context.Context, cursor string) (list []conversation, next string, err error) {
	place, err := url.ParseQuery(cursor)
	if err != nil {
		place = url.Values{}
	}
	p := &api.ListServiceConversationParams{}
	page, err := t.api(ctx).PageServiceConversation(t.ServiceSID, p.SetState("closed").SetStartDate(sinceEver).SetPageSize(closedPage), place.Get("PageToken"), place.Get("Page"))
	if err != nil {
		return nil, "", explain(err)
	}
	for _, c := range page.Conversations {
		// Notes close where the service has a timer of its own.
		if c := fromAPI(&c); !strings.HasPrefix(c.name, NotePrefix) {
			list = append(list, c)
		}
	}
	if at, err := url.Parse(value(page.Meta.NextPageUrl)); err == nil && at.RawQuery != "" {
		q := at.Query()
		next = url.Values{"Page": q["Page"], "PageToken": q["PageToken"]}.Encode()
	}
	return list, next, nil
}

// messagesBefore returns the newest first.
func (t rest) messagesBefore(ctx context.Context, sid string, before int) (messages []StoredMessage, more bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := &api.ListServiceConversationMessageParams{}
	list, failed := t.api(ctx).StreamServiceConversationMessage(t.ServiceSID, sid, p.SetOrder("desc").SetPageSize(messagesPage))
	enough := errors.New("enough")
	err = each(list, failed, stop, func(m api.ConversationsV1ServiceConversationMessage) error {
		if before >= 0 && m.Index >= before {
			return nil
		}
		if len(messages) == messagesPage {
			more = true
			return enough
		}
		messages = append(messages, StoredMessage{value(m.Sid), m.Index, value(m.Author), value(m.Body), rawJSON(m.Attributes), value(m.Media), cmp.Or(m.DateCreated, m.DateUpdated)})
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return messages, more, err
}
