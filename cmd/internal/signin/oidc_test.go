package signin

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"missive/cmd/internal/team"
)

// somebody is a user of the provider, of whom it says this, beside what each id_token has.
type somebody jwt.MapClaims

func (somebody) ID() string                        { return "subject" }
func (somebody) Userinfo([]string) ([]byte, error) { return []byte(`{"sub":"subject"}`), nil }
func (s somebody) Claims(_ []string, c *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	claims := jwt.MapClaims{"iss": c.Issuer, "aud": c.Audience, "exp": c.ExpiresAt.Unix(), "iat": c.IssuedAt.Unix(), "sub": c.Subject, "nonce": c.Nonce}
	maps.Copy(claims, s)
	return claims, nil
}

// asked is a user of whom the provider says some only when it is asked about users.
type asked struct{ somebody, told somebody }

func (a asked) ID() string { return a.somebody.ID() }
func (a asked) Claims(scope []string, c *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	return a.somebody.Claims(scope, c)
}
func (a asked) Userinfo([]string) ([]byte, error) {
	if a.told == nil {
		return nil, errors.New("down")
	}
	return json.Marshal(a.told)
}

// atProvider is a browser at a desk that has a provider, which runs here.
type atProvider struct {
	*browser
	*mockoidc.MockOIDC
	// forge changes an id_token on its way.
	forge func(token string) string
}

func newProviderBrowser(t *testing.T) *atProvider {
	t.Helper()
	m, err := mockoidc.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &atProvider{MockOIDC: m, forge: func(token string) string { return token }}
	must(m.AddMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != mockoidc.TokenEndpoint {
				next.ServeHTTP(w, r)
				return
			}
			made := httptest.NewRecorder()
			next.ServeHTTP(made, r)
			var answer map[string]any
			must(json.Unmarshal(made.Body.Bytes(), &answer))
			if token, ok := answer["id_token"].(string); ok {
				answer["id_token"] = a.forge(token)
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(made.Code)
			must(json.NewEncoder(w).Encode(answer))
		})
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start(listener, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Shutdown() })
	a.browser = newBrowser(t, func(o *Options) {
		o.Team.SignIn = &team.Provider{Issuer: m.Issuer(), ClientID: m.ClientID}
		o.ClientSecret = m.ClientSecret
	})
	return a
}

// leave goes to the provider as the link of the page leads there, and returns how it leads back.
func (a *atProvider) leave(link string, who mockoidc.User) (back string) {
	a.Helper()
	a.QueueUser(who)
	to := a.send("GET", link, nil).Header.Get("Location")
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(to)
	if err != nil {
		a.Fatalf("%q: %v", to, err)
	}
	answer.Body.Close()
	back, ours := strings.CutPrefix(answer.Header.Get("Location"), "https://chat.example.com/desk/")
	if !ours {
		a.Fatalf("the provider leads to %q", answer.Header.Get("Location"))
	}
	return back
}

var ann = somebody{"email": "ann@EXAMPLE.com", "email_verified": true}

func TestAnAgentSignsInByTheProvider(t *testing.T) {
	a := newProviderBrowser(t)
	for link, want := range map[string]string{
		"oidc": letIn, "oidc?to=" + sid: letIn + "#" + sid, "oidc?to=//evil.example": letIn, "oidc?to=" + sid + "/../..": letIn, "oidc?to=https://evil.example/" + sid: letIn,
	} {
		same(t, link, a.says(a.send("GET", a.leave(link, ann), nil)), want)
		same(t, "who is signed in", a.is(), "ann")
		a.send("POST", "sign-out", url.Values{})
	}
	// An agent without a password, whose provider writes texts for true.
	same(t, "cy", a.says(a.send("GET", a.leave("oidc", somebody{"email": "cy@example.com", "email_verified": "true"}), nil)), letIn)
	same(t, "who is signed in", a.is(), "cy")
	if page := a.body("sign-in?out"); page != "" {
		t.Errorf("who is signed in needs no page:\n%s", page)
	}
	a.send("POST", "sign-out", url.Values{})
	if page := a.body("sign-in"); !strings.Contains(page, `<a id="provider" class="provider" href="oidc">Sign in with 127.0.0.1</a>`) || !strings.Contains(page, `name="password"`) {
		t.Errorf("the page has not both ways:\n%s", page)
	}
}

