package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/commandline/commandlinetest"
	"missive/cmd/internal/token"
)

var complete = []string{
	"TWILIO_ACCOUNT_SID=AC" + strings.Repeat("1", 32),
	"TWILIO_API_KEY=SK" + strings.Repeat("2", 32),
	"TWILIO_API_SECRET=apisecretapisecretapisecretapise",
	"TWILIO_SERVICE_SID=IS" + strings.Repeat("3", 32),
	"MISSIVE_SECRET_ACME_SHOP=shop secret shop secret",
	"MISSIVE_SECRET_HELP=help secret help secret",
	"MISSIVE_SESSION_KEY=0123456789abcdef0123456789abcdef",
	"MISSIVE_AGENTS=ann, bob",
	"MISSIVE_ORIGINS=https://www.example.com,http://localhost:4400",
	"PATH=/bin",
}

func TestTheEnvironmentHasTheOptions(t *testing.T) {
	got, warnings, err := fromEnvironment(slices.Concat(complete, []string{"TWILIO_REGION=ie1", "TWILIO_EDGE=dublin"}), "")
	if err != nil || warnings != nil {
		t.Fatal(err, warnings)
	}
	want := token.Options{
		Secrets:     map[string][]string{"ACME_SHOP": {"shop secret shop secret"}, "HELP": {"help secret help secret"}},
		SessionKeys: [][]byte{[]byte("0123456789abcdef0123456789abcdef")},
		Agents:      []string{"ann", "bob"},
		Origins:     []string{"https://www.example.com", "http://localhost:4400"},
		Twilio: token.Twilio{
			AccountSID: "AC" + strings.Repeat("1", 32), APIKey: "SK" + strings.Repeat("2", 32),
			APISecret: "apisecretapisecretapisecretapise", ServiceSID: "IS" + strings.Repeat("3", 32),
			Region: "ie1", Edge: "dublin",
		},
	}
	if g, w := fmt.Sprintf("%+v", got.Options), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("\n got: %s\nwant: %s", g, w)
	}
}

const (
	newKey = "49f5bf69ba42ee4cb0fb8b3d3aa1e5d1"
	oldKey = "0123456789abcdef0123456789abcdef"
)

func TestWhileAKeyIsReplacedThereAreTwo(t *testing.T) {
	tests := []struct {
		name     string
		environ  []string
		want     string // session keys, identity key, secrets
		warnings []string
	}{
		{"one key", nil, `["` + oldKey + `"] "" ["shop secret shop secret"]`, nil},
		{"a new one and an old one", []string{"MISSIVE_SESSION_KEY=" + newKey + "," + oldKey, "MISSIVE_IDENTITY_KEY=" + oldKey},
			`["` + newKey + `" "` + oldKey + `"] "` + oldKey + `" ["shop secret shop secret"]`,
			[]string{"MISSIVE_SESSION_KEY has two keys, of which the second one counts for what was made with it"}},
		{"a space behind the comma", []string{"MISSIVE_SECRET_ACME_SHOP=new secret of the shop, shop secret shop secret"},
			`["` + oldKey + `"] "" ["new secret of the shop" "shop secret shop secret"]`,
			[]string{"MISSIVE_SECRET_ACME_SHOP has two keys, of which the second one counts for what was made with it"}},
		{"an old one with a comma", []string{"MISSIVE_SECRET_ACME_SHOP=new secret of the shop,old, secret, of the shop"},
			`["` + oldKey + `"] "" ["new secret of the shop" "old, secret, of the shop"]`,
			[]string{"MISSIVE_SECRET_ACME_SHOP has two keys, of which the second one counts for what was made with it"}},
		{"no key for identities", []string{"MISSIVE_SESSION_KEY=" + newKey + "," + oldKey},
			`["` + newKey + `" "` + oldKey + `"] "" ["shop secret shop secret"]`,
			[]string{"MISSIVE_SESSION_KEY has two keys, of which the second one counts for what was made with it",
				"identities of verified users derive from the second key of MISSIVE_SESSION_KEY, as there is no MISSIVE_IDENTITY_KEY"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o, told, err := fromEnvironment(slices.Concat(complete, test.environ), "")
			if err != nil {
				t.Fatal(err)
			}
			var warnings []string
			for _, w := range told {
				warnings = append(warnings, w.Message)
			}
			if got := fmt.Sprintf("%q %q %q", o.SessionKeys, o.IdentityKey, o.Secrets["ACME_SHOP"]); got != test.want {
				t.Errorf("\n got: %s\nwant: %s", got, test.want)
			}
			if !slices.Equal(warnings, test.warnings) {
				t.Errorf("warned of %q, want %q", warnings, test.warnings)
			}
		})
	}
}

