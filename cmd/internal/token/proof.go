package token

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"time"

	"github.com/altcha-org/altcha-lib-go"
)

// A proof of work keeps a bot from making identities by the thousand, each of which would take a conversation of the team.
// It is asked for only while newcomers come faster than Limits.Unproven. Endpoint and browser need nobody else for it.
const (
	// proofNumbers is how many numbers a browser has to try at most: half of them on average, each a SHA-256.
	proofNumbers = 100_000
	// proofLife is how long there is time for that.
	proofLife = 10 * time.Minute
	// proofFor names the visitor in a challenge. The identity is theirs alone, so a proof is of no use for another one, and
	// nobody has to keep a list of those that were used.
	proofFor = "for"
)

// wantProof returns a failure with a challenge for the visitor.
func (h *Handler) wantProof(identity string) error {
	expires := h.now().Add(proofLife)
	challenge, err := altcha.CreateChallenge(altcha.ChallengeOptions{
		Algorithm: altcha.SHA256, MaxNumber: proofNumbers, HMACKey: proofKey(h.sessionKeys[0]),
		Expires: &expires, Params: url.Values{proofFor: {identity}},
	})
	if err != nil {
		return err
	}
	return &failure{
		status: 403, code: "proof-wanted", challenge: &challenge,
		message: "Many newcomers come at once. The same request with a proof, ALTCHA's payload for the challenge, is let in.",
	}
}

// proves reports whether the proof is one for a challenge that the visitor got.
func (h *Handler) proves(proof, identity string) bool {
	var payload altcha.Payload
	text, err := base64.StdEncoding.DecodeString(proof)
	if err != nil || json.Unmarshal(text, &payload) != nil || altcha.ExtractParams(payload).Get(proofFor) != identity {
		return false
	}
	for _, key := range h.sessionKeys {
		if holds, err := altcha.VerifySolutionSafe(payload, proofKey(key), true); err == nil && holds {
			return true
		}
	}
	return false
}

func proofKey(key []byte) string { return hex.EncodeToString(seal(key, "proof 1", nil)) }
