package themes

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"missive/widget/cssvalue"
	"missive/widget/option"
	"missive/widget/problem"
)

// maxFileBytes is the greatest size of a theme file: some thirty lines of at most 1,000 characters, and comments.
const maxFileBytes = 64 << 10

// file is one theme file: what it says itself, without what it extends.
type file struct {
	name    string
	folder  int    // index in the list of folders
	shipped bool   // the folder is the last: that of the shipped themes
	path    string // as shown in problems
	data    []byte
	err     error // from reading data

	extends     string
	description string
	values      map[string]string // by short name; only those without a problem
	dark        map[string]string // of what is said of the dark alone, without the prefix
	places      map[string]place  // of every key, where it is first
	problems    []problem.Problem
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
	data, err := io.ReadAll(io.LimitReader(opened, maxFileBytes+1))
	if err == nil && len(data) > maxFileBytes {
		err = errTooLarge
	}
	return data, err
}

func (f *file) isBase() bool { return f.shipped && f.name == base }

// report adds a problem at a place of the file; the key is "" when it is about none.
func (f *file) report(line, column int, key, message, hint string) {
	p := problem.Problem{File: f.path, Line: line, Column: column, Message: message, Hint: hint}
	if key != "" {
		p.Path = showKey(key)
	}
	f.problems = append(f.problems, p)
}

// reportValue adds a problem with the value of a key that the file has.
func (f *file) reportValue(key, message, hint string) {
	at := f.places[key]
	f.report(at.line, at.valueColumn, key, message, hint)
}

// parse reads and checks f.data, and fills in the rest. A theme is flat, so each line is read for itself: what is
// wrong with one hides nothing of the others.
func (f *file) parse() {
	f.extends = base
	f.values, f.dark = map[string]string{}, map[string]string{}
	f.places = map[string]place{}
	if !f.readable() {
		return
	}
	end := "" // of a value that goes on below its line
	for i, text := range strings.Split(string(f.data), "\n") {
		if end == "" {
			end = f.readLine(i+1, strings.TrimSuffix(strings.TrimPrefix(text, "\ufeff"), "\r"))
		} else if strings.Contains(text, end) {
			end = ""
		}
	}
}

func (f *file) readable() bool {
	switch {
	case errors.Is(f.err, errTooLarge):
		f.report(0, 0, "", "the file is larger than 64 KB", "a theme is a short list of style variables; is this the right file?")
	case errors.Is(f.err, errNoFile):
		f.report(0, 0, "", "this is not a file", "remove it, or give the theme another name")
	case f.err != nil:
		f.report(0, 0, "", "the file can't be read", "make sure that you may read it")
	case !utf8.Valid(f.data):
		valid := strings.ToValidUTF8(string(f.data), "\x00")
		line := 1 + strings.Count(valid[:strings.IndexByte(valid, 0)], "\n")
		f.report(line, 0, "", "the file is not UTF-8 text", "save it as UTF-8 in your editor")
	default:
		return true
	}
	return false
}

// set takes over one key of the file, or reports what is wrong with it.
func (f *file) set(key string, value any) {
	option, dark := lookup(key)
	text, isText := value.(string)
	switch {
	case option == nil && key != "extends" && key != "description":
		at := f.places[key]
		f.report(at.line, at.column, key, "unknown variable", unknownHint(key))
	case dark && !HasDark(option):
		at := f.places[key]
		f.report(at.line, at.column, key, "only colours, borders and shadows can differ in the dark", `write "`+strings.TrimPrefix(key, DarkPrefix)+`" for both`)
	case !isText:
		f.reportValue(key, "a text is expected here, not "+typeName(value), textHint(option, value))
	case key == "extends":
		f.extends = text
	case key == "description":
		f.description = text
	default:
		if fault := option.Check(text); fault != nil {
			f.reportValue(key, fault.Message, fault.Hint)
			return
		}
		if dark {
			f.dark[strings.TrimPrefix(key, DarkPrefix)] = text
		} else {
			f.values[key] = text
		}
	}
}

// DarkPrefix stands before the name of a variable for its value in the dark.
const DarkPrefix = "dark-"

// lookup returns the variable that a key sets, nil for none, and whether in the dark alone.
func lookup(key string) (o *option.Option, dark bool) {
	name, dark := strings.CutPrefix(key, DarkPrefix)
	return option.Lookup(option.VariablesPath + name), dark
}

// HasDark tells whether a style variable is about light and dark, so that it may have a value for the dark alone.
func HasDark(o *option.Option) bool {
	return slices.Contains([]cssvalue.Kind{cssvalue.Color, cssvalue.Border, cssvalue.Shadow}, o.CSS)
}

// sets returns the key by which the file sets a variable in the scheme.
func (f *file) sets(name string, dark bool) (key string, ok bool) {
	if _, ok := f.dark[name]; ok && dark {
		return DarkPrefix + name, true
	}
	_, ok = f.values[name]
	return name, ok
}

func unknownHint(key string) string {
	known := append(variables(), "extends", "description")
	if name, dark := strings.CutPrefix(key, DarkPrefix); dark {
		if meant := problem.Suggest(name, variables()); meant != "" {
			return `did you mean "` + DarkPrefix + meant + `"?`
		}
	}
	if meant := problem.Suggest(key, known); meant != "" {
		return `did you mean "` + meant + `"?`
	}
	return "the variables are those below chat.variables in chat.yaml"
}

// variables are the short names of all style variables, in the order of the table.
func variables() []string {
	var names []string
	for _, path := range option.PathsOf(option.Variable) {
		names = append(names, strings.TrimPrefix(path, option.VariablesPath))
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
func textHint(o *option.Option, value any) string {
	_, isInteger := value.(int64)
	if o == nil || !isInteger {
		return quotesHint
	}
	unit := map[cssvalue.Kind]string{cssvalue.Length: "px", cssvalue.Duration: "ms"}[o.CSS]
	return fmt.Sprintf(`write "%d%s"`, value, unit)
}

// place is where a key stands: line and columns count from 1, columns in characters.
type place struct{ line, column, valueColumn int }

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)

// showKey is a key in a message: keys that would break the line are quoted.
func showKey(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return problem.Quote(key)
}
