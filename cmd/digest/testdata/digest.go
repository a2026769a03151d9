package chat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
)

// Digest returns the digest of one of your users, for user.digest on the page.
func Digest(email string) string {
	mac := hmac.New(sha256.New, []byte(os.Getenv("MISSIVE_SECRET_ACME")))
	mac.Write([]byte(email))
	return hex.EncodeToString(mac.Sum(nil))
}
