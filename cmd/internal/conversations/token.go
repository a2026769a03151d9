package conversations

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"missive/cmd/internal/conversations/twilsock"
)

// grant is what an access token allows: to be identity until expires.
type grant struct {
	identity string
	expires  time.Time
}

type accessToken struct {
	jwt.RegisteredClaims
	Grants struct {
		Identity string `json:"identity"`
		Chat     struct {
			ServiceSID string `json:"service_sid"`
		} `json:"chat"`
	} `json:"grants"`
}

// verify checks an access token. The refusal has Twilio's code: https://www.twilio.com/docs/api/errors/20101 and following.
func (s *Server) verify(token string) (grant, *twilsock.Status) {
	var claims accessToken
	_, err := jwt.ParseWithClaims(token, &claims,
		func(*jwt.Token) (any, error) { return []byte(s.options.APISecret), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithTimeFunc(s.options.Now), jwt.WithExpirationRequired())
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return grant{}, refusal(20107, "Invalid Access Token signature")
	case errors.Is(err, jwt.ErrTokenExpired):
		return grant{}, refusal(20104, "Access Token expired or expiration date invalid")
	case errors.Is(err, jwt.ErrTokenNotValidYet):
		return grant{}, refusal(20105, "Access Token not yet valid")
	case err != nil:
		return grant{}, refusal(20101, "Invalid Access Token")
	case claims.Issuer != s.options.APIKey || claims.Subject != s.options.AccountSID:
		return grant{}, refusal(20103, "Invalid Access Token issuer/subject")
	case claims.Grants.Identity == "" || claims.Grants.Chat.ServiceSID != s.options.ServiceSID:
		return grant{}, refusal(20106, "Invalid Access Token grants")
	}
	return grant{identity: claims.Grants.Identity, expires: claims.ExpiresAt.Time}, nil
}

func refusal(code int, description string) *twilsock.Status {
	return &twilsock.Status{Code: 401, Status: "UNAUTHORIZED", Description: description, ErrorCode: code}
}
