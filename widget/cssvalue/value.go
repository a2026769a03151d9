// Package cssvalue checks and reads the CSS values of style variables.
//
// What CSS allows, and what of it is safe in a declaration, belongs here. Which variables there are doesn't: the caller
// passes them in, so that the table of options stays the one place that knows them.
package cssvalue

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/tdewolff/parse/v2/css"

	"missive/widget/problem"
)

// Kind says which CSS values a style variable takes. The zero value is none.
type Kind uint8

const (
	Color    Kind = iota + 1 // a CSS colour
	Length                   // a CSS length, percentage or calc()
	Border                   // a CSS border shorthand
	Shadow                   // a CSS box-shadow
	Font                     // a CSS font-family list
	Duration                 // a CSS time: 225ms, .2s
	Easing                   // a CSS easing function
	Integer                  // a whole number, as z-index takes it
)

// String is the kind's name.
func (k Kind) String() string {
	return [...]string{"none", "color", "length", "border", "shadow", "font", "duration", "easing", "integer"}[k]
}

// Variable is a style variable that values may refer to by var(): its name, such as "main-color", and its kind.
type Variable struct {
	Name string
	Kind Kind
}

// Variables are all that a value may refer to.
type Variables []Variable

// Check is the fault of a style variable's value, nil when browsers understand it as the kind.
// Browsers drop a bad value without telling, and one that they take may load something or end the declaration that it stands in. So
// what is not known to be right is refused.
func (vs Variables) Check(k Kind, value string) *problem.Problem {
	nodes, fault := parseStyle(value)
	if fault != nil {
		return fault
	}
	return vs.checkNodes(k, nodes)
}

func (vs Variables) checkNodes(k Kind, nodes []node) *problem.Problem {
	if len(nodes) == 0 {
		return problem.New("a value is missing", "write one, or take out what is before it")
	}
	if len(nodes) == 1 && nodes[0].isFunc("var") {
		return vs.checkVar(nodes[0], k)
	}
	if len(nodes) == 1 && slices.Contains(pageWideKeywords, nodes[0].name) {
		return problem.New(problem.Quote(nodes[0].text)+" would take over what the page says", "write the value itself")
	}
	switch k {
	case Color:
		return checkColor(nodes)
	case Length:
		return vs.checkLength(nodes)
	case Border:
		return vs.checkBorder(nodes)
	case Shadow:
		return vs.checkShadow(nodes)
	case Font:
		return vs.checkFont(nodes)
	case Duration:
		return checkDuration(nodes)
	case Easing:
		return checkEasing(nodes)
	case Integer:
		return checkInteger(nodes)
	}
	panic("cssvalue: not a kind of style variable")
}

// pageWideKeywords are values of every CSS property.
var pageWideKeywords = []string{"inherit", "initial", "unset", "revert", "revert-layer"}

// nouns are the kinds in messages.
var nouns = map[Kind]string{
	Color: "a colour", Length: "a length", Border: "a border", Shadow: "a shadow",
	Font: "a list of fonts", Duration: "a duration", Easing: "an easing", Integer: "a whole number",
}

// References returns the names of the style variables that a value refers to by var(), such as
// "main-color", in order. A value with a fault refers to nothing.
func References(value string) []string {
	nodes, fault := parseStyle(value)
	if fault != nil {
		return nil
	}
	return references(nodes)
}

func references(nodes []node) []string {
	var names []string
	for _, n := range nodes {
		if n.isFunc("var") {
			name, _, _ := cutComma(n.args)
			names = append(names, strings.TrimPrefix(fieldName(name), "--"))
		}
		names = append(names, references(n.args)...)
	}
	return names
}