func TestKeysThatCanBeGuessedOrAreSharedAreRefused(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"MISSIVE_SESSION_KEY", strings.Repeat("a", 32), "MISSIVE_SESSION_KEY can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32"},
		{"MISSIVE_SESSION_KEY", strings.Repeat("12345678", 5)[:37], "MISSIVE_SESSION_KEY can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32"},
		{"MISSIVE_SECRET_HELP", "passwordpassword", "MISSIVE_SECRET_HELP can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32"},
		{"MISSIVE_SECRET_HELP", "aabbaabbcabdcabdeeea", "MISSIVE_SECRET_HELP can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32"},
		{"MISSIVE_IDENTITY_KEY", strings.Repeat("a", 32), "MISSIVE_IDENTITY_KEY can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32"},
		{"MISSIVE_IDENTITY_KEY", "too short one", "MISSIVE_IDENTITY_KEY has 13 characters, and needs 32 or more, as from openssl rand -hex 32"},
		{"MISSIVE_IDENTITY_KEY", newKey + "," + oldKey, "MISSIVE_IDENTITY_KEY has a comma, but it is one key for good: with another one verified users start new conversations"},
		{"MISSIVE_IDENTITY_KEY", " " + newKey, "MISSIVE_IDENTITY_KEY has a space or a line break at its start or end"},
		{"MISSIVE_SESSION_KEY", newKey + "," + strings.Repeat("ab", 16), "MISSIVE_SESSION_KEY, behind the comma, can be guessed: it is a few characters again and again; take one as from openssl rand -hex 32"},
		{"MISSIVE_SESSION_KEY", "short, one with a comma, from before", "MISSIVE_SESSION_KEY, before the comma, has 5 characters, and needs 32 or more, as from openssl rand -hex 32"},
		{"MISSIVE_SESSION_KEY", newKey + "," + newKey, "MISSIVE_SESSION_KEY has the same key twice: a new one goes before the comma, the old one behind it"},
		{"MISSIVE_SECRET_HELP", "shop secret shop secret", "MISSIVE_SECRET_ACME_SHOP and MISSIVE_SECRET_HELP have the same key: whoever has one of them has both"},
		{"MISSIVE_SECRET_HELP", "a new one for this account,shop secret shop secret", "MISSIVE_SECRET_ACME_SHOP and MISSIVE_SECRET_HELP have the same key: whoever has one of them has both"},
		{"MISSIVE_SECRET_HELP", oldKey, "MISSIVE_SECRET_HELP and MISSIVE_SESSION_KEY have the same key: whoever has one of them has both"},
	} {
		_, _, err := fromEnvironment(slices.Concat(complete, []string{c.name + "=" + c.value}), "")
		if err == nil || !strings.Contains(err.Error(), "\n  "+c.want+"\n") {
			t.Errorf("%s: got %v, want\n%s", c.name, err, c.want)
		} else if strings.Contains(err.Error(), c.value) {
			t.Errorf("%s: the value is told: %v", c.name, err)
		}
	}
	// A random key of the least length and of the fewest letters passes.
	for _, key := range []string{"9b1c47e2d05f8a36", "shop secret shop secret"} {
		if guessable(key) {
			t.Errorf("%s can be guessed", key)
		}
	}
}

