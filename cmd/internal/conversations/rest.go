package conversations

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"time"

	"missive/cmd/internal/conversations/store"
)

// serveREST adds the Conversations REST API, as far as a token endpoint and an inbox need it.
func (s *Server) serveREST(mux *http.ServeMux) {
	handle := func(pattern string, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answerREST(w, r, h) })
	}
	const (
		service      = " /v1/Services/{service}"
		conversation = service + "/Conversations/{id}"
		participant  = conversation + "/Participants/{participant}"
		user         = service + "/Users/{user}"
	)
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
	handle("POST"+service+"/Users", restCreateUser)
	handle("GET"+user, restGetUser)
	handle("POST"+user, restUpdateUser)
	handle("GET"+user+"/Conversations", restListUserConversations)
	handle("/v1/", func(*call) (int, any, error) { return 0, nil, notFound })
}

// answerREST checks who asks, and for which service.
func (s *Server) answerREST(w http.ResponseWriter, r *http.Request, h handler) {
	s.mu.Lock()
	down, delay := s.faults.Down, s.faults.delay()
	s.mu.Unlock()
	time.Sleep(delay)
	key, secret, _ := r.BasicAuth()
	known := subtle.ConstantTimeCompare([]byte(key), []byte(s.options.APIKey)) & subtle.ConstantTimeCompare([]byte(secret), []byte(s.options.APISecret))
	switch service := r.PathValue("service"); {
	case down:
		refuse(w, &store.Error{Status: 503, Code: 20503, Message: "Service unavailable, as asked"})
	case known != 1:
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
		refuse(w, &store.Error{Status: 401, Code: 20003, Message: "Authenticate"})
	case service != "" && service != s.options.ServiceSID:
		refuse(w, notFound)
	default:
		s.answerCall(w, r, h)
	}
}

func refuse(w http.ResponseWriter, e *store.Error) { writeJSON(w, e.Status, errorBody(e)) }

// conversation is the conversation of the request's path.
func (c *call) conversation() (*store.Conversation, error) {
	return c.store.Conversation(c.PathValue("id"))
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
	made, err := c.store.CreateConversation("system", c.conversationChange())
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showConversation(made), nil
}

func restListConversations(c *call) (int, any, error) {
	return listPage(c, "conversations", c.store.Conversations(), c.showConversation)
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
	p, err := c.store.AddParticipant(conversation, c.Form.Get("Identity"), c.Form.Get("Attributes"))
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
	return listPage(c, "participants", conversation.Participants(), func(p *store.Participant) object { return c.showParticipant(conversation, p) })
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
	change := store.ParticipantChange{Attributes: c.value("Attributes")}
	conversation, p, err := c.pathParticipant()
	if err != nil {
		return 0, nil, err
	}
	if text := c.value("LastReadMessageIndex"); text != nil {
		index, err := strconv.Atoi(*text)
		if err != nil {
			return 0, nil, badRequest("LastReadMessageIndex is no number")
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
	author := c.Form.Get("Author")
	if author == "" {
		author = "system"
	}
	message, err := c.store.AddMessage(conversation, author, c.Form.Get("Body"), c.Form.Get("Attributes"))
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
	return listPage(c, "messages", messages, func(m *store.Message) object { return c.showMessage(conversation, m) })
}

func restCreateUser(c *call) (int, any, error) {
	u, err := c.store.CreateUser(c.Form.Get("Identity"), c.userChange())
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showUser(u), nil
}

func (c *call) userChange() store.UserChange {
	return store.UserChange{FriendlyName: c.value("FriendlyName"), Attributes: c.value("Attributes")}
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

func restListUserConversations(c *call) (int, any, error) {
	u, err := c.store.User(c.PathValue("user"))
	if err != nil {
		return 0, nil, err
	}
	return listPage(c, "conversations", u.Memberships(), func(m *store.Membership) object { return c.showUserConversation(u, m) })
}
