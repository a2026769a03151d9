package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// withAgents is the complete environment with other agents.
func withAgents(agents string) []string {
	return append(slices.DeleteFunc(slices.Clone(complete), func(v string) bool { return strings.HasPrefix(v, "MISSIVE_AGENTS=") }), "MISSIVE_AGENTS="+agents)
}

func TestWhatIsNoTeamIsTold(t *testing.T) {
	folder := t.TempDir()
	huge, link := filepath.Join(folder, "huge.yaml"), filepath.Join(folder, "link.yaml")
	if err := os.WriteFile(huge, []byte(strings.Repeat("#", 17<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere.yaml", link); err != nil {
		t.Fatal(err)
	}
	const name = "\n    hint: name the file with the team, as in -agents agents.yaml"
	for _, c := range []struct{ what, agents, file, want string }{
		{"nothing", "", "", "-agents is missing: the file with the team, as in -agents agents.yaml, or MISSIVE_AGENTS with what it has"},
		{"no file", "", filepath.Join(folder, "none.yaml"), "none.yaml: no such file" + name},
		{"a folder", "", folder, "is a folder" + name},
		{"a link to nowhere", "", link, `link.yaml: is a link to "nowhere.yaml", which is not there` + name},
		{"a huge file", "", huge, "huge.yaml: is larger than 16 MB" + name},
		{"an empty file", "", os.DevNull, "is empty\n    hint: it needs at least \"agents\""},
		{"both", "ann", "agents.yaml", "MISSIVE_AGENTS is set, and -agents agents.yaml names the team as well"},
		{"the name of a file", "/etc/missive-agents.yaml", "", "MISSIVE_AGENTS has the name of a file: put in what the file has, or name it with -agents /etc/missive-agents.yaml"},
		{"a list of objects", `[{"identity":"ann"}]`, "", "MISSIVE_AGENTS:1:1: options are expected here"},
		{"one agent", "identity: ann", "", "MISSIVE_AGENTS:1:1: identity: unknown option\n    hint: it belongs to an agent of the list \"agents\""},
		{"lines", "ann\nbob", "", "MISSIVE_AGENTS:1:1: options are expected here"},
		{"semicolons", "ann;bob", "", `MISSIVE_AGENTS: "ann;bob" has a semicolon: put commas between the agents`},
		{"somebody in other case", "ann,ANN", "", `MISSIVE_AGENTS: "ANN" is taken for "ann", which is there, too`},
		{"a path", "ann,..", "", `MISSIVE_AGENTS: ".." stands for a folder in the addresses of Twilio's API`},
	} {
		if _, _, err := fromEnvironment(withAgents(c.agents), c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

// Who reads the server's log must not find what somebody has put into the wrong place.
func TestNoSecretIsRepeated(t *testing.T) {
	for _, text := range []string{
		"agents: [{identity: ann, password: hunter2hunter2}]", "agents: [{identity: ann, password: $2b$12$hunter2hunter2}]", "agents: [{identity: ann, password: '$argon2id$v=19$m=19456,t=2,p=1$hunter2hunter2'}]",
		"agents: [{identity: ann, password: [hunter2hunter2]}]", "agents: [{identity: ann, password: ' hunter2hunter2'}]", "agents: [{identity: ann, password: “hunter2hunter2”}]",
		"agents: [{identity: ann, password: !hunter2hunter2 x}]", "agents: [{identity: ann}]\nnotify: {webhook: 'https://hooks.slack.com/hunter2hunter2'}",
		"agents: [{identity: ann}]\nsignIn: {issuer: https://accounts.google.com, clientId: x, secret: hunter2hunter2}",
		"agents: [{identity: ann}]\nsignIn: {issuer: 'https://ann:hunter2hunter2@id.example.com', clientId: x}",
	} {
		if _, _, err := fromEnvironment(withAgents(text), ""); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
