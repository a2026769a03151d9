package cssvalue

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"

	"missive/widget/problem"
)

// maxStyleRunes is the greatest length of a style value, in characters. Values of the shipped themes have less than 200.
const maxStyleRunes = 1000

// node is a component value in the sense of CSS Syntax 3: a token, or a function or a pair of
// brackets with everything in it.
type node struct {
	kind   css.TokenType
	text   string  // as written, arguments included
	name   string  // of identifiers, functions and hashes: escapes decoded; lower case but for --names
	number float64 // of numbers, percentages and dimensions
	unit   string  // of dimensions, lower case; "%" of percentages
	args   []node  // of functions and brackets
}

func (n node) isFunc(name string) bool { return n.kind == css.FunctionToken && n.name == name }
func (n node) isNumeric() bool {
	return n.kind == css.NumberToken || n.kind == css.PercentageToken || n.kind == css.DimensionToken
}
func (n node) isIdent() bool { return n.kind == css.IdentToken }
func (n node) isDelim(text string) bool {
	return n.kind == css.DelimToken && n.text == text
}

// AddressFunctions take the address of something to load; those with the prefix of a vendor do as well.
var AddressFunctions = []string{"url", "src", "image", "image-set", "cross-fade", "element"}

// parseStyle turns a value into nodes. It refuses what is dangerous or meaningless in every style
// variable, so that the checks of the kinds see clean, balanced input.
func parseStyle(value string) ([]node, *problem.Problem) {
	if fault := checkCharacters(value); fault != nil {
		return nil, fault
	}
	// An unclosed quote runs into the line break, which makes it a bad string; the second break is for a quote that ends in "\".
	p := styleParser{value: value + "\n\n"}
	p.lexer = css.NewLexer(parse.NewInputString(p.value))
	nodes, fault := p.nodesOf(node{})
	if found := unsafe.FindString(value); fault == nil && found != "" {
		return nil, problem.New(problem.Quote(found)+" is not allowed, not even in quotes", "write the character itself, or leave it out")
	}
	return trim(nodes), fault
}

// unsafe matches what browsers refuse without looking any closer, as missive.js has no room for a parser: what is here generated
// into shared/generated.ts.
var unsafe = regexp.MustCompile("(?i)" + Unsafe)

// Unsafe is the regular expression, without regard to case, of what a value may not have anywhere: the end of its declaration, escapes,
// comments, and functions that take the address of something to load.
var Unsafe = `[;{}\\]|\/\*|\b(` + strings.Join(AddressFunctions, "|") + `)\(`

type styleParser struct {
	value  string
	offset int
	lexer  *css.Lexer
}

// nodesOf reads to the end of the function or bracket, or of the value when the parent is neither.
func (p *styleParser) nodesOf(parent node) ([]node, *problem.Problem) {
	var nodes []node
	closes := closer(parent)
	for {
		start := p.offset
		kind, lexeme := p.lexer.Next()
		p.offset += len(lexeme)
		n, fault := newNode(kind, string(lexeme))
		switch {
		case fault != nil:
			return nil, fault
		case kind == css.ErrorToken && closes != "":
			return nil, problem.New(problem.Quote(parent.text)+" is not closed", "add the missing "+problem.Quote(closes))
		case kind == css.ErrorToken, n.text == closes:
			return nodes, nil
		case n.text == ")" || n.text == "]":
			return nil, problem.New(problem.Quote(n.text)+" closes nothing", "take it out, or open the bracket before it")
		case closer(n) != "":
			if n.args, fault = p.nodesOf(n); fault != nil {
				return nil, fault
			}
			n.text = p.value[start:p.offset]
		}
		nodes = append(nodes, n)
	}
}

// checkCharacters refuses what can be told before the value is split into tokens.
func checkCharacters(value string) *problem.Problem {
	if strings.TrimSpace(value) == "" {
		return problem.New("the value is empty", "leave the variable out to keep the theme's value")
	}
	if strings.HasPrefix(strings.TrimSpace(value), "@") {
		return problem.New("a value is no style sheet", "the chat can use each font that the page itself has loaded: write its name, as in: Inter, sans-serif")
	}
	if utf8.RuneCountInString(value) > maxStyleRunes {
		return problem.New("the value is longer than 1,000 characters", "shorten it")
	}
	forbidden := func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) }
	if !utf8.ValidString(value) || strings.IndexFunc(value, forbidden) >= 0 {
		return problem.New("the value has a character that is not text", "write it anew; it may have been copied from a damaged file")
	}
	return nil
}

