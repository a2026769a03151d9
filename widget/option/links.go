package option

import (
	"regexp"
	"strings"

	"missive/widget/problem"
)

const linkHint = "a link is written {{ link:https://example.com text }}"

// singleBrace finds a link that was written with one brace instead of two.
var singleBrace = regexp.MustCompile(`(?i)\{\s*link\s*:`)

// CheckLinks returns what is wrong with the first bad {{ link:URL text }} of the text, nil when there is none.
// URL is an http, https, mailto or tel address; the text may be left out and runs to the first "}}".
func CheckLinks(text string) *problem.Problem {
	for rest := text; ; {
		plain, link, found := strings.Cut(rest, "{{")
		if f := checkPlain(plain); f != nil {
			return f
		}
		if !found {
			return nil
		}
		inside, after, closed := strings.Cut(link, "}}")
		if opened := strings.Index(inside, "{{"); !closed || opened >= 0 {
			if opened >= 0 {
				inside = inside[:opened]
			}
			return problem.New(problem.Quote("{{"+inside)+` is not closed by "}}"`, linkHint)
		}
		if f := checkLink(strings.TrimSpace(inside)); f != nil {
			return f
		}
		rest = after
	}
}

// hasLink reports whether the text holds what was meant to be a link.
func hasLink(text string) bool {
	return singleBrace.MatchString(text)
}

// checkPlain looks for the remains of a link outside of "{{" and "}}".
func checkPlain(text string) *problem.Problem {
	if strings.Contains(text, "}}") {
		return problem.New(`"}}" has no "{{" before it`, linkHint)
	}
	if singleBrace.MatchString(text) {
		return problem.New("a link needs two braces on each side", linkHint)
	}
	return nil
}

func checkLink(inside string) *problem.Problem {
	address, isLink := strings.CutPrefix(inside, "link:")
	if !isLink {
		name, _, _ := strings.Cut(inside, ":")
		if strings.EqualFold(strings.TrimSpace(name), "link") {
			return problem.New(problem.Quote(name+":")+` is not "link:"`, linkHint)
		}
		return problem.New(problem.Quote("{{ "+inside+" }}")+" means nothing here", "only links can be written in double braces: {{ link:https://example.com text }}")
	}
	if end := strings.IndexFunc(address, isSpace); end >= 0 {
		address = address[:end]
	}
	if address == "" {
		return problem.New(`no address behind "link:"`, "the address follows without a space: {{ link:https://example.com text }}")
	}
	return checkLinkAddress(address)
}

func checkLinkAddress(address string) *problem.Problem {
	scheme, rest, _ := strings.Cut(address, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		return checkURL(address)
	case "mailto":
		email, _, _ := strings.Cut(rest, "?")
		return checkEmail(email)
	case "tel":
		return checkPhone(rest)
	}
	f := problem.New(problem.Quote(address)+" can't be linked to", "a link starts with https://, http://, mailto: or tel:")
	switch {
	case looksLikeHost(address):
		f.Hint = "write " + problem.Quote("https://"+address)
	case checkEmail(address) == nil:
		f.Hint = "write " + problem.Quote("mailto:"+address)
	}
	return f
}
