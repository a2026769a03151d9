package main

import (
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
			wrong.Hint = "name the file with the team, as in -agents agents.yaml"
			e.ofTeam = append(e.ofTeam, *wrong)
			return &team.Team{}
		}
		return e.load(file, data)
	case text == "":
		e.problem("-agents is missing: the file with the team, as in -agents agents.yaml, or %s with what it has", name)
		return &team.Team{}
	case team.IsConfiguration(text):
		return e.load(name, []byte(text))
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

// identities returns those that stand in the environment without anything else.
func (e *environment) identities() []string {
	agents := e.list("MISSIVE_AGENTS", "such as ann,bob", team.CheckIdentity)
	if slices.ContainsFunc(agents, func(agent string) bool { return strings.Contains(agent, "@") }) {
		e.warn("MISSIVE_AGENTS has e-mail addresses, and every visitor can read them", "let your team sign in to Twilio with names such as ann and bob")
	}
	return agents
}
