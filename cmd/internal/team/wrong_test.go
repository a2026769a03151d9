package team

import (
	"strings"
	"testing"
)

// What people write by mistake: each is told with its place and what to do about it, and nothing is taken in silence.
func TestMistakesOfAllKindsAreTold(t *testing.T) {
	agent := func(line string) string { return "agents:\n  - identity: ann\n    " + line + "\n" }
	identity := func(value string) string { return "agents: [{identity: " + value + "}]\n" }
	url := func(value string) string { return "url: " + value + "\nagents: [{identity: ann}]\n" }
	issuer := func(value string) string {
		return "url: https://token.example.com/desk\nagents: [{identity: ann, email: ann@example.com}]\nsignIn: {clientId: missive, issuer: " + value + "}\n"
	}
	for _, c := range []struct{ what, text, want string }{
		{"a wrong indent", "agents:\n  - identity: ann\n   name: Ann\n", "agents.yaml:3: a dash is expected here"},
		{"a tab", "agents:\n\t- identity: ann\n", "agents.yaml:2: a tab stands where YAML takes none"},
		{"no dash", "agents:\n  identity: ann\n", `agents.yaml:2:3: agents: a list of agents is expected here
  hint: start each agent with a dash: "- identity: ann"`},
		{"a map of agents", "agents:\n  ann: {name: Ann}\n", "agents.yaml:2:3: agents: a list of agents is expected here"},
		{"names alone", "agents: [ann, bob]\n", `agents.yaml:1:10: agents[0]: options are expected here
  hint: say what it is: "- identity: ann"`},
		{"no space behind the colon", "agents:\n  - identity:ann\n", `agents.yaml:2:5: agents[0]: options are expected here
  hint: write a space behind the colon: "identity: …"`},
		{"nothing behind a dash", "agents:\n  -\n", "agents.yaml:2:4: agents[0]: options are expected here"},
		{"nothing behind agents", "agents:\n", "agents.yaml:1:8: agents: a list of agents is expected here"},
		{"another program's file", "host: https://chat.example.com\nid: acme\n", "agents.yaml:1:1: host: unknown option"},
		{"a key twice", agent("name: Ann\n    name: Anna"), "agents.yaml:4:5: agents[0].name: is there twice"},
		{"a merged map", "agents:\n  - &ann {identity: ann}\n  - {<<: *ann, identity: bob}\n", `agents.yaml:3:6: agents[1].<<: unknown option
  hint: maps are not merged here: write out what is meant`},
		{"an agent twice, by an anchor", "agents:\n  - &ann {identity: ann}\n  - *ann\n", `agents.yaml:2:21: agents[1].identity: "ann" is that of agents[0], too`},
		{"a list in itself", "agents: &all [*all]\n", "agents.yaml:1:9: agents[0]: options are expected here"},
		{"Windows-1252", agent("name: J\xfcrgen"), "agents.yaml:3:12: this is not UTF-8"},
		{"UTF-16", "\xff\xfea\x00", "agents.yaml: is encoded as UTF-16"},

		{"an identity in other case", "agents: [{identity: Ägnes}, {identity: ägnes}]\n", `agents.yaml:1:40: agents[1].identity: "ägnes" is that of agents[0], too`},
		{"an identity that only looks as it is typed", identity("a\u0308gnes"), "agents.yaml:1:21: agents[0].identity: \"a\u0308gnes\" has accents in a form that no keyboard types"},
		{"an address that only looks as it is typed", agent("email: a\u0308gnes@example.com"), "agents.yaml:3:12: agents[0].email: \"a\u0308gnes@example.com\" has accents in a form that no keyboard types"},
		{"an identity that is a path", identity(".."), `agents.yaml:1:21: agents[0].identity: ".." stands for a folder in the addresses of Twilio's API`},
		{"a visitor's identity", identity("Verified-ann"), `agents.yaml:1:21: agents[0].identity: "Verified-ann" begins as visitors' identities do`},
		{"no identity", identity("~"), "agents.yaml:1:21: agents[0].identity: a text is expected here"},
		{"a list of identities", identity("[ann]"), "agents.yaml:1:21: agents[0].identity: a text is expected here"},
		{"a tag", identity("!!binary YW5u"), `agents.yaml:1:21: agents[0].identity: a text is expected here, and this has a tag`},
		{"quotes of a word processor", identity("“ann”"), "agents.yaml:1:21: agents[0].identity: begins with a quote that YAML doesn't know"},
		{"a name that can't be seen", agent(`name: "\u200b"`), `agents.yaml:3:11: agents[0].name: "\u200b" has invisible characters`},
		{"a name that turns around", agent(`name: "A\u202Enn"`), `agents.yaml:3:11: agents[0].name: "A\u202enn" has invisible characters`},
		{"a name of two lines", agent("name: |\n      Ann\n      Smith"), "agents.yaml:3:11: agents[0].name: has a space or a line break at its start or end"},
		{"two addresses", agent("email: a@example.com, b@example.com"), `agents.yaml:3:12: agents[0].email: "a@example.com, b@example.com" is not an e-mail address`},

		{"a picture's file", agent("picture: ./ann.jpg"), `agents.yaml:3:14: agents[0].picture: "./ann.jpg" is not the address of a picture`},
		{"an SVG with a script", agent("picture: data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "agents.yaml:3:14: agents[0].picture: the picture carries a script: onload"},
		{"an SVG in Base64 that loads something", agent("picture: data:image/svg+xml;base64,PHN2Zz48aW1hZ2UgaHJlZj0iaHR0cHM6Ly9ldmlsLmV4YW1wbGUvIi8+PC9zdmc+"),
			"agents.yaml:3:14: agents[0].picture: the picture carries a reference to something outside, in href"},
		{"an SVG that is cut off at its colour", agent("picture: data:image/svg+xml,<svg><path fill='#fff'/></svg>"), "agents.yaml:3:14: agents[0].picture: the picture"},
		{"a picture that is cut", agent("picture: data:image/gif;base64,R0lGODlhA"), "agents.yaml:3:14: agents[0].picture: the picture is not whole: its data is no Base64"},
		{"a picture without anything in it", agent("picture: data:image/png;base64,"), "agents.yaml:3:14: agents[0].picture: the picture's content is not image/png"},
		{"a picture of another kind", agent("picture: data:image/png;base64,R0lGODlhAQABAAAAACw="), `agents.yaml:3:14: agents[0].picture: the picture's content is not image/png
  hint: it is image/gif: write that before the data`},
		{"a kind that there is not", agent("picture: data:image/jpg;base64,AAAA"), `agents.yaml:3:14: agents[0].picture: "data:image/jpg;base64,AAAA" is not a picture
  hint: begin it with data:image/, one of png, jpeg,`},

		{"a hash that is cut", agent("password: " + hash[:len(hash)-1]), "agents.yaml:3:15: agents[0].password: is not a whole argon2id hash"},
		{"a hash on two lines", agent("password: " + hash[:40] + "\n      " + hash[40:]), "agents.yaml:3:15: agents[0].password: is not an argon2id hash"},
		{"a hash that a shell has read", agent("password: '=19=19456,t=2,p=1/9mR3mXgG0yJb9tGf'"), "agents.yaml:3:15: agents[0].password: is a hash without what follows its dollar signs"},
		{"a password", agent("password: 123456"), "agents.yaml:3:15: agents[0].password: is not a hash: a password itself must not stand here"},
		{"4 GiB", agent("password: $argon2id$v=19$m=4194304,t=1,p=1$c29tZSBzYWx0IGhlcmU$9mR3mXgG0yJb9tGfq6o1kq1n0bJX2o5c0Qm3u8m2y5E"),
			"agents.yaml:3:15: agents[0].password: is made with too much work"},

		{"no path", url("https://token.example.com"), `agents.yaml:1:6: url: the server has the desk at /desk, not at ""`},
		{"no scheme", url("token.example.com/desk"), `agents.yaml:1:6: url: "token.example.com/desk" is not the address of a page`},
		{"a query", url("https://token.example.com/desk?a=b"), "agents.yaml:1:6: url: "},
		{"no port", url("https://token.example.com:99999/desk"), `agents.yaml:1:6: url: "99999" is no port`},
		{"any host", url("https://*.example.com/desk"), `agents.yaml:1:6: url: "https://*.example.com" has a *, but each origin must be named`},
		{"letters beyond ASCII", url("https://tökén.example.com/desk"), `agents.yaml:1:6: url: "https://tökén.example.com" has letters that browsers send in their ASCII form, xn--…`},
		{"a map", url("{host: token.example.com}"), "agents.yaml:1:6: url: a text is expected here"},

		{"the secret", "url: https://token.example.com/desk\nagents: [{identity: ann, email: ann@example.com}]\nsignIn: {clientId: missive, issuer: https://accounts.google.com, clientSecret: hush}\n",
			`agents.yaml:3:66: signIn.clientSecret: unknown option
  hint: a secret must not stand here: put it into the environment's MISSIVE_OIDC_SECRET`},
		{"no options", "url: https://token.example.com/desk\nagents: [{identity: ann, email: ann@example.com}]\nsignIn: google\n", "agents.yaml:3:9: signIn: options are expected here"},
		{"everybody's tenant in capitals", issuer("https://LOGIN.microsoftonline.com/Common/v2.0"), "agents.yaml:3:37: signIn.issuer: everybody's tenant is at this address"},
		{"everybody's tenant with a port", issuer("https://login.microsoftonline.com:443/organizations/v2.0"), "agents.yaml:3:37: signIn.issuer: everybody's tenant is at this address"},
		{"everybody's tenant by its number", issuer("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"), "agents.yaml:3:37: signIn.issuer: everybody's tenant is at this address"},
		{"what stands for a tenant", issuer("https://login.microsoftonline.com/TENANT-ID/v2.0"), "agents.yaml:3:37: signIn.issuer: \"https://login.microsoftonline.com/TENANT-ID/v2.0\" is not how Microsoft writes the issuer"},
		{"a tenant without its version", issuer("https://login.microsoftonline.com/2f4a9838-26b7-47ee-be60-ccc1fdec5953"), "agents.yaml:3:37: signIn.issuer: "},
	} {
		_, problems := Load("agents.yaml", []byte(c.text))
		if len(problems) == 0 || problems[0].Warning || problems[0].Hint == "" || !strings.HasPrefix(problems[0].Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.what, problems, c.want)
		}
	}
}

func TestWhatOnlyLooksWrongIsTaken(t *testing.T) {
	for what, text := range map[string]string{
		"a byte order mark":       "\ufeffagents: [{identity: ann, password: " + `"` + hash + `"` + "}]",
		"line ends of Windows":    "agents:\r\n  - identity: ann\r\n    password: " + hash + "\r\n",
		"an anchor of a value":    "agents:\n  - {identity: ann, picture: &logo https://www.example.com/logo.png, password: '" + hash + "'}\n  - {identity: bob, picture: *logo, password: '" + hash + "'}\n",
		"a number":                "agents: [{identity: 007, password: '" + hash + "'}]",
		"a word for true":         "agents: [{identity: yes, password: '" + hash + "'}]",
		"a picture over lines":    "agents:\n  - identity: ann\n    password: " + hash + "\n    picture: data:image/gif;base64,R0lGODlh\n      AQABAAAAACw=\n",
		"an SVG with escapes":     "agents:\n  - identity: ann\n    password: " + hash + "\n    picture: data:image/svg+xml;utf8,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cpath fill='%23fff'/%3E%3C/svg%3E\n",
		"JSON":                    `{"agents": [{"identity": "ann", "password": "` + hash + `"}]}`,
		"an issuer with a slash":  "url: https://token.example.com/desk\nagents: [{identity: ann, email: ann@example.com}]\nsignIn: {clientId: missive, issuer: https://acme.auth0.com/}\n",
		"a url in capitals":       "url: HTTPS://Token.Example.com:443/desk/\nagents: [{identity: ann, password: '" + hash + "'}]",
		"a url with another port": "url: https://token.example.com:8443/desk\nagents: [{identity: ann, password: '" + hash + "'}]",
	} {
		team, problems := Load("agents.yaml", []byte(text))
		if len(problems) > 0 {
			t.Errorf("%s: %v", what, problems)
		} else if what == "a url in capitals" && team.URL.String() != "https://token.example.com/desk" {
			t.Errorf("%s: %s", what, team.URL)
		}
	}
}

func TestAtMostAHundredProblemsAreTold(t *testing.T) {
	_, problems := Load("agents.yaml", []byte("agents:\n"+strings.Repeat("  - {}\n", 5000)))
	if last := problems[len(problems)-1]; len(problems) != mostProblems+1 || last.Message != "has more problems than these 100" {
		t.Errorf("%d, the last one %v", len(problems), last)
	}
}
