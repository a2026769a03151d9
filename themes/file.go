package themes

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"missive/widget"
)

// maxBytes is the greatest size of a theme file. A theme has some thirty lines.
const maxBytes = 1 << 20

// file is one theme file: what it says itself, without what it extends.
type file struct {
	name string
	path string // as shown in problems
	data []byte
	err  error // from reading data

	extends     string
	description string
	values      map[string]string // by short name; only those without a problem
	places      map[string]place  // of every key at the top level
	problems    []widget.Problem
}

var (
	errTooLarge = errors.New("larger than 1 MiB")
	errNoFile   = errors.New("not a file")
)

// readFile reads a theme. What is no regular file is not opened: reading a pipe would wait forever.
func readFile(files fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	opened, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	data, err := io.ReadAll(io.LimitReader(opened, maxBytes+1))
	if err == nil && len(data) > maxBytes {
		err = errTooLarge
	}
	return data, err
}

// problem is one at the place of a key. When the file has no such key, it is one of the whole file.
func (f *file) problem(key, message, hint string) widget.Problem {
	at := f.places[key]
	return widget.Problem{File: f.path, Line: at.line, Column: at.column, Path: showKey(key), Message: message, Hint: hint}
}

func (f *file) report(p widget.Problem) { f.problems = append(f.problems, p) }

// parse reads and checks f.data, and fills in the rest.
func (f *file) parse() {
	f.extends = base
	f.values = map[string]string{}
	if !f.readable() {
		return
	}
	text := strings.TrimPrefix(string(f.data), "\ufeff")
	f.places = scan(text)
	var keys map[string]any
	if _, err := toml.Decode(text, &keys); err != nil {
		f.report(syntaxProblem(f.path, text, err))
		return
	}
	names := make([]string, 0, len(keys))
	for key := range keys {
		names = append(names, key)
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := f.places[a].line - f.places[b].line; c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	for _, key := range names {
		f.set(key, keys[key])
	}
}

func (f *file) readable() bool {
	p := widget.Problem{File: f.path}
	switch {
	case errors.Is(f.err, errTooLarge):
		p.Message, p.Hint = "the file is larger than 1 MiB", "a theme is a short list of style variables; is this the right file?"
	case errors.Is(f.err, errNoFile):
		p.Message, p.Hint = "this is not a file", "remove it, or give the theme another name"
	case f.err != nil:
		p.Message, p.Hint = "the file can't be read", "make sure that you may read it"
	case !utf8.Valid(f.data):
		valid := strings.ToValidUTF8(string(f.data), "\x00")
		p.Line = 1 + strings.Count(valid[:strings.IndexByte(valid, 0)], "\n")
		p.Message, p.Hint = "the file is not UTF-8 text", "save it as UTF-8 in your editor"
	default:
		return true
	}
	f.report(p)
	return false
}

// set takes over one key of the file, or reports what is wrong with it.
func (f *file) set(key string, value any) {
	option := widget.Lookup("chat.variables." + key)
	text, isText := value.(string)
	switch {
	case option == nil && key != "extends" && key != "description":
		f.report(f.problem(key, "unknown variable", unknownHint(key, value)))
	case !isText:
		f.report(f.valueProblem(key, widget.Fault{Message: "a text is expected here, not " + typeName(value), Hint: textHint(option, value)}))
	case key == "extends":
		f.extends = text
	case key == "description":
		f.description = text
	default:
		if fault := option.Check(text); fault != nil {
			f.report(f.valueProblem(key, *fault))
			return
		}
		f.values[key] = text
	}
}

func (f *file) valueProblem(key string, fault widget.Fault) widget.Problem {
	p := f.problem(key, fault.Message, fault.Hint)
	if p.Line > 0 {
		p.Column = f.places[key].valueColumn
	}
	return p
}

func unknownHint(key string, value any) string {
	if _, isTable := value.(map[string]any); isTable {
		return "a theme has no sections: write its variables one below the other, without a line in brackets before them"
	}
	known := append(variables(), "extends", "description")
	if meant := widget.Suggest(key, known); meant != "" {
		return `did you mean "` + meant + `"?`
	}
	return "the variables are those below chat.variables in chat.yaml"
}

// variables are the short names of all style variables, in the order of the table.
func variables() []string {
	var names []string
	for _, option := range widget.Options {
		if option.Kind.Style() {
			names = append(names, strings.TrimPrefix(option.Path, "chat.variables."))
		}
	}
	return names
}

func typeName(value any) string {
	switch value.(type) {
	case bool:
		return "true or false"
	case int64, float64:
		return "a number"
	case []any, []map[string]any:
		return "a list"
	case map[string]any:
		return "a section"
	}
	return "a date"
}

func textHint(option *widget.Option, value any) string {
	number := fmt.Sprint(value)
	switch value.(type) {
	case int64, float64:
		if option == nil {
			break
		}
		if unit := map[widget.Kind]string{widget.Length: "px", widget.Duration: "ms"}[option.Kind]; unit != "" {
			number += unit
		}
		return `write "` + number + `"`
	}
	return "write one value in quotes"
}

// place is where a key stands: line and columns count from 1, columns in characters.
type place struct{ line, column, valueColumn int }

var (
	keyPattern = `[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*`
	keyLine    = regexp.MustCompile(`^` + keyPattern + `[.=][ \t]*`)
	tableLine  = regexp.MustCompile(`^[ \t]*\[+` + keyPattern + `[.\]]`)
)

// scan finds the places of the keys at the top level of a file, which the TOML decoder does not tell.
func scan(text string) map[string]place {
	places := map[string]place{}
	until := "" // the end of the multi-line string that we are in
	for i, line := range strings.Split(text, "\n") {
		if until != "" {
			if strings.Contains(line, until) {
				until = ""
			}
			continue
		}
		match := keyLine.FindStringSubmatchIndex(line)
		if match == nil {
			match = tableLine.FindStringSubmatchIndex(line)
		}
		if match == nil {
			continue
		}
		key := line[match[2]:match[3]]
		if unquoted, err := strconv.Unquote(key); err == nil && key[0] == '"' {
			key = unquoted
		}
		key = strings.Trim(key, "'")
		if _, twice := places[key]; !twice {
			column := func(offset int) int { return 1 + utf8.RuneCountInString(line[:offset]) }
			places[key] = place{i + 1, column(match[2]), column(match[1])}
		}
		for _, quotes := range []string{`"""`, `'''`} {
			if value := line[match[1]:]; strings.HasPrefix(value, quotes) && !strings.Contains(value[3:], quotes) {
				until = quotes
			}
		}
	}
	return places
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)

// showKey is a key in a message: keys that would break the line are quoted.
func showKey(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return strconv.Quote(shorten(key))
}

// shorten cuts long texts of the user in messages.
func shorten(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
