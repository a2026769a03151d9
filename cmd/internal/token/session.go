package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
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

func (s session) sign(key []byte) string {
	payload, _ := json.Marshal(s) // can't fail: texts and numbers only
	return sessionVersion + "." + encoding.EncodeToString(payload) + "." + encoding.EncodeToString(seal(key, "session "+sessionVersion, payload))
}

// openSession returns the session in text. It is false for what isn't one of this key, of this account, and of this time.
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

// seal returns an HMAC of data. The purpose keeps what was made for one thing from being used for another.
func seal(key []byte, purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("missive " + purpose + "\x00"))
	mac.Write(data)
	return mac.Sum(nil)
}
