package conversations

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/conversations/twilsock"
)

// clientAPI is where the SDK expects its API. Only the path of Configuration is fixed; the SDK takes the others from our links. All
// requests come through the socket, whatever host a link names.
const clientAPI = "https://aim.us1.twilio.com/Client/v2"

const (
	typingTimeoutSeconds   = 5 // how long the SDK waits before it tells again that its user is typing
	typingIndicatorSeconds = 6 // how long the other clients show it
	conversationsPerPage   = 100
)

// serveClientAPI adds what the SDK asks of the Client API. What it changes takes a permission, of the user's role in the service or the
// participant's in the conversation; what needs none is only for participants.
func (s *Server) serveClientAPI(mux *http.ServeMux) {
	handle := func(pattern string, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answerCall(w, r, h) })
	}
	handle("GET /Client/v2/Configuration", configuration)
	handle("GET /Client/v2/MyConversations", myConversations)
	handle("GET /Client/v2/MyConversations/{id}", myConversation)
	handle("POST /Client/v2/MyConversations/{id}", updateMyConversation)
	handle("POST /Client/v2/Conversations", createConversation)
	handle("GET /Client/v2/Conversations/{id}", getConversation)
	handle("POST /Client/v2/Conversations/{id}", updateConversation)
	handle("DELETE /Client/v2/Conversations/{id}", deleteConversation)
	handle("POST /Client/v2/Conversations/{id}/Participants", addParticipant)
	handle("POST /Client/v2/Conversations/{id}/Participants/{participant}", updateParticipant)
	handle("DELETE /Client/v2/Conversations/{id}/Participants/{participant}", removeParticipant)
	handle("POST /Client/v2/Conversations/{id}/Messages", sendMessage)
	handle("POST /Client/v2/Conversations/{id}/Messages/{message}", updateMessage)
	handle("DELETE /Client/v2/Conversations/{id}/Messages/{message}", removeMessage)
	handle("GET /Client/v2/Users/{identity}", getUser)
	handle("POST /Client/v2/Users/{identity}", updateUser)
	handle("POST /Client/v2/Typing", typing)
	handle("/", func(*call) (int, any, error) { return 0, nil, notFound })
}

var notFound = &store.Error{Status: 404, Code: 20404, Message: "The requested resource was not found"}

func configuration(c *call) (int, any, error) {
	u, err := c.store.User(c.identity)
	if err != nil {
		return 0, nil, err
	}
	return 0, object{
		"identity": c.identity,
		"links": object{
			"my_conversations": clientAPI + "/MyConversations", "conversations": clientAPI + "/Conversations",
			"users": clientAPI + "/Users", "typing": clientAPI + "/Typing",
			"media_service": c.session.address + c.server.mediaPath(), "media_set_service": c.session.address + c.server.mediaPath() + "Set",
		},
		"options": object{
			"reachability_enabled":          c.store.Configuration().Reachability,
			"media_attachments_count_limit": store.MaxMessageMedia, "media_attachment_size_limit_in_mb": store.MaxMediaBytes >> 20,
			"media_attachments_total_size_limit_in_mb": store.MaxMediaBytes >> 20,
			"email_bodies_allowed_mime_types":          []string{}, "email_histories_allowed_mime_types": []string{},
		},
		"sync_objects": object{"my_user_info": u.Info.SID(), "my_conversations": u.Joined.SID()},
	}, nil
}

func syncObjects(c *store.Conversation) object {
	return object{"conversation": c.SyncDocument, "messages": c.Messages.SID(), "participants": c.Roster.SID()}
}

func describeMine(m *store.Membership) object {
	c := m.Conversation()
	body := describeConversation(c)
	body["conversation_sid"], body["status"] = c.ID, "joined"
	body["last_read_message_index"], body["unread_messages_count"] = m.Participant().LastRead, c.Unread(m.Participant())
	body["notification_level"] = m.NotificationLevel
	return body
}

