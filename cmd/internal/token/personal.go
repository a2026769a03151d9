package token

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	api "github.com/twilio/twilio-go/rest/conversations/v1"

	"missive/cmd/internal/accounts"
	"missive/widget/problem"
)

// Who is the visitor whose data is looked for.
type Who struct {
	// Identity is theirs in Twilio; "": Email counts.
	Identity string
	// Email is the address that they have typed, or that the site vouches for.
	Email string
	// Account narrows an address down to one account; "" for all.
	Account string
}

// PersonRecord is what Twilio has of one identity of a visitor: somebody who has typed their address on two devices has two.
type PersonRecord struct {
	Identity string `json:"identity"`
	// Verified: the address is vouched for by the site. Else anybody may have typed it.
	Verified      bool                 `json:"verified"`
	User          *UserRecord          `json:"user"`
	Conversations []ConversationRecord `json:"conversations"`
}

// Personal finds, exports and deletes what Twilio has of a visitor.
type Personal struct {
	h    *Handler
	rest rest
	tell func(string)
}

// NewPersonal takes the options of the server, as identities derive from its keys. It tells of what takes long, and what was done.
func NewPersonal(o Options, tell func(string)) (*Personal, error) {
	h, err := New(o)
	if err != nil {
		return nil, err
	}
	t := newREST(o.Twilio)
	t.Transport = patient{t.Transport}
	return &Personal{h: h, rest: t, tell: tell}, nil
}

// Export returns all that Twilio has of somebody, by identity.
func (p *Personal) Export(ctx context.Context, who Who) ([]PersonRecord, error) {
	people := []PersonRecord{}
	identities, err := p.find(ctx, who)
	for _, identity := range identities {
		if err != nil {
			break
		}
		var person PersonRecord
		if person, err = p.export(ctx, identity); err == nil {
			people = append(people, person)
		}
	}
	return people, err
}

func (p *Personal) export(ctx context.Context, identity string) (PersonRecord, error) {
	person := PersonRecord{Identity: identity, Verified: strings.HasPrefix(identity, verifiedPrefix), Conversations: []ConversationRecord{}}
	user, err := p.rest.userRecord(ctx, identity)
	if err != nil && !errors.Is(err, errNotFound) {
		return person, err
	}
	person.User = user
	list, err := p.conversations(ctx, identity)
	for _, c := range list {
		if err != nil {
			break
		}
		var record ConversationRecord
		if record, err = p.rest.conversationRecord(ctx, c.SID); err == nil {
			if numberOf(c.name, identity) == 0 {
				record = record.of(identity)
			}
			person.Conversations = append(person.Conversations, record)
		} else if errors.Is(err, errNotFound) {
			err = nil // deleted since
		}
	}
	return person, err
}

// of returns what is somebody's in a conversation of somebody else, to which the team has added them. The rest is not theirs to have.
func (r ConversationRecord) of(identity string) ConversationRecord {
	return ConversationRecord{
		SID: r.SID, State: r.State,
		Participants: slices.DeleteFunc(r.Participants, func(p ParticipantRecord) bool { return p.Identity != identity }),
		Messages:     slices.DeleteFunc(r.Messages, func(m MessageRecord) bool { return m.Author != identity }),
	}
}

// Forget deletes a visitor's conversations, with all that is in them, and the users. With checkOnly it only tells what it
// would delete. It returns how many identities there are; what is gone already is no error, so it may be done again.
func (p *Personal) Forget(ctx context.Context, who Who, checkOnly bool) (int, error) {
	identities, err := p.find(ctx, who)
	if err != nil || len(identities) == 0 {
		return 0, err
	}
	notes, err := p.notes(ctx)
	if err != nil {
		return 0, err
	}
	for _, identity := range identities {
		if err := p.forget(ctx, identity, notes, checkOnly); err != nil {
			return 0, err
		}
	}
	return len(identities), nil
}

// notes returns the SIDs of all notes, by the conversation that they are about.
func (p *Personal) notes(ctx context.Context) (map[string][]string, error) {
	notes := map[string][]string{}
	err := p.rest.everyConversation(ctx, &api.ListServiceConversationParams{}, func(c conversation) error {
		if name, is := strings.CutPrefix(c.name, NotePrefix); is {
			about, _, _ := strings.Cut(name, "-")
			notes[about] = append(notes[about], c.SID)
		}
		return nil
	})
	return notes, err
}

func (p *Personal) forget(ctx context.Context, identity string, notes map[string][]string, checkOnly bool) error {
	list, err := p.conversations(ctx, identity)
	if err != nil {
		return err
	}
	done := "deleted"
	if checkOnly {
		done = "would be deleted"
	}
	for _, c := range list {
		if numberOf(c.name, identity) == 0 {
			if err := p.leave(ctx, c.SID, identity, checkOnly); err != nil {
				return err
			}
			continue
		}
		with := ", with its messages"
		if len(notes[c.SID]) > 0 {
			with += ", and that the team was told of it"
		}
		if !checkOnly {
			// The conversation last: it leads to its notes, should one of them fail.
			for _, sid := range append(notes[c.SID], c.SID) {
				if err := gone(p.rest.deleteConversation(ctx, sid)); err != nil {
					return err
				}
			}
		}
		p.tell(fmt.Sprintf("%s: conversation %s%s", done, c.SID, with))
	}
	// The user last: as long as there is one, it leads to what is left.
	_, err = p.rest.userRecord(ctx, identity)
	if err == nil && !checkOnly {
		err = p.rest.deleteUser(ctx, identity)
	}
	if err == nil {
		p.tell(fmt.Sprintf("%s: user %s", done, identity))
	}
	return gone(err)
}

