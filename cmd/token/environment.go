package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

const (
	// minSessionKeyBytes is the size of the hash that the key is for: RFC 2104, section 3, advises against less.
	minSessionKeyBytes = 32
	// minSecretBytes keeps somebody who has the digest of one address from finding the key by trying all keys.
	minSecretBytes = 16
	// maxIdentityBytes is Twilio's limit, which counts characters: with letters beyond ASCII this one is stricter.
	maxIdentityBytes = 256
)

var sidPattern = regexp.MustCompile(`^[A-Z]{2}[0-9a-fA-F]{32}$`)

// environment reads variables, and collects what is wrong with them. Messages hold no value that may be a secret, as one that was put
// into the wrong variable is.
type environment struct {
	values   map[string]string
	problems []string
}

// fromEnvironment returns the options that the environment has, or an error that tells all that is missing or malformed.
func fromEnvironment(environ []string) (token.Options, error) {
	e := &environment{values: map[string]string{}}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		e.values[name] = value
	}
	var o token.Options
	o.Twilio.AccountSID = e.sid("TWILIO_ACCOUNT_SID", "AC", "the Account SID in Twilio's console")
	o.Twilio.APIKey = e.sid("TWILIO_API_KEY", "SK", "the SID of an API key")
	o.Twilio.APISecret = e.apiSecret()
	o.Twilio.ServiceSID = e.sid("TWILIO_SERVICE_SID", "IS", "the SID of the Conversations service")
	o.Twilio.Region, o.Twilio.Edge = e.values["TWILIO_REGION"], e.values["TWILIO_EDGE"]
	o.Secrets = e.secrets()
	o.SessionKey = []byte(e.key("MISSIVE_SESSION_KEY", minSessionKeyBytes))
	o.Agents = e.list("MISSIVE_AGENTS", "such as ann,bob", checkIdentity)
	o.Origins = e.list("MISSIVE_ORIGINS", "such as https://www.example.com,https://example.com", token.CheckOrigin)
	if len(e.problems) > 0 {
		return o, problem.New("the environment is not complete:\n  "+strings.Join(e.problems, "\n  "), "go run ./cmd/token -h explains each variable")
	}
	return o, nil
}

func (e *environment) problem(format string, args ...any) {
	e.problems = append(e.problems, fmt.Sprintf(format, args...))
}

// required returns the value of a variable, or "" and has a problem.
func (e *environment) required(name, what string) string {
	value := e.values[name]
	switch {
	case value == "":
		e.problem("%s is missing: %s", name, what)
		return ""
	case strings.TrimSpace(value) != value:
		e.problem("%s has a space or a line break at its start or end", name)
		return ""
	}
	return value
}

func (e *environment) sid(name, prefix, what string) string {
	value := e.required(name, fmt.Sprintf("%s, %s and 32 hex digits", what, prefix))
	switch {
	case value == "":
	case !sidPattern.MatchString(value):
		e.problem("%s is malformed: it is %s, %s and 32 hex digits", name, what, prefix)
	case value[:2] != prefix:
		e.problem("%s begins with %s: it is %s, which begins with %s", name, value[:2], what, prefix)
	}
	return value
}

func (e *environment) apiSecret() string {
	const name, what = "TWILIO_API_SECRET", "the secret of the API key, which Twilio shows once"
	value := e.required(name, what)
	// Twilio's client sends no request with any other.
	if strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		e.problem("%s is malformed: %s, has letters and digits only", name, what)
	}
	return value
}

func (e *environment) key(name string, minBytes int) string {
	value := e.required(name, fmt.Sprintf("%d characters or more, as from openssl rand -hex 32", minBytes))
	if value != "" && len(value) < minBytes {
		e.problem("%s has %d characters, and needs %d or more, as from openssl rand -hex 32", name, len(value), minBytes)
	}
	return value
}

// secrets returns the secret keys of the accounts, by their names in the environment.
func (e *environment) secrets() map[string]string {
	secrets := map[string]string{}
	prefix := accounts.SecretVariable("")
	var names []string
	for name := range e.values {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		id := strings.TrimPrefix(name, prefix)
		if id == "" {
			e.problem("%s has no account's id at its end", name)
			continue
		}
		if right := accounts.SecretVariable(id); right != name {
			e.problem("%s is never read: its name is %s", name, right)
			continue
		}
		secrets[id] = e.key(name, minSecretBytes)
	}
	if len(names) == 0 {
		e.problem("%s<ID> is missing: one for each account, as %s for the account acme", prefix, accounts.SecretVariable("acme"))
	}
	return secrets
}

// list returns the values between commas.
func (e *environment) list(name, example string, check func(string) error) (list []string) {
	text := e.required(name, "one or more, "+example)
	if text == "" {
		return nil
	}
	for value := range strings.SplitSeq(text, ",") {
		value = strings.TrimSpace(value)
		if err := check(value); err != nil {
			e.problem("%s: %q %s", name, value, err)
		} else if slices.Contains(list, value) {
			e.problem("%s: %q is there twice", name, value)
		}
		list = append(list, value)
	}
	return list
}

func checkIdentity(text string) error {
	if text == "" || len(text) > maxIdentityBytes || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("is not the identity of a Twilio user, of at most %d characters", maxIdentityBytes)
	}
	return nil
}
