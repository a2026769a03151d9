package verify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/hosting"
)

// page is what of a page of the site matters to the chat.
type page struct {
	open     bool // false: there is none, or it can't be read
	header   http.Header
	policies []policy
	scripts  []script // those of the chat's snippets
	others   []string // addresses from which snippets of other accounts load theirs
	held     bool     // a snippet of the account waits for a consent tool to start it
}

// script is a script element. The text is that of an inline one.
type script struct {
	src         *url.URL // nil for an inline one
	nonce, text string
	integrity   string
	cors        bool // it has the attribute crossorigin
}

// openPage gets the page that has the chat.
func (v *verifier) openPage(ctx context.Context) {
	address := v.page.String()
	v.checked(address)
	a, f := v.get(ctx, address, maxFileBytes, http.Header{"Accept": {"text/html"}})
	switch {
	case f != nil:
		v.problem(address, f.Message, f.Hint)
		return
	case a.status != http.StatusOK:
		v.problem(address, "answers "+a.statusText(), "name a page that everybody can open")
		return
	case !isHTML(a):
		v.problem(address, "is no HTML page", "name a page of your site that has the chat")
		return
	}
	asked := v.page
	v.page = a.url
	v.chat = v.readPage(a)
	if origin(asked) == origin(v.page) {
		return
	}
	v.warn(address, "redirects to "+brief(v.page.String())+", which was looked at", "name the address of a page that has the chat and that everybody can open")
	if v.site = ""; slices.ContainsFunc(v.chat.scripts, v.loads) {
		v.site = origin(v.page)
	}
}

// checkPage looks at what is in the page, and at what its headers forbid.
func (v *verifier) checkPage() {
	address := v.page.String()
	v.checkMixed(v.base.String(), v.base, "the chat's host")
	v.checkSnippet(address)
	for _, policy := range v.chat.policies {
		v.checkPolicy(address, policy, v.chat)
	}
	embedder := strings.ToLower(v.chat.header.Get("Cross-Origin-Embedder-Policy"))
	if strings.HasPrefix(embedder, "require-corp") && v.foreign() && !v.allOffered() {
		v.problem(address, `has "Cross-Origin-Embedder-Policy: require-corp", which blocks what other hosts don't offer to all`,
			`send "Cross-Origin-Resource-Policy: cross-origin" with the files of dist/`)
	}
}

// checkSnippet checks that the page loads this account, and from here.
func (v *verifier) checkSnippet(address string) {
	paste := "paste " + v.id + "/snippet.html from dist"
	elsewhere := slices.IndexFunc(v.chat.scripts, func(s script) bool { return v.startsAt(s) != nil && !v.loads(s) && !isPinned(v.startsAt(s).Path) })
	switch {
	case slices.ContainsFunc(v.chat.scripts, v.loads):
	case v.chat.held:
		v.note(address + " has the snippet as text, for a consent tool to start: without consent there is no chat")
	case elsewhere >= 0:
		v.problem(address, "loads the chat from "+brief(v.startsAt(v.chat.scripts[elsewhere]).String())+", and not from here", paste+", or verify the account there")
	case len(v.chat.others) > 0:
		v.problem(address, "has the snippet of another account, which loads "+brief(v.chat.others[0]), paste+", or verify that account")
	case slices.ContainsFunc(v.chat.scripts, func(s script) bool { return s.src != nil }): // a pinned one of another place, which was told
	default:
		v.warn(address, "has no snippet of this account in its HTML", paste+"; if a tag manager or a script of yours adds it, all is well")
	}
}

// allOffered reports whether the page may use all that it loads without asking the host: pictures, and missive.js unless it is
// pinned.
func (v *verifier) allOffered() bool {
	return (v.integrities != nil || v.offered(v.launcher)) && (v.picture == nil || v.offered(v.picture))
}

// need is an address that the chat loads, and why.
type need struct {
	directive string
	url       *url.URL
}

// needs are all addresses that the page has to allow, but for inline scripts.
func (v *verifier) needs() []need {
	var list []need
	add := func(directive, address string) {
		if u, err := url.Parse(address); err == nil {
			list = append(list, need{directive, u})
		}
	}
	for _, address := range v.scripts {
		add("script-src", address)
	}
	for _, d := range hosting.PolicyOf(v.account) {
		for _, source := range d.Sources {
			if d.Name != "script-src" { // of which each address is known
				add(d.Name, source)
			}
		}
	}
	return list
}