// leave deletes what the visitor has written in a conversation of somebody else, to which the team has added them.
func (p *Personal) leave(ctx context.Context, sid, identity string, checkOnly bool) error {
	record, err := p.rest.conversationRecord(ctx, sid)
	if err != nil {
		return gone(err)
	}
	if record.State == "closed" {
		p.tell(fmt.Sprintf("not deleted: what they wrote in conversation %s, which isn't theirs and is closed, so that nothing in it can be changed", sid))
		return nil
	}
	messages := slices.DeleteFunc(record.Messages, func(m MessageRecord) bool { return m.Author != identity })
	done := "deleted"
	if checkOnly {
		done = "would be deleted"
	}
	for _, m := range messages {
		if !checkOnly {
			if err := gone(p.rest.deleteMessage(ctx, sid, m.SID)); err != nil {
				return err
			}
		}
	}
	for _, m := range record.Participants {
		if m.Identity == identity && !checkOnly {
			if err := gone(p.rest.deleteParticipant(ctx, sid, m.SID)); err != nil {
				return err
			}
		}
	}
	p.tell(fmt.Sprintf("%s: %d of their messages in conversation %s, which isn't theirs", done, len(messages), sid))
	return nil
}

// gone takes what isn't there for deleted.
func gone(err error) error {
	if errors.Is(err, errNotFound) {
		return nil
	}
	return err
}

func (p *Personal) conversations(ctx context.Context, identity string) ([]conversation, error) {
	list, err := p.rest.conversations(ctx, identity)
	return list, gone(err)
}

// find returns the identities of somebody, sorted.
func (p *Personal) find(ctx context.Context, who Who) ([]string, error) {
	if who.Email != "" {
		return p.findByEmail(ctx, who)
	}
	if !IsVisitor(who.Identity) {
		return nil, problem.New(fmt.Sprintf("%s is no visitor's identity", problem.Quote(who.Identity)),
			"it begins with visitor- or verified-, and is what Twilio's console shows for the author of a visitor's message")
	}
	list, err := p.conversations(ctx, who.Identity)
	if err != nil {
		return nil, err
	}
	_, err = p.rest.userRecord(ctx, who.Identity)
	if len(list) == 0 && errors.Is(err, errNotFound) {
		return nil, nil
	}
	return []string{who.Identity}, gone(err)
}

// toldEach is after how many conversations it is told how far the search is.
const toldEach = 500

// findByEmail asks for the identity that is derived from the address, and looks through all conversations for visitors who have typed it,
// also in a message of before.
func (p *Personal) findByEmail(ctx context.Context, who Who) ([]string, error) {
	found := map[string]bool{}
	for account := range p.h.accounts {
		if who.Account != "" && account != accounts.Name(who.Account) {
			continue
		}
		identities, err := p.find(ctx, Who{Identity: p.h.identityOf(account, who.Email)})
		if err != nil {
			return nil, err
		}
		for _, identity := range identities {
			found[identity] = true
		}
	}
	looked := 0
	err := p.rest.everyConversation(ctx, &api.ListServiceConversationParams{}, func(c conversation) error {
		if looked++; looked%toldEach == 0 {
			p.tell(fmt.Sprintf("looked through %d conversations", looked))
		}
		if !isOurs(c.name) || found[identityIn(c.name)] {
			return nil
		}
		has, err := p.names(ctx, c, who)
		if has {
			found[identityIn(c.name)] = true
		}
		return gone(err)
	})
	if err == nil && who.Account == "" { // of a user alone it isn't known of which account they are
		err = p.rest.users(ctx, func(m member) error {
			if IsVisitor(m.identity) && lower(m.name) == lower(who.Email) {
				found[m.identity] = true
			}
			return nil
		})
	}
	return slices.Sorted(maps.Keys(found)), err
}

// names reports whether the visitor of a conversation has given the address as theirs.
func (p *Personal) names(ctx context.Context, c conversation, who Who) (bool, error) {
	claim, _ := readAttributes(c.attributes).claim(c.name)
	if who.Account != "" && accounts.Name(claim.Account) != accounts.Name(who.Account) {
		return false, nil
	}
	is := func(email string) bool { return lower(email) == lower(who.Email) }
	if is(claim.Email) || is(c.friendlyName) {
		return true, nil
	}
	messages, err := p.rest.messageRecords(ctx, c.SID)
	return slices.ContainsFunc(messages, func(m MessageRecord) bool {
		return m.Author == identityIn(c.name) && is(readAttributes(string(m.Attributes)).text("email"))
	}), err
}
