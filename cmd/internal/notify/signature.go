package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// keyPrefix is what a key begins with: https://www.standardwebhooks.com has libraries that check what it has signed.
const keyPrefix = "whsec_"

// WebhookKey reads a key, and returns what is wrong with it, or "". It never says what the key is.
func WebhookKey(text string) (key []byte, wrong string) {
	encoded, has := strings.CutPrefix(text, keyPrefix)
	key, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case !has || err != nil:
		return nil, `is not whsec_ and a key in Base64, as from echo "whsec_$(openssl rand -base64 32)"`
	case len(key) < 24 || len(key) > 64: // of the specification
		return nil, `is not of 24 to 64 bytes, as from echo "whsec_$(openssl rand -base64 32)"`
	}
	return key, ""
}

// Signed reports whether what goes to an address is signed.
func Signed(address string) bool {
	u, err := url.Parse(address)
	return err == nil && kindOf(u) == plain
}

// sign adds what tells that a webhook is from here, in the manner of Standard Webhooks: with a signature by each key, so that a key can be
// replaced. Without a key it adds nothing.
func sign(h http.Header, id string, at time.Time, body []byte, keys [][]byte) {
	if len(keys) == 0 {
		return
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + stamp + "."))
		mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", stamp)
	h.Set("Webhook-Signature", strings.Join(signatures, " "))
}
