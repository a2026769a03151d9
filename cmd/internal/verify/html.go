package verify

import (
	"bytes"
	"math"
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readPage finds the page's policies, and the scripts of the chat: what a browser would run, so nothing in comments and templates.
func (v *verifier) readPage(a *answer) page {
	p := page{open: true, header: a.header}
	for _, text := range a.header.Values("Content-Security-Policy") {
		p.policies = append(p.policies, parsePolicies(text)...)
	}
	root, err := html.Parse(bytes.NewReader(a.body))
	if err != nil {
		return p // can't happen: a page in memory is read to its end, whatever is in it
	}
	base := v.page
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Namespace != "" || inTemplate(n) {
			continue
		}
		switch n.DataAtom {
		case atom.Base:
			// The first counts.
			if href, ok := attribute(n, "href"); ok && base == v.page {
				if u, err := v.page.Parse(href); err == nil {
					base = u
				}
			}
		case atom.Meta:
			if name, _ := attribute(n, "http-equiv"); strings.EqualFold(name, "Content-Security-Policy") && n.Parent.DataAtom == atom.Head {
				content, _ := attribute(n, "content")
				for _, policy := range parsePolicies(content) {
					delete(policy, "sandbox") // which counts in headers only
					p.policies = append(p.policies, policy)
				}
			}
		case atom.Script:
			v.readScript(&p, n, base)
		}
	}
	return p
}

// readScript takes a script element of the chat into the page.
func (v *verifier) readScript(p *page, n *html.Node, base *url.URL) {
	if _, skipped := attribute(n, "nomodule"); skipped {
		return // by each browser that knows modules, as all do that the chat is for
	}
	s := script{}
	s.nonce, _ = attribute(n, "nonce")
	s.integrity, _ = attribute(n, "integrity")
	_, s.cors = attribute(n, "crossorigin")
	src, external := attribute(n, "src")
	runs := isJavaScript(n)
	for _, name := range []string{"data-src", "data-cookieblock-src", "data-suppressedsrc"} {
		if held, ok := attribute(n, name); ok && !runs {
			src, external = held, true
		}
	}
	if external {
		if u, err := base.Parse(strings.TrimSpace(src)); err == nil {
			s.src = u
		}
	} else if n.FirstChild != nil {
		s.text = n.FirstChild.Data
	}
	p.replaced = p.replaced || runs && strings.Contains(s.text, "getElementById('missive-chat-config')")
	from := v.startsAt(s)
	switch ofAccount := from != nil && path.Base(path.Dir(from.Path)) == v.id; {
	case !runs:
		p.held = p.held || ofAccount && v.loads(s)
	case ofAccount || from == nil && strings.Contains(s.text, "MissiveChatConfig"):
		p.scripts = append(p.scripts, s)
	case from != nil:
		p.others = append(p.others, from.String())
	}
}

// attribute returns an attribute of an element, and whether it has it.
func attribute(n *html.Node, key string) (value string, ok bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key && a.Namespace == "" })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func inTemplate(n *html.Node) bool {
	for a := range n.Ancestors() {
		if a.DataAtom == atom.Template {
			return true
		}
	}
	return false
}

// isJavaScript reports whether browsers run a script element: HTML, "prepare the script element". Consent tools give another type to what
// waits for them.
func isJavaScript(n *html.Node) bool {
	kind, ok := attribute(n, "type")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !ok || kind == "" || kind == "module" {
		return true
	}
	media, _, err := mime.ParseMediaType(kind)
	_, name, _ := strings.Cut(media, "/")
	return err == nil && media == kind && slices.Contains([]string{"javascript", "ecmascript", "x-javascript", "x-ecmascript"}, name)
}

var launcherPath = regexp.MustCompile(`/missive\.([0-9a-f]+\.)?js$`)

// startsAt returns where the script loads a missive.js from, or is one; nil if it does neither.
func (v *verifier) startsAt(s script) *url.URL {
	if s.src != nil {
		if launcherPath.MatchString(s.src.Path) {
			return s.src
		}
		return nil
	}
	if address := loadedBy(s.text); address != "" {
		if u, err := v.page.Parse(address); err == nil && launcherPath.MatchString(u.Path) {
			return u
		}
	}
	return nil
}

// loads reports whether the script loads the missive.js of the account from here.
func (v *verifier) loads(s script) bool {
	from := v.startsAt(s)
	return from != nil && origin(from) == origin(v.base) && path.Dir(from.Path) == path.Join(v.base.Path, v.id)
}

// loadedBy returns the address that an inline snippet makes of its texts: it is one of them, or the host and "/missive.js" with the id
// between them, which is a text behind "id:". Objects in the options may have an "id" of something else, so the outermost counts.
func loadedBy(code string) string {
	host, id, before, last := "", "", "", "" // the last two are words of the code
	depth, idDepth := 0, math.MaxInt
	for l := js.NewLexer(parse.NewInputString(code)); ; {
		token, data := l.Next()
		switch token {
		case js.ErrorToken:
			return ""
		case js.WhitespaceToken, js.LineTerminatorToken, js.CommentToken, js.CommentLineTerminatorToken:
			continue
		case js.OpenBraceToken:
			depth++
		case js.CloseBraceToken:
			depth--
		}
		word := string(data)
		if token == js.StringToken {
			word = unquoted(word)
			switch {
			case word == "/missive.js":
				return host + id + word
			case launcherPath.MatchString(word):
				return word
			case before == "id" && last == ":" && depth <= idDepth:
				id, idDepth = word, depth
			case strings.HasPrefix(word, "//"), strings.HasPrefix(word, "http://"), strings.HasPrefix(word, "https://"):
				host = word
			}
		}
		before, last = last, word
	}
}

// unquoted is what a string of JavaScript holds.
func unquoted(literal string) string {
	inner := literal[1 : len(literal)-1]
	if text, err := strconv.Unquote(`"` + strings.NewReplacer(`\'`, "'", `\/`, "/", `"`, `\"`, `\"`, `\"`).Replace(inner) + `"`); err == nil {
		return text
	}
	return inner
}