// checkVar is the fault of a var() that stands for a value of one of the kinds.
func (vs Variables) checkVar(n node, kinds ...Kind) *problem.Problem {
	name, fallback, hasFallback := cutComma(n.args)
	custom := fieldName(name)
	short, dashed := strings.CutPrefix(custom, "--")
	at := slices.IndexFunc(vs, func(v Variable) bool { return v.Name == short })
	if !dashed || at < 0 {
		fault := problem.New(problem.Quote(written(name))+" is not a variable", `name one of chat.variables, as in "var(--main-color)"`)
		if meant := problem.Suggest(short, vs.names()); meant != "" {
			fault.Hint = "did you mean " + problem.Quote("var(--"+meant+")") + "?"
		}
		return fault
	}
	kind := vs[at].Kind
	if !slices.Contains(kinds, kind) {
		return problem.New(problem.Quote(n.text)+" is "+nouns[kind]+", not "+nouns[kinds[0]], "refer to another variable, or write the value itself")
	}
	if hasFallback {
		return vs.checkNodes(kind, fallback)
	}
	return nil
}

func (vs Variables) names() []string {
	var names []string
	for _, v := range vs {
		names = append(names, v.Name)
	}
	return names
}

// fieldName is the name of a lone identifier, else "".
func fieldName(nodes []node) string {
	if len(nodes) == 1 && nodes[0].isIdent() {
		return nodes[0].name
	}
	return ""
}

func checkColor(nodes []node) *problem.Problem {
	if len(nodes) > 1 {
		return problem.New(problem.Quote(written(nodes))+" is not a colour", colorHint)
	}
	_, fault := parseColor(nodes[0])
	return fault
}

func (vs Variables) checkLength(nodes []node) *problem.Problem {
	if len(nodes) > 1 {
		fault := problem.New(problem.Quote(written(nodes))+" is more than one length", lengthHint)
		if f := fields(nodes); len(f) == 2 && f[0].kind == css.NumberToken && f[1].isIdent() {
			fault = problem.New(problem.Quote(written(nodes))+" is not a length", "use "+problem.Quote(f[0].text+f[1].text))
		}
		return fault
	}
	return lengths{variables: vs, percent: true}.check(nodes[0])
}

var lineStyles = []string{"none", "hidden", "dotted", "dashed", "solid", "double", "groove", "ridge", "inset", "outset"}

const borderHint = `write it as in "1px solid #ddd", or "none"`

// checkBorder takes a width, a style and a colour in any order, each at most once. The style must be
// there: without it browsers draw nothing.
func (vs Variables) checkBorder(nodes []node) *problem.Problem {
	parts := map[string]int{}
	for _, n := range fields(nodes) {
		var fault *problem.Problem
		switch {
		case n.isIdent() && slices.Contains(lineStyles, n.name):
			parts["style"]++
		case n.isIdent() && slices.Contains([]string{"thin", "medium", "thick"}, n.name):
			parts["width"]++
		case n.isFunc("var") && vs.checkVar(n, Length) == nil:
			parts["width"]++
		case n.isFunc("var"):
			fault = vs.checkVar(n, Color, Length)
			parts["colour"]++
		case isLengthLike(n):
			fault = lengths{variables: vs}.check(n)
			parts["width"]++
		default:
			_, fault = parseColor(n)
			parts["colour"]++
		}
		if fault != nil {
			return fault
		}
	}
	for _, part := range []string{"width", "style", "colour"} {
		if parts[part] > 1 {
			return problem.New(problem.Quote(written(nodes))+" has more than one "+part, borderHint)
		}
	}
	zero := len(nodes) == 1 && nodes[0].isNumeric() && nodes[0].number == 0
	if parts["style"] == 0 && !zero {
		return problem.New(problem.Quote(written(nodes))+" has no style, so no border would be drawn", borderHint)
	}
	return nil
}

// isLengthLike tells lengths from colours where both may stand.
func isLengthLike(n node) bool {
	return n.isNumeric() || n.kind == css.FunctionToken && slices.Contains([]string{"calc", "min", "max", "clamp", "env"}, n.name)
}

const shadowHint = `write it as in "0 5px 30px rgba(0, 0, 0, .1)", or "none"`

func (vs Variables) checkShadow(nodes []node) *problem.Problem {
	if fieldName(nodes) == "none" {
		return nil
	}
	for _, layer := range split(nodes) {
		if len(layer) == 1 && layer[0].isFunc("var") {
			if fault := vs.checkVar(layer[0], Shadow); fault != nil {
				return fault
			}
			continue
		}
		if fault := vs.checkLayer(layer); fault != nil {
			return fault
		}
	}
	return nil
}

