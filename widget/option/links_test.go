package option

import (
	"strings"
	"testing"

	"missive/widget/problem"
)

func TestLinksThatAreWellFormedPass(t *testing.T) {
	for _, text := range []string{
		"",
		"No link, one { brace } and https://example.com",
		"{{ link:https://example.com website }}",
		"{{link:https://example.com website}}",
		"{{ link:https://example.com }}",
		"{{ link:HTTP://example.com:8080/a?b=c&d={e}#f website }}",
		"See {{ link:https://example.com/a our site }} or {{link:mailto:team@example.com?subject=Hi write}} or {{ link:tel:+33-1.23 call }}.",
		"{{ link:https://example.com several words, é and 👋\nand lines }}",
	} {
		if f := CheckLinks(text); f != nil {
			t.Errorf("%q: %s", text, f.Message)
		}
	}
}

func TestLinksThatAreMalformedAreTold(t *testing.T) {
	const ours = "a link is written {{ link:https://example.com text }}"
	for _, c := range []struct{ text, message, hint string }{
		{"See {{ link:https://example.com us", `"{{ link:https://example.com us" is not closed by "}}"`, ours},
		{"See {{ link:https://example.com us }", `"{{ link:https://example.com us }" is not closed by "}}"`, ours},
		{"{{ link:https://a.b c {{ link:https://d.e f }}", `"{{ link:https://a.b c" is not closed by "}}"`, ours},
		{"{{ link:https://a.b c }} {{", `"{{" is not closed by "}}"`, ours},
		{"link:https://example.com us }}", `"}}" has no "{{" before it`, ours},
		{"{ link:https://example.com us }", "a link needs two braces on each side", ours},
		{"{Link : https://example.com us}", "a link needs two braces on each side", ours},
		{"{{ Link:https://example.com us }}", `"Link:" is not "link:"`, ours},
		{"{{ link :https://example.com us }}", `"link :" is not "link:"`, ours},
		{"{{ link }}", `"link:" is not "link:"`, ours},
		{"{{ link: }}", `no address behind "link:"`, "the address follows without a space: {{ link:https://example.com text }}"},
		{"{{ link: https://example.com us }}", `no address behind "link:"`, "the address follows without a space: {{ link:https://example.com text }}"},
		{"Hi {{ name }}", `"{{ name }}" means nothing here`, "only links can be written in double braces: {{ link:https://example.com text }}"},
		{"{{}}", `"{{ }}" means nothing here`, "only links can be written in double braces: {{ link:https://example.com text }}"},
		{"{{{ link:https://example.com us }}}", `"{{ { link:https://example.com us }}" means nothing here`, "only links can be written in double braces: {{ link:https://example.com text }}"},
		{"{{ link:javascript:alert(1) us }}", `"javascript:alert(1)" can't be linked to`, "a link starts with https://, http://, mailto: or tel:"},
		{"{{ link:/terms us }}", `"/terms" can't be linked to`, "a link starts with https://, http://, mailto: or tel:"},
		{"{{ link:example.com/a us }}", `"example.com/a" can't be linked to`, `write "https://example.com/a"`},
		{"{{ link:localhost:8080 us }}", `"localhost:8080" can't be linked to`, `write "https://localhost:8080"`},
		{"{{ link:team@example.com us }}", `"team@example.com" can't be linked to`, `write "mailto:team@example.com"`},
		{"{{ link:https:// us }}", `"https://" is not a web address`, `the name of the server is missing: write it as in "https://example.com/page"`},
		{"{{ link:mailto:team us }}", `"team" is not an e-mail address`, `write one such as "team@example.com"`},
		{"{{ link:tel:us us }}", `"us" is not a phone number`, `use digits, spaces and + - . ( ) / as in "+33 1 23 45 67 89"`},
		{"{{ link:https://a.b fine }} {{ link:x y }}", `"x" can't be linked to`, "a link starts with https://, http://, mailto: or tel:"},
	} {
		f := CheckLinks(c.text)
		if f == nil {
			t.Errorf("%q passes, want: %s", c.text, c.message)
		} else if *f != *problem.New(c.message, c.hint) {
			t.Errorf("%q: got\n%s\n%s\nwant\n%s\n%s", c.text, f.Message, f.Hint, c.message, c.hint)
		}
	}
}

// What passes holds nothing but links to addresses that are safe to follow, and no remains of a link.
func FuzzLinksThatPassLeadOnlyWhereTheyMay(f *testing.F) {
	for _, text := range []string{
		"{{ link:https://example.com text }}", "{{link:mailto:a@b c}} {{ link:tel:112 }}", "{{", "}}", "{{{ link: }}}",
		"{{ link:JavaScript:alert(1) x }}", "{ link:x }", "{{ link:https://a\u00a0b\u2028c }}", "{{ link:https://a.b {{ }} }}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if fault := CheckLinks(text); fault != nil {
			if fault.Message == "" || fault.Hint == "" || strings.Contains(fault.Message, "\n") {
				t.Errorf("%q: %q", text, fault)
			}
			return
		}
		opened, closed := strings.Count(text, "{{"), strings.Count(text, "}}")
		if opened != closed {
			t.Errorf("%q: %d opened, %d closed", text, opened, closed)
		}
		for _, link := range strings.Split(text, "{{")[1:] {
			link = strings.TrimSpace(link)
			ok := false
			for _, start := range []string{"https://", "http://", "mailto:", "tel:"} {
				address := strings.TrimPrefix(link, "link:")
				ok = ok || len(address) > len(start) && strings.EqualFold(address[:len(start)], start)
			}
			if !ok {
				t.Errorf("%q: the link %q passes", text, link)
			}
		}
	})
}
