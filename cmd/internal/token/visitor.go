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
	newcomer     bool   // is known by neither session nor digest, or writes for the first time: would take a conversation of the team
	passing      bool   // has another identity the next time
	notNew       func() // for who was counted as a newcomer, and isn't one; or nil
	number       int    // of the last known conversation; 0 for none
	person       person
	verification string
	roles        roleSIDs // what visitors and agents may do
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

// identify decides who asks. A verified user has the same identity on each device. Everyone else has that of their session, or a new
// one. The session of a verified user doesn't count without the digest: it stays in the browser when the user logs out, and the next
// person at that browser would get into their conversation.
func (h *Handler) identify(q request, now time.Time) (visitor, error) {
	name, secrets, known := h.account(q.Account)
	if !known {
		return visitor{}, errUnknownAccount
	}
	v := visitor{account: name, accountID: q.Account, verification: unverified}
	if q.User != nil {
		v.person = person{Name: q.User.Name, Email: trim(q.User.Email)}
		v.verification = checkDigest(secrets, *q.User)
	} else if q.Visitor != nil {
		v.person = person(*q.Visitor)
	}

	s, valid := openSession(h.sessionKeys, v.account, q.Session, now)
	switch {
	case v.verification == verified:
		v.identity = h.identityOf(v.account, q.User.Email)
		if valid && s.Identity == v.identity {
			v.number = s.Number
		}
	case valid && strings.HasPrefix(s.Identity, visitorPrefix):
		v.identity, v.number = s.Identity, s.Number
		// A session costs nothing until somebody writes with it. Kept by the thousand, they would be a thousand conversations at once.
		v.newcomer = s.Number == 0 && q.Message != nil
	case q.Secret != "":
		v.identity, v.newcomer = h.identityOfSecret(v.account, q.Secret), true
	case q.Protocol == 2 && q.Session == "":
		return visitor{}, errBadSecret
	default:
		v.identity, v.newcomer, v.passing = visitorPrefix+strings.ToLower(rand.Text()), true, true
	}
	return v, nil
}

// identityOfSecret returns the identity of an anonymous visitor. It is the same each time, so that a first request whose
// answer was lost can be repeated: the visitor has no session then. The secret itself stays between browser and endpoint;
// the team sees identities and ids of messages, and can't make the one from the other.
func (h *Handler) identityOfSecret(account, secret string) string {
	return visitorPrefix + hex.EncodeToString(seal(h.identityKey, "visitor 1", []byte(account+"\x00"+strings.ToLower(secret)))[:16])
}

// identityOf returns the identity of a verified user. Without the key it can't be guessed from the address.
//
// Only ASCII letters lose their case. Other folding makes a k of the Kelvin sign, for one: whoever registers at a site with such an
// address would get into the conversation of somebody else.
func (h *Handler) identityOf(account, email string) string {
	return verifiedPrefix + hex.EncodeToString(seal(h.identityKey, "identity 1", []byte(account+"\x00"+lower(email)))[:16])
}

func lower(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, trim(email))
}
