package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// sessionLife is how long a visitor may stay away and still be known: well past the time after which a silent
// conversation closes. Each visit starts it anew.
const sessionLife = 90 * 24 * time.Hour

// session is what we want to be told again by a visitor. Signed, it can't be changed or made up.
type session struct {
	Account  string `json:"account"` // its accounts.Name
	Identity string `json:"identity"`
	Number   int    `json:"number"`  // of the conversation among those of this identity
	Expires  int64  `json:"expires"` // seconds since 1970
}

// sessionVersion goes up when the form changes: what older versions signed is then no session any more.
const sessionVersion = "1"

// Strict, so that there is one way only to spell a session.
var encoding = base64.RawURLEncoding.Strict()

func (s session) sign(k keys) string {
	payload, _ := json.Marshal(s) // can't fail: texts and numbers only
	return sessionVersion + "." + encoding.EncodeToString(payload) + "." + k.sign("session "+sessionVersion, payload)
}

// openSession returns the session in text. It is false for what isn't one of these keys, of this account, and of this time.
func openSession(k keys, account, text string, now time.Time) (session, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || parts[0] != sessionVersion {
		return session{}, false
	}
	payload, err := encoding.DecodeString(parts[1])
	if err != nil {
		return session{}, false
	}
	if !k.signed("session "+sessionVersion, payload, parts[2]) {
		return session{}, false
	}
	var s session
	if json.Unmarshal(payload, &s) != nil || s.Account != account || s.Expires <= now.Unix() {
		return session{}, false
	}
	return s, true
}

// keys sign what goes out and comes back. While they are replaced there is more than one: the first signs, and what any of
// them has signed counts.
type keys [][]byte

// sign returns a signature of data, as a text that has one spelling only.
func (k keys) sign(purpose string, data []byte) string {
	return encoding.EncodeToString(seal(k[0], purpose, data))
}

// signed reports whether the signature is one of data.
func (k keys) signed(purpose string, data []byte, signature string) bool {
	mac, err := encoding.DecodeString(signature)
	return err == nil && slices.ContainsFunc(k, func(key []byte) bool { return hmac.Equal(mac, seal(key, purpose, data)) })
}

// seal returns an HMAC of data. The purpose keeps what was made for one thing from being used for another.
func seal(key []byte, purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("missive " + purpose + "\x00"))
	mac.Write(data)
	return mac.Sum(nil)
}
