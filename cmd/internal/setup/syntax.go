package setup

import (
	"regexp"
	"strings"
)

// syntaxHints tell what people mostly did when yaml.v3 says this.
var syntaxHints = []struct{ says, hint string }{
	{"mapping values are not allowed", `indent the keys of one level alike, and put a text that holds ": " in quotes`},
	{"did not find expected key", "indent the keys of one level alike, and close each text with the quote that it starts with"},
	{`did not find expected "-"`, "indent the entries of a list alike, and start each with a dash"},
	{"block sequence entries are not allowed", "start a list on a line of its own below its key"},
	{`could not find expected ":"`, "write a colon and a space behind the key"},
	{`did not find expected "," or "]"`, `close the list with "]", or put the text in quotes if it is none`},
	{`did not find expected "," or "}"`, `close the map with "}", or put the text in quotes if it is none`},
	{"found unexpected end of stream", "close the text with the quote that it starts with"},
	{"found unknown escape character", `write \\ for a backslash, or put the text in single quotes`},
	{"a tab character", tabHint},
	{"exceeded max depth", "nothing in this file needs more than a few levels"},
	{"did not find expected <document start>", "let all keys of the top level start in the first column"},
}

const (
	tabHint     = "indent with spaces: YAML takes no tabs"
	anyHint     = "check the indentation, the quotes and the brackets of this line"
	specialHint = "put the text in quotes: %, @, ` and | mean something in YAML"
)

var (
	tabIndent     = regexp.MustCompile(`^ *\t`)
	unknownAnchor = regexp.MustCompile(`unknown anchor "(.*)"`)
)

func syntaxHint(why, line string) string {
	if m := unknownAnchor.FindStringSubmatch(why); m != nil {
		return "define it above with &" + m[1] + `, or put the text in quotes if it is none`
	}
	if strings.Contains(why, "cannot start any token") {
		if tabIndent.MatchString(line) {
			return tabHint
		}
		return specialHint
	}
	for _, h := range syntaxHints {
		if strings.Contains(why, h.says) {
			return h.hint
		}
	}
	return anyHint
}
