package signin

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"missive/cmd/internal/limit"
)

func TestWhoIsSentToTheProviderTooOftenWaits(t *testing.T) {
	a := newProviderBrowser(t)
	a.server.tries = newTries(Limits{Provider: limit.Limit{Each: limit.Rate{Burst: 2, Interval: time.Hour}}})
	for range 2 {
		if to := a.send("GET", "oidc", nil).Header.Get("Location"); !strings.HasPrefix(to, a.Issuer()) {
			t.Errorf("led to %s", to)
		}
	}
	same(t, "once more", a.says(a.send("GET", "oidc?to="+sid, nil)), "303 sign-in?tries#"+sid)
	same(t, "the page tells it", a.says(a.send("GET", "sign-in?tries", nil)), "200 "+tooManyTries)
	same(t, "the password still works", a.try("ann@example.com", annsPassword), letIn)
}

// Okta, Zitadel and Authelia, for instance, leave the address out of the id_token.
func TestWhatTheIDTokenDoesNotSayTheProviderIsAsked(t *testing.T) {
	const again, account = "303 sign-in?again", "303 sign-in?account"
	told := func(claims somebody) somebody {
		all := somebody{"sub": "subject"}
		maps.Copy(all, claims)
		return all
	}
	for _, c := range []struct {
		what       string
		said, told somebody
		want, who  string
	}{
		{"nothing of an address", somebody{}, told(ann), letIn, "ann"},
		{"not whether it is verified", somebody{"email": "ann@example.com"}, told(ann), letIn, "ann"},
		{"of another user", somebody{}, somebody{"sub": "another", "email": "ann@example.com", "email_verified": true}, again, "nobody"},
		{"of no user", somebody{}, ann, again, "nobody"},
		{"not verified there", somebody{}, told(somebody{"email": "ann@example.com", "email_verified": false}), account, "nobody"},
		{"not whether it is verified, and not there either", somebody{"email": "ann@example.com"}, told(somebody{"email": "ann@example.com"}), account, "nobody"},
		{"the address here, and there that one is verified", somebody{"email": "ann@example.com"}, told(somebody{"email_verified": true}), account, "nobody"},
		{"that it is not verified", somebody{"email": "ann@example.com", "email_verified": false}, told(ann), account, "nobody"},
		{"nothing, and the provider fails", somebody{}, nil, again, "nobody"},
	} {
		a := newProviderBrowser(t)
		same(t, c.what, a.says(a.send("GET", a.leave("oidc", asked{c.said, c.told}), nil)), c.want)
		same(t, c.what, a.is(), c.who)
	}
}

func TestTheIssuerMayHaveASlashTooMuchAndNothingElse(t *testing.T) {
	a := newProviderBrowser(t)
	a.server.provider.issuer += "/"
	same(t, "with a slash", a.says(a.send("GET", a.leave("oidc", ann), nil)), letIn)
	back := a.leave("oidc", ann)
	same(t, "with the issuer in the answer", a.says(a.send("GET", back+"&iss="+url.QueryEscape(a.Issuer()), nil)), letIn)

	b := newProviderBrowser(t)
	issuer := b.Issuer()
	b.server.provider.issuer = strings.Replace(issuer, "127.0.0.1", "localhost", 1)
	b.server.CheckProvider(t.Context())
	if log := b.log.String(); !strings.Contains(log, `hint="write what the provider calls itself behind signIn.issuer: `+issuer+`"`) {
		t.Errorf("at the start is logged %s", log)
	}
	same(t, "under another name", b.says(b.send("GET", "oidc", nil)), "303 sign-in?down")

	c := newProviderBrowser(t)
	c.server.provider.issuer = strings.TrimSuffix(c.Issuer(), "/oidc")
	c.server.CheckProvider(t.Context())
	if log := c.log.String(); !strings.Contains(log, `cause="404 Not Found: 404 page not found" hint="the server asks again when somebody signs in"`) {
		t.Errorf("where there is no provider is logged %s", log)
	}
	c.log.Reset()
	c.server.provider = nil
	if c.server.CheckProvider(t.Context()); c.log.Len() > 0 {
		t.Errorf("without a provider is logged %s", c.log)
	}
}