func TestTheRegionIsOneThatHasConversationsWithItsEdge(t *testing.T) {
	for _, c := range []struct{ region, edge, want, problem string }{
		{"", "", " ", ""},
		{"us1", "", " ", ""},
		{"us1", "sao-paulo", " sao-paulo", ""},
		{"", "ashburn", " ashburn", ""},
		{"ie1", "", "ie1 dublin", ""},
		{"ie1", "dublin", "ie1 dublin", ""},
		{"ie1", "ashburn", "", "TWILIO_EDGE is not dublin, where alone the region ie1 is reached: leave it out"},
		{"ie-1", "", "", "TWILIO_REGION is no region of Twilio that has Conversations: did you mean ie1?"},
		{"IE1", "", "", "TWILIO_REGION is no region of Twilio that has Conversations: did you mean ie1?"},
		{"au1", "", "", "TWILIO_REGION is no region of Twilio that has Conversations: there are ie1 and us1"},
		{"frankfurt", "", "", "TWILIO_REGION is no region of Twilio that has Conversations: there are ie1 and us1"},
		{"", "evil.example/", "", "TWILIO_EDGE is not the name of an edge, such as dublin"},
	} {
		o, _, err := fromEnvironment(slices.Concat(complete, []string{"TWILIO_REGION=" + c.region, "TWILIO_EDGE=" + c.edge}), "")
		if c.problem != "" && (err == nil || !strings.Contains(err.Error(), "\n  "+c.problem+"\n")) {
			t.Errorf("%s %s: got %v, want %s", c.region, c.edge, err, c.problem)
		} else if got := o.Twilio.Region + " " + o.Twilio.Edge; c.problem == "" && (err != nil || got != c.want) {
			t.Errorf("%s %s: got %q, %v, want %q", c.region, c.edge, got, err, c.want)
		}
	}
}

func TestIdentitiesOfTheTeamThatVisitorsMustNotSeeAreWarnedOf(t *testing.T) {
	_, warnings, err := fromEnvironment(slices.Concat(complete, []string{"MISSIVE_AGENTS=ann@acme.com,bob"}), "")
	if err != nil || len(warnings) != 1 || warnings[0].Message != "MISSIVE_AGENTS has e-mail addresses, and every visitor can read them" {
		t.Errorf("got %v, %v", warnings, err)
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	tests := []struct {
		name, want string
		environ    []string
	}{
		{"nothing is there", `token: the environment is not complete:
  TWILIO_ACCOUNT_SID is missing: the Account SID in Twilio's console, AC and 32 hex digits
  TWILIO_API_KEY is missing: the SID of an API key, SK and 32 hex digits
  TWILIO_API_SECRET is missing: the secret of the API key, which Twilio shows once
  TWILIO_SERVICE_SID is missing: the SID of the Conversations service, IS and 32 hex digits
  MISSIVE_SECRET_<ID> is missing: one for each account, as MISSIVE_SECRET_ACME for the account acme
  MISSIVE_SESSION_KEY is missing: 32 characters or more, as from openssl rand -hex 32
  -agents is missing: the file with the team, as in -agents agents.yaml, or MISSIVE_AGENTS with what it has
  MISSIVE_ORIGINS is missing: one or more, such as https://www.example.com,https://example.com
  hint: go run ./cmd/token -h explains each variable
`, nil},
		{"all is malformed", `token: the environment is not complete:
  TWILIO_ACCOUNT_SID begins with SK: it is the Account SID in Twilio's console, which begins with AC
  TWILIO_API_KEY is malformed: it is the SID of an API key, SK and 32 hex digits
  TWILIO_API_SECRET is malformed: the secret of the API key, which Twilio shows once, has letters and digits only
  TWILIO_SERVICE_SID has a space or a line break at its start or end
  MISSIVE_SECRET_ has no account's id at its end
  MISSIVE_SECRET_ACME has 5 characters, and needs 16 or more, as from openssl rand -hex 32
  MISSIVE_SECRET_help is never read: its name is MISSIVE_SECRET_HELP
  MISSIVE_SESSION_KEY has 13 characters, and needs 32 or more, as from openssl rand -hex 32
  MISSIVE_AGENTS: "" is not the identity of a Twilio user, of at most 256 characters
  MISSIVE_AGENTS: "ann" is there twice
  MISSIVE_AGENTS: "visitor-ann" begins as visitors' identities do, and would be taken for one of them
  MISSIVE_ORIGINS: "https://www.example.com/" is sent by browsers as https://www.example.com
  MISSIVE_ORIGINS: "*" is not an origin, such as https://www.example.com
  hint: go run ./cmd/token -h explains each variable
`, []string{
			"TWILIO_ACCOUNT_SID=SK" + strings.Repeat("1", 32),
			"TWILIO_API_KEY=apisecret",
			"TWILIO_API_SECRET=api-secret",
			"TWILIO_SERVICE_SID=IS" + strings.Repeat("3", 32) + "\r",
			"MISSIVE_SECRET_=nobody's secret key",
			"MISSIVE_SECRET_ACME=short",
			"MISSIVE_SECRET_help=help secret help secret",
			"MISSIVE_SESSION_KEY=too short one",
			"MISSIVE_AGENTS=ann,,ann,visitor-ann",
			"MISSIVE_ORIGINS=https://www.example.com/,*",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), nil, test.environ, &stdout, &stderr)
			if code != 2 || stdout.Len() > 0 || stderr.String() != test.want {
				t.Errorf("code %d, output %q, error\n%s\nwant\n%s", code, &stdout, &stderr, test.want)
			}
		})
	}
}