func describeConversation(c *store.Conversation) object {
	link := clientAPI + "/Conversations/" + c.ID
	return object{
		"sid": c.ID, "unique_name": orNull(c.UniqueName), "friendly_name": orNull(c.FriendlyName), "attributes": c.Attributes,
		"created_by": c.CreatedBy, "date_created": c.Created, "date_updated": c.Updated, "url": link,
		"links":        object{"messages": link + "/Messages", "participants": link + "/Participants"},
		"sync_objects": syncObjects(c),
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func myConversations(c *call) (int, any, error) {
	u, err := c.store.User(c.identity)
	if err != nil {
		return 0, nil, err
	}
	mine := u.Memberships()
	start, _ := strconv.Atoi(c.Form.Get("PageToken")) // none: from the start
	start = min(max(start, 0), len(mine))
	end := min(start+conversationsPerPage, len(mine))
	list := []object{}
	for _, m := range mine[start:end] {
		list = append(list, describeMine(m))
	}
	var next any
	if end < len(mine) {
		next = strconv.Itoa(end)
	}
	return 0, object{"conversations": list, "meta": object{"next_token": next}}, nil
}

func myConversation(c *call) (int, any, error) {
	m, err := c.membership()
	if err != nil {
		return 0, nil, notFound
	}
	return 0, describeMine(m), nil
}

// membership is the conversation of the request's path, as one of its members sees it.
func (c *call) membership() (*store.Membership, error) {
	return c.store.Membership(c.PathValue("id"), c.identity)
}

// seen is the conversation of the request's path, if the caller may see it: who isn't a member may have a role for all conversations.
func (c *call) seen() (*store.Conversation, error) {
	return c.store.Seen(c.PathValue("id"), c.identity)
}

// describe describes a conversation as the caller sees it.
func (c *call) describe(v *store.Conversation) object {
	if m, err := c.store.Membership(v.ID, c.identity); err == nil {
		return describeMine(m)
	}
	return describeConversation(v)
}

// may refuses what the caller has none of the permissions for.
func (c *call) may(v *store.Conversation, any ...store.Permission) error {
	return c.store.Allow(c.identity, v, any...)
}

// mayOwn is may for what is somebody's: its own permission is enough for them, the one for any for everybody.
func (c *call) mayOwn(v *store.Conversation, owner string, own, any store.Permission) error {
	if owner == c.identity {
		return c.may(v, own, any)
	}
	return c.may(v, any)
}

func updateMyConversation(c *call) (int, any, error) {
	var change struct {
		Read  json.RawMessage `json:"last_read_message_index"`
		Level *string         `json:"notification_level"`
	}
	m, err := c.membership()
	if err != nil {
		return 0, nil, notFound
	}
	if err := c.decode(&change); err != nil {
		return 0, nil, err
	}
	if change.Level != nil {
		if err := c.may(m.Conversation(), store.EditNotificationLevel); err != nil {
			return 0, nil, err
		}
	}
	if change.Read != nil { // null sets it back
		var index *int
		if json.Unmarshal(change.Read, &index) != nil {
			return 0, nil, badRequest("last_read_message_index is no number")
		}
		if err := c.store.SetRead(m.Conversation(), m.Participant(), index); err != nil {
			return 0, nil, err
		}
	}
	if change.Level != nil {
		if err := c.store.SetNotificationLevel(m, *change.Level); err != nil {
			return 0, nil, err
		}
	}
	return 0, object{"unread_messages_count": m.Conversation().Unread(m.Participant())}, nil
}

// conversationBody is what the SDK sends to make or change a conversation.
type conversationBody struct {
	FriendlyName *string `json:"friendly_name"`
	UniqueName   *string `json:"unique_name"`
	Attributes   *string `json:"attributes"`
}

func (b conversationBody) change() store.ConversationChange {
	return store.ConversationChange{FriendlyName: b.FriendlyName, UniqueName: b.UniqueName, Attributes: b.Attributes}
}

func createConversation(c *call) (int, any, error) {
	var body conversationBody
	if err := c.may(nil, store.CreateConversation); err != nil {
		return 0, nil, err
	}
	if err := c.decode(&body); err != nil {
		return 0, nil, err
	}
	made, err := c.store.CreateConversation(c.identity, body.change())
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, describeConversation(made), nil
}

func getConversation(c *call) (int, any, error) {
	conversation, err := c.seen()
	if err != nil {
		return 0, nil, err
	}
	body := c.describe(conversation)
	body["messages_count"], body["participants_count"] = len(conversation.Messages.Entries), len(conversation.Roster.Entries)
	return 0, body, nil
}

func updateConversation(c *call) (int, any, error) {
	var body conversationBody
	conversation, err := c.seen()
	if err == nil {
		err = c.decode(&body)
	}
	if err == nil && (body.FriendlyName != nil || body.UniqueName != nil) {
		err = c.may(conversation, store.EditConversationName)
	}
	if err == nil && body.Attributes != nil {
		err = c.may(conversation, store.EditConversationAttributes)
	}
	if err == nil {
		err = c.store.UpdateConversation(conversation, body.change())
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, c.describe(conversation), nil
}

func deleteConversation(c *call) (int, any, error) {
	conversation, err := c.seen()
	if err == nil {
		err = c.may(conversation, store.DeleteConversation)
	}
	if err != nil {
		return 0, nil, err
	}
	c.store.DeleteConversation(conversation)
	return http.StatusNoContent, nil, nil
}

func sendMessage(c *call) (int, any, error) {
	var body struct {
		Body       string   `json:"body"`
		Attributes string   `json:"attributes"`
		Media      []string `json:"media_sids"`
	}
	m, err := c.membership()
	if err == nil {
		err = c.decode(&body)
	}
	if err == nil {
		err = c.maySend(m.Conversation(), body.Body != "", len(body.Media) > 0)
	}
	if err != nil {
		return 0, nil, err
	}
	if c.server.faults.losesMessage() {
		c.session.cut()
		return 0, nil, notFound // the socket is cut, so no client gets this
	}
	if c.server.faults.losesReply() {
		c.session.cut()
	}
	draft := store.Draft{Author: c.identity, Body: body.Body, Attributes: body.Attributes, Media: body.Media}
	message, err := c.store.AddMessage(m.Conversation(), draft)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, object{"sid": message.SID, "index": message.Index}, nil
}

func (c *call) maySend(v *store.Conversation, text, media bool) error {
	if media {
		if err := c.may(v, store.SendMediaMessage); err != nil {
			return err
		}
	}
	if text || !media {
		if err := c.may(v, store.SendMessage); err != nil {
			return err
		}
	}
	return nil
}

// message is the message of the request's path.
func (c *call) message() (*store.Conversation, *store.Message, error) {
	conversation, err := c.seen()
	if err != nil {
		return nil, nil, err
	}
	message, err := conversation.Message(c.PathValue("message"))
	return conversation, message, err
}

func updateMessage(c *call) (int, any, error) {
	var body struct{ Body, Attributes *string }
	conversation, message, err := c.message()
	if err == nil {
		err = c.decode(&body)
	}
	if err == nil && body.Body != nil {
		err = c.mayOwn(conversation, message.Author, store.EditOwnMessage, store.EditAnyMessage)
	}
	if err == nil && body.Attributes != nil {
		err = c.mayOwn(conversation, message.Author, store.EditOwnMessageAttributes, store.EditAnyMessageAttributes)
	}
	if err == nil {
		err = c.store.UpdateMessage(conversation, message, c.identity, store.MessageChange{Body: body.Body, Attributes: body.Attributes})
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, object{"sid": message.SID, "index": message.Index}, nil
}

func removeMessage(c *call) (int, any, error) {
	conversation, message, err := c.message()
	if err == nil {
		err = c.mayOwn(conversation, message.Author, store.DeleteOwnMessage, store.DeleteAnyMessage)
	}
	if err == nil {
		err = c.store.RemoveMessage(conversation, message)
	}
	return http.StatusNoContent, nil, err
}

func addParticipant(c *call) (int, any, error) {
	var body struct {
		Identity, Attributes string
		Binding              *struct{} `json:"messaging_binding"`
	}
	conversation, err := c.seen()
	if err == nil {
		err = c.decode(&body)
	}
	if err == nil {
		switch {
		case body.Identity == c.identity:
			err = c.may(conversation, store.JoinConversation, store.AddParticipant)
		case body.Identity == "" && body.Binding != nil:
			if err = c.may(conversation, store.AddNonChatParticipant); err == nil {
				err = &store.Error{Status: 400, Code: 50373, Message: "No Messaging Service assigned to Conversation"}
			}
		default:
			err = c.may(conversation, store.AddParticipant)
		}
	}
	var p *store.Participant
	if err == nil {
		p, err = c.store.AddParticipant(conversation, body.Identity, body.Attributes, "")
	}
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, describeParticipant(p), nil
}

func describeParticipant(p *store.Participant) object {
	return object{
		"sid": p.SID, "identity": p.Identity, "attributes": p.Attributes, "role_sid": p.Role, "messaging_binding": nil,
		"date_created": p.Created, "date_updated": p.Updated,
	}
}

// participant is the participant of the request's path.
func (c *call) participant() (*store.Conversation, *store.Participant, error) {
	conversation, err := c.seen()
	if err != nil {
		return nil, nil, err
	}
	p, err := conversation.Participant(c.PathValue("participant"))
	return conversation, p, err
}

func updateParticipant(c *call) (int, any, error) {
	var body struct{ Attributes *string }
	conversation, p, err := c.participant()
	if err == nil {
		err = c.decode(&body)
	}
	if err == nil {
		err = c.mayOwn(conversation, p.Identity, store.EditOwnParticipantAttributes, store.EditAnyParticipantAttributes)
	}
	if err == nil {
		err = c.store.UpdateParticipant(conversation, p, store.ParticipantChange{Attributes: body.Attributes})
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, describeParticipant(p), nil
}

func removeParticipant(c *call) (int, any, error) {
	conversation, p, err := c.participant()
	if err == nil {
		err = c.mayOwn(conversation, p.Identity, store.LeaveConversation, store.RemoveParticipant)
	}
	if err == nil {
		err = c.store.RemoveParticipant(conversation, p)
	}
	return http.StatusNoContent, nil, err
}

func getUser(c *call) (int, any, error) {
	u, err := c.store.User(c.PathValue("identity"))
	if err != nil {
		return 0, nil, err
	}
	return 0, object{
		"sid": u.SID, "identity": u.Identity, "friendly_name": orNull(u.FriendlyName), "attributes": u.Attributes,
		"url": clientAPI + "/Users/" + url.PathEscape(u.Identity), "sync_objects": object{"user_info_map": u.Info.SID()},
	}, nil
}

func updateUser(c *call) (int, any, error) {
	var body struct {
		FriendlyName *string `json:"friendly_name"`
		Attributes   *string `json:"attributes"`
	}
	u, err := c.store.User(c.PathValue("identity"))
	if err == nil {
		err = c.mayOwn(nil, u.Identity, store.EditOwnUserInfo, store.EditAnyUserInfo)
	}
	if err == nil {
		err = c.decode(&body)
	}
	if err == nil {
		err = c.store.UpdateUser(u, store.UserChange{FriendlyName: body.FriendlyName, Attributes: body.Attributes})
	}
	if err != nil {
		return 0, nil, err
	}
	return getUser(c)
}

// typing tells the other participants that somebody is writing. Nothing is kept.
func typing(c *call) (int, any, error) {
	m, err := c.store.Membership(c.Form.Get("ChannelSid"), c.identity)
	if err != nil {
		return 0, nil, err
	}
	for session := range c.server.sessions {
		if session.identity == c.identity || session.identity == "" {
			continue
		}
		if _, err := c.store.Membership(m.Conversation().ID, session.identity); err != nil {
			continue
		}
		session.send(twilsock.Header{Method: "notification", ID: newID(), MessageType: "twilio.ipmsg.typing_indicator"},
			object{"channel_sid": m.Conversation().ID, "identity": c.identity, "typing_timeout": typingIndicatorSeconds})
	}
	return 0, object{"typing_timeout": typingTimeoutSeconds}, nil
}
