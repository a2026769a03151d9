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
	// maxRestBytes is what all but the message may have.
	maxRestBytes = 16 << 10
	// maxBodyBytes is what there may be with the longest message, of which each byte may take six in JSON: \u001f.
	maxBodyBytes = 6*(maxTextBytes+maxAttributesBytes) + maxRestBytes
	// MaxEmailBytes is that of RFC 5321, section 4.5.3.1.3, without the angle brackets.
	MaxEmailBytes = 254
	// maxNameRunes leaves room in the 256 characters that Twilio allows for a friendly name.
	maxNameRunes = 128
)

// request is what the widget sends. Unknown fields are ignored: the widget may be newer than this server.
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
	// Proof is ALTCHA's payload for the challenge of a proof-wanted.
	Proof string `json:"proof,omitempty"`
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

// decode reads a request and checks its form. The user's e-mail address stays as given, as the digest is made of that.
func decode(w http.ResponseWriter, r *http.Request) (request, error) {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return request{}, errWrongType
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
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
	if q.Protocol > 2 {
		return request{}, errBadProtocol
	}
	if q.Protocol < 2 {
		q.Secret, q.Message, q.Proof = "", nil, ""
	}
	if q.Message == nil && len(body) > maxRestBytes {
		return request{}, errTooLarge
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
		if u.Name = clean(u.Name); utf8.RuneCountInString(u.Name) > maxNameRunes {
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
		if v.Name = clean(v.Name); utf8.RuneCountInString(v.Name) > maxNameRunes {
			return request{}, badName("visitor.name")
		}
	}
	return q, nil
}

// isEmail accepts whatever an <input type=email> does, and a little more: a visitor whose address is refused can't write to the team.
func isEmail(text string) bool {
	at := strings.LastIndexByte(text, '@')
	return at > 0 && at < len(text)-1 && len(text) <= MaxEmailBytes && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`<>",;`, r)
		})
}

// trim takes away what may be typed or pasted by accident. Other spaces of Unicode stay: a site may take them for a part of the
// address, and its digest has them.
func trim(text string) string { return strings.Trim(text, " \t\r\n") }

// clean makes a name one line of visible characters. Controls of the writing direction go, as they could make it look like the name
// of somebody else.
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
	if !strings.ContainsFunc(name, isVisible) {
		return ""
	}
	return strings.Join(strings.Fields(name), " ")
}

// isVisible tells characters that can be seen from those that look like nothing, of which a name in the team's list must not consist.
func isVisible(r rune) bool {
	const brailleBlank = '\u2800'
	return !unicode.IsSpace(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
