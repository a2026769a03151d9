package team

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"missive/widget/problem"
)

// reader goes through the document, and collects what is wrong with it.
type reader struct {
	file     string
	problems []problem.Problem
	places   []*yaml.Node // of the agents
	emails   []*yaml.Node // of the agents, nil for who has none
}

// mostProblems is how many are told: nobody reads more at once.
const mostProblems = 100

func (r *reader) problem(n *yaml.Node, path, message, hint string) {
	r.problems = append(r.problems, problem.Problem{File: r.file, Line: n.Line, Column: n.Column, Path: path, Message: message, Hint: hint})
}

// sorted returns the problems by place.
func (r *reader) sorted() []problem.Problem {
	slices.SortStableFunc(r.problems, func(a, b problem.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(r.problems) <= mostProblems {
		return r.problems
	}
	return append(r.problems[:mostProblems:mostProblems],
		problem.Problem{File: r.file, Message: fmt.Sprintf("has more problems than these %d", mostProblems), Hint: "solve these first, then start again for the rest"})
}

func (r *reader) warn(n *yaml.Node, path, message, hint string) {
	r.problem(n, path, message, hint)
	r.problems[len(r.problems)-1].Warning = true
}

// keys are what a section may have, each with what reads its value.
type keys map[string]func(*yaml.Node)

// sections has each section's keys, for those that stand in the wrong one.
var sections = map[string][]string{
	"":             {"url", "away", "agents", "signIn", "notify"},
	"agents[]":     {"identity", "name", "picture", "email", "password"},
	"signIn":       {"issuer", "clientId"},
	"notify":       {"after", "email", "webhook"},
	"notify.email": {"server", "from", "user"},
}

// section reads a map, and returns the values by their keys, also those that were misspelt. It returns nil when there is no map.
func (r *reader) section(n *yaml.Node, path string, known keys) map[string]*yaml.Node {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		r.problem(n, path, "options are expected here", noMapHint(n, known))
		return nil
	}
	given := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolve(n.Content[i+1])
		name := key.Value
		full := strings.TrimPrefix(path+"."+name, ".")
		read, is := known[name]
		switch {
		case key.Kind != yaml.ScalarNode || !is:
			hint, meant := unknownHint(name, known)
			r.problem(key, strings.TrimPrefix(path+"."+shown(key), "."), "unknown option", hint)
			if meant != "" && given[meant] == nil {
				given[meant] = value
			}
		case given[name] != nil:
			r.problem(key, full, "is there twice", "keep one of them")
		default:
			given[name] = value
			read(value)
		}
	}
	return given
}

// noMapHint tells what may have been meant by what stands where a map should.
func noMapHint(n *yaml.Node, known keys) string {
	names := slices.Sorted(maps.Keys(known))
	for _, name := range names {
		if n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, name+":") {
			return fmt.Sprintf(`write a space behind the colon: "%s: …"`, name)
		}
	}
	if n.Kind == yaml.ScalarNode && known["identity"] != nil && n.Value != "" && CheckIdentity(n.Value) == nil {
		return fmt.Sprintf(`say what it is: "- identity: %s"`, problem.Shorten(n.Value))
	}
	return "these are known here: " + strings.Join(names, ", ")
}

// shown is a key as a problem names it, which has nothing of a hash.
func shown(key *yaml.Node) string {
	if part := hashPart.FindString(key.Value); part != "" {
		return part
	}
	return strings.Trim(problem.Quote(key.Value), `"`)
}

// hashPart matches the begin of what is left of an argon2id hash behind a comma: where somebody has put one into braces, it is a key.
var hashPart = regexp.MustCompile(`^[tp]=[0-9]+`)

// unknownHint tells what may have been meant by a key, and returns it if it is another one of the section.
func unknownHint(name string, known keys) (hint, meant string) {
	names := slices.Sorted(maps.Keys(known))
	if hashPart.MatchString(name) {
		return "put the hash of a password between quotes: in braces a comma ends it", ""
	}
	switch {
	case name == "password" && known["server"] != nil:
		return "a password must not stand here: put it into the environment's MISSIVE_SMTP_PASSWORD", ""
	case known["issuer"] != nil && strings.Contains(strings.ToLower(name), "secret"):
		return "a secret must not stand here: put it into the environment's MISSIVE_OIDC_SECRET", ""
	case name == "<<":
		return "maps are not merged here: write out what is meant", ""
	}
	if meant := problem.Suggest(name, names); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant), meant
	}
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		if slices.Contains(sections[section], name) {
			switch section {
			case "":
				return "it belongs on the top level", ""
			case "agents[]":
				return `it belongs to an agent of the list "agents"`, ""
			}
			return fmt.Sprintf("it belongs into %q", section), ""
		}
	}
	return "these are known here: " + strings.Join(names, ", "), ""
}

// text reads a text, or a number as it is written.
func (r *reader) text(n *yaml.Node, path string) (string, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || strings.TrimSpace(n.Value) == "" {
		r.problem(n, path, "a text is expected here", "write it behind the colon, or take the line out")
		return "", false
	}
	problems := len(r.problems)
	switch first, _ := utf8.DecodeRuneInString(n.Value); {
	case strings.TrimSpace(n.Value) != n.Value:
		r.problem(n, path, "has a space or a line break at its start or end", "take it out")
	case !slices.Contains(plainTags, n.ShortTag()):
		r.problem(n, path, "a text is expected here, and this has a tag", "take out what begins with an exclamation mark, or put it between quotes if it is a part of the text")
	case strings.ContainsRune("“”„‟‘’‚‛«»", first):
		r.problem(n, path, "begins with a quote that YAML doesn't know, and that would be a part of it", `write it without, or between " and "`)
	}
	return n.Value, len(r.problems) == problems
}

// plainTags are those of texts, and of what looks like something else but is a text here.
var plainTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!timestamp"}

// resolve returns what an alias stands for.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
