package team

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU$9mR3mXgG0yJb9tGfq6o1kq1n0bJX2o5c0Qm3u8m2y5E"

func TestATeamIsRead(t *testing.T) {
	got, problems := Load("agents.yaml", []byte(`
# Who answers.
url: https://token.example.com/desk/
away: 1h
agents:
  - identity: ann
    name: Ann Smith
    picture: https://www.example.com/ann.jpg
    email: Ann@example.com
    password: `+hash+`
  - {identity: bob, email: bob@example.com, picture: "data:image/gif;base64,R0lGODlhAQABAAAAACw="}
  - identity: 7
    email: seven@example.com
signIn:
  issuer: https://accounts.google.com
  clientId: missive
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := "https://token.example.com/desk 1h0m0s [" +
		"{ann Ann Smith https://www.example.com/ann.jpg Ann@example.com " + hash + "} {bob  data:image/gif;base64,R0lGODlhAQABAAAAACw= bob@example.com } {7   seven@example.com }] {https://accounts.google.com missive}"
	if text := fmt.Sprint(got.URL, " ", got.Away, " ", got.Agents, " ", *got.SignIn); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if identities := fmt.Sprint(got.Identities()); identities != "[ann bob 7]" {
		t.Error(identities)
	}
	least, problems := Load("agents.yaml", []byte("agents: [{identity: ann, password: "+`"`+hash+`"`+"}]"))
	if len(problems) > 0 || least.Away != 15*time.Minute || least.URL != nil || least.SignIn != nil {
		t.Errorf("%+v, %v", least, problems)
	}
}

func TestWhatIsWrongWithATeamIsToldAtOnceWithItsPlace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "agents.yaml: is empty\n  hint: it needs at least \"agents\", a list of who answers"},
		{"agents: [", "agents.yaml:1: a value is expected here\n  hint: close each bracket once, and put a text that starts with one in quotes"},
		{"away: 5m", `agents.yaml:1:1: agents: is missing
  hint: name who answers: "agents: [{identity: ann, name: Ann}]"`},
		{"agents: []", `agents.yaml:1:9: agents: a list of agents is expected here
  hint: start each agent with a dash: "- identity: ann"`},
		{"- ann", `agents.yaml:1:1: options are expected here
  hint: these are known here: agents, away, notify, signIn, url`},
		{`url: http://chat.example.com/desk
away: 15
agent:
  - identity: ann@example.com
    nam: Ann
    picture: http://www.example.com/ann.jpg
    email: Ann <ann@example.com>
    password: hunter2hunter2
  - identity: Bob
    email: ann@EXAMPLE.com
    issuer: https://accounts.google.com
    password: $2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW
`, `agents.yaml:1:6: url: http is for this machine alone: others on the way could read along and sign in
  hint: write it as in "https://token.example.com/desk"
agents.yaml:2:7: away: "15" is no time
  hint: write minutes or hours with their unit, as in "15m" or "1h", or 0 for never
agents.yaml:3:1: agent: unknown option
  hint: did you mean "agents"?`},
		{"agents:\n  - identity: ann\n    # Of missive-token password.\n    password:\n", `agents.yaml:4:14: agents[0].password: is empty
  hint: go run ./cmd/token password makes one; for nobody who signs in with a password, take the line out`},
		{`agents:
  - identity: ann@example.com
    nam: Ann
    picture: http://www.example.com/ann.jpg
    email: Ann <ann@example.com>
    password: hunter2hunter2
  - identity: Bob
    email: ann@example.com
    issuer: https://accounts.google.com
    password: $2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW
  - identity: bob
    email: ann@EXAMPLE.com
    password: $argon2id$v=19$m=4096,t=3,p=1$c29tZSBzYWx0IGhlcmU$9mR3mXgG0yJb9tGfq6o1kq1n0bJX2o5c0Qm3u8m2y5E
    away: 5m
  - identity: visitor-ann
    name:
    identity: ann
  - name: Nobody
    password: $argon2id$v=19$m=2097152,t=1,p=4$c29tZSBzYWx0IGhlcmU$9mR3mXgG0yJb9tGfq6o1kq1n0bJX2o5c0Qm3u8m2y5E
  - {identity: eve, password: $argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU$9mR3mXgG0yJb9tGfq6o1kq1n0bJX2o5c0Qm3u8m2y5E}
`, `agents.yaml:2:15: agents[0].identity: an e-mail address is no identity: every visitor can read it
  hint: take a short name, such as "ann", and write the address behind "email"
agents.yaml:3:5: agents[0].nam: unknown option
  hint: did you mean "name"?
agents.yaml:4:14: agents[0].picture: "http://www.example.com/ann.jpg" is not the address of a picture
  hint: write it with https, as visitors' browsers load it from there
agents.yaml:5:12: agents[0].email: "Ann <ann@example.com>" is not an e-mail address
  hint: write it alone, as in "ann@example.com"
agents.yaml:6:15: agents[0].password: is not a hash: a password itself must not stand here
  hint: go run ./cmd/token password makes one
agents.yaml:9:5: agents[1].issuer: unknown option
  hint: it belongs into "signIn"
agents.yaml:10:15: agents[1].password: is not an argon2id hash
  hint: go run ./cmd/token password makes one
agents.yaml:11:15: agents[2].identity: "bob" is that of agents[1], too
  hint: an agent has one identity, and agents whose identities differ in case alone are taken for each other
agents.yaml:12:12: agents[2].email: "ann@EXAMPLE.com" is that of agents[1], too
  hint: the address says who signs in, so each agent has another one
agents.yaml:13:15: agents[2].password: is made with too little work (m=4096,t=3): whoever has it soon has the password
  hint: go run ./cmd/token password makes one
agents.yaml:14:5: agents[2].away: unknown option
  hint: it belongs on the top level
agents.yaml:15:15: agents[3].identity: "visitor-ann" begins as visitors' identities do, and would be taken for one of them
  hint: take a short name, such as "ann"
agents.yaml:16:10: agents[3].name: a text is expected here
  hint: write it behind the colon, or take the line out
agents.yaml:17:5: agents[3].identity: is there twice
  hint: keep one of them
agents.yaml:18:5: agents[4].identity: is missing
  hint: it is what Twilio, and every visitor, knows the agent by: "identity: ann"
agents.yaml:19:15: agents[4].password: is made with too much work (m=2097152,t=1,p=4): a few who sign in would stop the server
  hint: go run ./cmd/token password makes one
agents.yaml:20:31: agents[5].password: is not an argon2id hash
  hint: go run ./cmd/token password makes one
agents.yaml:20:54: agents[5].t=2: unknown option
  hint: put the hash of a password between quotes: in braces a comma ends it
agents.yaml:20:58: agents[5].p=1: unknown option
  hint: put the hash of a password between quotes: in braces a comma ends it`},
		{`url: https://chat.example.com/team
agents: [{identity: ann, email: ann@example.com}, {identity: bob, name: Bob}]
signIn: {issuer: https://login.microsoftonline.com/common/v2.0, clientID: missive}
`, `agents.yaml:1:6: url: the server has the desk at /desk, not at "/team"
  hint: write it as in "https://token.example.com/desk"
agents.yaml:3:18: signIn.issuer: everybody's tenant is at this address, and says of its users what it likes
  hint: write your own one, as in "https://login.microsoftonline.com/TENANT-ID/v2.0"
agents.yaml:3:65: signIn.clientID: unknown option
  hint: did you mean "clientId"?`},
		{`url: https://token.example.com/desk
agents: [{identity: ann, email: ann@example.com}, {identity: bob, name: Bob}]
signIn: {issuer: https://login.microsoftonline.com/2f4a9838-26b7-47ee-be60-ccc1fdec5953/v2.0, clientId: missive}
`, `agents.yaml:2:51: warning: agents[1].email: bob can't sign in at the desk: signIn knows agents by their addresses
  hint: write the address that the provider knows`},
		{`agents: [{identity: ann}]`, `agents.yaml:1:10: warning: agents[0].password: ann can't sign in at the desk without one
  hint: go run ./cmd/token password makes a hash to put there`},
		{"agents: [{identity: ann, email: ann@example.com}]\nsignIn: {issuer: http://id.example.com, clientId: missive}", `agents.yaml:2:9: url: is missing, and the provider sends agents back there
  hint: write where the desk is reached, as in "url: https://token.example.com/desk"
agents.yaml:2:18: signIn.issuer: "http://id.example.com" is not the address of a provider
  hint: write it with https, as in "https://accounts.google.com"`},
	} {
		_, problems := Load("agents.yaml", []byte(c.text))
		var got []string
		for _, p := range problems {
			got = append(got, p.Error())
		}
		if text := strings.Join(got, "\n"); text != c.want {
			t.Errorf("%s\n\ngot\n%s\nwant\n%s", c.text, text, c.want)
		}
	}
}

func TestAHashIsReadAndWrittenWithoutChange(t *testing.T) {
	p, err := ParsePassword(hash)
	if err != nil || p.String() != hash {
		t.Errorf("%s, %v", p, err)
	}
	for _, wrong := range []string{
		"", "argon2id", strings.Replace(hash, "argon2id", "argon2i", 1), strings.Replace(hash, "v=19", "v=16", 1), strings.Replace(hash, "t=2", "t=0", 1),
		strings.Replace(hash, "p=1", "p=17", 1), strings.Replace(hash, "m=19456", "m=999999999", 1), hash[:len(hash)-30], hash + "AAAA$", strings.Replace(hash, "p=1$c29tZSBzYWx0IGhlcmU", "p=1$AAAA", 1),
	} {
		if _, err := ParsePassword(wrong); err == nil || wrong != "" && strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

func TestNamesWithCommasAreNoConfiguration(t *testing.T) {
	for text, want := range map[string]bool{
		"ann,bob": false, "ann": false, "ann:url,bob": false, "agents: [{identity: ann}]": true, "# Who answers\nurl: x\n": true, `{"agents": []}`: true, "  agents:\n": true,
		"ann,bob\n": false, "Agents: [{identity: ann}]": true, "identity: ann": true, `[{"identity": "ann"}]`: true, "- identity: ann\n- identity: bob": true, "ann\nbob": true,
	} {
		if got := IsConfiguration(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

func FuzzNoTextStopsTheReading(f *testing.F) {
	f.Add("agents: [{identity: ann, email: a@b.c}]\nsignIn: {issuer: x}")
	f.Add("a: &x [*x]\nagents: *x")
	f.Fuzz(func(t *testing.T, text string) {
		team, problems := Load("agents.yaml", []byte(text))
		if team == nil && len(problems) == 0 {
			t.Error("neither a team nor a problem")
		}
	})
}
