package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"missive/cmd/internal/setup"
	"missive/cmd/internal/team"
)

// deskKeys returns those for the desk: its own, or those of sessions, from which they are derived then.
func (e *environment) deskKeys(session [][]byte) (keys [][]byte) {
	if e.values[deskKey] == "" {
		return session
	}
	for _, key := range e.requiredKeys(deskKey, minKeyBytes) {
		keys = append(keys, []byte(key))
	}
	return keys
}

// clientSecret returns what the provider for signing in knows this server by.
func (e *environment) clientSecret(t *team.Team) string {
	switch {
	case t.SignIn != nil:
		return e.required(oidcSecret, "the client's secret, which the provider of signIn tells")
	case e.values[oidcSecret] != "":
		e.warn(oidcSecret+" is never read: the team has no signIn", "name the provider in the file with the team, or leave the variable out")
	}
	return ""
}

// agents returns the team: of a file, or of the environment, which has either what such a file has or identities alone.
func (e *environment) agents(file string) *team.Team {
	const name = "MISSIVE_AGENTS"
	text := e.values[name]
	switch {
	case file != "" && text != "":
		e.problem("%s is set, and -agents %s names the team as well: leave one of them out", name, file)
	case file != "":
		data, wrong := setup.Read(file)
		if wrong != nil {
			if !strings.HasPrefix(wrong.Message, "can't be read") {
				wrong.Hint = "name the file with the team, as in -agents agents.yaml"
			}
			e.ofTeam = append(e.ofTeam, *wrong)
			return &team.Team{}
		}
		return e.load(file, data)
	case text == "":
		e.problem("-agents is missing: the file with the team, as in -agents agents.yaml, or %s with what it has", name)
		return &team.Team{}
	case team.IsConfiguration(text):
		return e.load(name, []byte(text))
	case isFileName(text):
		e.problem("%s has the name of a file: put in what the file has, or name it with -agents %s", name, text)
		return &team.Team{}
	}
	return team.Named(e.identities())
}

// load reads what a file with the team has.
func (e *environment) load(file string, text []byte) *team.Team {
	t, problems := team.Load(file, text)
	for _, p := range problems {
		if p.Warning {
			e.warnings = append(e.warnings, p)
		} else {
			e.ofTeam = append(e.ofTeam, p)
		}
	}
	if t == nil {
		t = &team.Team{}
	}
	return t
}

// isFileName tells a file with the team from who is in it.
func isFileName(text string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(text)))
}

// identities returns those that stand in the environment without anything else.
func (e *environment) identities() []string {
	known := map[string]string{}
	agents := e.list("MISSIVE_AGENTS", "such as ann,bob", func(identity string) error {
		other, taken := known[strings.ToLower(identity)]
		known[strings.ToLower(identity)] = identity
		switch {
		case taken && other != identity:
			return fmt.Errorf("is taken for %q, which is there, too", other)
		case strings.Contains(identity, ";"):
			return errors.New("has a semicolon: put commas between the agents")
		}
		return team.CheckIdentity(identity)
	})
	if slices.ContainsFunc(agents, func(agent string) bool { return strings.Contains(agent, "@") }) {
		e.warn("MISSIVE_AGENTS has e-mail addresses, and every visitor can read them", "let your team sign in to Twilio with names such as ann and bob")
	}
	return agents
}