// checkPolicy says what of the chat a policy of the page blocks.
func (v *verifier) checkPolicy(address string, p policy, chat page) {
	const all = "csp.txt beside the account's missive.js in dist has all that the chat needs"
	if sources, ok := p["sandbox"]; ok && !slices.ContainsFunc(sources, func(s string) bool { return strings.EqualFold(s, "allow-scripts") }) {
		v.problem(address, "has a Content-Security-Policy with sandbox, which forbids all scripts", "add allow-scripts to it")
		return
	}
	blocked := map[string]bool{}
	for _, n := range v.needs() {
		name, sources, ok := p.effective(n.directive)
		if !ok || allowsURL(sources, v.page, n.url) || n.directive == "script-src" && trusts(sources, chat, n.url) {
			continue
		}
		// One finding for each host and directive is enough.
		if key := n.directive + " " + n.url.Host; !blocked[key] {
			blocked[key] = true
			v.problem(address, fmt.Sprintf("has a Content-Security-Policy that blocks %s: its %s is %s", n.url, name, list(sources)),
				fmt.Sprintf("add %s to %s; %s", v.suggest(n), n.directive, all))
		}
	}
	v.checkScripts(address, p, chat)
	v.checkTrustedTypes(address, p, chat)
}

// trusts reports whether a script may be loaded wherever it comes from: for its nonce, its integrity, or for who loads it.
func trusts(sources []string, chat page, u *url.URL) bool {
	return strictDynamic(sources) || slices.ContainsFunc(chat.scripts, func(s script) bool {
		return s.src != nil && *s.src == *u && (allowsNonce(sources, s.nonce) || allowsIntegrity(sources, s.integrity))
	})
}

// suggest is what a policy should have for a need.
func (v *verifier) suggest(n need) string {
	for _, d := range hosting.PolicyOf(v.account) {
		for _, source := range d.Sources {
			if d.Name == n.directive && matches(source, v.page, n.url) {
				return source
			}
		}
	}
	return n.url.String()
}

// checkScripts checks the elements by which the chat gets into the page.
func (v *verifier) checkScripts(address string, p policy, chat page) {
	name, sources, ok := p.effective("script-src")
	if !ok {
		return
	}
	for _, s := range chat.scripts {
		switch {
		case s.src == nil && !allowsInline(sources, s.nonce, s.text):
			v.problem(address, fmt.Sprintf("has a Content-Security-Policy that blocks the inline script of the snippet: its %s is %s", name, list(sources)),
				fmt.Sprintf("use snippet-csp.html, or add '%s' to %s", bundle.Integrity([]byte(s.text)), name))
		case s.src == nil || !strictDynamic(sources) || allowsNonce(sources, s.nonce):
		case allowsIntegrity(sources, s.integrity):
			v.warn(address, "has a Content-Security-Policy with 'strict-dynamic', under which Firefox before 116 takes no script element for its integrity",
				"give the element the nonce of the page, too")
		default:
			v.problem(address, "has a Content-Security-Policy with 'strict-dynamic', which blocks the snippet's script element", "give the element the nonce of the page")
		}
	}
}

// checkTrustedTypes checks that the chat may make its policy, by which it loads its files.
func (v *verifier) checkTrustedTypes(address string, p policy, chat page) {
	if names, ok := p["trusted-types"]; ok && !slices.Contains(names, "missive-chat") && !slices.Contains(names, "*") {
		v.problem(address, "has a Content-Security-Policy that blocks the chat's Trusted Types policy: its trusted-types is "+list(names), "add missive-chat to trusted-types")
	}
	if _, enforced := p["require-trusted-types-for"]; !enforced {
		return
	}
	for _, s := range chat.scripts {
		if strings.Contains(s.text, "missive.js") { // whose address it sets as a plain text
			v.problem(address, "enforces Trusted Types, under which the inline script of the snippet may not load missive.js", "use snippet-csp.html")
		}
	}
}

func list(sources []string) string {
	if len(sources) == 0 {
		return "empty"
	}
	return brief(strings.Join(sources, " "))
}
