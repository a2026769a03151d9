package themes

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"missive/widget/problem"
)

// Edit returns the text of the theme's own file with what the draft sets in it, see [Theme.With]: a changed value is replaced on
// its line, a new one gets a line below one with a similar name, one that is gone loses its line. All else stays as it is, byte by byte.
// The fault is that of a file that could not be read, or whose form doesn't let a value be changed; the text is nil then.
func (t Theme) Edit(draft Theme) (text []byte, fault *problem.Problem) {
	own := t.chain[0]
	if own.err != nil {
		// What the file says is not known, so an edit would replace it all.
		return nil, problem.New(own.problems[0].Message, own.problems[0].Hint)
	}
	e := newEditor(own.data)
	before, after := t.Own(), draft.Own()
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if _, stays := after[key]; !stays {
			e.remove(key)
		}
	}
	for _, key := range inTableOrder(after) {
		if value, known := before[key]; !known || value != after[key] {
			e.set(key, after[key])
		}
	}
	if fault := e.verify(after); fault != nil {
		return nil, fault
	}
	return e.bytes(), nil
}

// NewFile returns the text of a theme file that extends another theme and sets these values.
func NewFile(extends string, own map[string]string) []byte {
	var b strings.Builder
	b.WriteString("extends = " + quoteTOML(extends, '"') + "\n")
	inDark := false
	for _, key := range inTableOrder(own) {
		if !inDark && strings.HasPrefix(key, DarkPrefix) {
			inDark = true
			b.WriteString("\n") // an empty line before the values for the dark
		}
		b.WriteString(key + " = " + quoteTOML(own[key], '"') + "\n")
	}
	return []byte(b.String())
}

// inTableOrder returns the keys: those for both palettes, then those for the dark, each in the order of the table.
func inTableOrder(own map[string]string) []string {
	var keys []string
	for _, prefix := range []string{"", DarkPrefix} {
		for _, name := range variables() {
			if _, ok := own[prefix+name]; ok {
				keys = append(keys, prefix+name)
			}
		}
	}
	return keys
}

// editor changes the lines of a theme file. Each line has its end, "\n" or "\r\n"; the last one may have none.
type editor struct {
	mark    string // a byte order mark, or ""
	lines   []string
	newline string
	locked  *problem.Problem // the first change that could not be made
}

func newEditor(data []byte) *editor {
	text, marked := strings.CutPrefix(string(data), "\ufeff")
	e := &editor{newline: "\n", lines: strings.SplitAfter(text, "\n")}
	if marked {
		e.mark = "\ufeff"
	}
	if last := len(e.lines) - 1; e.lines[last] == "" {
		e.lines = e.lines[:last]
	}
	if len(e.lines) > 0 && strings.HasSuffix(e.lines[0], "\r\n") {
		e.newline = "\r\n"
	}
	return e
}

func (e *editor) bytes() []byte { return []byte(e.mark + strings.Join(e.lines, "")) }

// parse reads the lines as they are now.
func (e *editor) parse() *file {
	f := &file{data: e.bytes()}
	f.parse()
	return f
}

// quoted is a value as it is mostly written, with what may follow it on its line.
var quoted = regexp.MustCompile(`^("(?:[^"\\]|\\.)*"|'[^']*')([ \t]*(?:#.*)?)$`)

func (e *editor) set(key, value string) {
	at, ok := e.parse().places[key]
	if !ok {
		e.add(key, value)
		return
	}
	line := e.lines[at.line-1]
	content := strings.TrimRight(line, "\r\n")
	start := len(string([]rune(content)[:at.valueColumn-1]))
	m := quoted.FindStringSubmatch(strings.TrimRight(content[start:], " \t"))
	if m == nil {
		e.lock(key, at.line)
		return
	}
	e.lines[at.line-1] = content[:start] + quoteTOML(value, m[1][0]) + content[start+len(m[1]):] + line[len(content):]
}

func (e *editor) remove(key string) {
	at, ok := e.parse().places[key]
	if ok {
		e.lines = slices.Delete(e.lines, at.line-1, at.line)
	}
}

// add writes a new line: below the key of its palette that is most like it, else at the end.
func (e *editor) add(key, value string) {
	line := key + " = " + quoteTOML(value, '"')
	places := e.parse().places
	if like := mostLike(key, places); like != "" {
		e.insert(places[like].line, line)
		return
	}
	if strings.HasPrefix(key, DarkPrefix) && len(e.lines) > 0 {
		e.insert(len(e.lines), "")
	}
	e.insert(len(e.lines), line)
}

// insert puts a line after that many others.
func (e *editor) insert(after int, line string) {
	if after > 0 && !strings.HasSuffix(e.lines[after-1], "\n") {
		// The last line has no end: now the new one is the last.
		e.lines[after-1] += e.newline
	} else {
		line += e.newline
	}
	e.lines = slices.Insert(e.lines, after, line)
}

// mostLike is the key of the same palette whose name is most like the other one's: "badge-color" for "badge-size". Of equals it
// is the nearest one before in the table; for a name like no other it is the last in the file. It is "" without any.
func mostLike(key string, places map[string]place) string {
	name, dark := strings.CutPrefix(key, DarkPrefix)
	best, most, last := "", 0, ""
	for _, other := range variables() {
		otherKey := other
		if dark {
			otherKey = DarkPrefix + other
		}
		at, there := places[otherKey]
		if !there {
			continue
		}
		if last == "" || at.line > places[last].line {
			last = otherKey
		}
		if n := likeness(name, other); n > most || n == most && n > 0 && other < name {
			best, most = otherKey, n
		}
	}
	return cmp.Or(best, last)
}

// likeness counts the words that two names begin with, twice, and those that they end with.
func likeness(a, b string) (n int) {
	as, bs := strings.Split(a, "-"), strings.Split(b, "-")
	shortest := min(len(as), len(bs))
	for i := 0; i < shortest && as[i] == bs[i]; i++ {
		n += 2
	}
	for i := 1; i <= shortest && as[len(as)-i] == bs[len(bs)-i]; i++ {
		n++
	}
	return n
}

func (e *editor) lock(key string, line int) {
	if e.locked == nil {
		e.locked = problem.New(fmt.Sprintf("line %d can't be changed here: the value of %s is not one text in quotes", line, key), `put it in quotes in your editor, as in: main-color = "#2866d1"`)
	}
}

// verify reads the result: in a file with mistakes a new line may be part of an older value, or another line say the contrary.
func (e *editor) verify(want map[string]string) *problem.Problem {
	if e.locked != nil {
		return e.locked
	}
	f := e.parse()
	if maps.Equal(Theme{chain: []*file{f}}.Own(), want) {
		return nil
	}
	fault := problem.New("the file has a mistake that is in the way", "mend it in your editor, then save again")
	if len(f.problems) > 0 {
		p := f.problems[0]
		fault = problem.New(fmt.Sprintf("line %d is in the way: %s", p.Line, p.Message), p.Hint)
	}
	return fault
}

// quoteTOML writes a text as TOML, in the quotes that are given if it can stand in them without escapes.
func quoteTOML(text string, quote byte) string {
	switch {
	case quote == '\'' && !strings.ContainsAny(text, "'\n\r"), strings.Contains(text, `"`) && !strings.ContainsAny(text, "'\n\r"):
		return "'" + text + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(text) + `"`
}
