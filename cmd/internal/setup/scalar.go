package setup

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/widget/option"
	"missive/widget/problem"
)

// scalar returns a scalar as it is written: 2024, yes and +33612345678 are texts like any other.
func (c *checker) scalar(o *option.Option, p pair, n *yaml.Node) (text string, ok bool) {
	message, hint := "", ""
	switch {
	case n.Kind != yaml.ScalarNode:
		message, hint = o.Kind.Expects()+" is expected here, not "+describe(n), shapeHint(o, n)
	case isNull(n):
		message, hint = "has no value", emptyHint(o, p)
	case !slices.Contains(knownTags, n.ShortTag()):
		message, hint = fmt.Sprintf("the tag %s is not known", problem.Quote(n.Tag)), "take it out"
	case o.Kind == option.Variable && isLostColor(n.LineComment) && n.Style&quoted == 0:
		message = fmt.Sprintf("%s is lost, because # starts a comment", problem.Quote(n.LineComment))
		hint = fmt.Sprintf("put the value in quotes: %s", problem.Quote(n.Value+" "+n.LineComment))
	default:
		c.warnLostText(o, p, n)
		return n.Value, true
	}
	c.problem(placeOf(p.value), o.Path, message, hint)
	return "", false
}

// warnLostText tells of the end of a text that YAML took for a comment: "Bonjour #1 des ateliers". A comment is mostly written with a space.
func (c *checker) warnLostText(o *option.Option, p pair, n *yaml.Node) {
	isText := o.Kind == option.Text || o.Kind == option.Linked || o.Kind == option.Bubbles
	if isText && n.Style&(quoted|yaml.LiteralStyle|yaml.FoldedStyle) == 0 && lostText.MatchString(n.LineComment) {
		c.warn(placeOf(p.value), o.Path, fmt.Sprintf("%s is lost, because # starts a comment", problem.Quote(n.LineComment)),
			fmt.Sprintf("put the text in quotes: %s; or a space behind the # if it is a comment", problem.Quote(n.Value+" "+n.LineComment)))
	}
}

var lostText = regexp.MustCompile(`^#[^\s#]`)

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle

var knownTags = []string{"!!str", "!!bool", "!!int", "!!float", "!!timestamp", "!!merge"}

func shapeHint(o *option.Option, n *yaml.Node) string {
	switch {
	case isPlaceholder(n):
		return `put the text in quotes: YAML takes "{" at its start for a map`
	case n.Kind == yaml.SequenceNode && o.Kind == option.Linked && slices.Contains(listOptions, o.Path):
		return "write the texts one below the other, each behind one dash"
	case n.Kind == yaml.SequenceNode && strings.HasPrefix(o.Path, "messages."):
		return "only these take lists: " + strings.Join(listOptions, ", ")
	case n.Kind == yaml.SequenceNode:
		return "write it behind the colon, without a dash or brackets"
	}
	return `write it behind the colon, in quotes if it holds ": "`
}

// listOptions are the options that take a list of texts, too.
var listOptions = option.PathsOf(option.Bubbles)

// isPlaceholder reports whether the node is a {{ link:… }} that was written without quotes: YAML takes it for a map with a map as a key.
func isPlaceholder(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode
}

func emptyHint(o *option.Option, p pair) string {
	switch {
	case p.at != nil && o.Kind == option.Variable && isLostColor(p.at.LineComment):
		return fmt.Sprintf("# starts a comment: put the value in quotes, %s", problem.Quote(p.at.LineComment))
	case o.Kind == option.Bool:
		return "write true or false, or take out the line"
	case o.Required:
		return o.Check("").Hint
	case o.Kind == option.Choice, o.Kind == option.Theme, o.Kind == option.Variable, o.NotEmpty:
		return "write one, or take out the line for the default"
	}
	return `write "" for an empty text, or take out the line for the default`
}

var hexColor = regexp.MustCompile(`^#([[:xdigit:]]{3,4}|[[:xdigit:]]{6}|[[:xdigit:]]{8})\b`)

// isLostColor reports whether a comment was meant to be a colour: main-color: #2866d1.
func isLostColor(comment string) bool { return hexColor.MatchString(comment) }
