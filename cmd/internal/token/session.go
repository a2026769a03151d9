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

// sessionLife is how long after their last visit a visitor is known again. It is well past CloseAfter, so that an open conversation
// is always found again.
const sessionLife = 90 * 24 * time.Hour

// session is what the browser keeps of a visitor and sends again. It is signed, so it can't be changed or made up.
type session struct {
	Account  string `json:"account"` // its accounts.Name
	Identity string `json:"identity"`
	Number   int    `json:"number"`  // of the conversation among those of this identity
	Expires  int64  `json:"expires"` // seconds since 1970
}

// sessionVersion goes up when the form changes: what older versions signed is then no session any more.
const sessionVersion = "1"

// encoding is strict, so that a session can be written in one way only.
var encoding = base64.RawURLEncoding.Strict()

func (s session) sign(k keys) string {
	payload, _ := json.Marshal(s) // can't fail: texts and numbers only
	return sessionVersion + "." + encoding.EncodeToString(payload) + "." + k.sign("session "+sessionVersion, payload)
}

// openSession returns the session in text. It is false for one that is malformed, was not signed with one of the keys, is of another
// account, or has expired.
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

// keys sign what is sent out and comes back. While a key is being replaced there are two: the first signs, and what either has signed
// counts.
type keys [][]byte

// sign returns a signature of data, as a text that can be written in one way only.
func (k keys) sign(purpose string, data []byte) string {
	return encoding.EncodeToString(seal(k[0], purpose, data))
}

// signed reports whether the signature is one of data.
func (k keys) signed(purpose string, data []byte, signature string) bool {
	mac, err := encoding.DecodeString(signature)
	return err == nil && slices.ContainsFunc(k, func(key []byte) bool { return hmac.Equal(mac, seal(key, purpose, data)) })
}

// seal returns an HMAC-SHA256 of data. The purpose is part of it, so that what was signed for one thing can't be used for another.
func seal(key []byte, purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("missive " + purpose + "\x00"))
	mac.Write(data)
	return mac.Sum(nil)
}
