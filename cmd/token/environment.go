package main

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/notify"
	"missive/cmd/internal/team"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

const (
	// minKeyBytes is the size of the hash that the key is for: RFC 2104, section 3, advises against less.
	minKeyBytes = 32
	// minSecretBytes keeps somebody who has the digest of one address from finding the key by trying all keys.
	minSecretBytes = 16
	// minDifferent is how many different characters a key must have. Of keys of 16 random hex digits one in 25,000 has fewer.
	minDifferent = 6
	// maxPattern is the length of a pattern that a key must not repeat, in characters.
	maxPattern = 8
)

const (
	sessionKey  = "MISSIVE_SESSION_KEY"
	identityKey = "MISSIVE_IDENTITY_KEY"
	deskKey     = "MISSIVE_DESK_KEY"
	oidcSecret  = "MISSIVE_OIDC_SECRET"
)

// configuration is what the server is started with, but for the options of its command line.
type configuration struct {
	token.Options
	team *team.Team
	// deskKeys seal the cookies of those who are signed in at the desk.
	deskKeys     [][]byte
	clientSecret string // of the provider for signing in
	notify       notify.Options
}

var sidPattern = regexp.MustCompile(`^[A-Z]{2}[0-9a-fA-F]{32}$`)

// environment reads variables, and collects what is wrong with them. Messages hold no value that may be a secret, as one that was put
// into the wrong variable is.
type environment struct {
	values   map[string]string
	problems []string
	warnings []problem.Problem // of what stops nothing
	keys     map[string]string // the variables that the keys were in, by the keys
	// ofTeam is what is wrong with the team's file.
	ofTeam []problem.Problem
}

func newEnvironment(environ []string) *environment {
	e := &environment{values: map[string]string{}, keys: map[string]string{}}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		e.values[name] = value
	}
	return e
}

// fromEnvironment returns what the environment has, and the file with the team if there is one, with warnings, or an error that tells all
// that is missing or malformed.
func fromEnvironment(environ []string, agentsFile string) (configuration, []problem.Problem, error) {
	e := newEnvironment(environ)
	var o configuration
	o.Twilio = e.twilio()
	o.Socket = socketOf(o.Twilio)
	o.Secrets = e.secrets()
	o.SessionKeys, o.IdentityKey = e.sessionKeys()
	o.team = e.agents(agentsFile)
	o.Agents = o.team.Identities()
	o.deskKeys = e.deskKeys(o.SessionKeys)
	o.clientSecret = e.clientSecret(o.team)
	o.notify = e.notifications(o.team)
	o.Origins = e.list("MISSIVE_ORIGINS", "such as https://www.example.com,https://example.com", token.CheckOrigin)
	return o, e.warnings, e.err()
}

func (e *environment) twilio() token.Twilio {
	region, edge := e.region()
	return token.Twilio{
		AccountSID: e.sid("TWILIO_ACCOUNT_SID", "AC", "the Account SID in Twilio's console"),
		APIKey:     e.sid("TWILIO_API_KEY", "SK", "the SID of an API key"),
		APISecret:  e.apiSecret(),
		ServiceSID: e.sid("TWILIO_SERVICE_SID", "IS", "the SID of the Conversations service"),
		Region:     region, Edge: edge,
		URL: e.apiURL(),
	}
}

// region returns the region, "" for Twilio's default one, and where its API is called.
func (e *environment) region() (region, edge string) {
	const name, edgeName = "TWILIO_REGION", "TWILIO_EDGE"
	region, edge = e.values[name], e.values[edgeName]
	known := token.Regions()
	switch {
	case region == "" || region == "us1":
		region = ""
	case !slices.Contains(known, region):
		meant := "there are " + strings.Join(known, " and ")
		if near := problem.Suggest(region, known); near != "" {
			meant = "did you mean " + near + "?"
		}
		e.problem("%s is no region of Twilio that has Conversations: %s", name, meant)
	case edge == "" || edge == token.EdgeOf(region):
		edge = token.EdgeOf(region)
	default:
		e.problem("%s is not %s, where alone the region %s is reached: leave it out", edgeName, token.EdgeOf(region), region)
	}
	// It becomes a part of the host name to which the API key goes.
	if edge != "" && !edgePattern.MatchString(edge) {
		e.problem("%s is not the name of an edge, such as dublin", edgeName)
	}
	return region, edge
}

var edgePattern = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// apiURL returns where a stand-in for Twilio's API is, nil for none. It must be on this machine: it gets the API key.
func (e *environment) apiURL() *url.URL {
	const name = "TWILIO_API_URL"
	if e.values[name] == "" {
		return nil
	}
	u, err := url.Parse(e.values[name])
	if err != nil || u.Scheme != "http" || u.User != nil || !token.IsLoopback(u.Hostname()) {
		e.problem("%s is no address on this machine, such as http://127.0.0.1:4400: it is for trying things out, and the API key goes there", name)
		return nil
	}
	return u
}

