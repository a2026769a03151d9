package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	api "github.com/twilio/twilio-go/rest/conversations/v1"

	"missive/cmd/internal/conversations"
)

// town is a service with visitors of every kind.
type town struct {
	*testing.T
	local    rest
	personal *Personal
	told     []string
	// Jane, whom the site vouches for, with a closed conversation and an open one; somebody who has typed her address; somebody
	// who did so before they typed another one; a customer of another account who has; and Eve.
	jane, typed, before, elsewhere, eve Answer
}

func newTown(t *testing.T) *town {
	b, local := newLocalBench(t)
	d := &town{T: t, local: local}
	first := b.ask(request{Protocol: 2, User: asUser(jane, "Jane"), Message: says("My first question")})
	d.did(local.close(t.Context(), first.Conversation))
	d.jane = b.ask(request{Protocol: 2, User: asUser(jane, "Jane"), Message: says("My second question")})
	newcomer := func(digit string, account string, email, sent string) Answer {
		m := says("Hello from " + digit)
		m.Attributes = json.RawMessage(fmt.Sprintf(`{"email":%q}`, sent))
		return b.ask(request{Protocol: 2, Account: account, Secret: strings.Repeat(digit, 32), Visitor: &visitorForm{Email: email}, Message: m})
	}
	d.typed = newcomer("1", "acme", " Jane@Acme.com ", "")
	d.before = newcomer("2", "acme", "other@acme.com", "JANE@acme.com")
	d.elsewhere = newcomer("3", "other-shop", jane, "")
	d.eve = newcomer("4", "acme", "eve@acme.com", "eve@acme.com")
	_, err := local.send(t.Context(), d.jane.Conversation, message{author: "ann", body: "An answer", attributes: "null"})
	d.did(err)
	// The team has added Jane to a conversation of somebody else.
	d.did(local.join(t.Context(), d.eve.Conversation, d.jane.Identity, ""))
	_, err = local.send(t.Context(), d.eve.Conversation, message{author: d.jane.Identity, body: "Jane here", attributes: "{}"})
	d.did(err)
	o := testOptions
	o.Twilio = local.Twilio
	d.personal, err = NewPersonal(o, func(line string) { d.told = append(d.told, line) })
	d.did(err)
	return d
}

