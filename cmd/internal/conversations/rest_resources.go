package conversations

import (
	"net/url"
	"slices"
	"strconv"

	"missive/cmd/internal/conversations/store"
)

// restAPI is the address that links in answers have, whatever host was asked: Twilio's client follows no others.
const restAPI = "https://conversations.twilio.com"

// Twilio's limits for a page of a list.
const (
	maxItemsPerPage             = 100
	maxUserConversationsPerPage = 50 // and of conversations by participant
)

func (c *call) link(parts ...string) string {
	link := restAPI + "/v1/Services/" + c.server.options.ServiceSID
	for _, part := range parts {
		link += "/" + url.PathEscape(part)
	}
	return link
}

// resource has what all resources of a service have.
func (c *call) resource(more object) object {
	more["account_sid"], more["chat_service_sid"] = c.server.options.AccountSID, c.server.options.ServiceSID
	return more
}

func (c *call) showConversation(v *store.Conversation) object {
	link := c.link("Conversations", v.ID)
	return c.resource(object{
		"sid": v.ID, "messaging_service_sid": nil, "unique_name": orNull(v.UniqueName), "friendly_name": orNull(v.FriendlyName),
		"attributes": v.Attributes, "state": v.State, "timers": showTimers(v), "bindings": object{},
		"date_created": v.Created, "date_updated": v.Updated, "url": link,
		"links": object{"participants": link + "/Participants", "messages": link + "/Messages"},
	})
}

func showTimers(v *store.Conversation) object {
	timers := object{}
	inactive, closed := v.Timers.At(v.Activity)
	if !inactive.IsZero() && v.State == store.Active {
		timers["date_inactive"] = inactive
	}
	if !closed.IsZero() && v.State != store.Closed {
		timers["date_closed"] = closed
	}
	return timers
}

func (c *call) showParticipant(v *store.Conversation, p *store.Participant) object {
	return c.resource(object{
		"sid": p.SID, "conversation_sid": v.ID, "identity": p.Identity, "attributes": p.Attributes, "messaging_binding": nil, "role_sid": p.Role,
		"date_created": p.Created, "date_updated": p.Updated, "last_read_message_index": p.LastRead, "last_read_timestamp": p.ReadTime(),
		"url": c.link("Conversations", v.ID, "Participants", p.SID),
	})
}

func (c *call) showMessage(v *store.Conversation, m *store.Message) object {
	return c.resource(object{
		"sid": m.SID, "conversation_sid": v.ID, "index": m.Index, "author": m.Author, "body": m.Text(), "attributes": m.Attributes, "media": showMedia(m.Media),
		"participant_sid": orNull(m.Participant), "date_created": m.Created, "date_updated": m.Updated, "delivery": nil,
		"url": c.link("Conversations", v.ID, "Messages", m.SID),
	})
}

// showMedia lists the files of a message as a message has them; null when it has none.
func showMedia(list []*store.Media) any {
	if len(list) == 0 {
		return nil
	}
	shown := []object{}
	for _, m := range list {
		shown = append(shown, object{"sid": m.SID, "category": "media", "filename": orNull(m.Filename), "content_type": m.ContentType, "size": m.Size})
	}
	return shown
}

func (c *call) showUser(u *store.User) object {
	link := c.link("Users", u.SID)
	return c.resource(object{
		"sid": u.SID, "identity": u.Identity, "friendly_name": orNull(u.FriendlyName), "attributes": u.Attributes, "role_sid": u.Role,
		"is_online": u.IsOnline(), "is_notifiable": nil, "date_created": u.Created, "date_updated": u.Updated, "url": link,
		"links": object{"user_conversations": link + "/Conversations"},
	})
}

func (c *call) showUserConversation(u *store.User, m *store.Membership) object {
	v, p := m.Conversation(), m.Participant()
	return c.resource(object{
		"conversation_sid": v.ID, "participant_sid": p.SID, "user_sid": u.SID, "unique_name": orNull(v.UniqueName), "friendly_name": orNull(v.FriendlyName),
		"attributes": v.Attributes, "conversation_state": v.State, "timers": showTimers(v), "created_by": v.CreatedBy,
		"date_created": v.Created, "date_updated": v.Updated, "notification_level": m.NotificationLevel,
		"last_read_message_index": p.LastRead, "unread_messages_count": v.Unread(p), "url": c.link("Users", u.SID, "Conversations", v.ID),
		"links": object{"conversation": c.link("Conversations", v.ID), "participant": c.link("Conversations", v.ID, "Participants", p.SID)},
	})
}

func (c *call) showParticipation(v store.Participation) object {
	conversation, p := v.Conversation, v.Participant
	return c.resource(object{
		"participant_sid": p.SID, "participant_user_sid": v.User().SID, "participant_identity": p.Identity, "participant_messaging_binding": nil,
		"conversation_sid": conversation.ID, "conversation_unique_name": orNull(conversation.UniqueName),
		"conversation_friendly_name": orNull(conversation.FriendlyName), "conversation_attributes": conversation.Attributes,
		"conversation_date_created": conversation.Created, "conversation_date_updated": conversation.Updated,
		"conversation_created_by": conversation.CreatedBy, "conversation_state": conversation.State, "conversation_timers": showTimers(conversation),
		"links": object{"conversation": c.link("Conversations", conversation.ID), "participant": c.link("Conversations", conversation.ID, "Participants", p.SID)},
	})
}

func reversed[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// listPage answers with the part of a list that the request asks for, at most so many items.
func listPage[T any](c *call, name string, list []T, most int, show func(T) object) (int, any, error) {
	size, page := defaultPageSize, 0
	for name, to := range map[string]*int{"PageSize": &size, "Page": &page} {
		if !c.Form.Has(name) {
			continue
		}
		n, err := strconv.Atoi(c.Form.Get(name))
		if err != nil || n < 0 {
			return 0, nil, badRequest(name + " is no number")
		}
		*to = n
	}
	size = min(max(size, 1), most)
	page = min(page, len(list)/size)
	start := page * size
	end := min(start+size, len(list))
	items := make([]object, 0, end-start)
	for _, v := range list[start:end] {
		items = append(items, show(v))
	}
	query := c.URL.Query() // the next page is of the same list
	address := func(page int) string {
		query.Set("PageSize", strconv.Itoa(size))
		query.Set("Page", strconv.Itoa(page))
		return restAPI + c.URL.EscapedPath() + "?" + query.Encode()
	}
	meta := object{"key": name, "page": page, "page_size": size, "url": address(page), "first_page_url": address(0), "next_page_url": nil, "previous_page_url": nil}
	if end < len(list) {
		meta["next_page_url"] = address(page + 1)
	}
	if page > 0 {
		meta["previous_page_url"] = address(page - 1)
	}
	return 0, object{name: items, "meta": meta}, nil
}
