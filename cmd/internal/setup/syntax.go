package setup

import (
	"fmt"
	"regexp"
	"strings"

	"missive/widget/problem"
)

// syntaxErrors are the words of yaml.v3, ours, and what people mostly did.
var syntaxErrors = []struct{ says, message, hint string }{
	{"mapping values are not allowed", `a ":" is not allowed here`, `indent the keys of one level alike, and put a text that holds ": " in quotes`},
	{"did not find expected key", "a key is expected here", "indent the keys of one level alike, and close each text with the quote that it starts with"},
	{`did not find expected "-"`, "a dash is expected here", "indent the entries of a list alike, and start each with a dash"},
	{"block sequence entries are not allowed", "a list can't start here", "start it on a line of its own below its key"},
	{`could not find expected ":"`, `a ":" is missing`, "write a colon and a space behind the key"},
	{`did not find expected "," or "]"`, `a "," or "]" is missing`, `close the list with "]", or put the text in quotes if it is none`},
	{`did not find expected "," or "}"`, `a "," or "}" is missing`, `close the map with "}", or put the text in quotes if it is none`},
	{"found unexpected end of stream", "a quote is not closed", "close the text with the quote that it starts with"},
	{"found unknown escape character", `a backslash between double quotes stands before a character that it means nothing to`, `write \\ for a backslash, or put the text in single quotes`},
	{"did not find expected hexdecimal number", `a backslash between double quotes stands before a character that it means something else to`, `write \\ for a backslash, or put the text in single quotes`},
	{"did not find expected alphabetic or numeric", "the name of an anchor is expected here", "put the text in quotes if it starts with * or &"},
	{"did not find expected <document start>", "this line is left of those above", "let all keys of the top level start in the first column"},
	{"did not find expected node content", "a value is expected here", "close each bracket once, and put a text that starts with one in quotes"},
	{"found incompatible YAML document", "the file asks for another version of YAML", "take out the line that starts with %YAML"},
	{"exceeded max depth", "the levels are too many", "nothing in this file needs more than a few"},
	{"a tab character", "a tab stands where YAML takes none", tabHint},
}

const tabHint = "indent with spaces"

var (
	tabIndent     = regexp.MustCompile(`^ *\t`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor "(.*)" referenced$`)
)

// translate puts an error of yaml.v3 into the user's words, and tells what may be done about it.
func translate(why, line string) (message, hint string) {
	if m := unknownAnchor.FindStringSubmatch(why); m != nil {
		name := problem.Shorten(m[1])
		return fmt.Sprintf(`there is no anchor "%s" above`, name), fmt.Sprintf("write &%s before the value that is meant, or put the text in quotes if it starts with *", name)
	}
	if strings.Contains(why, "cannot start any token") {
		if tabIndent.MatchString(line) {
			return "a tab stands where YAML takes none", tabHint
		}
		return "a text can't start like this", "put it in quotes if it starts with %, @ or `"
	}
	for _, e := range syntaxErrors {
		if strings.Contains(why, e.says) {
			return e.message, e.hint
		}
	}
	return problem.Shorten(why), "check the indentation, the quotes and the brackets of this line"
}
