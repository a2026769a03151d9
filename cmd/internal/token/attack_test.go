package token

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What somebody can try who sends requests of their own making. They know what a visitor can get to know, and a colleague of the team:
// identities, names of conversations, ids of messages, e-mail addresses; and have the secret key of another account.

func TestNobodyBecomesSomebodyElseByWhatTheySend(t *testing.T) {
	b := newBench(t)
	victim := b.ask(hello())
	user := b.ask(request{Protocol: 2, User: asUser(jane, "Jane"), Message: says("It is me")})
	eve := b.ask(request{Protocol: 2, Secret: strings.Repeat("e", 32), Message: says("It is Eve")})
	elsewhere := b.ask(request{Protocol: 2, Account: "other-shop", Secret: mySecret, Message: says("It is Eve")})
	before := fmt.Sprint(b.service.written[victim.Conversation], b.service.written[user.Conversation], b.attributes(victim), b.attributes(user))
	digest := func(email string) string { return Digest([]byte(secret), email) }
	own := `"email":"eve@acme.com","digest":"` + digest("eve@acme.com") + `"`
	others := `"user":{"email":"` + jane + `","digest":"` + Digest([]byte("another secret of others"), jane) + `"}`
	message := `"message":{"id":"` + firstID + `","body":"Hello"}`

	for name, body := range map[string]string{
		"the id of another's message":              `{"protocol":2,"account":"acme","session":"` + eve.Session + `",` + message + `}`,
		"the id of another's message for a secret": `{"protocol":2,"account":"acme","secret":"` + firstID + `",` + message + `}`,
		"another's identity for a secret":          `{"protocol":2,"account":"acme","secret":"` + strings.TrimPrefix(victim.Identity, visitorPrefix) + `",` + message + `}`,
		"another's identity for a session":         `{"protocol":2,"account":"acme","secret":"` + strings.Repeat("f", 32) + `","session":"` + victim.Identity + `",` + message + `}`,
		"fields that there are not":                `{"protocol":2,"account":"acme","session":"` + eve.Session + `","identity":"` + victim.Identity + `","conversation":"` + victim.Conversation + `","number":1,"verification":"verified",` + message + `}`,
		"a message with an author":                 `{"protocol":2,"account":"acme","session":"` + eve.Session + `","message":{"id":"` + firstID + `","body":"Hello","author":"` + victim.Identity + `","attributes":{"author":"ann"}}}`,
		"the secret at another account":            `{"protocol":2,"account":"other-shop","secret":"` + mySecret + `",` + message + `}`,
		"a session of another account":             `{"protocol":2,"account":"acme","secret":"` + strings.Repeat("f", 32) + `","session":"` + elsewhere.Session + `",` + message + `}`,
		"two accounts, the own one first":          `{"protocol":2,"account":"other-shop","account":"acme","secret":"` + strings.Repeat("f", 32) + `",` + others + `,` + message + `}`,
		"two accounts, the own one last":           `{"protocol":2,"account":"acme","account":"other-shop",` + others + `,` + message + `}`,
		"an account in two spellings":              `{"protocol":2,"account":"acme","ACCOUNT":"other-shop",` + others + `,` + message + `}`,
		"two users, the own one first":             `{"protocol":2,"account":"acme","secret":"` + strings.Repeat("f", 32) + `","user":{` + own + `},"user":{"email":"` + jane + `"},` + message + `}`,
		"two users, the own one last":              `{"protocol":2,"account":"acme","user":{"email":"` + jane + `"},"user":{` + own + `},` + message + `}`,
		"two addresses":                            `{"protocol":2,"account":"acme","user":{` + own + `,"Email":"eve@acme.com"},` + message + `}`,
		"two addresses, the other one last":        `{"protocol":2,"account":"acme","secret":"` + strings.Repeat("f", 32) + `","user":{` + own + `,"EMAIL":"` + jane + `"},` + message + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := b.send(http.MethodPost, "/token", body)
			if w.Code != http.StatusOK && w.Code/100 != 4 {
				t.Errorf("answer %d %s", w.Code, w.Body)
			}
			for _, theirs := range []Answer{victim, user} {
				if strings.Contains(w.Body.String(), theirs.Identity) || strings.Contains(w.Body.String(), `"`+theirs.Conversation+`"`) {
					t.Errorf("answer %s", w.Body)
				}
			}
			same(t, "the others' conversations", fmt.Sprint(b.service.written[victim.Conversation], b.service.written[user.Conversation], b.attributes(victim), b.attributes(user)), before)
		})
	}
}

