package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// sessionLife is how long after their last visit a visitor is known again. It is well past closeAfter, so that an open conversation
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

func (s session) sign(key []byte) string {
	payload, _ := json.Marshal(s) // can't fail: texts and numbers only
	return sessionVersion + "." + encoding.EncodeToString(payload) + "." + encoding.EncodeToString(seal(key, "session "+sessionVersion, payload))
}

// openSession returns the session in text. It is false for one that is malformed, was not signed with the key, is of another account,
// or has expired.
func openSession(key []byte, account, text string, now time.Time) (session, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || parts[0] != sessionVersion {
		return session{}, false
	}
	payload, err := encoding.DecodeString(parts[1])
	if err != nil {
		return session{}, false
	}
	mac, err := encoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(mac, seal(key, "session "+sessionVersion, payload)) {
		return session{}, false
	}
	var s session
	if json.Unmarshal(payload, &s) != nil || s.Account != account || s.Expires <= now.Unix() {
		return session{}, false
	}
	return s, true
}

// seal returns an HMAC-SHA256 of data. The purpose is part of it, so that what was signed for one thing can't be used for another.
func seal(key []byte, purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("missive " + purpose + "\x00"))
	mac.Write(data)
	return mac.Sum(nil)
}
