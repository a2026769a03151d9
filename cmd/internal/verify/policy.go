package verify

import (
	"crypto/sha512"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
)

// policy is one Content-Security-Policy: the sources of each directive, by its name in lower case.
type policy map[string][]string

// parsePolicies takes a header, or the content of a meta element, apart: there may be several, with commas between.
func parsePolicies(text string) []policy {
	var list []policy
	for one := range strings.SplitSeq(text, ",") {
		p := policy{}
		for directive := range strings.SplitSeq(one, ";") {
			words := strings.Fields(directive)
			if len(words) == 0 {
				continue
			}
			// Of two directives of a name the first counts: CSP Level 3, section 2.2.1.
			if name := strings.ToLower(words[0]); p[name] == nil {
				p[name] = append([]string{}, words[1:]...)
			}
		}
		if len(p) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// fallbacks are the directives that are asked in turn for what a page loads: CSP Level 3, section 6.8.3.
var fallbacks = map[string][]string{
	"script-src":  {"script-src-elem", "script-src", "default-src"},
	"img-src":     {"img-src", "default-src"},
	"connect-src": {"connect-src", "default-src"},
}

// effective returns the directive that decides; ok is false when none does, so that all is allowed.
func (p policy) effective(directive string) (name string, sources []string, ok bool) {
	for _, name := range fallbacks[directive] {
		if sources, ok := p[name]; ok {
			return name, sources, true
		}
	}
	return "", nil, false
}

// strictDynamic reports whether scripts are trusted for who loads them, and not for where they come from.
func strictDynamic(sources []string) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return strings.EqualFold(s, "'strict-dynamic'") })
}

// allowsURL reports whether one of the sources of a page's policy is the address: CSP Level 3, section 6.7.2.
func allowsURL(sources []string, page, u *url.URL) bool {
	return slices.ContainsFunc(sources, func(source string) bool { return matches(strings.TrimSpace(source), page, u) })
}

func matches(source string, page, u *url.URL) bool {
	lower := strings.ToLower(source)
	switch {
	case lower == "*":
		return isNetwork(u.Scheme) || u.Scheme == page.Scheme
	case lower == "'self'":
		return schemeMatches(page.Scheme, u.Scheme) && strings.EqualFold(page.Hostname(), u.Hostname()) && portMatches(port(page), u)
	case strings.HasPrefix(lower, "'"):
		return false // a keyword, a nonce or a hash
	case strings.HasSuffix(lower, ":") && !strings.Contains(lower, "/"):
		return schemeMatches(strings.TrimSuffix(lower, ":"), u.Scheme)
	}
	scheme, rest, hasScheme := strings.Cut(source, "://")
	if !hasScheme {
		scheme, rest = page.Scheme, source
	}
	host, path, _ := strings.Cut(rest, "/")
	name, wanted := host, ""
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		name, wanted = host[:i], host[i+1:]
	}
	return schemeMatches(strings.ToLower(scheme), u.Scheme) && hostMatches(name, u.Hostname()) && portMatches(wanted, u) &&
		(!strings.Contains(rest, "/") || pathMatches("/"+path, u))
}

func isNetwork(scheme string) bool {
	return slices.Contains([]string{"http", "https", "ws", "wss"}, scheme)
}

// schemeMatches lets a source with an insecure scheme stand for the secure one, too.
func schemeMatches(source, scheme string) bool {
	switch source {
	case scheme:
		return true
	case "http":
		return isNetwork(scheme)
	case "https":
		return scheme == "wss"
	case "ws":
		return scheme == "wss" || scheme == "http" || scheme == "https"
	case "wss":
		return scheme == "https"
	}
	return false
}

func hostMatches(source, host string) bool {
	source = strings.ToLower(strings.Trim(source, "[]"))
	host = strings.ToLower(host)
	if domain, ok := strings.CutPrefix(source, "*"); ok {
		return source == "*" || strings.HasPrefix(domain, ".") && strings.HasSuffix(host, domain)
	}
	return source == host
}

var defaultPorts = map[string]string{"http": "80", "ws": "80", "https": "443", "wss": "443"}

// port is the port of an address, "" for its scheme's own.
func port(u *url.URL) string {
	if u.Port() == defaultPorts[u.Scheme] {
		return ""
	}
	return u.Port()
}

func portMatches(source string, u *url.URL) bool {
	switch source {
	case "*", port(u):
		return true
	case "80": // also stands for its secure sibling
		return port(u) == ""
	}
	return source == defaultPorts[u.Scheme] && port(u) == ""
}

// pathMatches compares paths, decoded: one with a slash at its end stands for all below it.
func pathMatches(source string, u *url.URL) bool {
	decoded, err := url.PathUnescape(source)
	if err != nil {
		decoded = source
	}
	if strings.HasSuffix(decoded, "/") {
		return strings.HasPrefix(u.Path, decoded)
	}
	return u.Path == decoded
}

// allowsNonce reports whether the sources hold the nonce of an element.
func allowsNonce(sources []string, nonce string) bool {
	return nonce != "" && slices.Contains(sources, "'nonce-"+nonce+"'")
}

// allowsIntegrity reports whether the sources hold all hashes of an element's integrity, which stand for its file then:
// CSP Level 3, section 6.7.1.1.
func allowsIntegrity(sources []string, integrity string) bool {
	any := false
	for hash := range strings.FieldsSeq(integrity) {
		hash, _, _ = strings.Cut(hash, "?")
		if !slices.ContainsFunc(sources, func(s string) bool { return isHash(s, hash) }) {
			return false
		}
		any = true
	}
	return any
}

// isHash reports whether a source is the hash.
func isHash(source, hash string) bool {
	return alphabet.Replace(strings.Trim(source, "'")) == alphabet.Replace(hash)
}

// allowsInline reports whether a script may stand in the page itself.
func allowsInline(sources []string, nonce, text string) bool {
	if allowsNonce(sources, nonce) {
		return true
	}
	trusts := strictDynamic(sources)
	for _, source := range sources {
		lower := strings.ToLower(source)
		if strings.HasPrefix(lower, "'nonce-") || strings.HasPrefix(lower, "'sha") {
			trusts = true // and so 'unsafe-inline' counts no more
		}
	}
	for _, source := range sources {
		if slices.Contains(hashes(text), alphabet.Replace(strings.Trim(source, "'"))) {
			return true
		}
	}
	return !trusts && slices.ContainsFunc(sources, func(s string) bool { return strings.EqualFold(s, "'unsafe-inline'") })
}

// alphabet makes the base64 of URLs, which policies may use, that of [hashes].
var alphabet = strings.NewReplacer("sha256-", "sha256-", "sha384-", "sha384-", "sha512-", "sha512-", "-", "+", "_", "/")

// hashes are what a policy may call an inline script, or an integrity a file, the strongest first.
func hashes(text string) []string {
	s384, s512 := sha512.Sum384([]byte(text)), sha512.Sum512([]byte(text))
	return []string{
		"sha512-" + base64.StdEncoding.EncodeToString(s512[:]),
		"sha384-" + base64.StdEncoding.EncodeToString(s384[:]),
		bundle.Integrity([]byte(text)),
	}
}
