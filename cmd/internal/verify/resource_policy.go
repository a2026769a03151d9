package verify

import (
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// checkResourcePolicy checks that other sites may use the file. Those that ask whether they may, as pinned snippets do, need no such policy.
func (v *verifier) checkResourcePolicy(address string, a *answer) {
	policy := resourcePolicy(a)
	if policy != "same-origin" && policy != "same-site" || v.offered(a) || !v.foreign() {
		return
	}
	tell := v.problem
	if v.page == nil { // the pages with the chat may well be on the same host
		tell = v.warn
	}
	tell(address, fmt.Sprintf(`has "Cross-Origin-Resource-Policy: %s", so no other site may use it`, policy), `send "cross-origin" instead, or leave the header out`)
}

func resourcePolicy(a *answer) string {
	return strings.ToLower(strings.TrimSpace(a.header.Get("Cross-Origin-Resource-Policy")))
}

// offered reports whether the file's policy lets the page use it. With same-site, a file with https is for pages with https alone.
func (v *verifier) offered(a *answer) bool {
	policy := resourcePolicy(a)
	near := v.page != nil && sameSite(v.page.Hostname(), v.base.Hostname()) && (v.page.Scheme == "https" || v.base.Scheme == "http")
	return policy == "cross-origin" || policy == "same-site" && near
}

// sameSite reports whether browsers take two hosts for one site: they are of one registered domain.
func sameSite(a, b string) bool {
	one, err := publicsuffix.EffectiveTLDPlusOne(a)
	other, otherErr := publicsuffix.EffectiveTLDPlusOne(b)
	return a == b || err == nil && otherErr == nil && one == other && net.ParseIP(a) == nil
}

// foreign reports whether the site is elsewhere than the chat's files; without a page it is taken to be.
func (v *verifier) foreign() bool { return v.page == nil || origin(v.page) != origin(v.base) }
