package themes

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"missive/widget"
)

// assignment is a line as people mean it, right or wrong: a name, "=" or ":", and a value.
var assignment = regexp.MustCompile(`^[ \t]*(-*[A-Za-z0-9_-]+)[ \t]*([=:])[ \t]*(.*?)[ \t\r]*$`)

const exampleHint = `write a variable as in: main-color = "#2866d1"`

// syntaxProblem says what is wrong with a file that is not TOML. The decoder tells the line, in words
// for programmers; what a person meant to write there can mostly be seen from the line itself.
func syntaxProblem(path, text string, err error) *widget.Problem {
	p := &widget.Problem{File: path, Message: "this line can't be understood", Hint: exampleHint}
	var parse toml.ParseError
	if !errors.As(err, &parse) || parse.Position.Line < 1 {
		p.Message = "the file can't be understood"
		return p
	}
	p.Line = parse.Position.Line
	lines := strings.Split(text, "\n")
	line := lines[min(p.Line, len(lines))-1]
	column := func(offset int) int { return 1 + utf8.RuneCountInString(line[:min(max(offset, 0), len(line))]) }
	p.Column = column(parse.Position.Col - 1)

	match := assignment.FindStringSubmatchIndex(line)
	if match == nil {
		return p
	}
	key, sign, value := line[match[2]:match[3]], line[match[4]:match[5]], line[match[6]:match[7]]
	p.Path = showKey(key)
	p.Column = column(match[6])
	switch repaired := repair(key, value); {
	case strings.Contains(parse.Message, "already been defined"):
		p.Column = column(match[2])
		p.Message, p.Hint = "this is set twice", "take one of the lines out"
	case sign == ":":
		p.Column = column(match[4])
		p.Message, p.Hint = `":" is not allowed here`, repaired
	case value == "":
		p.Message = "the value is missing"
	case !strings.ContainsAny(value[:1], `"'`):
		p.Message, p.Hint = "the value is not in quotes", repaired
	case !strings.Contains(value[1:], value[:1]):
		p.Message, p.Hint = "a quote is not closed", repaired
	case strings.Contains(value, `\`):
		p.Message, p.Hint = `"\" has a meaning of its own in double quotes`, "put the value in single quotes: '…'"
	default:
		p.Message, p.Hint = "there is something after the value", repaired
	}
	return p
}

// repair is the hint that shows the line as it should be.
func repair(key, value string) string {
	value = strings.Trim(value, "\"'“”‘’„; \t")
	if value == "" || strings.ContainsAny(value, `"'\`) || strings.ContainsFunc(value, unicode.IsControl) || shorten(value) != value {
		return exampleHint
	}
	return "write: " + key + ` = "` + value + `"`
}
