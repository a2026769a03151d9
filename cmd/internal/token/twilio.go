package token

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// Twilio is a Conversations service, and the API key to it.
type Twilio struct {
	AccountSID, APIKey, APISecret, ServiceSID string
	// Region is where the service is, such as "ie1", and Edge where its API is called. Empty: Twilio's own choice.
	Region, Edge string
	// URL is called instead of Twilio's API: the address of a local stand-in, up to and without /v1. Empty: Twilio's.
	URL *url.URL
	// Transport carries the requests; nil for one of all services that keeps its connections.
	Transport http.RoundTripper
}

// service is what we need of Twilio Conversations. All errors are errService; errNotFound and errExists say more.
type service interface {
	// conversations returns those that an identity takes part in, closed ones too.
	conversations(ctx context.Context, identity string) ([]conversation, error)
	// open returns the service's conversations that are not closed, also those that aren't ours.
	open(ctx context.Context) ([]conversation, error)
	// find returns the conversation with a unique name.
	find(ctx context.Context, name string) (conversation, error)
	create(ctx context.Context, c conversation) (conversation, error)
	// update writes friendly name and attributes.
	update(ctx context.Context, c conversation) error
	// newest returns the latest messages of a conversation, also of a closed one, the last first.
	newest(ctx context.Context, sid string, count int) ([]message, error)
	// send stores a message, and returns it with its place.
	send(ctx context.Context, sid string, m message) (message, error)
	// close closes a conversation for good.
	close(ctx context.Context, sid string) error
	participants(ctx context.Context, sid string) ([]member, error)
	// join adds a participant with a role; with none they get the service's default.
	join(ctx context.Context, sid, identity, role string) error
	setParticipantRole(ctx context.Context, sid, participant, role string) error
	// describeUser sets their name and their role in the service, as far as they aren't empty.
	describeUser(ctx context.Context, identity, name, role string) error
	roles(ctx context.Context) ([]existingRole, error)
	defaults(ctx context.Context) (defaults, error)
	// online reports whether a user is connected. It is not known where the service's reachability is off, and of users who
	// have never been connected.
	online(ctx context.Context, identity string) (online, known bool, err error)
}

var (
	errService   = errors.New("twilio failed")
	errNotFound  = errors.New("not found")
	errExists    = errors.New("exists already")
	errLimit     = errors.New("is in as many conversations as can be")
	errClosed    = errors.New("is closed already")
	errKey       = errors.New("the key is not accepted")
	errNoService = errors.New("there is no such service")
	errAccount   = errors.New("the service is of another account")
)

// refusal is why Twilio didn't do what it was asked for. It says nothing about the visitor, so it may be logged.
type refusal struct {
	cause string
	kind  error // one of the errors above, or nil
	// temporary: it may be done if it is asked for again, and where the answer is what failed, it was done.
	temporary  bool
	retryAfter time.Duration // not before then; 0 if Twilio hasn't said
}

func (r *refusal) Error() string { return r.cause }
func (r *refusal) Is(target error) bool {
	return target == errService || target == r.kind && r.kind != nil
}

// errNoTime is why Twilio was not asked, or not long enough.
var errNoTime = &refusal{cause: "Twilio didn't answer in time", temporary: true}

// CloseAfter is how long a visitor's conversation may be silent before it closes. Open conversations count towards the thousand that
// Twilio allows the identities of the team; a month outlasts a holiday.
const CloseAfter = 30 * 24 * time.Hour

// closeTimer is the same in ISO 8601.
var closeTimer = fmt.Sprintf("P%dD", int(CloseAfter.Hours())/24)

// rest is the service by its REST API.
type rest struct{ Twilio }

func newREST(t Twilio) rest {
	if t.Transport == nil {
		t.Transport = keeping
	}
	return rest{t}
}

// maxConnections is how many there are to Twilio. All of them are kept for the next request: Go keeps two, and of many requests at once
// each but two would leave a connection behind that the machine can't use again for a minute. What comes while all are in use waits, as
// more would use up the files that a program may have open, and with them the visitors' connections.
const maxConnections = 512

var keeping = keepConnections()

func keepConnections() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxConnsPerHost, transport.MaxIdleConns, transport.MaxIdleConnsPerHost = maxConnections, maxConnections, maxConnections
	return transport
}

