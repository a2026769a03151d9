package token

import (
	"time"

	"github.com/twilio/twilio-go/client/jwt"
)

const (
	// tokenLife is how long a stolen token is of use; the SDK asks for the next one in time.
	tokenLife = time.Hour
	// clockSkew is by how much our clock may be ahead of Twilio's, which else would refuse a token as not valid yet.
	clockSkew = time.Minute
)

// AccessToken returns a signed token that lets the identity, a visitor's or an agent's, into the Conversations service from now on
// for an hour, and into no other service. Whoever holds it can act as that identity. The error is that of the signing.
func (t Twilio) AccessToken(identity string, now time.Time) (string, error) {
	token := jwt.CreateAccessToken(jwt.AccessTokenParams{
		AccountSid:    t.AccountSID,
		SigningKeySid: t.APIKey,
		Secret:        t.APISecret,
		Identity:      identity,
		Region:        t.Region,
		Nbf:           float64(now.Add(-clockSkew).Unix()),
		ValidUntil:    float64(now.Add(tokenLife).Unix()),
		Grants:        []jwt.BaseGrant{&jwt.ChatGrant{ServiceSid: t.ServiceSID}},
	})
	return token.ToJwt()
}
