package themes

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"missive/widget/problem"
)

// assignment is a line as people mean it, right or wrong: a key, bare or quoted, "=" or what stands in its place, and
// a value with all that follows it.
var assignment = regexp.MustCompile(`^[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*([.=:])[ \t]*(.*?)[ \t]*$`)

const exampleHint = `write a variable as in: main-color = "#2866d1"`

// readLine takes over what a line sets, or reports what is wrong with it. When the value goes on in the lines below,
// it returns what will end it.
func (f *file) readLine(number int, text string) (end string) {
	column := func(offset int) int { return 1 + utf8.RuneCountInString(text[:offset]) }
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	match := assignment.FindStringSubmatchIndex(text)
	switch bare := text[indent:]; {
	case bare == "" || bare[0] == '#':
		return ""
	case strings.HasPrefix(bare, "[dark]"), strings.HasPrefix(bare, "[light]"):
		f.report(number, column(indent), "", "a theme has no sections", `take this line out; a value for the dark has "dark-" before its name: dark-main-color = "#8ab4f8"`)
		return ""
	case bare[0] == '@':
		f.report(number, column(indent), "", "a theme holds no style sheets", `take this line out: the chat can use each font that your page has loaded, as in font-family = "Inter, sans-serif"`)
		return ""
	case bare[0] == '[':
		f.report(number, column(indent), "", "a theme has no sections", "take this line out, and write the variables one below the other")
		return ""
	case match == nil:
		f.report(number, column(indent), "", "this line can't be understood", exampleHint)
		return ""
	}
	key, sign, value := unquote(text[match[2]:match[3]]), text[match[4]:match[5]], text[match[6]:match[7]]
	first, twice := f.places[key]
	if !twice {
		f.places[key] = place{number, column(match[2]), column(match[6])}
	}
	switch {
	case twice:
		f.report(number, column(match[2]), key, "this is set twice", fmt.Sprintf("keep one; the first is on line %d", first.line))
	case sign == ".":
		f.report(number, column(match[2]), key, "a theme has no sections", `write the name of the variable alone, such as "main-color"`)
	case sign == ":":
		f.report(number, column(match[4]), key, `":" is not allowed here`, repair(key, value))
	default:
		f.assign(key, value)
	}
	return unclosed(value)
}

func unquote(key string) string {
	if unquoted, err := strconv.Unquote(key); err == nil && key[0] == '"' {
		return unquoted
	}
	return strings.Trim(key, "'")
}

// unclosed is what ends a value that its line leaves open, "" when there is none.
func unclosed(value string) string {
	for opening, closing := range map[string]string{`"""`: `"""`, "'''": "'''", "[": "]"} {
		if rest, opens := strings.CutPrefix(value, opening); opens && !strings.Contains(rest, closing) {
			return closing
		}
	}
	return ""
}

// assign takes over the value of a key, written as in TOML, or reports what is wrong with it.
func (f *file) assign(key, text string) {
	fault := notFlat(text)
	if fault == nil {
		var line struct{ Value any }
		if _, err := toml.Decode("value = "+text, &line); err == nil {
			f.set(key, line.Value)
			return
		}
		fault = syntaxFault(key, text)
	}
	f.reportValue(key, fault.Message, fault.Hint)
}

// notFlat is what is wrong with a value that is more than a line of text. It is not left to the decoder, which takes
// minutes for what is nested ten thousand deep.
func notFlat(value string) *problem.Problem {
	switch {
	case strings.HasPrefix(value, "["):
		return problem.New("a text is expected here, not a list", quotesHint)
	case strings.HasPrefix(value, "{"):
		return problem.New("a text is expected here, not a section", quotesHint)
	case strings.HasPrefix(value, `"""`), strings.HasPrefix(value, "'''"):
		return problem.New("a value must be on one line", "use one quote before it and one after it")
	}
	return nil
}

// syntaxFault says what is wrong with a value that is not TOML. The decoder tells it in words for programmers; what a
// person meant to write can mostly be seen from the value itself.
func syntaxFault(key, value string) *problem.Problem {
	repaired := repair(key, value)
	switch {
	case value == "":
		return problem.New("the value is missing", exampleHint)
	case !strings.ContainsAny(value[:1], `"'`):
		return problem.New("the value is not in quotes", repaired)
	case !strings.Contains(value[1:], value[:1]):
		return problem.New("a quote is not closed", repaired)
	case strings.Contains(value, `\`):
		return problem.New(`"\" has a meaning of its own in double quotes`, "put the value in single quotes: '…'")
	}
	return problem.New("there is something after the value", repaired)
}

// repair is the hint that shows the line as it should be.
func repair(key, value string) string {
	value = strings.Trim(value, "\"'“”‘’„; \t")
	if value == "" || strings.ContainsAny(value, `"'\`) || strings.ContainsFunc(value, unicode.IsControl) || problem.Shorten(value) != value {
		return exampleHint
	}
	return "write: " + showKey(key) + ` = "` + value + `"`
}