func TestWrongUsageIsTold(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	tests := []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, 0, usage},
		{[]string{"-port", "80"}, 2, "token: there is no option -port\n  hint: go run ./cmd/token -h shows all options\n"},
		{[]string{"8080"}, 2, "token: \"8080\" is not expected\n  hint: go run ./cmd/token -h shows all options\n"},
		{[]string{"set-up"}, 2, "token: \"set-up\" is not expected\n  hint: did you mean setup?\n"},
		{[]string{"setup", "-chek"}, 2, "token: there is no option -chek\n  hint: did you mean -check?\n"},
		{[]string{"setup", "now"}, 2, "token: \"now\" is not expected\n  hint: go run ./cmd/token -h shows all options\n"},
		{[]string{"setup", "-h"}, 0, usage},
		{[]string{"-addr", busy.Addr().String()}, 2, "token: listen tcp " + busy.Addr().String() +
			": bind: address already in use\n  hint: name another address, as in -addr 127.0.0.1:8081\n"},
	}
	for _, test := range tests {
		var out bytes.Buffer
		if code := run(t.Context(), test.args, complete, &out, &out); code != test.code || out.String() != test.want {
			t.Errorf("%q: code %d, output\n%s\nwant %d\n%s", test.args, code, &out, test.code, test.want)
		}
	}
}

// running is a token server under test, with its log.
type running struct {
	*testing.T
	address string
	lines   *bufio.Scanner
	stop    func() (code int)
}

func startServer(t *testing.T, environ []string, more ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	output, log := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, append([]string{"-addr", "127.0.0.1:0", "-drain", "0"}, more...), environ, log, log)
		log.Close()
		ended <- code
	}()
	s := &running{T: t, lines: bufio.NewScanner(output)}
	s.stop = func() int {
		cancel()
		for s.lines.Scan() { // it waits for who reads its log
		}
		return <-ended
	}
	t.Cleanup(func() { cancel(); io.Copy(io.Discard, output) })
	s.address = "http://" + s.until("listening")["address"].(string)
	return s
}

// until returns the next line of the log with the message.
func (s *running) until(message string) (line map[string]any) {
	s.Helper()
	for s.lines.Scan() {
		line = nil
		if err := json.Unmarshal(s.lines.Bytes(), &line); err != nil {
			s.Fatalf("%s: %v", s.lines.Bytes(), err)
		}
		if line["msg"] == message {
			return line
		}
	}
	s.Fatalf("the log has ended without %q", message)
	return nil
}

