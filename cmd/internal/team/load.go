package team

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/setup"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

const (
	leastAway = time.Minute
	mostAway  = 24 * time.Hour
)

var hints = setup.Hints{
	Empty:  `it needs at least "agents", a list of who answers`,
	Second: `take out the "---": a file has one team`,
}

// Load reads the team's configuration from the text of a file, and all that is wrong with it, by place. The team is usable when each
// problem is a warning.
func Load(file string, data []byte) (*Team, []problem.Problem) {
	root, wrong := setup.Parse(data, hints)
	if wrong != nil {
		wrong.File = file
		return nil, []problem.Problem{*wrong}
	}
	r := &reader{file: file}
	t := &Team{Away: DefaultAway}
	r.team(root, t)
	return t, r.sorted()
}

// IsConfiguration tells the text of a file, be it a wrong one, from identities with commas between them.
func IsConfiguration(text string) bool {
	return strings.Contains(strings.TrimSpace(text), "\n") || begins.MatchString(text)
}

var begins = regexp.MustCompile(`^\s*([{[#%-]|"?\w+"?\s*:(\s|$))`)

func (r *reader) team(n *yaml.Node, t *Team) {
	given := r.section(n, "", keys{
		"url":    func(n *yaml.Node) { t.URL = r.deskURL(n) },
		"away":   func(n *yaml.Node) { t.Away = r.away(n) },
		"agents": func(n *yaml.Node) { r.agents(n, t) },
		"signIn": func(n *yaml.Node) { t.SignIn = r.signIn(n) },
		"notify": func(n *yaml.Node) { r.notify(n, t) },
	})
	switch {
	case given == nil:
		return
	case given["agents"] == nil:
		r.problem(n, "agents", "is missing", `name who answers: "agents: [{identity: ann, name: Ann}]"`)
	}
	if at := given["signIn"]; at != nil && given["url"] == nil {
		r.problem(at, "url", "is missing, and the provider sends agents back there", `write where the desk is reached, as in "url: https://token.example.com/desk"`)
	}
	r.notified(t, given)
	if len(r.problems) == 0 {
		r.waysIn(t)
	}
}

// waysIn warns of agents who can't sign in at the desk.
func (r *reader) waysIn(t *Team) {
	for i, agent := range t.Agents {
		at, path := r.places[i], fmt.Sprintf("agents[%d]", i)
		switch {
		case agent.Password != "" || agent.Identity == "":
		case t.SignIn == nil:
			r.warn(at, path+".password", agent.Identity+" can't sign in at the desk without one", commandline.Program("token")+" password makes a hash to put there")
		case agent.Email == "":
			r.warn(at, path+".email", agent.Identity+" can't sign in at the desk: signIn knows agents by their addresses", "write the address that the provider knows")
		}
	}
}

func (r *reader) agents(n *yaml.Node, t *Team) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.problem(n, "agents", "a list of agents is expected here", `start each agent with a dash: "- identity: ann"`)
		return
	}
	identities, emails := map[string]string{}, map[string]string{}
	for i, item := range n.Content {
		item, path := resolve(item), fmt.Sprintf("agents[%d]", i)
		var a Agent
		given := r.section(item, path, keys{
			"identity": func(n *yaml.Node) { a.Identity = r.identity(n, path+".identity") },
			"name":     func(n *yaml.Node) { a.Name = r.name(n, path+".name") },
			"picture":  func(n *yaml.Node) { a.Picture = r.picture(n, path+".picture") },
			"email":    func(n *yaml.Node) { a.Email = r.email(n, path+".email") },
			"password": func(n *yaml.Node) { a.Password = r.password(n, path+".password") },
		})
		if given == nil {
			continue
		}
		if given["identity"] == nil {
			r.problem(item, path+".identity", "is missing", `it is what Twilio, and every visitor, knows the agent by: "identity: ann"`)
		}
		r.unique(given["identity"], path+".identity", a.Identity, identities, "an agent has one identity, and agents whose identities differ in case alone are taken for each other")
		r.unique(given["email"], path+".email", a.Email, emails, "the address says who signs in, so each agent has another one")
		t.Agents = append(t.Agents, a)
		r.places, r.emails = append(r.places, item), append(r.emails, given["email"])
	}
}

