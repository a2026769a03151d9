package token

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// vouchedFor asks as a desk does that has read the attributes of a conversation.
func (b bench) vouchedFor(conversation, text string) bool {
	b.Helper()
	var said struct {
		Account, Verification, Seal string
		Visitor                     person
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		b.Fatal(err)
	}
	body, _ := json.Marshal(map[string]any{"conversations": []any{map[string]any{
		"uniqueName": conversation, "account": said.Account, "name": said.Visitor.Name, "email": said.Visitor.Email,
		"verification": said.Verification, "seal": said.Seal,
	}}})
	w := b.askVouched(string(body))
	var answer struct{ Vouched []bool }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Vouched) != 1 {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	return answer.Vouched[0]
}

func (b bench) askVouched(body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.AnswerVouched(w, httptest.NewRequest(http.MethodPost, "/vouched", strings.NewReader(body)))
	return w
}

func TestTheServerVouchesForWhatItHasWrittenAndNothingElse(t *testing.T) {
	b := newBench(t)
	first := b.ask(request{User: asUser(jane, "Jane")})
	own := b.service.bySID(first.Conversation)
	other := b.service.bySID(b.ask(request{Visitor: &visitorForm{Name: "Eve", Email: jane}}).Conversation)
	change := func(attributes, from, to string) string {
		changed := strings.Replace(attributes, from, to, 1)
		if changed == attributes {
			t.Fatalf("%s has no %s", attributes, from)
		}
		return changed
	}
	for _, c := range []struct {
		what, name, attributes string
		want                   bool
	}{
		{"what it has written", own.name, own.attributes, true},
		{"of a visitor who isn't verified", other.name, other.attributes, true},
		{"in another order, with more", own.name, change(own.attributes, `{`, ` { "ticket": 7, `), true},
		{"another mark", other.name, change(other.attributes, `"unverified"`, `"verified"`), false},
		{"another address", own.name, change(own.attributes, "jane@", "eve@"), false},
		{"another name", own.name, change(own.attributes, `"Jane"`, `"Ann"`), false},
		{"another account", own.name, change(own.attributes, `"acme"`, `"shop"`), false},
		{"a part of the name in the address", own.name, change(change(own.attributes, `"name":"Jane"`, `"name":""`), `"email":"`, `"email":"Jane`), false},
		{"copied from another conversation", other.name, own.attributes, false},
		{"the next one of the same visitor", strings.TrimSuffix(own.name, "1") + "2", own.attributes, false},
		{"of a conversation without a name", "", own.attributes, false},
		{"without a seal", own.name, change(own.attributes, `"seal":"`, `"sael":"`), false},
		{"nothing", own.name, "{}", false},
	} {
		same(t, c.what, b.vouchedFor(c.name, c.attributes), c.want)
	}
	same(t, "with another key", replacing(t, []string{newKey}, "").vouchedFor(own.name, own.attributes), false)
	same(t, "with a new key while the old one counts", replacing(t, []string{newKey, oldKey}, "").vouchedFor(own.name, own.attributes), true)
}

func TestManyConversationsAreAskedAboutAtOnce(t *testing.T) {
	b := newBench(t)
	one := `{"uniqueName":"visitor-x-1","seal":"made up"}`
	list := func(n int) string {
		return `{"conversations":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]}`
	}
	for body, want := range map[string]string{
		list(0):                                 `200 {"vouched":[]}`,
		list(2):                                 `200 {"vouched":[false,false]}`,
		list(101):                               `400 {"code":"too-many-conversations","message":"At most 100 conversations can be asked about at once."}`,
		`{"x":"` + strings.Repeat("x", 600<<10): `400 {"code":"too-many-conversations","message":"At most 100 conversations can be asked about at once."}`,
		`[]`:                                    `400 {"code":"bad-json","message":"The body is not one JSON object with a list of conversations."}`,
		`{"conversations":[{"seal":1}]}`:        `400 {"code":"bad-json","message":"The body is not one JSON object with a list of conversations."}`,
	} {
		w := b.askVouched(body)
		same(t, body[:min(len(body), 80)], fmt.Sprint(w.Code, " ", strings.TrimSuffix(w.Body.String(), "\n")), want)
	}
}

func TestAConversationOfBeforeIsSealedWhenItsVisitorComesBack(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"unverified", `{"account":"acme","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`,
			`{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`},
		{"caught with a wrong digest", `{"account":"acme","verification":"cannot-verify","visitor":{"name":"Jane","email":"jane@acme.com"}}`,
			`{"account":"acme","seal":"SEAL","verification":"cannot-verify","visitor":{"name":"Jane","email":"jane@acme.com"}}`},
		{"verified, which nobody is who comes without a digest", `{"account":"acme","verification":"verified","visitor":{"name":"Jane","email":"jane@acme.com"}}`,
			`{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`},
		{"with a seal that was made up", `{"account":"shop","verification":"verified","visitor":{"name":"Jane","email":"jane@acme.com"},"seal":"AAAA"}`,
			`{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":"jane@acme.com"}}`},
		{"with what can be no name and no address", `{"account":"acme","verification":"unverified","visitor":{"name":"\u202eenaJ","email":"jane"},"ticket":7}`,
			`{"account":"acme","seal":"SEAL","ticket":7,"verification":"unverified","visitor":{"name":"enaJ","email":""}}`},
		{"with names in other letters, which only Go takes for the same", `{"account":"acme","verification":"unverified","Verification":"verified","visitor":{"name":"Jane","Email":"jane@acme.com"}}`,
			`{"Verification":"verified","account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"Jane","email":""}}`},
		{"with nothing", `{}`, `{"account":"acme","seal":"SEAL","verification":"unverified","visitor":{"name":"","email":""}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			a := b.ask(request{})
			conversation := b.service.bySID(a.Conversation)
			conversation.attributes, conversation.friendlyName = c.before, "Jane"
			b.ask(request{Session: a.Session})
			same(t, "attributes", conversation.attributes, b.sealed(a, c.after))
			same(t, "friendly name", conversation.friendlyName, "Jane")
			updates := b.service.count("update")
			b.ask(request{Session: a.Session})
			same(t, "updates of the next visit", b.service.count("update"), updates)
		})
	}
}

func TestASealOfTheOldKeyBecomesOneOfTheNewKey(t *testing.T) {
	old := newBench(t)
	a := old.ask(request{User: &user{Email: jane, Digest: strings.Repeat("0", 64)}})
	b := replacing(t, []string{newKey, oldKey}, "")
	b.service.byName = old.service.byName
	b.ask(request{Session: a.Session})
	want := `{"account":"acme","seal":"SEAL","verification":"cannot-verify","visitor":{"name":"","email":"jane@acme.com"}}`
	same(t, "attributes", b.attributes(a), b.sealed(a, want))
}
