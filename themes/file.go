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

// maxBytes is the greatest size of a theme file: some thirty lines of at most 1,000 characters, and comments.
const maxBytes = 64 << 10

// file is one theme file: what it says itself, without what it extends.
type file struct {
	name   string
	folder int    // index in the list of folders
	path   string // as shown in problems
	data   []byte
	err    error // from reading data

	extends     string
	description string
	values      map[string]string // by short name; only those without a problem
	places      map[string]place  // of every key at the top level
	problems    []widget.Problem
}

var (
	errTooLarge = errors.New("too large")
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
func (f *file) problem(key, message, hint string) *widget.Problem {
	at := f.places[key]
	return &widget.Problem{File: f.path, Line: at.line, Column: at.column, Path: showKey(key), Message: message, Hint: hint}
}

func (f *file) report(p *widget.Problem) { f.problems = append(f.problems, *p) }

// parse reads and checks f.data, and fills in the rest.
func (f *file) parse() {
	f.extends = base
	f.values = map[string]string{}
	if !f.readable() {
		return
	}
	text := strings.TrimPrefix(string(f.data), "\ufeff")
	if !f.scan(text) {
		return
	}
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
	p := &widget.Problem{File: f.path}
	switch {
	case errors.Is(f.err, errTooLarge):
		p.Message, p.Hint = "the file is larger than 64 KiB", "a theme is a short list of style variables; is this the right file?"
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
		f.report(f.problem(key, "unknown variable", unknownHint(key)))
	case !isText:
		f.report(f.valueProblem(key, "a text is expected here, not "+typeName(value), textHint(option, value)))
	case key == "extends":
		f.extends = text
	case key == "description":
		f.description = text
	default:
		if fault := option.Check(text); fault != nil {
			f.report(f.valueProblem(key, fault.Message, fault.Hint))
			return
		}
		f.values[key] = text
	}
}

// valueProblem is one at the place of a key's value.
func (f *file) valueProblem(key, message, hint string) *widget.Problem {
	p := f.problem(key, message, hint)
	if p.Line > 0 {
		p.Column = f.places[key].valueColumn
	}
	return p
}

func unknownHint(key string) string {
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
	}
	return "a date"
}

const quotesHint = "write one value in quotes"

// textHint shows a number as the text that was probably meant.
func textHint(option *widget.Option, value any) string {
	_, isInteger := value.(int64)
	if option == nil || !isInteger {
		return quotesHint
	}
	unit := map[widget.Kind]string{widget.Length: "px", widget.Duration: "ms"}[option.Kind]
	return fmt.Sprintf(`write "%d%s"`, value, unit)
}

// place is where a key stands: line and columns count from 1, columns in characters.
type place struct{ line, column, valueColumn int }

// keyPattern matches a key, bare or quoted, and what is between it and its value.
var keyPattern = regexp.MustCompile(`^[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*([.=])[ \t]*`)

// scan finds the places of the keys, which the TOML decoder does not tell. It is false, and reports
// why, when something is not flat: themes have no use for it, and the decoder takes minutes for what
// is nested ten thousand deep.
func (f *file) scan(text string) (flat bool) {
	f.places = map[string]place{}
	for i, line := range strings.Split(text, "\n") {
		column := func(offset int) int { return 1 + utf8.RuneCountInString(line[:offset]) }
		match := keyPattern.FindStringSubmatchIndex(line)
		if match == nil {
			if bare := strings.TrimLeft(line, " \t"); strings.HasPrefix(bare, "[") {
				f.report(&widget.Problem{File: f.path, Line: i + 1, Column: column(len(line) - len(bare)),
					Message: "a theme has no sections", Hint: "take this line out, and write the variables one below the other"})
			}
			continue
		}
		key := line[match[2]:match[3]]
		if unquoted, err := strconv.Unquote(key); err == nil && key[0] == '"' {
			key = unquoted
		}
		key = strings.Trim(key, "'")
		f.places[key] = place{i + 1, column(match[2]), column(match[1])}
		if fault := notFlat(line[match[4]:match[5]], line[match[1]:]); fault != nil {
			at := match[1]
			if line[match[4]] == '.' {
				at = match[2]
			}
			f.report(&widget.Problem{File: f.path, Line: i + 1, Column: column(at), Path: showKey(key), Message: fault.Message, Hint: fault.Hint})
		}
	}
	return len(f.problems) == 0
}

// notFlat is what is wrong with a key's separator and value when they are more than a name and a line of text.
func notFlat(separator, value string) *widget.Fault {
	switch {
	case separator == ".":
		return &widget.Fault{Message: "a theme has no sections", Hint: `write the name of the variable alone, such as "main-color"`}
	case strings.HasPrefix(value, "["):
		return &widget.Fault{Message: "a text is expected here, not a list", Hint: quotesHint}
	case strings.HasPrefix(value, "{"):
		return &widget.Fault{Message: "a text is expected here, not a section", Hint: quotesHint}
	case strings.HasPrefix(value, `"""`), strings.HasPrefix(value, "'''"):
		return &widget.Fault{Message: "a value must be on one line", Hint: "use one quote before it and one after it"}
	}
	return nil
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
