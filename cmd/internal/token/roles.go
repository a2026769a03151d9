package token

import (
	"fmt"
	"slices"
	"strings"
)

// role is what somebody may do in Twilio: in the service, or in a conversation.
type role struct {
	name        string // Twilio's friendly name, of at most 64 characters
	scope       string // Twilio's type
	permissions []string
	// exact: it must allow nothing else. To others the owner may add what the team's tools need.
	exact bool
}

// The scopes of roles, and the permissions, as https://www.twilio.com/docs/conversations-classic/api/role-resource names them.
const (
	ofService      = "service"
	ofConversation = "conversation"
)

// What visitors may do is what the widget does: receive, send, tell how far they have read, and that they are typing. All but
// sending takes no permission: Flex lets its guests send, and nothing else is theirs
// (https://www.twilio.com/docs/flex/admin-guide/setup/conversations/conversations-roles). A role must have one, so that of the
// service has the one that is of least use: what goes along with a message was for the visitor to say in the first place.
//
// What agents may do in a conversation is what Flex lets its agents do. In the service they may say what they are called.
var (
	visitorOfService      = &role{"missive visitor", ofService, []string{"editOwnMessageAttributes"}, true}
	visitorOfConversation = &role{"missive visitor in a conversation", ofConversation, []string{"sendMessage"}, true}
	agentOfService        = &role{"missive agent", ofService, []string{"editOwnUserInfo"}, false}
	agentOfConversation   = &role{"missive agent in a conversation", ofConversation, []string{
		"sendMessage", "sendMediaMessage", "leaveConversation", "editConversationAttributes",
		"editOwnMessage", "editOwnMessageAttributes", "deleteOwnMessage",
	}, false}
)

var allRoles = []*role{visitorOfService, visitorOfConversation, agentOfService, agentOfConversation}

// existingRole is one that a service has.
type existingRole struct {
	SID, name, scope string
	permissions      []string
}

// needed stands for the SID of the role that a default has to be: it may be made first.
const needed = "needed"

// defaults are the SIDs of the roles that a service gives to those who are given none, and whether it tells who is online.
type defaults struct {
	user        string // in the service
	participant string // in a conversation
	creator     string // in a conversation that they have made
	reachable   bool
}

// roleSIDs are those of our roles in a service; what is missing there has none.
type roleSIDs map[*role]string

// inService returns the role of an agent or a visitor.
func (s roleSIDs) inService(agent bool) string {
	if agent {
		return s[agentOfService]
	}
	return s[visitorOfService]
}

func (s roleSIDs) inConversation(agent bool) string {
	if agent {
		return s[agentOfConversation]
	}
	return s[visitorOfConversation]
}

// lack is one thing that a service lacks.
type lack struct {
	// is says what is so, and mended what is so once that is mended.
	is, mended string
	// wide: it lets visitors do more than they need.
	wide bool
	// What is to be done: our role with these permissions is to be made, or changed, or these defaults set, as far as they aren't empty.
	role        *role
	permissions []string
	set         defaults
}

// inspect compares a service with what the chat needs. It looks at roles, and not at who has them.
func inspect(existing []existingRole, has defaults) (roleSIDs, []lack) {
	sids := roleSIDs{}
	var lacks []lack
	for _, want := range allRoles {
		i := slices.IndexFunc(existing, func(e existingRole) bool { return e.name == want.name && e.scope == want.scope })
		if i < 0 {
			lacks = append(lacks, lack{
				is: fmt.Sprintf("there is no role %q", want.name), mended: fmt.Sprintf("made the role %q, which allows %s", want.name, listed(want.permissions)),
				role: want, permissions: want.permissions,
			})
			continue
		}
		sids[want] = existing[i].SID
		extra, missing := without(existing[i].permissions, want.permissions), without(want.permissions, existing[i].permissions)
		l := lack{role: want, permissions: want.permissions}
		switch {
		case want.exact && len(extra) > 0:
			l.is, l.wide = fmt.Sprintf("the role %q allows %s", want.name, listed(extra)), true
		case len(missing) > 0:
			l.is = fmt.Sprintf("the role %q doesn't allow %s", want.name, listed(missing))
		default:
			continue
		}
		if !want.exact {
			l.permissions = slices.Concat(want.permissions, extra)
		}
		l.mended = fmt.Sprintf("changed the role %q: it allows %s", want.name, listed(l.permissions))
		lacks = append(lacks, l)
	}
	for _, d := range []struct {
		who  string
		has  string
		want *role
		set  defaults
	}{
		{"new users", has.user, visitorOfService, defaults{user: needed}},
		{"new participants of a conversation", has.participant, visitorOfConversation, defaults{participant: needed}},
		{"users who create a conversation", has.creator, visitorOfConversation, defaults{creator: needed}},
	} {
		if d.has != "" && d.has == sids[d.want] {
			continue
		}
		l := lack{is: d.who + " get no role that there is", mended: fmt.Sprintf("%s get the role %q", d.who, d.want.name), wide: true, set: d.set}
		if i := slices.IndexFunc(existing, func(e existingRole) bool { return e.SID == d.has }); i >= 0 {
			l.is = fmt.Sprintf("%s get the role %q", d.who, existing[i].name)
			extra := without(existing[i].permissions, d.want.permissions)
			if l.wide = len(extra) > 0; l.wide {
				l.is += ", which allows " + listed(extra)
			}
		}
		lacks = append(lacks, l)
	}
	if !has.reachable {
		lacks = append(lacks, lack{is: "reachability is off, so the team is never online", mended: "turned reachability on", set: defaults{reachable: true}})
	}
	return sids, lacks
}

// without returns those of the list that are not in the other one.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

func listed(list []string) string { return strings.Join(list, ", ") }
