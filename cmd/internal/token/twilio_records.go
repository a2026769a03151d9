package token

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// UserRecord is what Twilio has of a user.
type UserRecord struct {
	Identity     string          `json:"identity"`
	FriendlyName string          `json:"friendlyName"`
	Attributes   json.RawMessage `json:"attributes"`
	Created      *time.Time      `json:"dateCreated"`
	Updated      *time.Time      `json:"dateUpdated"`
}

// ConversationRecord is what Twilio has of a conversation.
type ConversationRecord struct {
	SID          string              `json:"sid"`
	UniqueName   string              `json:"uniqueName"`
	FriendlyName string              `json:"friendlyName"`
	State        string              `json:"state"`
	Attributes   json.RawMessage     `json:"attributes,omitempty"`
	Created      *time.Time          `json:"dateCreated"`
	Updated      *time.Time          `json:"dateUpdated"`
	Participants []ParticipantRecord `json:"participants"`
	Messages     []MessageRecord     `json:"messages"`
}

// ParticipantRecord is what Twilio has of somebody in a conversation.
type ParticipantRecord struct {
	SID        string          `json:"sid"`
	Identity   string          `json:"identity"`
	Attributes json.RawMessage `json:"attributes"`
	Created    *time.Time      `json:"dateCreated"`
	LastRead   *int            `json:"lastReadMessageIndex"`
	ReadAt     string          `json:"lastReadTimestamp,omitempty"`
}

// MessageRecord is what Twilio has of a message.
type MessageRecord struct {
	SID        string          `json:"sid"`
	Index      int             `json:"index"`
	Author     string          `json:"author"`
	Body       string          `json:"body"`
	Attributes json.RawMessage `json:"attributes"`
	Media      []any           `json:"media,omitempty"`
	Created    *time.Time      `json:"dateCreated"`
	Updated    *time.Time      `json:"dateUpdated"`
}

// rawJSON returns attributes as JSON, or as a text where they are none.
func rawJSON(text *string) json.RawMessage {
	if raw := json.RawMessage(value(text)); json.Valid(raw) {
		return raw
	}
	raw, _ := json.Marshal(value(text)) // can't fail: a text
	return raw
}

// everyConversation calls do with each conversation, closed ones too, page by page, until one fails.
func (t rest) everyConversation(ctx context.Context, p *api.ListServiceConversationParams, do func(conversation) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	list, failed := t.api(ctx).StreamServiceConversation(t.ServiceSID, p.SetPageSize(conversationsPage))
	return each(list, failed, stop, func(c api.ConversationsV1ServiceConversation) error { return do(fromAPI(&c)) })
}

func (t rest) userRecord(ctx context.Context, identity string) (*UserRecord, error) {
	u, err := t.api(ctx).FetchServiceUser(t.ServiceSID, url.PathEscape(identity))
	if err != nil {
		return nil, explain(err)
	}
	return &UserRecord{value(u.Identity), value(u.FriendlyName), rawJSON(u.Attributes), u.DateCreated, u.DateUpdated}, nil
}

func (t rest) conversationRecord(ctx context.Context, sid string) (r ConversationRecord, err error) {
	c, err := t.api(ctx).FetchServiceConversation(t.ServiceSID, sid)
	if err != nil {
		return r, explain(err)
	}
	r = ConversationRecord{
		SID: sid, UniqueName: value(c.UniqueName), FriendlyName: value(c.FriendlyName), State: value(c.State), Attributes: rawJSON(c.Attributes),
		Created: c.DateCreated, Updated: c.DateUpdated,
	}
	list := &api.ListServiceConversationParticipantParams{}
	members, err := t.api(ctx).ListServiceConversationParticipant(t.ServiceSID, sid, list.SetPageSize(100))
	if err != nil {
		return r, explain(err)
	}
	for _, m := range members {
		r.Participants = append(r.Participants, ParticipantRecord{value(m.Sid), value(m.Identity), rawJSON(m.Attributes), m.DateCreated, m.LastReadMessageIndex, value(m.LastReadTimestamp)})
	}
	r.Messages, err = t.messageRecords(ctx, sid)
	return r, err
}

func (t rest) messageRecords(ctx context.Context, sid string) (records []MessageRecord, err error) {
	p := &api.ListServiceConversationMessageParams{}
	messages, err := t.api(ctx).ListServiceConversationMessage(t.ServiceSID, sid, p.SetPageSize(messagesPage))
	for _, m := range messages {
		records = append(records, MessageRecord{value(m.Sid), m.Index, value(m.Author), value(m.Body), rawJSON(m.Attributes), value(m.Media), m.DateCreated, m.DateUpdated})
	}
	return records, explain(err)
}

// Tools of the team hear of what is changed here, as of all else.
const tellWebhooks = "true"

func (t rest) deleteConversation(ctx context.Context, sid string) error {
	p := &api.DeleteServiceConversationParams{}
	return explain(t.api(ctx).DeleteServiceConversation(t.ServiceSID, sid, p.SetXTwilioWebhookEnabled(tellWebhooks)))
}

func (t rest) deleteUser(ctx context.Context, identity string) error {
	p := &api.DeleteServiceUserParams{}
	return explain(t.api(ctx).DeleteServiceUser(t.ServiceSID, url.PathEscape(identity), p.SetXTwilioWebhookEnabled(tellWebhooks)))
}

func (t rest) deleteMessage(ctx context.Context, conversation, sid string) error {
	p := &api.DeleteServiceConversationMessageParams{}
	return explain(t.api(ctx).DeleteServiceConversationMessage(t.ServiceSID, conversation, sid, p.SetXTwilioWebhookEnabled(tellWebhooks)))
}

func (t rest) deleteParticipant(ctx context.Context, conversation, sid string) error {
	p := &api.DeleteServiceConversationParticipantParams{}
	return explain(t.api(ctx).DeleteServiceConversationParticipant(t.ServiceSID, conversation, sid, p.SetXTwilioWebhookEnabled(tellWebhooks)))
}
