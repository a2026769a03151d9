package token

import (
	"context"
	"errors"
	"net/url"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// member is a user of the service, or a participant of a conversation.
type member struct {
	SID, identity, role string
	name                string // of a user
}

const (
	// usersPage and conversationsPage are the most that Twilio puts into a page.
	usersPage         = 50
	conversationsPage = 100
)

func (t rest) roles(ctx context.Context) ([]existingRole, error) {
	p := &api.ListServiceRoleParams{}
	list, err := t.api(ctx).ListServiceRole(t.ServiceSID, p.SetPageSize(50))
	if err := t.explainService(err, list); err != nil {
		return nil, err
	}
	var roles []existingRole
	for _, r := range list {
		roles = append(roles, existingRole{SID: value(r.Sid), name: value(r.FriendlyName), scope: value(r.Type), permissions: value(r.Permissions)})
	}
	return roles, nil
}

// explainService tells what is wrong with the service as a whole, by its list of roles, of which each service has some. The API needs no
// account for a key, and browsers need the right one.
func (t rest) explainService(err error, list []api.ConversationsV1ServiceRole) error {
	if err = explain(err); errors.Is(err, errNotFound) {
		return &refusal{cause: "Twilio has no Conversations service " + t.ServiceSID + " for this API key", kind: errNoService}
	}
	for _, r := range list {
		if account := value(r.AccountSid); err == nil && account != "" && account != t.AccountSID {
			return &refusal{cause: "the Conversations service is of the account " + account + ", and TWILIO_ACCOUNT_SID is " + t.AccountSID, kind: errAccount}
		}
	}
	return err
}

// Hint says what of the configuration is to be mended for an error of Twilio; "" if it isn't known to be the cause.
func Hint(err error) string {
	switch {
	case errors.Is(err, errKey):
		return "TWILIO_API_KEY and TWILIO_API_SECRET must be of one key, made in the account and in the region of the service: see TWILIO_REGION"
	case errors.Is(err, errNoService):
		return "TWILIO_SERVICE_SID must be a service in the account and in the region of the API key: see TWILIO_REGION"
	case errors.Is(err, errAccount):
		return "if the service is the chat's, correct TWILIO_ACCOUNT_SID: else TWILIO_SERVICE_SID and the API key"
	}
	return ""
}

func (t rest) makeRole(ctx context.Context, r *role) (sid string, err error) {
	p := &api.CreateServiceRoleParams{}
	made, err := t.api(ctx).CreateServiceRole(t.ServiceSID, p.SetFriendlyName(r.name).SetType(r.scope).SetPermission(r.permissions))
	if err != nil {
		return "", explain(err)
	}
	return value(made.Sid), nil
}

func (t rest) changeRole(ctx context.Context, sid string, permissions []string) error {
	p := &api.UpdateServiceRoleParams{}
	_, err := t.api(ctx).UpdateServiceRole(t.ServiceSID, sid, p.SetPermission(permissions))
	return explain(err)
}

func (t rest) defaults(ctx context.Context) (defaults, error) {
	c, err := t.api(ctx).FetchServiceConfiguration(t.ServiceSID)
	if err != nil {
		return defaults{}, explain(err)
	}
	return defaults{
		user: value(c.DefaultChatServiceRoleSid), participant: value(c.DefaultConversationRoleSid), creator: value(c.DefaultConversationCreatorRoleSid),
		reachable: value(c.ReachabilityEnabled),
	}, nil
}

// setDefaults sets what isn't empty.
func (t rest) setDefaults(ctx context.Context, d defaults) error {
	p := &api.UpdateServiceConfigurationParams{}
	if d.user != "" {
		p.SetDefaultChatServiceRoleSid(d.user)
	}
	if d.participant != "" {
		p.SetDefaultConversationRoleSid(d.participant)
	}
	if d.creator != "" {
		p.SetDefaultConversationCreatorRoleSid(d.creator)
	}
	if d.reachable {
		p.SetReachabilityEnabled(true)
	}
	_, err := t.api(ctx).UpdateServiceConfiguration(t.ServiceSID, p)
	return explain(err)
}

// users calls do for each user, page by page, until one fails.
func (t rest) users(ctx context.Context, do func(member) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := &api.ListServiceUserParams{}
	list, failed := t.api(ctx).StreamServiceUser(t.ServiceSID, p.SetPageSize(usersPage))
	return each(list, failed, stop, func(u api.ConversationsV1ServiceUser) error {
		return do(member{SID: value(u.Sid), identity: value(u.Identity), role: value(u.RoleSid), name: value(u.FriendlyName)})
	})
}

func (t rest) makeUser(ctx context.Context, identity, role string) error {
	p := &api.CreateServiceUserParams{}
	_, err := t.api(ctx).CreateServiceUser(t.ServiceSID, p.SetIdentity(identity).SetRoleSid(role))
	return explain(err)
}

func (t rest) setUserRole(ctx context.Context, user, role string) error {
	p := &api.UpdateServiceUserParams{}
	_, err := t.api(ctx).UpdateServiceUser(t.ServiceSID, url.PathEscape(user), p.SetRoleSid(role))
	return explain(err)
}

// openConversations calls do with the SID of each conversation that isn't closed, page by page, until one fails. Closed ones
// can't be changed, and nobody does anything there.
func (t rest) openConversations(ctx context.Context, do func(sid string) error) error {
	return t.everyConversation(ctx, &api.ListServiceConversationParams{}, func(c conversation) error {
		if c.closed {
			return nil
		}
		return do(c.SID)
	})
}

// setParticipantRole leaves the conversation's members as they are where it is closed or gone.
func (t rest) setParticipantRole(ctx context.Context, conversation, participant, role string) error {
	p := &api.UpdateServiceConversationParticipantParams{}
	_, err := t.api(ctx).UpdateServiceConversationParticipant(t.ServiceSID, conversation, participant, p.SetRoleSid(role))
	return explain(err)
}

// each takes a stream of Twilio's client to its end, which it must, as there is somebody at the other end.
func each[T any](list chan T, failed chan error, stop func(), do func(T) error) (err error) {
	for item := range list {
		if err != nil {
			continue
		}
		if err = do(item); err != nil {
			stop()
		}
	}
	if lost := <-failed; err == nil {
		err = explain(lost)
	}
	return err
}
