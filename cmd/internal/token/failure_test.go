package token

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestErrorsHaveACodeAndASentence(t *testing.T) {
	const post, get = http.MethodPost, http.MethodGet
	long := strings.Repeat("x", 129)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	message := func(fields string) string {
		return `{"account":"acme","protocol":2,"secret":"` + mySecret + `","message":{` + fields + `}}`
	}
	refused := func(what string) string { return `{"code":"message-refused","message":"message.` + what + `."}` }
	badAttributes := refused("attributes has a name, an email or a page that is no text, or a meta that is not a map of texts")
	tests := []struct {
		name, method, target, body string
		change                     func(*http.Request)
		status                     int
		want                       string
	}{
		{"a foreign site", post, "/token", `{"account":"acme"}`, header("Origin", "https://evil.example"), 403, foreignOrigin},
		{"a foreign site's preflight", http.MethodOptions, "/token", "", header("Origin", site+".evil.example"), 403, foreignOrigin},
		{"a page without an origin of its own", post, "/token", `{"account":"acme"}`, header("Origin", "null"), 403, foreignOrigin},
		{"another method", http.MethodPut, "/token", `{"account":"acme"}`, nil, 405,
			`{"code":"wrong-method","message":"Only GET, POST and OPTIONS are answered here."}`},
		{"another content type", post, "/token", `{"account":"acme"}`, header("Content-Type", "text/plain"), 415,
			`{"code":"wrong-type","message":"The body must be JSON and the content type application/json."}`},
		{"too large a body", post, "/token", `{"account":"` + strings.Repeat("x", maxBodyBytes) + `"}`, nil, 413,
			tooLarge},
		{"a body that only a message may have", post, "/token", `{"account":"` + strings.Repeat("x", maxRestBytes) + `"}`, nil, 413,
			tooLarge},
		{"no body", post, "/token", ``, nil, 400, badJSON},
		{"half a body", post, "/token", `{"account":`, nil, 400, badJSON},
		{"two bodies", post, "/token", `{"account":"acme"}{}`, nil, 400, badJSON},
		{"a list", post, "/token", `[]`, nil, 400, badJSON},
		{"nothing", post, "/token", `null`, nil, 400, badJSON},
		{"a number for a text", post, "/token", `{"account":1}`, nil, 400, badJSON},
		{"no account", post, "/token", `{}`, nil, 404, unknownAccount},
		{"an unknown account", post, "/token", `{"account":"amce"}`, nil, 404, unknownAccount},
		{"an account whose capitals are those of a known one", post, "/token", `{"account":"other-ſhop"}`, nil, 404, unknownAccount},
		{"whether an unknown account is online", get, "/token?account=amce", ``, nil, 404, unknownAccount},
		{"a digest in base64", post, "/token", `{"account":"acme","user":{"email":"jane@acme.com","digest":"14xV/mV5oSgxtebNxXZf9w=="}}`, nil, 400, badDigest},
		{"a digest that is too short", post, "/token", `{"account":"acme","user":{"email":"jane@acme.com","digest":"d78c"}}`, nil, 400, badDigest},
		{"a user without e-mail", post, "/token", `{"account":"acme","user":{"name":"Jane"}}`, nil, 400, badUserEmail},
		{"a user with two lines of e-mail", post, "/token", `{"account":"acme","user":{"email":"jane@acme.com\nbob@acme.com"}}`, nil, 400, badUserEmail},
		{"a visitor with half an e-mail", post, "/token", `{"account":"acme","visitor":{"email":"jane@"}}`, nil, 400, badVisitorEmail},
		{"a visitor with a huge e-mail", post, "/token", `{"account":"acme","visitor":{"email":"` + strings.Repeat("x", 254) + `@x"}}`, nil, 400, badVisitorEmail},
		{"a user with a long name", post, "/token", `{"account":"acme","user":{"email":"jane@acme.com","name":"` + long + `"}}`, nil, 400,
			`{"code":"bad-name","message":"user.name has more than 128 characters."}`},
		{"a protocol of tomorrow", post, "/token", `{"account":"acme","protocol":3}`, nil, 400,
			`{"code":"bad-protocol","message":"The token server knows no protocol after 2: it is older than the widget."}`},
		{"nobody", post, "/token", `{"account":"acme","protocol":2}`, nil, 400, badSecret},
		{"a short secret", post, "/token", `{"account":"acme","protocol":2,"secret":"0123"}`, nil, 400, badSecret},
		{"a message without an id", post, "/token", message(`"body":"Hello"`), nil, 400, refused("id is not 16 to 64 letters, digits, _ and -")},
		{"a message with a strange id", post, "/token", message(`"id":"0123456789 abcdef","body":"Hello"`), nil, 400, refused("id is not 16 to 64 letters, digits, _ and -")},
		{"a message without a text", post, "/token", message(`"id":"0123456789abcdef","body":" \n"`), nil, 400, refused("body has no text")},
		{"a long message", post, "/token", message(`"id":"0123456789abcdef","body":"` + strings.Repeat("é", maxTextBytes/2) + `."`), nil, 400, refused("body has more than 32 KB")},
		{"a list of attributes", post, "/token", message(`"id":"0123456789abcdef","body":"Hello","attributes":[]`), nil, 400, refused("attributes is not a JSON object")},
		{"a number for a name", post, "/token", message(`"id":"0123456789abcdef","body":"Hello","attributes":{"name":1}`), nil, 400, badAttributes},
		{"nested meta", post, "/token", message(`"id":"0123456789abcdef","body":"Hello","attributes":{"meta":{"a":{}}}`), nil, 400, badAttributes},
		{"too many attributes", post, "/token", message(`"id":"0123456789abcdef","body":"Hello","attributes":{"name":"` + strings.Repeat("x", 4070) + `"}`), nil, 400,
			refused("attributes, with the id, have more than 4 KB")},
		{"a visitor with a long name", post, "/token", `{"account":"acme","visitor":{"name":"` + long + `"}}`, nil, 400,
			`{"code":"bad-name","message":"visitor.name has more than 128 characters."}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			change := func(*http.Request) {}
			if test.change != nil {
				change = test.change
			}
			w := b.send(test.method, test.target, test.body, change)
			same(t, "status", w.Code, test.status)
			same(t, "body", strings.TrimSuffix(w.Body.String(), "\n"), test.want)
			same(t, "type", w.Header().Get("Content-Type"), "application/json")
			same(t, "calls of Twilio", b.service.calls, "[]")
		})
	}
}

const (
	tooLarge        = `{"code":"too-large","message":"The body is larger than 16 KB, or than 232 KB with a message."}`
	badSecret       = `{"code":"bad-secret","message":"secret is not 32 hex digits, and neither session nor digest say who the visitor is."}`
	badUserEmail    = `{"code":"bad-email","message":"user.email is not an e-mail address of at most 254 characters."}`
	badVisitorEmail = `{"code":"bad-email","message":"visitor.email is not an e-mail address of at most 254 characters."}`
	foreignOrigin   = `{"code":"foreign-origin","message":"Pages of this origin may not use the chat: MISSIVE_ORIGINS of the token server doesn't name it."}`
	badJSON         = `{"code":"bad-json","message":"The body is not one JSON object with texts for account and session, and objects for user and visitor."}`
	badDigest       = `{"code":"bad-digest","message":"user.digest is not a hex HMAC-SHA256, which has 64 digits."}`
	unknownAccount  = `{"code":"unknown-account","message":"The token server has no MISSIVE_SECRET_\u003cID\u003e for this account."}`
	twilioBusy      = `{"code":"twilio-busy","message":"Twilio can't be reached, or can't do it at the moment; the log of the token server says why. Retry-After says when to try again."}`
	twilioFailed    = `{"code":"twilio-failed","message":"Twilio has refused; the log of the token server says why."}`
)

func TestWhatTwilioRefusesIsAnErrorOfItsOwn(t *testing.T) {
	forbidden := &refusal{cause: "Twilio answered with status 403, code 50107"}
	for _, call := range []string{"find", "conversations", "create", "join visitor-", "participants", "update"} {
		for why, want := range map[*refusal]struct {
			status      int
			body, after string
			tries       int
		}{down: {503, twilioBusy, "5", maxTries}, forbidden: {502, twilioFailed, "", 1}} {
			t.Run(fmt.Sprint(call, want.status), func(t *testing.T) {
				b := newBench(t)
				first := b.ask(request{})
				name := strings.TrimSuffix(call, " visitor-")
				before := b.service.count(name)
				b.service.fail[name] = why
				q := request{Session: first.Session, Visitor: &visitorForm{Name: "Jane"}}
				if call == "create" || call == "conversations" || strings.HasPrefix(call, "join") {
					q.Session = ""
				}
				_, w := b.try(q)
				same(t, "status", w.Code, want.status)
				same(t, "body", strings.TrimSuffix(w.Body.String(), "\n"), want.body)
				same(t, "when to try again", w.Header().Get("Retry-After"), want.after)
				same(t, "tries", b.service.count(name)-before, want.tries)
				if !strings.Contains(b.logged.String(), fmt.Sprintf("cause=%q", why.cause)) {
					t.Errorf("the log doesn't say why:\n%s", b.logged)
				}
			})
		}
	}
}

func TestAMistakeOfOursIsAnErrorToo(t *testing.T) {
	b := newBench(t)
	b.service.before = func(string) func() { panic("jane@acme.com") }
	_, w := b.try(request{})
	same(t, "status", w.Code, 500)
	same(t, "body", strings.TrimSuffix(w.Body.String(), "\n"), `{"code":"failed","message":"The token server has failed; its log says why."}`)
	if log := b.logged.String(); !strings.Contains(log, "stack=") || strings.Contains(log, jane) {
		t.Errorf("want a log with the stack and without the value:\n%s", log)
	}
}

func TestTheLogTellsNothingAboutVisitors(t *testing.T) {
	b := newBench(t)
	fill := func(q request) { b.try(q) }
	fill(request{User: asUser(jane, "Jane Doe")})
	fill(request{Visitor: &visitorForm{Name: "Jane Doe", Email: jane}})
	b.service.fail["join ann"], b.service.fail["describeUser"] = down, down
	fill(request{Visitor: &visitorForm{Name: "Jane Doe", Email: jane}})
	b.service.fail["find"] = down
	fill(request{User: asUser(jane, "Jane Doe")})
	b.send("JANE", "/token", "", func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.7") })
	log := b.logged.String()
	for _, personal := range []string{"jane", "Jane", "JANE", "192.0.2.1", "203.0.113.7", "visitor-", "verified-"} {
		if strings.Contains(log, personal) {
			t.Errorf("the log has %q:\n%s", personal, log)
		}
	}
	if got := strings.Count(log, "msg=request"); got != 5 {
		t.Errorf("the log has %d requests, want 5:\n%s", got, log)
	}
}