// newNode makes a node of one token, or says why the token may stand nowhere.
func newNode(kind css.TokenType, text string) (node, *problem.Problem) {
	n := node{kind: kind, text: text}
	switch kind {
	case css.SemicolonToken:
		return n, problem.New(`";" is not allowed`, `write the value alone, without a ";"`)
	case css.LeftBraceToken, css.RightBraceToken:
		return n, problem.New(problem.Quote(text)+" is not allowed", "write the value alone, without rules around it")
	case css.CommentToken, css.CDOToken, css.CDCToken:
		return n, problem.New("comments are not allowed in a value", `put the comment on a line of its own, after a "#"`)
	case css.BadStringToken:
		return n, problem.New("a quote is not closed", "close it with the same character that opens it")
	case css.URLToken, css.BadURLToken:
		return n, addressFault("url")
	case css.FunctionToken:
		n.name = cssName(strings.TrimSuffix(text, "("))
		return n, functionFault(n.name)
	case css.IdentToken, css.CustomPropertyNameToken:
		n.kind, n.name = css.IdentToken, cssName(text)
	case css.HashToken:
		n.name = cssName(text[1:])
	case css.NumberToken, css.PercentageToken, css.DimensionToken:
		digits := parse.Number([]byte(text))
		n.unit = cssName(text[digits:])
		n.number, _ = strconv.ParseFloat(text[:digits], 64)
		if math.IsInf(n.number, 0) {
			return n, problem.New(problem.Quote(text)+" is too large", "use a smaller number")
		}
	case css.DelimToken:
		if text == "!" {
			return n, problem.New(`"!important" is not allowed`, "leave it out: nothing on the page overrides a style variable")
		}
	}
	return n, nil
}

func functionFault(name string) *problem.Problem {
	plain := name
	for _, prefix := range []string{"-webkit-", "-moz-", "-ms-", "-o-"} {
		plain = strings.TrimPrefix(plain, prefix)
	}
	if slices.Contains(AddressFunctions, plain) {
		return addressFault(name)
	}
	if plain == "expression" || plain == "attr" {
		return problem.New(name+"() is not allowed", "write the value itself")
	}
	return nil
}

func addressFault(name string) *problem.Problem {
	return problem.New(name+"() is not allowed: a style variable must not load anything", "use a plain value, such as a colour or a length")
}

// closer is the text that ends a function or bracket, and "" for all other nodes.
func closer(n node) string {
	switch n.kind {
	case css.FunctionToken, css.LeftParenthesisToken:
		return ")"
	case css.LeftBracketToken:
		return "]"
	}
	return ""
}

// cssName decodes the escapes of a name. Names are lowered, as CSS ignores their case; those of variables keep it.
func cssName(text string) string {
	name := decodeEscapes(text)
	if strings.HasPrefix(name, "--") {
		return name
	}
	return strings.ToLower(name)
}

// decodeEscapes follows CSS Syntax 3, section 4.3.7: "\75 rl" is "url", and "\;" is ";".
func decodeEscapes(text string) string {
	var b strings.Builder
	for {
		before, escape, found := strings.Cut(text, `\`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits := 0
		for digits < min(6, len(escape)) && strings.IndexByte("0123456789abcdefABCDEF", escape[digits]) >= 0 {
			digits++
		}
		r, size := utf8.DecodeRuneInString(escape)
		if digits > 0 {
			// Six hex digits always fit; WriteRune makes U+FFFD of what is no character, as browsers do.
			code, _ := strconv.ParseUint(escape[:digits], 16, 32)
			r, size = rune(code), digits
			if r == 0 {
				r = utf8.RuneError
			}
			if digits < len(escape) && strings.IndexByte(" \t\r\n", escape[digits]) >= 0 {
				size++
			}
		}
		b.WriteRune(r)
		text = escape[size:]
	}
}

// fields are the nodes without the white space between them.
func fields(nodes []node) []node {
	var kept []node
	for _, n := range nodes {
		if n.kind != css.WhitespaceToken {
			kept = append(kept, n)
		}
	}
	return kept
}

// trim drops white space at both ends.
func trim(nodes []node) []node {
	for len(nodes) > 0 && nodes[0].kind == css.WhitespaceToken {
		nodes = nodes[1:]
	}
	for len(nodes) > 0 && nodes[len(nodes)-1].kind == css.WhitespaceToken {
		nodes = nodes[:len(nodes)-1]
	}
	return nodes
}

// split cuts the nodes at the commas of the top level and trims the parts.
func split(nodes []node) [][]node {
	parts := [][]node{}
	start := 0
	for i, n := range nodes {
		if n.kind == css.CommaToken {
			parts = append(parts, trim(nodes[start:i]))
			start = i + 1
		}
	}
	return append(parts, trim(nodes[start:]))
}

// written is the source of the nodes.
func written(nodes []node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(n.text)
	}
	return b.String()
}
