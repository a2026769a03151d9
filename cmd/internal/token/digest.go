package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// What is known of whether visitors are who they say they are.
const (
	verified     = "verified"      // the site has sent the digest of their address
	unverified   = "unverified"    // there is no digest
	cannotVerify = "cannot-verify" // there is one, but it doesn't match
)

// Digest returns what a site's server makes to vouch for a user: the hex HMAC-SHA256 of the e-mail address as given.
func Digest(secret []byte, email string) string { return hex.EncodeToString(digest(secret, email)) }

func digest(secret []byte, email string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(email))
	return mac.Sum(nil)
}

// mayBeDigest reports whether the text is none, or has the form of one.
func mayBeDigest(text string) bool {
	decoded, err := hex.DecodeString(text)
	return err == nil && (text == "" || len(decoded) == sha256.Size)
}

// checkDigest returns verified, unverified or cannotVerify, by the user's digest.
func checkDigest(secrets []string, u user) string {
	if u.Digest == "" {
		return unverified
	}
	given, err := hex.DecodeString(u.Digest)
	if err != nil {
		return cannotVerify
	}
	for _, secret := range secrets {
		if hmac.Equal(given, digest([]byte(secret), u.Email)) {
			return verified
		}
	}
	return cannotVerify
}
