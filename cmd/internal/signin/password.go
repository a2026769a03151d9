package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
)

const (
	// LeastPasswordRunes is the length from which on a password is taken: NIST SP 800-63B, section 3.1.1, for one without a second factor
	// demands 15, and OWASP at least 8. Tries are limited here, and a hash that is stolen costs 19 MiB and two passes a try.
	LeastPasswordRunes = 12
	// MostPasswordBytes keeps what is hashed in bounds.
	MostPasswordBytes = 1024
)

// Hash returns the hash of a password, made as OWASP's Password Storage Cheat Sheet recommends.
func Hash(password string) team.Password {
	p := team.Password{MemoryKiB: 19456, Passes: 2, Lanes: 1, Salt: make([]byte, 16), Hash: make([]byte, 32)}
	_, _ = rand.Read(p.Salt) // it never fails
	p.Hash = compute(p, password)
	return p
}

// compute hashes the password with its accents in one form, as RFC 8265 wants it: a terminal may send them in another one than a browser.
func compute(p team.Password, password string) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), p.Salt, p.Passes, p.MemoryKiB, p.Lanes, uint32(len(p.Hash)))
}

const (
	// hashesAtOnce and dearKiB bound the memory: each takes what its hash says, 19 MiB with ours. Of dearer ones one is computed at a time.
	hashesAtOnce = 2
	dearKiB      = 64 << 10
	// mostWaiting is how many may wait for that.
	mostWaiting = 32
	// hashPatience is how long they wait.
	hashPatience = 10 * time.Second
)

// hashes checks passwords, a few at a time.
type hashes struct {
	known map[string]team.Password // by identity
	// named is what agents who have one sign in with.
	named string
	// standIns are what is computed where there is no agent, one for each login, by a key that all servers have: some agents' hashes may
	// take longer than others', and who tries must not see by the time that there is none.
	standIns []team.Password
	key      []byte
	running  chan struct{}
	waiting  chan struct{}
}

func newHashes(t *team.Team, key []byte) *hashes {
	h := &hashes{known: map[string]team.Password{}, key: key, waiting: make(chan struct{}, mostWaiting)}
	atOnce := hashesAtOnce
	addresses := 0
	for _, agent := range t.Agents {
		p, err := team.ParsePassword(agent.Password)
		if err != nil {
			continue // there is none
		}
		h.known[agent.Identity] = p
		if agent.Email != "" {
			addresses++
		}
		h.standIns = append(h.standIns, p)
		if p.MemoryKiB > dearKiB {
			atOnce = 1
		}
	}
	if h.standIns == nil {
		h.standIns = []team.Password{{MemoryKiB: 19456, Passes: 2, Lanes: 1, Salt: make([]byte, 16), Hash: make([]byte, 32)}}
	}
	switch addresses {
	case len(h.known):
		h.named = "E-mail address"
	case 0:
		h.named = "User name"
	default:
		h.named = "E-mail address, or user name without one"
	}
	h.running = make(chan struct{}, atOnce)
	return h
}

// of returns the hash of the agent, and whether it is theirs: of nobody, and of who has none, it is another one.
func (h *hashes) of(agent *team.Agent, login string) (hash team.Password, own bool) {
	if agent != nil {
		if hash, own = h.known[agent.Identity]; own {
			return hash, true
		}
	}
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte("stand-in " + lower(login)))
	return h.standIns[binary.BigEndian.Uint64(mac.Sum(nil))%uint64(len(h.standIns))], false
}

var errBusy = errors.New("too many sign in at once")

// check tells whether the password is that of the agent. Without an agent it takes as long, and is false.
func (h *hashes) check(ctx context.Context, agent *team.Agent, login, password string) (bool, error) {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return false, errBusy
	}
	ctx, cancel := context.WithTimeout(ctx, hashPatience)
	defer cancel()
	select {
	case h.running <- struct{}{}:
		defer func() { <-h.running }()
	case <-ctx.Done():
		return false, errBusy
	}
	hash, own := h.of(agent, login)
	same := subtle.ConstantTimeCompare(compute(hash, password), hash.Hash) == 1
	debug.FreeOSMemory() // else many tries one after the other take several times the memory before it is swept
	return same && own, nil
}

// find returns the agent who signs in with the address, or who has none with the identity; nil for none.
func (s *SignIn) find(login string) *team.Agent {
	for i, agent := range s.team.Agents {
		known := agent.Email
		if known == "" {
			known = agent.Identity
		}
		if lower(known) == lower(login) {
			return &s.team.Agents[i]
		}
	}
	return nil
}

// lower puts a–z for A–Z. Other letters stay: in Unicode the sign for kelvin is a k, too, and whose address has one is somebody else.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// maxFormBytes is more than the form has with the longest password, each byte of which may take three.
const maxFormBytes = 8 << 10

// What somebody is told who isn't let in. It is the same whether there is such an agent or not.
const (
	wrongPassword = "The address or the password is not right."
	tooManyTries  = "There were too many tries. Wait a little before the next one."
	tooBusy       = "Too many people sign in at this moment. Try it again."
)

// signIn lets an agent in who knows the password.
func (s *SignIn) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		s.page(w, r, http.StatusBadRequest, view{Problem: wrongPassword})
		return
	}
	login, password := strings.TrimSpace(r.PostForm.Get("login")), r.PostForm.Get("password")
	shown := view{Login: login}
	if login == "" || password == "" || len(login)+len(password) > MostPasswordBytes {
		shown.Problem = wrongPassword
		s.page(w, r, http.StatusUnauthorized, shown)
		return
	}
	agent := s.find(login)
	wait, giveBack := s.tries.take(s.now(), s.client(r), login, s.deviceOf(r, agent))
	if wait > 0 {
		s.failed(r, agent, "too many tries")
		token.SetRetryAfter(w, wait)
		shown.Problem = tooManyTries
		s.page(w, r, http.StatusTooManyRequests, shown)
		return
	}
	switch right, err := s.hashes.check(r.Context(), agent, login, password); {
	case err != nil:
		giveBack()
		token.SetRetryAfter(w, time.Second)
		shown.Problem = tooBusy
		s.page(w, r, http.StatusServiceUnavailable, shown)
	case !right:
		s.failed(r, agent, "wrong password")
		shown.Problem = wrongPassword
		s.page(w, r, http.StatusUnauthorized, shown)
	default:
		giveBack()
		s.rememberDevice(w, r, *agent)
		s.letIn(w, r, *agent, byPassword, "")
	}
}

// failed logs a try that failed, with where it came from: that is no visitor of the chat, and who guards the server needs to know. What
// was typed is not logged, as it may be a password.
func (s *SignIn) failed(r *http.Request, agent *team.Agent, why string) {
	who := ""
	if agent != nil {
		who = agent.Identity
	}
	client := s.client(r)
	from := client.Addr().String()
	if client.IsValid() && !client.IsSingleIP() {
		from = client.String() // a network, all of which whoever bans somebody has to ban
	}
	line := []any{"client", from, "agent", who, "why", why}
	if hint := token.ProxyHint(r, s.proxies); hint != "" {
		line = append(line, "hint", "a proxy stands in front, and the limits take all for one client: "+hint)
	}
	s.log.Warn("sign-in failed", line...)
}
