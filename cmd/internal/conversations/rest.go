package conversations

import (
	"cmp"
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"time"

	"missive/cmd/internal/conversations/store"
)

// serveREST adds the Conversations REST API, as far as a token endpoint and an inbox need it. Who has the API key may do everything:
// roles are for users.
func (s *Server) serveREST(mux *http.ServeMux) {
	handle := func(pattern string, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answerREST(w, r, h) })
	}
	const (
		service      = " /v1/Services/{service}"
		conversation = service + "/Conversations/{id}"
		participant  = conversation + "/Participants/{participant}"
		message      = conversation + "/Messages/{message}"
		user         = service + "/Users/{user}"
	)
	handle("GET"+service, restGetService)
	s.serveRoles(handle, service)
	handle("POST"+service+"/Conversations", restCreateConversation)
	handle("GET"+service+"/Conversations", restListConversations)
	handle("GET"+conversation, restGetConversation)
	handle("POST"+conversation, restUpdateConversation)
	handle("DELETE"+conversation, restDeleteConversation)
	handle("POST"+conversation+"/Participants", restAddParticipant)
	handle("GET"+conversation+"/Participants", restListParticipants)
	handle("GET"+participant, restGetParticipant)
	handle("POST"+participant, restUpdateParticipant)
	handle("DELETE"+participant, restRemoveParticipant)
	handle("POST"+conversation+"/Messages", restCreateMessage)
	handle("GET"+conversation+"/Messages", restListMessages)
	handle("GET"+message, restGetMessage)
	handle("POST"+message, restUpdateMessage)
	handle("DELETE"+message, restRemoveMessage)
	handle("GET"+service+"/ParticipantConversations", restListParticipantConversations)
	handle("POST"+service+"/Users", restCreateUser)
	handle("GET"+service+"/Users", restListUsers)
	handle("GET"+user, restGetUser)
	handle("POST"+user, restUpdateUser)
	handle("DELETE"+user, restDeleteUser)
	handle("GET"+user+"/Conversations", restListUserConversations)
	handle("/v1/", func(*call) (int, any, error) { return 0, nil, notFound })
}

// answerREST checks who asks, and for which service.
func (s *Server) answerREST(w http.ResponseWriter, r *http.Request, h handler) {
	s.mu.Lock()
	down, delay := s.faults.Down, s.faults.delay()
	s.mu.Unlock()
	time.Sleep(delay)
	switch service := r.PathValue("service"); {
	case down:
		refuse(w, &store.Error{Status: 503, Code: 20503, Message: "Service unavailable, as asked"})
	case !s.hasKey(r):
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
		refuse(w, errKey)
	case service != "" && service != s.options.ServiceSID:
		refuse(w, notFound)
	default:
		s.answerCall(w, r, h)
	}
}

var errKey = &store.Error{Status: 401, Code: 20003, Message: "Authenticate"}

// hasKey tells whether a request comes with the API key.
func (s *Server) hasKey(r *http.Request) bool {
	key, secret, _ := r.BasicAuth()
	return subtle.ConstantTimeCompare([]byte(key), []byte(s.options.APIKey))&subtle.ConstantTimeCompare([]byte(secret), []byte(s.options.APISecret)) == 1
}

func restGetService(c *call) (int, any, error) {
	link := c.link()
	return 0, object{
		"sid": c.server.options.ServiceSID, "account_sid": c.server.options.AccountSID, "friendly_name": "local", "url": link,
		"links": object{
			"configuration": link + "/Configuration", "conversations": link + "/Conversations", "roles": link + "/Roles", "users": link + "/Users",
			"participant_conversations": link + "/ParticipantConversations",
		},
	}, nil
}

func refuse(w http.ResponseWriter, e *store.Error) { writeJSON(w, e.Status, errorBody(e)) }

// conversation is the conversation of the request's path.
func (c *call) conversation() (*store.Conversation, error) {
	return c.store.Conversation(c.PathValue("id"))
}

