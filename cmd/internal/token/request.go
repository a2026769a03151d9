package token

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxRest is what all but the message may have.
	maxRest = 16 << 10
	// maxBody is what there may be with the longest message, of which each byte may take six in JSON: \u001f.
	maxBody = 6*(maxText+maxAttributes) + maxRest
	// maxEmail is that of RFC 5321, section 4.5.3.1.3, without the angle brackets.
	maxEmail = 254
	// maxName leaves room in the 256 characters that Twilio allows for a friendly name.
	maxName = 128
)

// request is what the widget sends. Fields that aren't known are left alone: the widget may be newer than this server.
type request struct {
	Account string       `json:"account"`
	Session string       `json:"session"`
	User    *user        `json:"user"`    // whom the site says it is
	Visitor *visitorForm `json:"visitor"` // who they said they are themselves

	// Protocol is 2 where the rest counts, absent in requests of widgets from before it.
	Protocol int `json:"protocol,omitempty"`
	// Secret, 32 hex digits, is what the browser made up before its first request: who has no session is known by it.
	Secret  string       `json:"secret,omitempty"`
	Message *messageForm `json:"message,omitempty"`
}

type user struct {
	Email  string `json:"email"`
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

type visitorForm struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// decode reads a request and checks its form. Of the user's e-mail address the digest is made, so it stays as given.
func decode(w http.ResponseWriter, r *http.Request) (request, error) {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return request{}, errWrongType
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return request{}, errTooLarge
	} else if err != nil {
		return request{}, errBadJSON
	}
	return parse(body)
}

func parse(body []byte) (request, error) {
	var q request
	// A body of null, or of a list, is no request.
	if text := strings.TrimLeft(string(body), " \t\r\n"); !strings.HasPrefix(text, "{") || json.Unmarshal(body, &q) != nil {
		return request{}, errBadJSON
	}
	switch {
	case q.Protocol < 2:
		if len(body) > maxRest {
			return request{}, errTooLarge
		}
		q.Secret, q.Message = "", nil
	case q.Protocol > 2:
		return request{}, errBadProtocol
	}
	if secret, err := hex.DecodeString(q.Secret); err != nil || q.Secret != "" && len(secret) != secretBytes {
		return request{}, errBadSecret
	}
	if q.Message != nil {
		if err := q.Message.check(); err != nil {
			return request{}, err
		}
	}
	if u := q.User; u != nil {
		if !isEmail(trim(u.Email)) {
			return request{}, badEmail("user.email")
		}
		if u.Name = clean(u.Name); utf8.RuneCountInString(u.Name) > maxName {
			return request{}, badName("user.name")
		}
		if !mayBeDigest(u.Digest) {
			return request{}, errBadDigest
		}
	}
	if v := q.Visitor; v != nil {
		if v.Email = trim(v.Email); v.Email != "" && !isEmail(v.Email) {
			return request{}, badEmail("visitor.email")
		}
		if v.Name = clean(v.Name); utf8.RuneCountInString(v.Name) > maxName {
			return request{}, badName("visitor.name")
		}
	}
	return q, nil
}

// isEmail lets pass whatever an <input type=email> does, and a little more: whom we refuse here can't write to the team.
func isEmail(text string) bool {
	at := strings.LastIndexByte(text, '@')
	return at > 0 && at < len(text)-1 && len(text) <= maxEmail && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`<>",;`, r)
		})
}

// trim takes no more away than a slip of the keyboard adds. Unicode has spaces that a site may take for a part of the address.
func trim(text string) string { return strings.Trim(text, " \t\r\n") }

// clean makes a name one line of what can be seen. Overrides of the writing direction could make it read like another one's.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(name), " ")
}