func TestAddressesAndAccountsThatLookAlikeAreOthers(t *testing.T) {
	b := newBench(t)
	own := b.ask(request{User: asUser(jane, "")})
	for _, address := range []string{
		"\uff4aane@acme.com", "jane\uff20acme.com", "jane@acme.com.", "jane@acme\u3002com", "jane@acme.com\u00a0", "jane@acme.com\u0000", "jane\u00ad@acme.com",
		"jane\u0301@acme.com", "j\u0430ne@acme.com", "jane@acme.com\u2028", "jane@acme.com\u180e", "\ufeffjane@acme.com", "jane@@acme.com", "jane@acme.com@acme.com", `"jane"@acme.com`,
		"jane@acme.com,eve@acme.com", "Jane <jane@acme.com>", "\u1d36ane@acme.com",
	} {
		// The site has taken it for an address, and made a digest.
		if got, _ := b.try(request{User: asUser(address, "")}); got.Identity == own.Identity {
			t.Errorf("%q is taken for %s", address, jane)
		}
	}
	for _, account := range []string{"other-\u017fhop", "acme ", " acme", "acme\u0000", "\uff41cme", "acme\n", "acme/", "acme,other-shop", strings.Repeat("a", 65)} {
		_, w := b.try(request{Account: account, User: asUser(jane, "")})
		if w.Code != http.StatusNotFound {
			t.Errorf("the account %q: %d %s", account, w.Code, w.Body)
		}
	}
}