func (t rest) find(ctx context.Context, name string) (conversation, error) {
	c, err := t.api(ctx).FetchServiceConversation(t.ServiceSID, url.PathEscape(name))
	return fromAPI(c), explain(err)
}

func (t rest) conversations(ctx context.Context, identity string) ([]conversation, error) {
	p := &api.ListServiceParticipantConversationParams{}
	list, err := t.api(ctx).ListServiceParticipantConversation(t.ServiceSID, p.SetIdentity(identity).SetPageSize(50))
	var conversations []conversation
	for _, c := range list {
		conversations = append(conversations, conversation{
			SID:          value(c.ConversationSid),
			name:         value(c.ConversationUniqueName),
			friendlyName: value(c.ConversationFriendlyName),
			attributes:   value(c.ConversationAttributes),
			closed:       value(c.ConversationState) == "closed",
			quiet:        quietSince(c.ConversationTimers, c.ConversationDateUpdated),
		})
	}
	return conversations, explain(err)
}

func (t rest) open(ctx context.Context) ([]conversation, error) {
	var conversations []conversation
	for _, state := range []string{"active", "inactive"} {
		p := &api.ListServiceConversationParams{}
		list, err := t.api(ctx).ListServiceConversation(t.ServiceSID, p.SetState(state).SetPageSize(100))
		if err != nil {
			return nil, explain(err)
		}
		for _, c := range list {
			conversations = append(conversations, fromAPI(&c))
		}
	}
	return conversations, nil
}

func (t rest) create(ctx context.Context, c conversation) (conversation, error) {
	// Timers without a state are refused when a conversation is made, says https://www.twilio.com/docs/api/errors/50382
	p := &api.CreateServiceConversationParams{}
	p.SetUniqueName(c.name).SetFriendlyName(c.friendlyName).SetAttributes(c.attributes).SetState("active").SetTimersClosed(closeTimer)
	created, err := t.api(ctx).CreateServiceConversation(t.ServiceSID, p)
	return fromAPI(created), explain(err)
}

func (t rest) update(ctx context.Context, c conversation) error {
	p := &api.UpdateServiceConversationParams{}
	_, err := t.api(ctx).UpdateServiceConversation(t.ServiceSID, c.SID, p.SetFriendlyName(c.friendlyName).SetAttributes(c.attributes))
	return explain(err)
}

func (t rest) participants(ctx context.Context, sid string) ([]member, error) {
	p := &api.ListServiceConversationParticipantParams{}
	list, err := t.api(ctx).ListServiceConversationParticipant(t.ServiceSID, sid, p.SetPageSize(100))
	var members []member
	for _, participant := range list {
		members = append(members, member{SID: value(participant.Sid), identity: value(participant.Identity), role: value(participant.RoleSid)})
	}
	return members, explain(err)
}

func (t rest) join(ctx context.Context, sid, identity, role string) error {
	p := &api.CreateServiceConversationParticipantParams{}
	p.SetIdentity(identity)
	if role != "" {
		p.SetRoleSid(role)
	}
	_, err := t.api(ctx).CreateServiceConversationParticipant(t.ServiceSID, sid, p)
	return explain(err)
}

func (t rest) describeUser(ctx context.Context, identity, name, role string) error {
	p := &api.UpdateServiceUserParams{}
	if name != "" {
		p.SetFriendlyName(name)
	}
	if role != "" {
		p.SetRoleSid(role)
	}
	_, err := t.api(ctx).UpdateServiceUser(t.ServiceSID, url.PathEscape(identity), p)
	return explain(err)
}

func (t rest) online(ctx context.Context, identity string) (online, known bool, err error) {
	u, err := t.api(ctx).FetchServiceUser(t.ServiceSID, url.PathEscape(identity))
	if err != nil {
		return false, false, explain(err)
	}
	return value(u.IsOnline), u.IsOnline != nil, nil
}

// api returns Twilio's client with the context in it: its methods take none.
func (t rest) api(ctx context.Context) *api.ApiService {
	handler := client.NewRequestHandler(&client.Client{
		Credentials: client.NewCredentials(t.APIKey, t.APISecret),
		HTTPClient:  t.httpClient(ctx),
	})
	// Set even when empty: NewRequestHandler takes them from the environment.
	handler.Region, handler.Edge = t.Region, t.Edge
	return api.NewApiService(handler)
}