// unique tells of a value that another agent has as well, be it in other case.
func (r *reader) unique(n *yaml.Node, path, value string, known map[string]string, hint string) {
	key := strings.ToLower(value)
	if other, taken := known[key]; taken && value != "" {
		r.problem(n, path, fmt.Sprintf("%s is that of %s, too", problem.Quote(value), other), hint)
		return
	}
	known[key] = strings.TrimSuffix(strings.TrimSuffix(path, ".identity"), ".email")
}

// deskURL reads where the desk is reached.
func (r *reader) deskURL(n *yaml.Node) *url.URL {
	const path, example = "url", `write it as in "https://token.example.com/desk"`
	text, ok := r.text(n, path)
	if !ok {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		r.problem(n, path, "has a name or a password in it", example)
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		r.problem(n, path, problem.Quote(text)+" is not the address of a page", example)
	case u.Scheme == "http" && !token.IsLoopback(u.Hostname()):
		r.problem(n, path, "http is for this machine alone: others on the way could read along and sign in", example)
	case u.Path != "/desk" && u.Path != "/desk/":
		r.problem(n, path, fmt.Sprintf("the server has the desk at /desk, not at %s", problem.Quote(u.Path)), example)
	default:
		u.Path, u.RawPath, u.Host = "/desk", "", token.BrowsersHost(u)
		origin := u.Scheme + "://" + u.Host
		if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || port == 0) {
			r.problem(n, path, problem.Quote(u.Port())+" is no port", example)
		} else if err := token.CheckOrigin(origin); err != nil {
			r.problem(n, path, problem.Quote(origin)+" "+err.Error(), example)
		}
		return u
	}
	return nil
}

func (r *reader) away(n *yaml.Node) time.Duration {
	text, ok := r.text(n, "away")
	if !ok || text == "0" {
		return 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		r.problem(n, "away", problem.Quote(text)+" is no time", `write minutes or hours with their unit, as in "15m" or "1h", or 0 for never`)
	case d != 0 && (d < leastAway || d > mostAway):
		r.problem(n, "away", fmt.Sprintf("%s is not between 1m and 24h", text), "write 0 for agents who stay online until they say otherwise")
	}
	return d
}

// Tenants of Microsoft that are everybody's: whoever makes one of their own could let it say any address. The number is that of private
// accounts.
var (
	tenants = regexp.MustCompile(`(?i)^/(common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(/|$)`)
	tenant  = regexp.MustCompile(`^/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/v2\.0$`)
)

func (r *reader) signIn(n *yaml.Node) *Provider {
	p := &Provider{}
	given := r.section(n, "signIn", keys{
		"issuer":   func(n *yaml.Node) { p.Issuer = r.issuer(n) },
		"clientId": func(n *yaml.Node) { p.ClientID, _ = r.text(n, "signIn.clientId") },
	})
	for _, key := range []string{"issuer", "clientId"} {
		if given != nil && given[key] == nil {
			r.problem(n, "signIn."+key, "is missing", `the provider tells it, as in "signIn: {issuer: https://accounts.google.com, clientId: …}"`)
		}
	}
	return p
}

func (r *reader) issuer(n *yaml.Node) string {
	const path = "signIn.issuer"
	text, ok := r.text(n, path)
	if !ok {
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		r.problem(n, path, "has a name or a password in it", `write it without, as in "https://accounts.google.com"`)
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !token.IsLoopback(u.Hostname())):
		r.problem(n, path, problem.Quote(text)+" is not the address of a provider", `write it with https, as in "https://accounts.google.com"`)
	case strings.HasSuffix(u.Path, "/.well-known/openid-configuration"):
		r.problem(n, path, "this is the address of the provider's configuration", "write what comes before /.well-known")
	case token.BrowsersHost(u) == "login.microsoftonline.com" && tenants.MatchString(u.Path):
		r.problem(n, path, "everybody's tenant is at this address, and says of its users what it likes",
			`write your own one, as in "https://login.microsoftonline.com/TENANT-ID/v2.0"`)
	case token.BrowsersHost(u) == "login.microsoftonline.com" && text != "https://login.microsoftonline.com"+u.Path, u.Host == "login.microsoftonline.com" && !tenant.MatchString(u.Path):
		r.problem(n, path, problem.Quote(text)+" is not how Microsoft writes the issuer of a tenant",
			`write its number in place of TENANT-ID, in small letters, as in "https://login.microsoftonline.com/TENANT-ID/v2.0"`)
	}
	return text
}
