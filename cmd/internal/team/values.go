package team

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"gopkg.in/yaml.v3"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

const (
	// maxIdentityBytes is Twilio's limit, which counts characters: with letters beyond ASCII this one is stricter.
	maxIdentityBytes = 256
	// maxNameRunes is Twilio's limit for the friendly name of a user.
	maxNameRunes = 256
)

// CheckIdentity returns why a text can't be the identity of an agent, nil if it can.
func CheckIdentity(text string) error {
	if text == "" || len(text) > maxIdentityBytes || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("is not the identity of a Twilio user, of at most %d characters", maxIdentityBytes)
	}
	if text == "." || text == ".." {
		return errors.New("stands for a folder in the addresses of Twilio's API")
	}
	if token.IsVisitor(strings.ToLower(text)) {
		return errors.New("begins as visitors' identities do, and would be taken for one of them")
	}
	return checkAccents(text)
}

// checkAccents refuses letters whose accents are characters of their own: it looks the same, but what an agent types where they sign in
// is another text.
func checkAccents(text string) error {
	if !norm.NFC.IsNormalString(text) {
		return errors.New("has accents in a form that no keyboard types: type it anew")
	}
	return nil
}

func (r *reader) identity(n *yaml.Node, path string) string {
	text, ok := r.text(n, path)
	if !ok {
		return ""
	}
	if err := CheckIdentity(text); err != nil {
		r.problem(n, path, problem.Quote(text)+" "+err.Error(), `take a short name, such as "ann"`)
	} else if strings.Contains(text, "@") {
		r.problem(n, path, "an e-mail address is no identity: every visitor can read it", `take a short name, such as "ann", and write the address behind "email"`)
	}
	return text
}

func (r *reader) name(n *yaml.Node, path string) string {
	const hint = "write what visitors should call the agent"
	text, ok := r.text(n, path)
	switch {
	case !ok:
	case utf8.RuneCountInString(text) > maxNameRunes || strings.ContainsFunc(text, unicode.IsControl):
		r.problem(n, path, fmt.Sprintf("a name is one line of at most %d characters", maxNameRunes), hint)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }), !strings.ContainsFunc(text, isVisible):
		r.problem(n, path, problem.Quote(text)+" has invisible characters that change what people see", hint)
	}
	return text
}

func isVisible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

func (r *reader) email(n *yaml.Node, path string) string {
	text, ok := r.text(n, path)
	if !ok {
		return ""
	}
	if a, err := mail.ParseAddress(text); err != nil || a.Name != "" || a.Address != text || len(text) > token.MaxEmailBytes {
		r.problem(n, path, problem.Quote(text)+" is not an e-mail address", `write it alone, as in "ann@example.com"`)
	} else if err := checkAccents(text); err != nil {
		r.problem(n, path, problem.Quote(text)+" "+err.Error(), "what is pasted from a file name, for one, may have them")
	}
	return text
}

// password reads a hash. What is wrong with it is told without it, as it may be a password.
func (r *reader) password(n *yaml.Node, path string) string {
	hint := commandline.Program("token") + " password makes one"
	if resolve(n).ShortTag() == "!!null" {
		r.problem(n, path, "is empty", hint+"; for nobody who signs in with a password, take the line out")
		return ""
	}
	text, ok := r.text(n, path)
	if !ok {
		return ""
	}
	if _, err := ParsePassword(text); err != nil {
		r.problem(n, path, err.Error(), hint)
	}
	return text
}

// Password is an argon2id hash, and how it was made.
type Password struct {
	// MemoryKiB and Passes are argon2's m and t, Lanes is its p.
	MemoryKiB, Passes uint32
	Lanes             uint8
	Salt, Hash        []byte
}

// What a hash may cost. Cheaper ones are soon guessed by who has stolen them, by OWASP's Password Storage Cheat Sheet, in which memory
// times passes is about the same in all rows. With dearer ones a few sign-ins would take what a small server has.
const (
	leastMemoryKiB = 7168
	leastWork      = 5 * 7168
	mostMemoryKiB  = 256 << 10
	mostWork       = 1 << 20
	mostLanes      = 16
	leastSaltBytes = 8
	leastHashBytes = 16
	mostBytes      = 64
)

var phc = regexp.MustCompile(`^\$argon2id\$v=19\$m=([1-9][0-9]{0,8}),t=([1-9][0-9]{0,8}),p=([1-9][0-9]?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$`)

// expanded matches what is left of a hash when a program has put in the values of variables that there are not.
var expanded = regexp.MustCompile(`^=19(=[0-9]+)?,t=[0-9]+,p=[0-9]+`)

// ParsePassword reads a hash as a PHC string. The error says what is wrong with it, without repeating it.
func ParsePassword(text string) (Password, error) {
	parts := phc.FindStringSubmatch(text)
	if parts == nil {
		switch {
		case expanded.MatchString(text):
			return Password{}, errors.New("is a hash without what follows its dollar signs: a shell, or Docker Compose, takes that for variables; put it between single quotes there, or write $$ for each $")
		case strings.HasPrefix(text, "$"):
			return Password{}, errors.New("is not an argon2id hash")
		}
		return Password{}, errors.New("is not a hash: a password itself must not stand here")
	}
	var p Password
	var memory, passes, lanes uint64
	// They match, so they can be read.
	_, _ = fmt.Sscan(strings.Join(parts[1:4], " "), &memory, &passes, &lanes)
	p.MemoryKiB, p.Passes, p.Lanes = uint32(memory), uint32(passes), uint8(lanes)
	var errSalt, errHash error
	p.Salt, errSalt = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	p.Hash, errHash = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	switch {
	case errSalt != nil || errHash != nil || len(p.Salt) < leastSaltBytes || len(p.Salt) > mostBytes || len(p.Hash) < leastHashBytes || len(p.Hash) > mostBytes:
		return Password{}, errors.New("is not a whole argon2id hash: something is missing, or too much")
	case memory < leastMemoryKiB || memory*passes < leastWork:
		return Password{}, fmt.Errorf("is made with too little work (m=%d,t=%d): whoever has it soon has the password", memory, passes)
	case memory > mostMemoryKiB || memory*passes > mostWork || lanes > mostLanes:
		return Password{}, fmt.Errorf("is made with too much work (m=%d,t=%d,p=%d): a few who sign in would stop the server", memory, passes, lanes)
	}
	return p, nil
}

// String returns the hash as a PHC string.
func (p Password) String() string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.MemoryKiB, p.Passes, p.Lanes, encode(p.Salt), encode(p.Hash))
}
