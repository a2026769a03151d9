package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
	"golang.org/x/time/rate"
)

// Inbox is what there is to answer, for who looks over it again and again. It asks Twilio for at most so much at a time that others,
// whom a visitor waits for, get their answers.
type Inbox struct {
	h    *Handler
	rest rest
}

// Inbox returns that of the handler's conversations. It makes at most so many requests in a second.
func (h *Handler) Inbox(perSecond int) *Inbox {
	t := newREST(h.credential)
	t.Transport = patient{paced{t.Transport, rate.NewLimiter(rate.Limit(perSecond), perSecond)}}
	return &Inbox{h: h, rest: t}
}

// paced lets requests through one after the other.
type paced struct {
	http.RoundTripper
	pace *rate.Limiter
}

func (p paced) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := p.pace.Wait(r.Context()); err != nil {
		return nil, context.Cause(r.Context())
	}
	return p.RoundTripper.RoundTrip(r)
}

// Thread is a conversation of the service, be it a visitor's or another one.
type Thread struct {
	SID, UniqueName, Attributes string
	Closed                      bool
	// Updated is when Twilio says that it was changed. Messages need not do that, nor need timers.
	Created, Updated time.Time
	// Quiet is since when nothing was written, as far as the list tells.
	Quiet time.Time
	// Marker is another one when Twilio tells in its list that something has changed. It need not tell.
	Marker string
}

// OfVisitor reports whether it is a visitor's thread.
func (t Thread) OfVisitor() bool { return isOurs(t.UniqueName) }

// Visitor is who is said to be in a thread.
type Visitor struct {
	Account, Name, Email string
	// Verification is "verified", "unverified" or "cannot-verify".
	Verification string
}

// InboxMessage is one in a thread.
type InboxMessage struct {
	Index                    int
	Author, Body, Attributes string
	Written                  time.Time
	// ByTeam: somebody of the team has written it, be it one who was of the team then.
	ByTeam bool
	// Files are the names of what is attached, "" for one without.
	Files []string
}

// Attribute returns a text of the message's attributes; "" for none.
func (m InboxMessage) Attribute(name string) string { return readAttributes(m.Attributes).text(name) }

// Open lists all open conversations of the service: a request for each hundred that are active, and for each hundred that aren't.
func (i *Inbox) Open(ctx context.Context) (threads []Thread, err error) {
	for _, state := range []string{"active", "inactive"} {
		p := &api.ListServiceConversationParams{}
		list, err := i.rest.api(ctx).ListServiceConversation(i.rest.ServiceSID, p.SetState(state).SetPageSize(conversationsPage))
		if err != nil {
			return nil, explain(err)
		}
		for _, c := range list {
			threads = append(threads, threadOf(&c))
		}
	}
	return threads, nil
}

// Closed lists the conversations of the service that are closed and were made after a time, the latest first and at most so many. It takes
// a request for each hundred, of those from before on the same day as well: Twilio goes by days.
func (i *Inbox) Closed(ctx context.Context, made time.Time, most int) (threads []Thread, err error) {
	p := &api.ListServiceConversationParams{}
	p.SetState("closed").SetStartDate(made.UTC().Format(time.DateOnly) + "T00:00:00Z").SetPageSize(conversationsPage).SetLimit(most)
	list, err := i.rest.api(ctx).ListServiceConversation(i.rest.ServiceSID, p)
	for _, c := range list {
		if t := threadOf(&c); !t.Created.Before(made) {
			threads = append(threads, t)
		}
	}
	return threads, explain(err)
}

// Find returns one conversation by its SID or unique name.
func (i *Inbox) Find(ctx context.Context, id string) (Thread, error) {
	c, err := i.rest.api(ctx).FetchServiceConversation(i.rest.ServiceSID, id)
	if err != nil {
		return Thread{}, explain(err)
	}
	return threadOf(c), nil
}

// Next returns the conversation that a visitor has begun after a closed one.
func (i *Inbox) Next(ctx context.Context, t Thread) (Thread, error) {
	identity := identityIn(t.UniqueName)
	return i.Find(ctx, nameOf(identity, numberOf(t.UniqueName, identity)+1))
}

func threadOf(c *api.ConversationsV1ServiceConversation) Thread {
	of := fromAPI(c)
	return Thread{
		SID: of.SID, UniqueName: of.name, Attributes: of.attributes, Closed: of.closed,
		Created: value(c.DateCreated), Updated: value(c.DateUpdated), Quiet: of.quiet,
		// Each message moves the time at which the conversation will close, where it has one.
		Marker: fmt.Sprint(value(c.State), " ", value(c.DateUpdated).UnixNano(), " ", value(c.Timers)),
	}
}

