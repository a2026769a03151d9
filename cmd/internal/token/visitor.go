package token

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"
)

// Identities begin with what they stand for, so that a session can't turn one into the other.
const (
	verifiedPrefix = "verified-"
	visitorPrefix  = "visitor-"
)

// secretBytes is the size of a browser's secret: nobody finds it by trying.
const secretBytes = 16

// visitor is who asks, and what we know of them.
type visitor struct {
	account      string // its accounts.Name
	accountID    string // as the page has it
	identity     string
	newcomer     bool // is known by neither session nor digest
	number       int  // of the last known conversation; 0 for none
	person       person
	verification string
}

type person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// label is how the team sees the visitor in a list.
func (p person) label() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Email
}

// recognise decides who asks. A verified user is the same one wherever they come from. Everyone else is who their
// session says, or somebody new; a session of a verified user is nobody's without the digest, for it stays in the
// browser when the user logs out.
func (h *Handler) recognise(q request, now time.Time) (visitor, error) {
	name, secret, known := h.account(q.Account)
	if !known {
		return visitor{}, errUnknownAccount
	}
	v := visitor{account: name, accountID: q.Account, verification: unverified}
	if q.User != nil {
		v.person = person{Name: q.User.Name, Email: trim(q.User.Email)}
		v.verification = checkDigest(secret, *q.User)
	} else if q.Visitor != nil {
		v.person = person(*q.Visitor)
	}

	s, valid := openSession(h.sessionKey, v.account, q.Session, now)
	switch {
	case v.verification == verified:
		v.identity = h.identityOf(v.account, q.User.Email)
		if valid && s.Identity == v.identity {
			v.number = s.Number
		}
	case valid && strings.HasPrefix(s.Identity, visitorPrefix):
		v.identity, v.number = s.Identity, s.Number
	case q.Secret != "":
		v.identity, v.newcomer = h.identityOfSecret(v.account, q.Secret), true
	case q.Protocol == 2 && q.Session == "":
		return visitor{}, errBadSecret
	default:
		v.identity, v.newcomer = visitorPrefix+strings.ToLower(rand.Text()), true
	}
	return v, nil
}

// identityOfSecret returns the identity of an anonymous visitor. It is the same each time, so that a first request whose
// answer was lost can be repeated: the visitor has no session then. The secret itself stays between browser and endpoint;
// the team sees identities and ids of messages, and can't make the one from the other.
func (h *Handler) identityOfSecret(account, secret string) string {
	return visitorPrefix + hex.EncodeToString(seal(h.sessionKey, "visitor 1", []byte(account+"\x00"+strings.ToLower(secret)))[:16])
}

// identityOf returns the identity of a verified user. Without the key it can't be guessed from the address.
//
// Only ASCII letters lose their case: to other folding the Kelvin sign is a k, and who got that address past
// a site's registration would be let into the thread of somebody else.
func (h *Handler) identityOf(account, email string) string {
	lower := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, trim(email))
	return verifiedPrefix + hex.EncodeToString(seal(h.sessionKey, "identity 1", []byte(account+"\x00"+lower))[:16])
}