// socketOf returns where the stand-in has its web socket, which is where the local conversations of this project have theirs; "" is
// Twilio's own.
func socketOf(t token.Twilio) string {
	if t.URL == nil {
		return ""
	}
	return "ws://" + t.URL.Host + "/v3/wsconnect"
}

// err tells all that is missing or malformed, if anything is.
func (e *environment) err() error {
	var list []string
	for _, p := range e.ofTeam {
		list = append(list, strings.ReplaceAll(p.Error(), "\n", "\n  "))
	}
	switch team := strings.Join(list, "\n  "); {
	case len(e.problems) == 0 && len(list) == 0:
		return nil
	case len(e.problems) == 0:
		return problem.New("the team can't be read:\n  "+team, "")
	default:
		return problem.New("the environment is not complete:\n  "+strings.Join(append(e.problems, list...), "\n  "), e.explained())
	}
}

// explained says what explains the variables, and to who has started the program by hand on a server, how it gets those of the service.
func (e *environment) explained() string {
	hint := started + " -h explains each variable"
	if strings.HasPrefix(started, "missive-") && e.values["TWILIO_ACCOUNT_SID"] == "" && e.values["TWILIO_API_KEY"] == "" {
		return "a file has them? systemd-run --quiet --pipe --wait -p EnvironmentFile=/etc/missive-token.env /usr/local/bin/" + started + " …; " + hint
	}
	return hint
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

// requiredKeys returns the keys of a variable: one, or a new and an old one.
func (e *environment) requiredKeys(name string, minBytes int) []string {
	value := e.required(name, fmt.Sprintf("%d characters or more, as from openssl rand -hex 32", minBytes))
	if value == "" {
		return nil
	}
	keys := accounts.Keys(value)
	if len(keys) == 1 {
		e.checkKey(name, "", value, minBytes)
		return keys
	}
	e.checkKey(name, ", before the comma,", keys[0], minBytes)
	e.checkKey(name, ", behind the comma,", keys[1], minBytes)
	e.warn(name+" has two keys, of which the second one counts for what was made with it", "leave it out once nothing of it is left")
	return keys
}

// checkKey checks one key of a variable. The place says in a problem which of two it is.
func (e *environment) checkKey(name, place, key string, minBytes int) {
	what := name + place
	other, known := e.keys[key]
	switch {
	case len(key) < minBytes:
		e.problem("%s has %d characters, and needs %d or more, as from openssl rand -hex 32", what, len(key), minBytes)
	case guessable(key):
		e.problem("%s can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32", what)
	case known && other == name:
		e.problem("%s has the same key twice: a new one goes before the comma, the old one behind it", name)
	case known:
		e.problem("%s and %s have the same key: whoever has one of them has both", other, name)
	default:
		e.keys[key] = name
	}
}

// guessable reports whether somebody who tries would soon find a key. It knows the plainest ones only.
func guessable(key string) bool {
	letters := map[byte]bool{}
	for i := range len(key) {
		letters[key[i]] = true
	}
	if len(letters) < minDifferent {
		return true
	}
	for n := 1; n <= min(maxPattern, len(key)/2); n++ {
		if key[n:] == key[:len(key)-n] {
			return true
		}
	}
	return false
}

// sessionKeys returns those that sign sessions, and the one that identities derive from, if it is another one.
func (e *environment) sessionKeys() (session [][]byte, identity []byte) {
	for _, key := range e.requiredKeys(sessionKey, minKeyBytes) {
		session = append(session, []byte(key))
	}
	if e.values[identityKey] != "" {
		return session, e.identityKey()
	}
	if len(session) > 1 {
		e.warn("identities of verified users derive from the second key of "+sessionKey+", as there is no "+identityKey,
			"make that key "+identityKey+" before you leave it out: with another one verified users start new conversations")
	}
	return session, nil
}

func (e *environment) identityKey() []byte {
	key := e.required(identityKey, "")
	switch {
	case key == "":
	case strings.Contains(key, ","):
		e.problem("%s has a comma, but it is one key for good: with another one verified users start new conversations", identityKey)
	case e.keys[key] == sessionKey:
		// What it was before there were two variables.
	default:
		e.checkKey(identityKey, "", key, minKeyBytes)
	}
	return []byte(key)
}

func (e *environment) warn(message, hint string) {
	e.warnings = append(e.warnings, problem.Problem{Message: message, Hint: hint, Warning: true})
}

// secrets returns the secret keys of the accounts, by their names in the environment.
func (e *environment) secrets() map[string][]string {
	secrets := map[string][]string{}
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
		secrets[id] = e.requiredKeys(name, minSecretBytes)
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
