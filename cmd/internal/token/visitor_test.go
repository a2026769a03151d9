package token

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestASessionKeepsIdentityAndThread(t *testing.T) {
	b := newBench(t)
	anonymous := b.ask(request{})
	same(t, "verification", anonymous.Verification, "unverified")
	again := b.ask(request{Session: anonymous.Session})
	named := b.ask(request{Session: again.Session, Visitor: &visitorForm{Name: "Jane", Email: jane}})
	user := b.ask(request{Session: named.Session, User: &user{Email: jane}})
	for _, a := range []Answer{again, named, user} {
		same(t, "identity", a.Identity, anonymous.Identity)
		same(t, "conversation", a.Conversation, anonymous.Conversation)
		same(t, "verification", a.Verification, "unverified")
	}
	stranger := b.ask(request{})
	if stranger.Identity == anonymous.Identity || stranger.Conversation == anonymous.Conversation {
		t.Error("somebody without a session got the same thread")
	}
}

func TestAVerifiedUserHasOneThreadEverywhere(t *testing.T) {
	b := newBench(t)
	here := b.ask(request{User: asUser(jane, "Jane")})
	same(t, "verification", here.Verification, "verified")
	spelled := asUser(" Jane@ACME.com\n", "")
	spelled.Digest = strings.ToUpper(spelled.Digest)
	there := b.ask(request{User: spelled})
	same(t, "verification", there.Verification, "verified")
	same(t, "identity", there.Identity, here.Identity)
	same(t, "conversation", there.Conversation, here.Conversation)
	if strings.Contains(here.Identity, "jane") {
		t.Error("the identity tells the address")
	}
	if other := b.ask(request{User: asUser("bob@acme.com", "")}); other.Identity == here.Identity {
		t.Error("two users have one identity")
	}
}

func TestBecomingVerifiedMovesToTheUsersOwnThread(t *testing.T) {
	b := newBench(t)
	before := b.ask(request{Visitor: &visitorForm{Email: jane}})
	verified := b.ask(request{Session: before.Session, User: asUser(jane, "")})
	elsewhere := b.ask(request{User: asUser(jane, "")})
	if verified.Identity == before.Identity {
		t.Error("the anonymous identity became the user's")
	}
	same(t, "conversation", verified.Conversation, elsewhere.Conversation)
}

func TestNobodyElseGetsTheVerifiedUsersThread(t *testing.T) {
	b := newBench(t)
	own := b.ask(request{User: asUser(jane, "Jane")})
	others := []byte("another secret of others")
	stolen := own.Session
	tests := []struct {
		name string
		q    request
		want string
	}{
		{"no digest", request{User: &user{Email: jane}}, unverified},
		{"no digest, and the session", request{Session: stolen, User: &user{Email: jane}}, unverified},
		{"nothing but the session", request{Session: stolen}, unverified},
		{"the session, and the form", request{Session: stolen, Visitor: &visitorForm{Email: jane}}, unverified},
		{"a digest of nothing", request{Session: stolen, User: &user{Email: jane, Digest: strings.Repeat("0", 64)}}, cannotVerify},
		{"a digest of another secret", request{Session: stolen, User: &user{Email: jane, Digest: Digest(others, jane)}}, cannotVerify},
		{"a digest of another address", request{Session: stolen, User: &user{Email: jane, Digest: Digest([]byte(secret), "eve@acme.com")}}, cannotVerify},
		{"a digest of another spelling", request{Session: stolen, User: &user{Email: jane, Digest: Digest([]byte(secret), "JANE@acme.com")}}, cannotVerify},
		{"another user's digest, and the session", request{Session: stolen, User: asUser("eve@acme.com", "")}, verified},
		{"an address with a space that isn't one", request{User: asUser("jane\u200b@acme.com", "")}, ""},
		{"another account", request{Account: "other-shop", User: &user{Email: jane, Digest: Digest(others, jane)}}, verified},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _ := b.try(test.q)
			same(t, "verification", got.Verification, test.want)
			if got.Identity == own.Identity || got.Conversation == own.Conversation {
				t.Error("got the thread of the verified user")
			}
		})
	}
}

func TestLettersThatOnlyFoldToASCIIAreOtherUsers(t *testing.T) {
	b := newBench(t)
	kate := b.ask(request{User: asUser("kate@acme.com", "")})
	kelvin := b.ask(request{User: asUser("\u212aate@acme.com", "")})
	same(t, "verification", kelvin.Verification, "verified")
	if kelvin.Identity == kate.Identity {
		t.Error("the Kelvin sign is taken for a k")
	}
}

func TestACannotVerifyDigestKeepsTheVisitorsOwnThread(t *testing.T) {
	b := newBench(t)
	own := b.ask(request{Visitor: &visitorForm{Email: "eve@example.com"}})
	claims := b.ask(request{Session: own.Session, User: &user{Email: jane, Digest: strings.Repeat("0", 64)}})
	same(t, "verification", claims.Verification, "cannot-verify")
	same(t, "conversation", claims.Conversation, own.Conversation)
	same(t, "attributes", b.attributes(claims), b.sealed(claims, `{"account":"acme","seal":"SEAL","verification":"cannot-verify","visitor":{"name":"","email":"jane@acme.com"}}`))
}