// date is a parameter with a date, in ISO 8601; zero when the request has none of that name.
func (c *call) date(name string) (time.Time, error) {
	if !c.Form.Has(name) {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, c.Form.Get(name)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &store.Error{Status: 400, Code: 50308, Message: "Invalid " + name + " parameter"}
}

// value is a parameter; nil when the request has none of that name.
func (c *call) value(name string) *string {
	if !c.Form.Has(name) {
		return nil
	}
	text := c.Form.Get(name)
	return &text
}

func (c *call) conversationChange() store.ConversationChange {
	return store.ConversationChange{
		UniqueName: c.value("UniqueName"), FriendlyName: c.value("FriendlyName"), Attributes: c.value("Attributes"), State: c.value("State"),
		Timers: store.TimersChange{Inactive: c.value("Timers.Inactive"), Closed: c.value("Timers.Closed")},
	}
}

func restCreateConversation(c *call) (int, any, error) {
	made, err := c.store.CreateConversation(store.System, c.conversationChange())
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showConversation(made), nil
}

func restListConversations(c *call) (int, any, error) {
	start, err := c.date("StartDate")
	if err != nil {
		return 0, nil, err
	}
	end, err := c.date("EndDate")
	if err != nil {
		return 0, nil, err
	}
	state := c.value("State")
	list := slices.DeleteFunc(c.store.Conversations(), func(v *store.Conversation) bool {
		return v.Created.Before(start) || !end.IsZero() && v.Created.After(end) || state != nil && v.State != *state
	})
	if !start.IsZero() || !end.IsZero() {
		slices.Reverse(list) // as Twilio documents it: with a date the latest come first
	}
	return listPage(c, "conversations", list, maxItemsPerPage, c.showConversation)
}

func restGetConversation(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showConversation(conversation), nil
}

func restUpdateConversation(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err == nil {
		err = c.store.UpdateConversation(conversation, c.conversationChange())
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showConversation(conversation), nil
}

func restDeleteConversation(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err != nil {
		return 0, nil, err
	}
	c.store.DeleteConversation(conversation)
	return http.StatusNoContent, nil, nil
}

func restAddParticipant(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err != nil {
		return 0, nil, err
	}
	p, err := c.store.AddParticipant(conversation, c.Form.Get("Identity"), c.Form.Get("Attributes"), c.Form.Get("RoleSid"))
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showParticipant(conversation, p), nil
}

func restListParticipants(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err != nil {
		return 0, nil, err
	}
	return listPage(c, "participants", conversation.Participants(), maxItemsPerPage, func(p *store.Participant) object { return c.showParticipant(conversation, p) })
}

// pathParticipant is the participant of the request's path.
func (c *call) pathParticipant() (*store.Conversation, *store.Participant, error) {
	conversation, err := c.conversation()
	if err != nil {
		return nil, nil, err
	}
	p, err := conversation.Participant(c.PathValue("participant"))
	return conversation, p, err
}

func restGetParticipant(c *call) (int, any, error) {
	conversation, p, err := c.pathParticipant()
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showParticipant(conversation, p), nil
}

func restUpdateParticipant(c *call) (int, any, error) {
	change := store.ParticipantChange{Attributes: c.value("Attributes"), Role: c.value("RoleSid")}
	conversation, p, err := c.pathParticipant()
	if err != nil {
		return 0, nil, err
	}
	if text := c.value("LastReadMessageIndex"); text != nil {
		index, err := strconv.Atoi(*text)
		if err != nil {
			return 0, nil, &store.Error{Status: 400, Code: 50421, Message: "Invalid last read message index format"}
		}
		change.LastRead = &index
	}
	if err := c.store.UpdateParticipant(conversation, p, change); err != nil {
		return 0, nil, err
	}
	return 0, c.showParticipant(conversation, p), nil
}

func restRemoveParticipant(c *call) (int, any, error) {
	conversation, p, err := c.pathParticipant()
	if err == nil {
		err = c.store.RemoveParticipant(conversation, p)
	}
	return http.StatusNoContent, nil, err
}

func restCreateMessage(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err != nil {
		return 0, nil, err
	}
	created, err := c.date("DateCreated")
	if err != nil {
		return 0, nil, err
	}
	message, err := c.store.AddMessage(conversation, store.Draft{
		Author: cmp.Or(c.Form.Get("Author"), store.System), Body: c.Form.Get("Body"), Attributes: c.Form.Get("Attributes"),
		Media: c.Form["MediaSid"], Created: created,
	})
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showMessage(conversation, message), nil
}

func restListMessages(c *call) (int, any, error) {
	conversation, err := c.conversation()
	if err != nil {
		return 0, nil, err
	}
	messages := conversation.AllMessages()
	if c.Form.Get("Order") == "desc" {
		messages = reversed(messages)
	}
	return listPage(c, "messages", messages, maxItemsPerPage, func(m *store.Message) object { return c.showMessage(conversation, m) })
}

// pathMessage is the message of the request's path.
func (c *call) pathMessage() (*store.Conversation, *store.Message, error) {
	conversation, err := c.conversation()
	if err != nil {
		return nil, nil, err
	}
	m, err := conversation.Message(c.PathValue("message"))
	return conversation, m, err
}

func restGetMessage(c *call) (int, any, error) {
	conversation, m, err := c.pathMessage()
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showMessage(conversation, m), nil
}

func restUpdateMessage(c *call) (int, any, error) {
	conversation, m, err := c.pathMessage()
	if err == nil {
		err = c.store.UpdateMessage(conversation, m, store.System, store.MessageChange{Body: c.value("Body"), Attributes: c.value("Attributes")})
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showMessage(conversation, m), nil
}

func restRemoveMessage(c *call) (int, any, error) {
	conversation, m, err := c.pathMessage()
	if err == nil {
		err = c.store.RemoveMessage(conversation, m)
	}
	return http.StatusNoContent, nil, err
}

// restListParticipantConversations lists the conversations of an identity, the closed ones too. Nobody here has an address.
func restListParticipantConversations(c *call) (int, any, error) {
	identity, address := c.value("Identity"), c.value("Address")
	switch {
	case identity != nil && address != nil:
		return 0, nil, &store.Error{Status: 400, Code: 50451, Message: "One user identifier parameter for lookup at a time is allowed"}
	case identity == nil && address == nil:
		return 0, nil, badRequest("Either Identity or Address is required")
	}
	list := []store.Participation{}
	if identity != nil {
		list = c.store.Participations(*identity)
	}
	return listPage(c, "conversations", list, maxUserConversationsPerPage, c.showParticipation)
}

func restListUsers(c *call) (int, any, error) {
	return listPage(c, "users", c.store.Users(), maxItemsPerPage, func(u *store.User) object {
		shown := c.showUser(u)
		shown["is_online"] = nil // Twilio tells it of a single user only
		return shown
	})
}

func restCreateUser(c *call) (int, any, error) {
	u, err := c.store.CreateUser(c.Form.Get("Identity"), c.userChange())
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showUser(u), nil
}

func (c *call) userChange() store.UserChange {
	return store.UserChange{FriendlyName: c.value("FriendlyName"), Attributes: c.value("Attributes"), Role: c.value("RoleSid")}
}

func restGetUser(c *call) (int, any, error) {
	u, err := c.store.User(c.PathValue("user"))
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showUser(u), nil
}

func restUpdateUser(c *call) (int, any, error) {
	u, err := c.store.User(c.PathValue("user"))
	if err == nil {
		err = c.store.UpdateUser(u, c.userChange())
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showUser(u), nil
}

// restDeleteUser removes a user, who is no longer connected then. Who still has a token can come back, as a new user.
func restDeleteUser(c *call) (int, any, error) {
	u, err := c.store.User(c.PathValue("user"))
	if err != nil {
		return 0, nil, err
	}
	c.store.DeleteUser(u)
	for session := range c.server.sessions {
		if session.identity == u.Identity {
			session.cut()
		}
	}
	return http.StatusNoContent, nil, nil
}

func restListUserConversations(c *call) (int, any, error) {
	u, err := c.store.User(c.PathValue("user"))
	if err != nil {
		return 0, nil, err
	}
	return listPage(c, "conversations", u.Memberships(), maxUserConversationsPerPage, func(m *store.Membership) object { return c.showUserConversation(u, m) })
}