func (b *browser) body(path string) string {
	var text strings.Builder
	must(b.send("GET", path, nil).Write(&text))
	_, body, _ := strings.Cut(text.String(), "\r\n\r\n")
	return body
}

func TestTheRequestToTheProviderHasAllThatGuardsIt(t *testing.T) {
	a := newProviderBrowser(t)
	to, err := url.Parse(a.send("GET", "oidc", nil).Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": a.ClientID, "redirect_uri": "https://chat.example.com/desk/oidc", "scope": "openid email", "code_challenge_method": "S256",
	} {
		same(t, name, q.Get(name), want)
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 26 {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	again, _ := url.Parse(a.send("GET", "oidc", nil).Header.Get("Location"))
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if again.Query().Get(name) == q.Get(name) {
			t.Errorf("%s is the same again", name)
		}
	}
}

func TestEveryWrongWayFromTheProviderFails(t *testing.T) {
	const again, account = "303 sign-in?again", "303 sign-in?account"
	with := func(claim string, value any) somebody {
		s := maps.Clone(ann)
		s[claim] = value
		return s
	}
	for _, c := range []struct {
		what string
		who  somebody
		want string
	}{
		{"another issuer", with("iss", "https://evil.example"), again},
		{"another audience", with("aud", "somebody-else"), again},
		{"another nonce", with("nonce", "made-up"), again},
		{"no nonce", with("nonce", nil), again},
		{"expired", with("exp", time.Now().Add(-time.Hour).Unix()), again},
		{"not verified", with("email_verified", false), account},
		{"not verified, as a text", with("email_verified", "false"), account},
		{"of which is not said whether it is verified", somebody{"email": "ann@example.com"}, account},
		{"Microsoft's claim from somebody else", somebody{"email": "ann@example.com", "xms_edov": true}, account},
		{"no address", somebody{"email_verified": true}, account},
		{"an empty one", somebody{"email": "", "email_verified": true}, account},
		{"somebody unknown", somebody{"email": "eve@example.com", "email_verified": true}, account},
		{"a letter that Unicode takes for a k", somebody{"email": "\u212aim@example.com", "email_verified": true}, account},
		{"an identity", somebody{"email": "bob", "email_verified": true}, account},
	} {
		a := newProviderBrowser(t)
		same(t, c.what, a.says(a.send("GET", a.leave("oidc", c.who), nil)), c.want)
		same(t, c.what, a.is(), "nobody")
		if log := a.log.String(); !strings.Contains(log, "sign-in failed") || strings.Contains(log, "example.com") && !strings.Contains(log, "issued by") && !strings.Contains(log, "issuer") {
			t.Errorf("%s: logged %s", c.what, log)
		}
	}
}

func TestAForgedTokenIsNone(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	other, err := mockoidc.NewKeypair(key) // without a key it would be the one that all have
	must(err)
	payload := func(token string) string { return strings.Split(token, ".")[1] }
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for what, forge := range map[string]func(string) string{
		"without a signature": func(token string) string { return encode(`{"alg":"none"}`) + "." + payload(token) + "." },
		"with another key": func(token string) string {
			var claims jwt.MapClaims
			text, _ := base64.RawURLEncoding.DecodeString(payload(token))
			must(json.Unmarshal(text, &claims))
			signed, err := other.SignJWT(claims)
			must(err)
			return signed
		},
		"changed": func(token string) string {
			parts := strings.Split(token, ".")
			text, _ := base64.RawURLEncoding.DecodeString(parts[1])
			return parts[0] + "." + encode(strings.Replace(string(text), "eve@", "ann@", 1)) + "." + parts[2]
		},
		"none": func(string) string { return "" },
	} {
		a := newProviderBrowser(t)
		a.forge = forge
		same(t, what, a.says(a.send("GET", a.leave("oidc", somebody{"email": "eve@example.com", "email_verified": true}), nil)), "303 sign-in?again")
		same(t, what, a.is(), "nobody")
	}
}

func TestAReturnCountsOnceInTheBrowserThatWasSent(t *testing.T) {
	const again = "303 sign-in?again"
	a := newProviderBrowser(t)
	back := a.leave("oidc", ann)
	same(t, "in another browser", a.another("192.0.2.9:1").says(a.another("192.0.2.9:1").send("GET", back, nil)), again)
	same(t, "in this one", a.says(a.send("GET", back, nil)), letIn)
	same(t, "again", a.says(a.send("GET", back, nil)), again)
	if lines := strings.Split(strings.TrimSpace(a.log.String()), "\n"); !strings.Contains(lines[len(lines)-1], `why="no one was sent to the provider with this state"`) {
		t.Errorf("the second time the provider is asked: %s", lines[len(lines)-1])
	}

	b := newProviderBrowser(t)
	back = b.leave("oidc", ann)
	same(t, "another state", b.says(b.send("GET", strings.Replace(back, "state=", "state=x", 1), nil)), again)
	same(t, "no state", b.says(b.send("GET", "oidc?code=1", nil)), again)
	same(t, "still in the one that was sent", b.says(b.send("GET", back, nil)), letIn)

	c := newProviderBrowser(t)
	q, _ := url.ParseQuery(strings.TrimPrefix(c.leave("oidc", ann), "oidc?"))
	same(t, "cancelled", c.says(c.send("GET", "oidc?error=access_denied&state="+q.Get("state"), nil)), "303 sign-in?again")
	q, _ = url.ParseQuery(strings.TrimPrefix(c.leave("oidc", ann), "oidc?"))
	same(t, "a code that was made up", c.says(c.send("GET", "oidc?code=x&state="+q.Get("state"), nil)), "303 sign-in?again")
	q, _ = url.ParseQuery(strings.TrimPrefix(c.leave("oidc", ann), "oidc?"))
	same(t, "an answer of another provider", c.says(c.send("GET", "oidc?"+q.Encode()+"&iss=https://evil.example", nil)), again)
	same(t, "who is signed in", c.is(), "nobody")

	// A code that was stolen from one browser, in the return of another one: its verifier is another one.
	d := newProviderBrowser(t)
	stolen, _ := url.ParseQuery(strings.TrimPrefix(d.leave("oidc", ann), "oidc?"))
	e := &atProvider{browser: d.another("192.0.2.9:1"), MockOIDC: d.MockOIDC}
	own, _ := url.ParseQuery(strings.TrimPrefix(e.leave("oidc", somebody{"email": "eve@example.com", "email_verified": true}), "oidc?"))
	same(t, "a stolen code", e.says(e.send("GET", "oidc?code="+stolen.Get("code")+"&state="+own.Get("state"), nil)), "303 sign-in?again")
	same(t, "who is signed in", e.is(), "nobody")
}

func TestASessionByTheProviderEndsWithWhatItWasFor(t *testing.T) {
	a := newProviderBrowser(t)
	same(t, "return", a.says(a.send("GET", a.leave("oidc", ann), nil)), letIn)
	server := a.server
	for what, change := range map[string]func(*team.Team){
		"another address":  func(t *team.Team) { t.Agents[0].Email = "ann.smith@example.com" },
		"another provider": func(t *team.Team) { t.SignIn = &team.Provider{Issuer: "https://id.example.com", ClientID: a.ClientID} },
		"no provider":      func(t *team.Team) { t.SignIn = nil },
		"the agent is gone": func(t *team.Team) {
			t.Agents = t.Agents[1:]
		},
	} {
		changed := people()
		changed.SignIn = &team.Provider{Issuer: a.Issuer(), ClientID: a.ClientID}
		a.server = New(Options{Team: changed, Keys: [][]byte{[]byte("a key of this server")}})
		same(t, "another server", a.is(), "ann")
		change(changed)
		same(t, what, a.is(), "nobody")
	}
	a.server = server
	same(t, "where nothing has changed", a.is(), "ann")
}