// get returns the answer; that of the token handler is to be read with its line of the log, for which the handler waits.
func (s *running) get(path, origin string) string {
	s.Helper()
	r, err := http.NewRequest(http.MethodGet, s.address+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Origin", origin)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", strings.TrimSuffix(string(body), "\n"))
}

// ask returns the answer of the token handler, and what the log says of it.
func (s *running) ask(account string) (answer string, line map[string]any) {
	s.Helper()
	logged := make(chan map[string]any)
	go func() { logged <- s.until("request") }()
	answer = s.get("/token?account="+account, "https://www.example.com")
	return answer, <-logged
}

// unreachable is an address at which nobody listens.
func unreachable(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "TWILIO_API_URL=http://" + listener.Addr().String()
}

func TestTheServerAnswersUntilItIsStopped(t *testing.T) {
	s := startServer(t, append(complete, unreachable(t)))
	for path, want := range map[string]string{
		"/healthz": "200 ok",
		"/":        `404 {"code":"not-found","message":"There is nothing at this address; the token endpoint is at /token, and the desk at /desk."}`,
	} {
		got, _, _ := strings.Cut(s.get(path, ""), "\nfailing: ") // it may know by then that Twilio is out of reach
		if got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	answer, line := s.ask("unknown")
	if want := `404 {"code":"unknown-account","message":"The token server has no MISSIVE_SECRET_\u003cID\u003e for this account."}`; answer != want {
		t.Errorf("got %s, want %s", answer, want)
	}
	if line["code"] != "unknown-account" || line["status"] != 404.0 {
		t.Errorf("logged %v", line)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTheServerLetsNobodyInBeforeTheServiceIsSetUp(t *testing.T) {
	s := startServer(t, append(complete, unreachable(t)))
	if line := s.until("visitors are not let in: Twilio can't be asked what they may do"); !strings.HasPrefix(fmt.Sprint(line["cause"]), "Twilio can't be reached: ") {
		t.Errorf("logged %v", line)
	}
	if answer, _ := s.ask("help"); !strings.HasPrefix(answer, `503 {"code":"not-ready",`) {
		t.Errorf("got %s", answer)
	}
	s.stop()

	environ := append(complete, local(t))
	s = startServer(t, environ)
	if line := s.until("visitors are not let in: they could do more in Twilio than the chat needs"); line["hint"] != "go run ./cmd/token setup" {
		t.Errorf("logged %v", line)
	}
	if answer, _ := s.ask("help"); !strings.HasPrefix(answer, `503 {"code":"roles-too-wide",`) {
		t.Errorf("got %s", answer)
	}
	if health := s.get("/healthz", ""); !strings.HasPrefix(health, "200 ok\nfailing: roles-too-wide: Nobody is let in, ") {
		t.Errorf("got %s", health)
	}
	s.stop()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"setup"}, environ, &out, &out); code != 0 {
		t.Fatalf("code %d: %s", code, &out)
	}
	s = startServer(t, environ)
	if answer, _ := s.ask("help"); answer != `200 {"online":false,"region":"us1"}` {
		t.Errorf("got %s", answer)
	}
	if health := s.get("/healthz", ""); health != "200 ok" {
		t.Errorf("got %s", health)
	}
	s.stop()
}

func TestHelpIsOutputAndWrongOptionsAreErrors(t *testing.T) {
	run := func(args []string, stdout, stderr io.Writer) int { return run(t.Context(), args, nil, stdout, stderr) }
	commandlinetest.Check(t, run, []commandlinetest.Case{
		{"-h", 0, usage, ""},
		{"-help", 0, usage, ""},
		{"-adr :80", 2, "", "token: there is no option -adr\n  hint: did you mean -addr?\n"},
		{"-trust-proxy yes", 2, "", "token: \"yes\" is no value for -trust-proxy\n  hint: go run ./cmd/token -h shows all options\n"},
		{"serve -addr :80", 2, "", "token: \"serve\" is not expected\n  hint: go run ./cmd/token -h shows all options\n"},
	})
}
