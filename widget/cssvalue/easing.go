package cssvalue

import (
	"math"
	"slices"
	"strings"

	"github.com/tdewolff/parse/v2/css"

	"missive/widget/problem"
)

var easingKeywords = []string{"ease", "ease-in", "ease-out", "ease-in-out", "linear", "step-start", "step-end"}

const easingHint = `use one such as "ease-out" or "cubic-bezier(.4, 0, .2, 1)"`

func checkEasing(nodes []node) *problem.Problem {
	n := nodes[0]
	fault := problem.New(problem.Quote(written(nodes))+" is not an easing", easingHint)
	switch {
	case len(nodes) > 1:
		return fault
	case n.isIdent() && slices.Contains(easingKeywords, n.name):
		return nil
	case n.isIdent():
		if meant := problem.Suggest(n.name, easingKeywords); meant != "" {
			fault.Hint = "did you mean " + problem.Quote(meant) + "?"
		}
	case n.isFunc("cubic-bezier"):
		return checkBezier(n)
	case n.isFunc("steps"):
		return checkSteps(n)
	case n.isFunc("linear"):
		return problem.New("linear() does not work in all supported browsers; it needs Safari 17.2", `use "cubic-bezier()" or "linear"`)
	}
	return fault
}

func checkBezier(n node) *problem.Problem {
	points := split(n.args)
	fault := problem.New(problem.Quote(n.text)+" is not an easing", `cubic-bezier() takes four numbers, as in "cubic-bezier(.4, 0, .2, 1)"`)
	if len(points) != 4 {
		return fault
	}
	for i, point := range points {
		if len(point) != 1 || point[0].kind != css.NumberToken {
			return fault
		}
		if x := point[0].number; i%2 == 0 && (x < 0 || x > 1) {
			return problem.New(problem.Quote(point[0].text)+" is a time outside of the animation", "the first and third number of cubic-bezier() go from 0 to 1")
		}
	}
	return nil
}

var stepPositions = []string{"jump-start", "jump-end", "jump-none", "jump-both", "start", "end"}

func checkSteps(n node) *problem.Problem {
	fault := problem.New(problem.Quote(n.text)+" is not an easing", `steps() takes a whole number from 1, as in "steps(4)" or "steps(4, jump-start)"`)
	count, position, hasPosition := cutComma(n.args)
	if len(count) != 1 || count[0].kind != css.NumberToken || strings.ContainsAny(count[0].text, ".eE") {
		return fault
	}
	least := 1.
	if fieldName(position) == "jump-none" {
		least = 2 // CSS Easing 1: there would be no step left
	}
	if hasPosition && !slices.Contains(stepPositions, fieldName(position)) || count[0].number < least || count[0].number > math.MaxInt32 {
		return fault
	}
	return nil
}
