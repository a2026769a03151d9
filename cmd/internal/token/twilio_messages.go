package token

import (
	"context"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// messagesPage is how many messages are asked for at once: at most 100, and as few as the size of an answer demands.
const messagesPage = 50

func (t rest) newest(ctx context.Context, sid string, count int) ([]message, error) {
	p := &api.ListServiceConversationMessageParams{}
	list, err := t.api(ctx).ListServiceConversationMessage(t.ServiceSID, sid, p.SetOrder("desc").SetPageSize(messagesPage).SetLimit(count))
	var messages []message
	for _, m := range list {
		messages = append(messages, messageFromAPI(&m))
	}
	return messages, explain(err)
}

func (t rest) send(ctx context.Context, sid string, m message) (message, error) {
	p := &api.CreateServiceConversationMessageParams{}
	// It is a visitor's, so the team's webhooks hear of it as of those that come from a browser.
	p.SetXTwilioWebhookEnabled("true").SetAuthor(m.author).SetBody(m.body).SetAttributes(m.attributes)
	stored, err := t.api(ctx).CreateServiceConversationMessage(t.ServiceSID, sid, p)
	return messageFromAPI(stored), explain(err)
}

func (t rest) close(ctx context.Context, sid string) error {
	p := &api.UpdateServiceConversationParams{}
	_, err := t.api(ctx).UpdateServiceConversation(t.ServiceSID, sid, p.SetXTwilioWebhookEnabled("true").SetState("closed"))
	return explain(err)
}

func messageFromAPI(m *api.ConversationsV1ServiceConversationMessage) message {
	if m == nil {
		return message{}
	}
	return message{
		SID: value(m.Sid), index: m.Index, author: value(m.Author), body: value(m.Body), attributes: value(m.Attributes), written: value(m.DateCreated), files: fileNames(value(m.Media)),
	}
}