// Newest returns the latest messages of a conversation, the last first: a request for each fifty.
func (i *Inbox) Newest(ctx context.Context, sid string, count int) (messages []InboxMessage, err error) {
	p := &api.ListServiceConversationMessageParams{}
	p.SetOrder("desc").SetPageSize(messagesPage).SetLimit(count)
	list, err := i.rest.api(ctx).ListServiceConversationMessage(i.rest.ServiceSID, sid, p)
	for _, m := range list {
		author := value(m.Author)
		messages = append(messages, InboxMessage{
			Index: m.Index, Author: author, Body: value(m.Body), Attributes: value(m.Attributes), Written: value(m.DateCreated), Files: fileNames(value(m.Media)),
			// Programs write without taking part.
			ByTeam: slices.Contains(i.h.agents, author) || !IsVisitor(author) && value(m.ParticipantSid) != "",
		})
	}
	return messages, explain(err)
}

func fileNames(media []any) (names []string) {
	for _, file := range media {
		fields, _ := file.(map[string]any)
		name, _ := fields["filename"].(string)
		names = append(names, name)
	}
	return names
}

// ReadByTeam returns the index of the last message that somebody of the team has read, be it one who was of the team then; -1 for
// none.
func (i *Inbox) ReadByTeam(ctx context.Context, sid string) (int, error) {
	p := &api.ListServiceConversationParticipantParams{}
	list, err := i.rest.api(ctx).ListServiceConversationParticipant(i.rest.ServiceSID, sid, p.SetPageSize(100))
	read := -1
	for _, participant := range list {
		if index := participant.LastReadMessageIndex; index != nil && !IsVisitor(value(participant.Identity)) {
			read = max(read, *index)
		}
	}
	return read, explain(err)
}

// Online reports whether somebody of the team is online.
func (i *Inbox) Online(ctx context.Context) (bool, error) { return i.h.online.ask(ctx, i.rest) }

// Visitor returns what the server vouches for; false where it doesn't.
func (i *Inbox) Visitor(t Thread) (Visitor, bool) {
	claim, seal := readAttributes(t.Attributes).claim(t.UniqueName)
	if !i.h.sessionKeys.holds(claim, seal) {
		return Visitor{}, false
	}
	return Visitor{claim.Account, claim.Name, claim.Email, claim.Verification}, true
}

// NotePrefix is what the unique names of notes begin with: conversations without anybody in them, which say who does something.
const NotePrefix = "notify-"

// noteTimer closes a note that nobody has deleted, long after the conversation that it is about.
const noteTimer = "P90D"

// Note makes a conversation that nobody takes part in, so that nobody but who has the API key sees it, and that costs nothing. A
// name is taken once: with ErrTaken somebody else was first. It has a timer of its own, as one of the service could close it at once.
func (i *Inbox) Note(ctx context.Context, name, attributes string) (sid string, err error) {
	p := &api.CreateServiceConversationParams{}
	c, err := i.rest.api(ctx).CreateServiceConversation(i.rest.ServiceSID, p.SetUniqueName(name).SetAttributes(attributes).SetState("active").SetTimersClosed(noteTimer))
	if err != nil {
		return "", explain(err)
	}
	return value(c.Sid), nil
}

// ChangeNote writes the attributes of a note. One that was closed stays as it is, which is no error.
func (i *Inbox) ChangeNote(ctx context.Context, sid, attributes string) error {
	p := &api.UpdateServiceConversationParams{}
	_, err := i.rest.api(ctx).UpdateServiceConversation(i.rest.ServiceSID, sid, p.SetAttributes(attributes))
	if err = explain(err); errors.Is(err, errClosed) {
		return nil
	}
	return err
}

// DropNote deletes one; that it is gone already is no error.
func (i *Inbox) DropNote(ctx context.Context, sid string) error {
	p := &api.DeleteServiceConversationParams{}
	return gone(explain(i.rest.api(ctx).DeleteServiceConversation(i.rest.ServiceSID, sid, p)))
}

// What errors of an inbox are told apart by, beside Reason.
var (
	// ErrTaken: the name is somebody else's.
	ErrTaken = errExists
	// ErrGone: what was asked for isn't there.
	ErrGone = errNotFound
)

// Reason tells of an error of this package without what it was about: a path or a message may name the visitor.
func Reason(err error) string { return reason(err) }
