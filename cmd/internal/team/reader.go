package team

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

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

func (r *reader) problem(n *yaml.Node, path, message, hint string) {
	r.problems = append(r.problems, problem.Problem{File: r.file, Line: n.Line, Column: n.Column, Path: path, Message: message, Hint: hint})
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
		r.problem(n, path, "options are expected here", "these are known here: "+strings.Join(slices.Sorted(maps.Keys(known)), ", "))
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
	if name == "password" && known["server"] != nil {
		return "a password must not stand here: put it into the environment's MISSIVE_SMTP_PASSWORD", ""
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
	if strings.TrimSpace(n.Value) != n.Value {
		r.problem(n, path, "has a space or a line break at its start or end", "take it out")
		return "", false
	}
	return n.Value, true
}

// resolve returns what an alias stands for.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