func (t rest) httpClient(ctx context.Context) *http.Client {
	return &http.Client{
		Transport:     transport{ctx, t.Twilio},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type transport struct {
	ctx context.Context
	Twilio
}

// maxAnswerBytes is what Twilio's largest pages have, if each byte takes six in JSON: of messages.
const maxAnswerBytes = 6 * messagesPage * (maxTextBytes + maxAttributesBytes + 4<<10)

// RoundTrip reads the whole answer, because Twilio's client leaves those with an error open, and with them a connection. That Twilio
// is too busy is an error here, as the client doesn't pass on when it may be asked again.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(t.ctx)
	if t.URL != nil {
		r.URL.Scheme, r.URL.Host, r.Host = t.URL.Scheme, t.URL.Host, ""
		r.URL.Path = t.URL.Path + r.URL.Path
		if r.URL.RawPath != "" {
			r.URL.RawPath = t.URL.EscapedPath() + r.URL.RawPath
		}
	}
	answer, err := t.Transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusServiceUnavailable {
		var said client.TwilioRestError
		_ = json.Unmarshal(body, &said) // a proxy of Twilio's says nothing that can be read
		busy := refused(answer.StatusCode, said.Code)
		busy.retryAfter = readRetryAfter(answer.Header)
		return nil, busy
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// mostRetryAfter is as long as we believe that Twilio is busy.
const mostRetryAfter = 10 * time.Minute

// readRetryAfter reads seconds, or a date: RFC 9110, section 10.2.3. It is 0 for none.
func readRetryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(max(0, min(seconds, int(mostRetryAfter.Seconds())))) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, min(time.Until(date), mostRetryAfter))
	}
	return 0
}

// Codes of Twilio's errors.
const (
	nameTaken     = 50353
	isParticipant = 50433
	inTooMany     = 50214
	isClosed      = 50377
)

// explain makes a refusal of an error of Twilio's client. Its text is not kept where it may have the path, or what was sent.
func explain(err error) error {
	var said *client.TwilioRestError
	var failed *url.Error
	var busy *refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &busy):
		return busy
	case errors.As(err, &said):
		return refused(said.Status, said.Code)
	case errors.Is(err, context.DeadlineExceeded):
		return errNoTime
	case errors.As(err, &failed):
		return &refusal{cause: "Twilio can't be reached: " + Unreachable(failed.Err), temporary: true}
	}
	return &refusal{cause: "Twilio's answer can't be read", temporary: true}
}

// refused is the refusal of an answer with a status and one of Twilio's codes.
func refused(status, code int) *refusal {
	r := &refusal{cause: fmt.Sprintf("Twilio answered with status %d, code %d", status, code)}
	switch {
	case status == http.StatusUnauthorized:
		r.kind, r.cause = errKey, fmt.Sprintf("Twilio doesn't accept the API key: it answered with status %d, code %d", status, code)
	case status == http.StatusNotFound:
		r.kind = errNotFound
	case code == nameTaken, code == isParticipant:
		r.kind = errExists
	case code == inTooMany:
		r.kind = errLimit
	case code == isClosed:
		r.kind = errClosed
	// Other conflicts are of changes that met: 50391, "try again".
	case status == http.StatusConflict, status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		r.temporary = true
	}
	return r
}

func fromAPI(c *api.ConversationsV1ServiceConversation) conversation {
	if c == nil {
		return conversation{}
	}
	return conversation{
		SID:          value(c.Sid),
		name:         value(c.UniqueName),
		friendlyName: value(c.FriendlyName),
		attributes:   value(c.Attributes),
		closed:       value(c.State) == "closed",
		quiet:        quietSince(c.Timers, c.DateUpdated),
	}
}

// quietSince tells when something was last written, by the time at which the conversation will close if nothing more is.
// Without a timer it is only known when the conversation was changed, which messages need not do.
func quietSince(timers *any, updated *time.Time) time.Time {
	fields, _ := value(timers).(map[string]any)
	text, _ := fields["date_closed"].(string)
	if closes, err := time.Parse(time.RFC3339, text); err == nil {
		return closes.Add(-CloseAfter)
	}
	return value(updated)
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