func (d *town) did(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// left is what the service still has of visitors: names of conversations with what was written there, and users.
func (d *town) left() (all []string) {
	d.Helper()
	d.did(d.local.everyConversation(d.Context(), &api.ListServiceConversationParams{}, func(c conversation) error {
		messages, err := d.local.messageRecords(d.Context(), c.SID)
		for _, m := range messages {
			all = append(all, m.Body)
		}
		return err
	}))
	d.did(d.local.users(d.Context(), func(m member) error {
		if IsVisitor(m.identity) {
			all = append(all, m.identity)
		}
		return nil
	}))
	slices.Sort(all)
	return all
}

// role is that of visitors in the service.
func (d *town) role() string {
	has, err := d.local.defaults(d.Context())
	d.did(err)
	return has.user
}

func sorted(list ...string) []string {
	slices.Sort(list)
	return list
}

func TestWhoIsForgottenIsNotKnownByNotesEither(t *testing.T) {
	d := newTown(t)
	note := func(about string) string {
		p := &api.CreateServiceConversationParams{}
		c, err := d.local.api(t.Context()).CreateServiceConversation(d.local.ServiceSID, p.SetUniqueName(NotePrefix+about+"-0-1").SetAttributes(`{"sent":true}`))
		d.did(err)
		return value(c.Sid)
	}
	open, closed, others := note(d.jane.Conversation), note(d.typed.Conversation), note(d.eve.Conversation)
	d.did(d.local.close(t.Context(), closed))
	_, err := d.personal.Forget(t.Context(), Who{Email: jane}, true)
	d.did(err)
	if told := strings.Join(d.told, "\n"); !strings.Contains(told, "would be deleted: conversation "+d.jane.Conversation+", with its messages, and that the team was told of it") {
		t.Error(told)
	}
	_, err = d.local.find(t.Context(), open)
	d.did(err)
	_, err = d.personal.Forget(t.Context(), Who{Email: jane}, false)
	d.did(err)
	for _, sid := range []string{open, closed} {
		if _, err := d.local.find(t.Context(), sid); !errors.Is(err, errNotFound) {
			t.Error(err)
		}
	}
	_, err = d.local.find(t.Context(), others)
	d.did(err)
	_, err = d.personal.Forget(t.Context(), Who{Identity: d.eve.Identity}, false)
	d.did(err)
	if _, err := d.local.find(t.Context(), others); !errors.Is(err, errNotFound) {
		t.Error(err)
	}
}

func TestWhoWantsToBeForgottenIs(t *testing.T) {
	d := newTown(t)
	everything := d.left()
	same(t, "what there is", len(everything), 6+2+5)
	who := Who{Email: "jane@ACME.com"}
	n, err := d.personal.Forget(t.Context(), who, true)
	same(t, "identities", fmt.Sprint(n, err), "4 <nil>")
	same(t, "what is there after looking", d.left(), everything)
	would := d.told
	d.told = nil
	n, err = d.personal.Forget(t.Context(), who, false)
	same(t, "identities", fmt.Sprint(n, err), "4 <nil>")
	same(t, "what is left", d.left(), sorted("Hello from 4", d.eve.Identity))
	same(t, "what was told", d.told, fmt.Sprint(strings.ReplaceAll(fmt.Sprint(would), "would be deleted", "deleted")))
	same(t, "of each conversation and user", len(d.told), 5+4+1)
	if !slices.Contains(d.told, "deleted: 1 of their messages in conversation "+d.eve.Conversation+", which isn't theirs") {
		t.Errorf("%q", d.told)
	}
	members, err := d.local.participants(t.Context(), d.eve.Conversation)
	if err != nil || slices.ContainsFunc(members, func(m member) bool { return m.identity == d.jane.Identity }) {
		t.Error(members, err)
	}
	d.told = nil
	n, err = d.personal.Forget(t.Context(), who, false)
	same(t, "identities the next time", fmt.Sprint(n, err, d.told), "0 <nil> []")
}

func TestOneAccountOrOneIdentityIsForgottenAlone(t *testing.T) {
	for name, c := range map[string]struct {
		who  func(d *town) Who
		gone func(d *town) []string
	}{
		"an account": {func(d *town) Who { return Who{Email: jane, Account: "Other_Shop"} }, func(d *town) []string { return sorted("Hello from 3", d.elsewhere.Identity) }},
		"an identity": {func(d *town) Who { return Who{Identity: d.jane.Identity} }, func(d *town) []string {
			return sorted("An answer", "Jane here", "My first question", "My second question", d.jane.Identity)
		}},
		"an identity without a conversation": {func(d *town) Who {
			d.did(d.local.makeUser(d.Context(), "visitor-alone", d.role()))
			return Who{Identity: "visitor-alone"}
		}, func(*town) []string { return []string{"visitor-alone"} }},
		"somebody who isn't there": {func(*town) Who { return Who{Identity: "visitor-nobody"} }, func(*town) []string { return nil }},
		"an unknown address":       {func(*town) Who { return Who{Email: "nobody@acme.com"} }, func(*town) []string { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTown(t)
			who := c.who(d)
			before := d.left()
			_, err := d.personal.Forget(t.Context(), who, false)
			d.did(err)
			gone := c.gone(d)
			same(t, "what is left", d.left(), slices.DeleteFunc(before, func(what string) bool { return slices.Contains(gone, what) }))
		})
	}
}

func TestOnlyVisitorsAreForgotten(t *testing.T) {
	d := newTown(t)
	before := d.left()
	for _, identity := range []string{"ann", "", "US" + strings.Repeat("0", 32), "*"} {
		_, err := d.personal.Forget(t.Context(), Who{Identity: identity}, false)
		if err == nil || !strings.Contains(err.Error(), "is no visitor's identity") {
			t.Errorf("%q: %v", identity, err)
		}
	}
	same(t, "what is left", d.left(), before)
}

func TestAVisitorsDataIsExportedWithAllThatThereIs(t *testing.T) {
	d := newTown(t)
	people, err := d.personal.Export(t.Context(), Who{Email: jane})
	d.did(err)
	var got []string
	for _, p := range people {
		if p.User == nil || p.User.Identity != p.Identity || p.User.Created == nil {
			t.Errorf("user %+v", p.User)
		}
		for _, c := range p.Conversations {
			for _, m := range c.Messages {
				mine := strings.HasPrefix(c.UniqueName, p.Identity)
				got = append(got, fmt.Sprint(p.Verified, " ", mine, " ", c.State, " ", len(c.Participants), " ", m.Body, " ", string(m.Attributes)[:min(4, len(m.Attributes))]))
			}
		}
	}
	same(t, "messages", sorted(got...), sorted(
		`true true closed 3 My first question {"id`, `true true active 3 My second question {"id`, `true true active 3 An answer null`,
		`true false active 1 Jane here {}`, // and nothing of the one to whom the conversation belongs
		`false true active 3 Hello from 1 {"em`, `false true active 3 Hello from 2 {"em`, `false true active 3 Hello from 3 {"em`))
	text, err := json.Marshal(people)
	d.did(err)
	if !strings.Contains(string(text), `"attributes":{"account":"acme","seal":"`) || !strings.Contains(string(text), `"dateCreated":"20`) {
		t.Errorf("%s", text)
	}
	same(t, "what is told", len(d.told), 0)
}

func TestAFileIsNamedInTheExportAndGoesWithItsConversation(t *testing.T) {
	d := newTown(t)
	ask := func(method, address, body string) (status int, answer map[string]any) {
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		d.did(err)
		r.SetBasicAuth(testOptions.Twilio.APIKey, testOptions.Twilio.APISecret)
		r.Header.Set("Content-Type", "text/plain")
		response, err := http.DefaultClient.Do(r)
		d.did(err)
		defer response.Body.Close()
		_ = json.NewDecoder(response.Body).Decode(&answer) // a content is no JSON
		return response.StatusCode, answer
	}
	files := d.local.Twilio.URL.String() + conversations.MediaPath + testOptions.Twilio.ServiceSID + "/Media"
	_, file := ask("POST", files+"?Filename=quote.txt", "1 jug")
	sid := fmt.Sprint(file["sid"])
	params := (&api.CreateServiceConversationMessageParams{}).SetAuthor("ann").SetMediaSid(sid)
	_, err := d.local.api(t.Context()).CreateServiceConversationMessage(testOptions.Twilio.ServiceSID, d.jane.Conversation, params)
	d.did(err)
	people, err := d.personal.Export(t.Context(), Who{Identity: d.jane.Identity})
	d.did(err)
	text, err := json.Marshal(people)
	d.did(err)
	if !strings.Contains(string(text), `"media":[{"category":"media","content_type":"text/plain","filename":"quote.txt","sid":"`+sid+`","size":5}]`) {
		t.Errorf("%s", text)
	}
	status, _ := ask("GET", files+"/"+sid, "")
	same(t, "before", status, http.StatusOK)
	_, err = d.personal.Forget(t.Context(), Who{Identity: d.jane.Identity}, false)
	d.did(err)
	status, _ = ask("GET", files+"/"+sid, "")
	same(t, "afterwards", status, http.StatusNotFound)
}