// A return costs a request to the provider, and who was sent there once could come back again and again.
func TestWhoComesBackTooOftenWaits(t *testing.T) {
	a := newProviderBrowser(t)
	a.server.tries = newTries(Limits{Provider: limit.Limit{Each: limit.Rate{Burst: 3, Interval: time.Hour}}})
	u, _ := url.Parse(a.base)
	a.leave("oidc", ann)
	back, _ := url.ParseQuery(strings.TrimPrefix(a.leave("oidc?to="+sid, ann), "oidc?"))
	cookies := a.jar.Cookies(u)
	guess := "oidc?code=guessed&state=" + back.Get("state")
	same(t, "the first one", a.says(a.send("GET", guess, nil)), "303 sign-in?again#"+sid)
	a.jar.SetCookies(u, cookies)
	same(t, "one more", a.says(a.send("GET", guess, nil)), "303 sign-in?tries#"+sid)
}

func TestWhoWasSentByOneServerComesBackToAnother(t *testing.T) {
	key, next := []byte("a key of this server"), []byte("the next key")
	for _, c := range []struct {
		what string
		keys [][]byte
		want string
	}{
		{"with the same configuration", [][]byte{key}, letIn + "#" + sid},
		{"with a new key before the old one", [][]byte{next, key}, letIn + "#" + sid},
		{"with another key", [][]byte{next}, "303 sign-in?again"},
	} {
		a := newProviderBrowser(t)
		back := a.leave("oidc?to="+sid, ann)
		one := a.server
		a.server = New(Options{Team: one.team, Keys: c.keys, ClientSecret: a.ClientSecret})
		same(t, c.what, a.says(a.send("GET", back, nil)), c.want)
		if c.want != "303 sign-in?again" {
			same(t, c.what, a.is(), "ann")
		}
	}
}

func TestAProviderThatIsDownIsAskedAgain(t *testing.T) {
	a := newProviderBrowser(t)
	good := a.server.provider.issuer
	a.server.provider.issuer = "http://127.0.0.1:1/oidc"
	same(t, "while it is down", a.says(a.send("GET", "oidc", nil)), "303 sign-in?down")
	same(t, "the conversation stays", a.says(a.send("GET", "oidc?to="+sid, nil)), "303 sign-in?down#"+sid)
	same(t, "what is none doesn't", a.says(a.send("GET", "oidc?to=//evil.example", nil)), "303 sign-in?down")
	same(t, "the page tells it", a.says(a.send("GET", "sign-in?down", nil)), "200 "+told[providerDown])
	same(t, "and nothing else that is in its address", a.says(a.send("GET", "sign-in?call+evil.example", nil)), "200")
	if !strings.Contains(a.log.String(), `msg="the provider for signing in can't be reached" issuer=http://127.0.0.1:1/oidc`) {
		t.Errorf("logged %s", a.log)
	}
	same(t, "the password still works", a.try("ann@example.com", annsPassword), letIn)
	a.send("POST", "sign-out", url.Values{})
	a.server.provider.issuer, a.server.provider.failedAt = good, time.Time{}
	same(t, "once it is there", a.says(a.send("GET", a.leave("oidc", ann), nil)), letIn)
}

func TestProvidersAreNamedAsPeopleCallThem(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://accounts.google.com": "Google true", "https://login.microsoftonline.com/2f4a9838-26b7-47ee-be60-ccc1fdec5953/v2.0": "Microsoft true",
		"https://id.example.com/realms/acme": "id.example.com false", "https://accounts.google.com.example.com": "accounts.google.com.example.com false",
	} {
		same(t, issuer, fmt.Sprint(nameOf(issuer), " ", choosesAccount(issuer)), want)
	}
}

func TestMicrosoftSaysOtherwiseThatAnAddressIsVerified(t *testing.T) {
	for text, want := range map[string]bool{
		`{"email":"ann@example.com","xms_edov":true}`: true, `{"email":"ann@example.com","xms_edov":"1"}`: true, `{"email":"ann@example.com","xms_edov":1}`: true,
		`{"email":"ann@example.com"}`: false, `{"email":"ann@example.com","xms_edov":false}`: false, `{"email":"ann@example.com","xms_edov":"0"}`: false, `{"xms_edov":true}`: false,
	} {
		c := claims{microsoft: true}
		must(json.Unmarshal([]byte(text), &c))
		if c.verified() != want {
			t.Errorf("%s: %t", text, c.verified())
		}
	}
}
