package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"missive/cmd/internal/limit"
	"missive/cmd/internal/team"
)

// Cookies, by what is in them. What was sealed as one is none of the others.
const (
	sessionCookie  = "missive-desk"
	deviceCookie   = "missive-desk-device"
	providerCookie = "missive-desk-oidc"
)

const (
	sessionLife = 12 * time.Hour
	// deviceLife is long enough for a holiday between two visits.
	deviceLife = 90 * 24 * time.Hour
	// providerLife is how long somebody may take at the provider.
	providerLife = 15 * time.Minute
)

// session says who is signed in.
type session struct {
	Identity string `json:"i"`
	Method   string `json:"m"`
	// Credential is a hash of what the agent has signed in with: with another one the session is none.
	Credential string `json:"c"`
}

// Ways to sign in.
const (
	byPassword = "password"
	byProvider = "oidc"
)

// credential returns a hash of what an agent signs in with; "" if that isn't possible any more.
func (s *SignIn) credential(agent team.Agent, method string) string {
	var parts []string
	switch {
	case method == byPassword && agent.Password != "":
		parts = []string{byPassword, agent.Password}
	case method == byProvider && s.team.SignIn != nil && agent.Email != "":
		parts = []string{byProvider, s.team.SignIn.Issuer, s.team.SignIn.ClientID, lower(agent.Email)}
	default:
		return ""
	}
	text, _ := json.Marshal(parts) // can't fail: texts
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// sealer encrypts what only this server may read or make.
type sealer struct{ cipher.AEAD }

func newSealer(key []byte) sealer {
	derived, err := hkdf.Key(sha256.New, key, nil, "missive desk cookies 1", 32)
	must(err) // the length is a constant
	block, err := aes.NewCipher(derived)
	must(err)
	// It puts a random nonce of 96 bits before what it seals: enough for 2³² cookies.
	aead, err := cipher.NewGCMWithRandomNonce(block)
	must(err)
	return sealer{aead}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// sealed is what is in a cookie.
type sealed struct {
	Expires int64           `json:"e"` // seconds since 1970
	Content json.RawMessage `json:"v"`
}

// set seals the content into a cookie.
func (s *SignIn) set(w http.ResponseWriter, r *http.Request, name string, life time.Duration, content any) {
	inner, err := json.Marshal(content)
	must(err) // texts only
	text, err := json.Marshal(sealed{s.now().Add(life).Unix(), inner})
	must(err)
	s.setCookie(w, r, name, base64.RawURLEncoding.EncodeToString(s.sealers[0].Seal(nil, nil, text, []byte(name))), int(life.Seconds()))
}

func (s *SignIn) clear(w http.ResponseWriter, r *http.Request, name string) {
	s.setCookie(w, r, name, "", -1)
}

func (s *SignIn) setCookie(w http.ResponseWriter, r *http.Request, name, value string, maxAge int) {
	c := &http.Cookie{Name: name, Value: value, MaxAge: maxAge, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if !s.isPlain(r) {
		// Browsers take no such cookie that another host, or a page without https, has set.
		c.Name, c.Secure = "__Host-"+name, true
	}
	http.SetCookie(w, c)
}

// open reads what a cookie has, unless it is not ours, or of another kind, or has expired.
func (s *SignIn) open(r *http.Request, name string, into any) bool {
	c, err := r.Cookie("__Host-" + name)
	if err != nil && s.isPlain(r) {
		c, err = r.Cookie(name)
	}
	if err != nil {
		return false
	}
	encrypted, err := base64.RawURLEncoding.Strict().DecodeString(c.Value)
	if err != nil {
		return false
	}
	for _, sealer := range s.sealers {
		text, err := sealer.Open(nil, nil, encrypted, []byte(name))
		if err != nil {
			continue
		}
		var content sealed
		return json.Unmarshal(text, &content) == nil && s.now().Unix() < content.Expires && json.Unmarshal(content.Content, into) == nil
	}
	return false
}

// isPlain tells whether somebody tries the desk out on this machine, without https: WebKit keeps no Secure cookie there. A proxy that
// doesn't pass the host on must not look like that, even if nothing is known of it: when somebody signs in, browsers send the address by
// which they have called it.
func (s *SignIn) isPlain(r *http.Request) bool {
	if s.proxies > 0 || s.team.URL != nil && s.team.URL.Scheme == "https" || strings.HasPrefix(r.Header.Get("Origin"), "https:") {
		return false
	}
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	host := r.Host
	if withPort, err := netip.ParseAddrPort(host); err == nil {
		host = withPort.Addr().String()
	} else if name, _, found := strings.Cut(host, ":"); found && !strings.Contains(name, "[") {
		host = name
	}
	named, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return r.TLS == nil && limit.ParseAddress(r.RemoteAddr).IsLoopback() && (host == "localhost" || err == nil && named.IsLoopback())
}

// newID returns a random text that nobody guesses.
func newID() string { return rand.Text() }
