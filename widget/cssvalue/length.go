package cssvalue

import (
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"

	"missive/widget/problem"
)

// lengthUnits are those of the oldest supported browsers. Units of containers and of lines are left
// out: a style variable is used in several places, so they would mean something else in each.
var lengthUnits = []string{
	"px", "em", "rem", "ex", "ch", "ic", "pt", "pc", "in", "cm", "mm", "q",
	"vw", "vh", "vi", "vb", "vmin", "vmax", "svw", "svh", "svmin", "svmax", "lvw", "lvh", "lvmin", "lvmax", "dvw", "dvh", "dvmin", "dvmax",
}

const lengthHint = `use a number with a unit, such as "14px"`

// lengths says which lengths fit. The zero value is a length of 0 or more, without percentages.
type lengths struct {
	variables Variables
	percent   bool // percentages fit
	negative  bool // lengths below 0 fit
}

// check is the fault of one node that should be a length.
func (l lengths) check(n node) *problem.Problem {
	switch n.kind {
	case css.NumberToken:
		if n.number != 0 {
			return problem.New(problem.Quote(n.text)+" has no unit", "use "+problem.Quote(n.text+"px"))
		}
	case css.PercentageToken:
		if !l.percent {
			return problem.New(problem.Quote(n.text)+" is a percentage, which has no meaning here", lengthHint)
		}
	case css.DimensionToken:
		if fault := checkUnit(n, lengthUnits); fault != nil {
			return fault
		}
	case css.FunctionToken:
		return l.checkFunction(n)
	default:
		return problem.New(problem.Quote(n.text)+" is not a length", lengthHint)
	}
	if n.number < 0 && !l.negative {
		return problem.New(problem.Quote(n.text)+" is negative", "use "+problem.Quote(strings.TrimPrefix(n.text, "-")))
	}
	return nil
}

// checkUnit is the fault of a number whose unit is none of the units.
func checkUnit(n node, units []string) *problem.Problem {
	for _, unit := range units {
		if n.unit == unit {
			return nil
		}
	}
	digits := parse.Number([]byte(n.text))
	hint := "use one of " + strings.Join(units[:min(3, len(units))], ", ")
	if meant := problem.Suggest(n.unit, units); meant != "" {
		hint = "did you mean " + problem.Quote(n.text[:digits]+meant) + "?"
	}
	return problem.New(problem.Quote(n.text[digits:])+" is not a known unit", hint)
}

func (l lengths) checkFunction(n node) *problem.Problem {
	m := calculation{lengths: l}
	isLength, fault := m.value(n)
	if fault == nil && !isLength {
		fault = problem.New(problem.Quote(n.text)+" is a number without a unit", lengthHint)
	}
	return fault
}

// calculation checks calc() and its like by the types of CSS Values 4: lengths are added to lengths,
// and multiplied and divided by numbers. Browsers drop what breaks these rules without telling.
type calculation struct {
	lengths lengths
	nodes   []node // what is left to read
}

// sum reads all of the nodes: products with + or - between them. It works on a copy of c, so that
// the sum around brackets goes on where it was.
func (c calculation) sum(nodes []node) (isLength bool, fault *problem.Problem) {
	c.nodes = trim(nodes)
	isLength, fault = c.product()
	for fault == nil && len(c.nodes) > 0 {
		// "+" and "-" need white space on both sides; without it, they belong to the number or name.
		if len(c.nodes) < 4 || c.nodes[0].kind != css.WhitespaceToken || c.nodes[2].kind != css.WhitespaceToken ||
			!c.nodes[1].isDelim("+") && !c.nodes[1].isDelim("-") {
			return false, problem.New(problem.Quote(written(nodes))+" can't be calculated", `put spaces around "+" and "-", as in "calc(100% - 40px)"`)
		}
		c.nodes = c.nodes[3:]
		var other bool
		if other, fault = c.product(); fault == nil && other != isLength {
			fault = problem.New(problem.Quote(written(nodes))+" mixes lengths with bare numbers", `give every number that is added a unit, as in "calc(100% - 40px)"`)
		}
	}
	return isLength, fault
}

// product reads values with * or / between them, and leaves the rest.
func (c *calculation) product() (isLength bool, fault *problem.Problem) {
	isLength, fault = c.next()
	for fault == nil {
		rest := trim(c.nodes)
		if len(rest) == 0 || !rest[0].isDelim("*") && !rest[0].isDelim("/") {
			break
		}
		divides := rest[0].isDelim("/")
		c.nodes = trim(rest[1:])
		var other bool
		if other, fault = c.next(); fault == nil && other && (isLength || divides) {
			fault = problem.New("lengths can't be multiplied with or divided by lengths", `multiply or divide by a bare number, as in "calc(2 * 10px)"`)
		}
		isLength = isLength || other
	}
	return isLength, fault
}

func (c *calculation) next() (isLength bool, fault *problem.Problem) {
	if len(c.nodes) == 0 {
		return false, problem.New("a calculation is not complete", `write it as in "calc(100% - 40px)"`)
	}
	n := c.nodes[0]
	c.nodes = c.nodes[1:]
	return c.value(n)
}

func (c *calculation) value(n node) (isLength bool, fault *problem.Problem) {
	switch {
	case n.kind == css.NumberToken:
		return false, nil
	case n.kind == css.LeftParenthesisToken, n.isFunc("calc"):
		return c.sum(n.args)
	case n.isFunc("min"), n.isFunc("max"), n.isFunc("clamp"):
		return c.comparison(n)
	case n.isFunc("env"):
		return true, c.checkEnv(n)
	case n.isFunc("var"):
		return true, c.lengths.variables.checkVar(n, Length)
	case n.kind == css.FunctionToken:
		return false, problem.New(n.name+"() is not a length", "use calc(), min(), max() or clamp()")
	}
	inner := lengths{variables: c.lengths.variables, percent: c.lengths.percent, negative: true}
	return true, inner.check(n)
}

// comparison checks min(), max() and clamp(): sums of one type.
func (c *calculation) comparison(n node) (isLength bool, fault *problem.Problem) {
	parts := split(n.args)
	if n.name == "clamp" && len(parts) != 3 {
		return false, problem.New("clamp() takes three values", `write it as in "clamp(300px, 50vw, 400px)"`)
	}
	for i, part := range parts {
		partIsLength, fault := c.sum(part)
		if fault != nil {
			return false, fault
		}
		if i > 0 && partIsLength != isLength {
			return false, problem.New(problem.Quote(n.text)+" mixes lengths with bare numbers", "give every number in it a unit")
		}
		isLength = partIsLength
	}
	return isLength, nil
}

// checkEnv checks env(safe-area-inset-bottom, 20px): a name, and a length for browsers that don't know it.
func (c *calculation) checkEnv(n node) *problem.Problem {
	name, fallback, hasFallback := cutComma(n.args)
	if len(name) != 1 || !name[0].isIdent() {
		return problem.New(problem.Quote(n.text)+" is not a length", `write it as in "env(safe-area-inset-bottom)"`)
	}
	if !hasFallback {
		return nil
	}
	isLength, fault := c.sum(fallback)
	if fault == nil && !isLength && written(fallback) != "0" {
		fault = problem.New(problem.Quote(written(fallback))+" has no unit", "use "+problem.Quote(written(fallback)+"px"))
	}
	return fault
}