func TestWhatIsNoProperRequestIsRefusedWhateverItIs(t *testing.T) {
	b := newBench(t)
	first := `{"protocol":2,"account":"acme","secret":"` + mySecret + `"`
	with := func(message string) string {
		return first + `,"message":{"id":"` + firstID + `","body":"Hello",` + message + `}}`
	}
	for name, c := range map[string]struct{ body, want string }{
		"deeper than any JSON is":      {with(`"attributes":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)), "bad-json"},
		"attributes that are deep":     {with(`"attributes":{"a":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`), "message-refused"},
		"attributes that are many":     {with(`"attributes":{` + strings.TrimSuffix(strings.Repeat(`"a":1,`, 30_000), ",") + `,"b":"` + strings.Repeat("b", maxAttributesBytes) + `"}`), "message-refused"},
		"a long secret":                {first + `,"secret":"` + strings.Repeat("0", 15_000) + `"}`, "bad-secret"},
		"much but no message":          {first + `,"proof":"` + strings.Repeat("0", maxRestBytes) + `"}`, "too-large"},
		"much in fields that are none": {first + `,"more":"` + strings.Repeat("0", maxRestBytes) + `"}`, "too-large"},
		"more than all":                {first + `,"proof":"` + strings.Repeat("0", maxBodyBytes) + `"}`, "too-large"},
		"two objects":                  {first + `}` + first + `}`, "bad-json"},
		"a protocol that is none":      {`{"protocol":2.5,"account":"acme"}`, "bad-json"},
		"a huge protocol":              {`{"protocol":1e99,"account":"acme"}`, "bad-json"},
		"a meta that is an object":     {with(`"attributes":{"meta":{"a":{"b":"c"}}}`), "message-refused"},
		"a name that is a list":        {with(`"attributes":{"name":["The Owner"]}`), "message-refused"},
	} {
		w := b.send(http.MethodPost, "/token", c.body)
		if w.Code/100 != 4 || !strings.Contains(w.Body.String(), `"code":"`+c.want+`"`) {
			t.Errorf("%s: answer %d %s, want %s", name, w.Code, w.Body, c.want)
		}
	}
	same(t, "conversations", len(b.service.byName), 0)
	// The id among the attributes is the message's, however many there are, and for readers of every kind.
	w := b.send(http.MethodPost, "/token", with(`"attributes":{"id":"x","ID":"y","id":"z","Id":1}`))
	same(t, "status", w.Code, 200)
	m := b.service.written["CH1"][0]
	same(t, "attributes", m.attributes, `{"ID":"y","Id":1,"id":"`+firstID+`"}`)
	m.attributes = `{"id":"` + firstID + `","ID":"y"}`
	same(t, "id", m.id(), firstID)
}

func TestHeadersChangeNeitherWhoAsksNorFromWhere(t *testing.T) {
	ask := func(b bench, name, value string) int {
		return b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) {
			if r.RemoteAddr = "203.0.113.7:1"; name != "" {
				r.Header.Set(name, value)
			}
		}).Code
	}
	for _, proxies := range []int{0, 1} {
		for _, name := range []string{"Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Forwarded-Host", "X-Cluster-Client-IP", "Via", "X-Forwarded-For"} {
			b := newBench(t, func(o *Options) { o.Limits.Requests.Each, o.Proxies = Rate{Burst: 1, Interval: time.Hour}, proxies })
			same(t, "first", ask(b, "", ""), 200)
			value := "198.51.100.9"
			if proxies == 1 && name == "X-Forwarded-For" {
				value = "198.51.100.9, 203.0.113.7" // the proxy's own words are last
			}
			same(t, fmt.Sprint("second with ", name, ", proxies: ", proxies), ask(b, name, value), 429)
		}
	}
	b := newBench(t)
	for _, origin := range []string{
		"https://www.example.com.evil.test", "https://www.example.com:443", "https://WWW.example.com", "https://www.example.com/", "https://www.example.com, https://evil.test",
		"http://www.example.com", "https://evil.test#https://www.example.com", "https://www.example.com@evil.test", "null", "*", "https://www.example.com\u200b", "https://example.com",
	} {
		w := b.send(http.MethodPost, "/token", `{"account":"acme"}`, func(r *http.Request) { r.Header.Set("Origin", origin) })
		if w.Code != 403 || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("pages of %q: %d %v", origin, w.Code, w.Header())
		}
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/plain; application/json"} {
		w := b.send(http.MethodPost, "/token", `{"account":"acme"}`, func(r *http.Request) { r.Header.Set("Content-Type", kind) })
		same(t, "a form of a page: "+kind, w.Code, 415)
	}
	w := b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) { r.Header.Set("X-HTTP-Method-Override", "POST") })
	same(t, "answer", strings.TrimSpace(w.Body.String()), `{"online":false,"region":"us1"}`)
	same(t, "conversations", len(b.service.byName), 0)
}

func TestSessionsThatAreKeptOpenNoMoreConversationsThanNewcomersMay(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Newcomers.All, o.Limits.Unproven = Rate{Burst: 5, Interval: time.Hour}, Rate{Burst: 3, Interval: time.Hour}
	})
	quiet := func(digit string) request { return request{Protocol: 2, Secret: strings.Repeat(digit, 32)} }
	first, second, third := b.ask(quiet("1")), b.ask(quiet("2")), b.ask(quiet("3"))
	write := func(a Answer) request { return request{Protocol: 2, Session: a.Session, Message: says("Hello")} }
	prove := func(q request) request {
		_, w := b.try(q)
		q.Proof = work(t, challenged(t, w))
		return q
	}
	q, another, more := prove(write(first)), write(second), prove(write(third))
	another.Proof = q.Proof
	_, w := b.try(another)
	challenged(t, w)
	same(t, "conversations before the proof", len(b.service.byName), 0)
	a := b.ask(q)
	same(t, "message again", *b.ask(q).Message, *a.Message)
	b.ask(prove(another))
	_, w = b.try(more)
	same(t, "one more", w.Code, 429)
	// Who has a conversation isn't new, nor is who only looks whether there is one.
	b.ask(request{Protocol: 2, Session: a.Session, Message: says("And another")})
	b.ask(request{Protocol: 2, Session: third.Session})
	same(t, "conversations", len(b.service.byName), 2)
}

func TestNobodyUsesUpFromOnePlaceWhatIsForAllWhoAreKnown(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Limits.Known = Limit{Each: Rate{Burst: 3, Interval: time.Hour}, Network: Rate{Burst: 4, Interval: time.Hour}}
	})
	a := b.ask(hello())
	from := func(address string) int {
		return b.send(http.MethodPost, "/token", `{"protocol":2,"account":"acme","session":"`+a.Session+`"}`, func(r *http.Request) { r.RemoteAddr = address }).Code
	}
	for range 3 {
		same(t, "status", from("[2001:db8:1:1::1]:1"), 200)
	}
	same(t, "fourth", from("[2001:db8:1:1::2]:1"), 429)
	same(t, "from the next street", from("[2001:db8:1:2::2]:1"), 200)
	same(t, "once more", from("[2001:db8:1:3::2]:1"), 429)
	same(t, "from elsewhere", from("192.0.2.1:1"), 200)
}