// checkLayer takes two to four lengths in a row, and before or after them "inset" and a colour.
func (vs Variables) checkLayer(nodes []node) *problem.Problem {
	var sizes, runs, insets, colors int
	inRun := false
	for _, n := range fields(nodes) {
		var fault *problem.Problem
		isSize := isLengthLike(n) || n.isFunc("var") && vs.checkVar(n, Length) == nil
		switch {
		case isSize:
			sizes++
			if !inRun {
				runs++
			}
			if !n.isFunc("var") {
				fault = lengths{variables: vs, negative: sizes != 3}.check(n) // the third is the blur
			}
		case n.isIdent() && n.name == "inset":
			insets++
		case n.isFunc("var"):
			fault = vs.checkVar(n, Color, Length)
			colors++
		default:
			_, fault = parseColor(n)
			colors++
		}
		if fault != nil {
			return fault
		}
		inRun = isSize
	}
	if sizes < 2 || sizes > 4 || runs > 1 || insets > 1 || colors > 1 {
		return problem.New(problem.Quote(written(nodes))+" is not a shadow", shadowHint)
	}
	return nil
}

const fontHint = `separate fonts by commas and put names with digits in quotes, as in: "Source Sans 3", Roboto, sans-serif`

// genericFonts never start a longer name.
var genericFonts = []string{"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"}

func (vs Variables) checkFont(nodes []node) *problem.Problem {
	for _, family := range split(nodes) {
		words := fields(family)
		switch {
		case len(words) == 0:
			return problem.New(problem.Quote(written(nodes))+" has a comma without a font beside it", "take the comma out")
		case len(words) == 1 && words[0].isFunc("var"):
			if fault := vs.checkVar(words[0], Font); fault != nil {
				return fault
			}
			continue
		case len(words) == 1 && words[0].kind == css.StringToken:
			continue
		}
		for i, word := range words {
			missingComma := i == 0 && len(words) > 1 && slices.Contains(genericFonts, word.name)
			if missingComma || !word.isIdent() || strings.HasPrefix(word.name, "--") || slices.Contains(pageWideKeywords, word.name) {
				return problem.New(problem.Quote(written(family))+" is not a font", fontHint)
			}
		}
	}
	return nil
}

func checkDuration(nodes []node) *problem.Problem {
	n := nodes[0]
	switch {
	case len(nodes) == 1 && n.kind == css.NumberToken:
		return problem.New(problem.Quote(n.text)+" has no unit", "use "+problem.Quote(n.text+"ms"))
	case len(nodes) > 1 || n.kind != css.DimensionToken:
		return problem.New(problem.Quote(written(nodes))+" is not a duration", `use milliseconds or seconds, such as "225ms" or ".2s"`)
	case n.number < 0:
		return problem.New(problem.Quote(n.text)+" is negative", "use "+problem.Quote(strings.TrimPrefix(n.text, "-")))
	}
	return checkUnit(n, []string{"ms", "s"})
}

func checkInteger(nodes []node) *problem.Problem {
	n := nodes[0]
	switch {
	case len(nodes) > 1 || n.kind != css.NumberToken || !wholeNumber.MatchString(n.text):
		return problem.New(problem.Quote(written(nodes))+" is not a whole number", `use one such as "1000"`)
	case math.Abs(n.number) > math.MaxInt32:
		return problem.New(problem.Quote(n.text)+" is larger than browsers can reckon with", fmt.Sprintf(`use "%d" or less`, math.MaxInt32))
	}
	return nil
}

// wholeNumber is an <integer> of CSS.
var wholeNumber = regexp.MustCompile(`^[+-]?\d+$`)

// cutComma is what is before and after the first comma.
func cutComma(nodes []node) (before, after []node, found bool) {
	i := slices.IndexFunc(nodes, func(n node) bool { return n.kind == css.CommaToken })
	if i < 0 {
		return trim(nodes), nil, false
	}
	return trim(nodes[:i]), trim(nodes[i+1:]), true
}
