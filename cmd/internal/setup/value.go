package setup

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/widget/option"
	"missive/widget/problem"
)

// value returns the value of an option, nil when it has a problem, which is told.
func (w *walker) value(o *option.Option, p pair) any {
	n := w.follow(p.value)
	if n == nil {
		return nil
	}
	if n.Kind == yaml.SequenceNode && o.Kind == option.Bubbles {
		return w.bubbles(o, p.value, n)
	}
	text, ok := w.scalar(o, p, n)
	if !ok {
		return nil
	}
	var value any = text
	if o.Kind == option.Bool && n.ShortTag() == "!!bool" {
		value = strings.EqualFold(text, "true")
	}
	return w.checked(o, p.value, value)
}

// bubbles returns the texts of a list.
func (w *walker) bubbles(o *option.Option, at, n *yaml.Node) any {
	if len(n.Content) == 0 {
		w.problem(placeOf(at), o.Path, "the list is empty", `write "" for no bubble`)
		return nil
	}
	one := &option.Option{Path: o.Path, Kind: option.Linked}
	texts := make([]string, 0, len(n.Content))
	w.enter(n, func() {
		for _, item := range n.Content {
			t := w.follow(item)
			if t == nil {
				continue
			}
			if text, ok := w.scalar(one, pair{value: item}, t); ok && w.checked(one, item, text) != nil {
				texts = append(texts, text)
			}
		}
	})
	return texts
}

func (w *walker) checked(o *option.Option, at *yaml.Node, value any) any {
	if f := o.Check(value); f != nil {
		w.problem(placeOf(at), o.Path, f.Message, f.Hint)
		return nil
	}
	return value
}

// scalar returns a scalar as it is written: 2024, yes and +33612345678 are texts like any other.
func (w *walker) scalar(o *option.Option, p pair, n *yaml.Node) (text string, ok bool) {
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
		return n.Value, true
	}
	w.problem(placeOf(p.value), o.Path, message, hint)
	return "", false
}

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

var listOptions = func() []string {
	var paths []string
	for i := range option.Table {
		if option.Table[i].Kind == option.Bubbles {
			paths = append(paths, option.Table[i].Path)
		}
	}
	return paths
}()

// isPlaceholder recognises {{ link:… }} without quotes, a map with a map for a key.
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

// protoKey is a key that JavaScript takes for something else.
const protoKey = "__proto__"

// meta walks the site owner's own data, a map of texts.
func (w *walker) meta(p pair, into *layer) {
	at := find(metaKey)
	n := w.follow(p.value)
	if n == nil || isNothing(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		w.problem(placeOf(p.value), at.path, "a map of texts is expected here, not "+describe(n), `write them on lines of their own, indented: "plan: free"`)
		return
	}
	into.meta = placeOf(p.at)
	w.enter(n, func() {
		meta := map[string]setting{}
		for _, p := range w.pairs(at, n) {
			path := join(at.path, showKey(p.key))
			if p.key == protoKey || slices.Contains(option.BuiltinMeta, p.key) {
				w.problem(placeOf(p.at), path, "this key can't be set", metaHint(p.key))
				continue
			}
			entry := &option.Option{Path: path, Kind: option.Text}
			meta[join(at.path, p.key)] = setting{w.value(entry, p), placeOf(p.value)}
		}
		if w.fits(meta, into.meta) {
			maps.Copy(into.values, meta)
		}
	})
}

func metaHint(key string) string {
	if key == protoKey {
		return "choose another name"
	}
	return "each message carries it by itself; choose another name for your own"
}

// maxMetaBytes leaves room for the rest in the 4 KB of attributes that Twilio allows a message.
const maxMetaBytes = 3 << 10

// fits reports whether messages can carry the site owner's own data, and tells when they can't.
func (w *walker) fits(meta map[string]setting, at place) bool {
	values := map[string]any{}
	for path, s := range meta {
		if key, ok := strings.CutPrefix(path, metaKey+"."); ok {
			values[key] = s.value
		}
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // texts can be marshalled
	}
	if len(b) <= maxMetaBytes {
		return true
	}
	w.problem(at, metaKey, fmt.Sprintf("%d bytes are too much for a message to carry", len(b)),
		fmt.Sprintf("keep it below %d bytes, counted as JSON", maxMetaBytes))
	return false
}