func TestWhatIsNoSessionStartsANewVisitor(t *testing.T) {
	b := newBench(t)
	own := b.ask(request{})
	parts := strings.Split(own.Session, ".")
	other := session{Account: "ACME", Identity: own.Identity, Number: 1, Expires: time.Now().Add(time.Hour).Unix()}
	changed := other
	changed.Expires++
	payload, err := encoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	// The last letter of a signature has two bits too many, which a lenient reader drops.
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	end := len(own.Session) - 1
	respelled := own.Session[:end] + string(letters[strings.IndexByte(letters, own.Session[end])+1])
	tests := map[string]struct{ account, session string }{
		"another key":          {"acme", other.sign(keys{[]byte("another key")})},
		"another account":      {"other-shop", own.Session},
		"another version":      {"acme", "2." + parts[1] + "." + parts[2]},
		"no signature":         {"acme", parts[0] + "." + parts[1] + "."},
		"another's signature":  {"acme", parts[0] + "." + strings.Split(changed.sign(b.sessionKeys), ".")[1] + "." + parts[2]},
		"more at the end":      {"acme", own.Session + ".x"},
		"another spelling":     {"acme", own.Session + "="},
		"another last letter":  {"acme", respelled},
		"signed for something": {"acme", parts[0] + "." + parts[1] + "." + b.sessionKeys.sign("identity 1", payload)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := b.ask(request{Account: test.account, Session: test.session})
			if got.Identity == own.Identity || got.Session == test.session {
				t.Error("it was accepted")
			}
		})
	}
}

func TestASessionExpiresAndAVisitRenewsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		first := b.ask(request{})
		time.Sleep(sessionLife - time.Second)
		second := b.ask(request{Session: first.Session})
		same(t, "identity after 90 days but a second", second.Identity, first.Identity)
		time.Sleep(time.Second)
		same(t, "identity with the newer session", b.ask(request{Session: second.Session}).Identity, first.Identity)
		if b.ask(request{Session: first.Session}).Identity == first.Identity {
			t.Error("a session of 90 days ago was accepted")
		}
	})
}

func TestAccountsThatDifferInCaseAreOne(t *testing.T) {
	b := newBench(t)
	first := b.ask(request{Account: "other-shop"})
	second := b.ask(request{Account: "Other_Shop", Session: first.Session})
	same(t, "identity", second.Identity, first.Identity)

	_, err := New(Options{Secrets: map[string][]string{"a-b": nil, "A_b": nil}, SessionKeys: testOptions.SessionKeys})
	same(t, "error", err, `accounts "A_b" and "a-b" both have their secret in MISSIVE_SECRET_A_B
  hint: give one of them an id that differs in more than case, - and _`)
}

func TestNamesAreOneLineOfVisibleText(t *testing.T) {
	for given, want := range map[string]string{
		"  Jane\n\tDoe ":           "Jane Doe",
		"Jane\u202eeoD\u202c":      "JaneeoD",
		"Jane\x00\x1b[31m":         "Jane[31m",
		"Zoë 🐙":                    "Zoë 🐙",
		"\u2067\u200f  \u2069 ":    "",
		"\u200b\u3164\ufe0f\u2800": "",
		"\u200bJane":               "\u200bJane", // between some letters it has a meaning
	} {
		same(t, "name", clean(given), want)
	}
}

func TestAddressesThatAFormAcceptsAreAccepted(t *testing.T) {
	for _, address := range []string{"jane@localhost", "j..d@acme.com", "jane+chat@acme.com", "o'hara@acme.com", "jörg@müller.example"} {
		if !isEmail(address) {
			t.Errorf("%s is refused", address)
		}
	}
}

func FuzzSession(f *testing.F) {
	key := keys(testOptions.SessionKeys)
	now := time.Unix(1_800_000_000, 0)
	good := session{Account: "ACME", Identity: "visitor-x", Number: 1, Expires: now.Unix() + 1}
	f.Add(good.sign(key))
	f.Add("1.e30.")
	f.Add("1..")
	f.Fuzz(func(t *testing.T, text string) {
		s, valid := openSession(key, "ACME", text, now)
		if valid && (text != s.sign(key) || s.Account != "ACME" || s.Expires <= now.Unix()) {
			t.Errorf("%q was opened as %+v", text, s)
		}
	})
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"account":"acme","session":"1.x.y","user":{"email":" Jane@acme.com ","name":"Jane","digest":"00"},"visitor":{"name":"J\u202eane","email":"jane@acme.com"}}`))
	f.Add([]byte(`{"user":null,"visitor":{}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		q, err := parse(body)
		if err != nil {
			if asFailure(err).status/100 != 4 {
				t.Errorf("%q: %v is not the sender's fault", body, err)
			}
			return
		}
		if !json.Valid(body) {
			t.Errorf("%q was read", body)
		}
		if q.User != nil && (q.User.Name != clean(q.User.Name) || !isEmail(trim(q.User.Email))) {
			t.Errorf("%q has the user %+v", body, *q.User)
		}
		if q.Visitor != nil && (q.Visitor.Name != clean(q.Visitor.Name) || q.Visitor.Email != "" && !isEmail(q.Visitor.Email)) {
			t.Errorf("%q has the visitor %+v", body, *q.Visitor)
		}
	})
}
