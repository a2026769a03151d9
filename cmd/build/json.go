package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"missive/widget/problem"
)

// printJSON prints the build as one object, also when it failed.
func printJSON(w io.Writer, b built) error {
	type account struct {
		ID    string `json:"id"`
		Host  string `json:"host"`
		Theme string `json:"theme"`
	}
	type file struct {
		Path  string `json:"path"`
		Bytes size   `json:"bytes"`
	}
	problems := append([]problem.Problem{}, b.problems...)
	if b.failure != nil {
		problems = append(problems, problem.Of(b.failure))
	}
	out := &lines{w: bufio.NewWriter(w)}
	out.list("{\n", "accounts", len(b.accounts), func(i int) any {
		a := b.accounts[i]
		return account{a.ID, a.Host, a.Theme}
	})
	out.list(",\n", "files", len(b.made.Files), func(i int) any {
		e := b.made.Files[i]
		return file{e.Path, b.sizes[e.Path]}
	})
	out.list(",\n", "problems", len(problems), func(i int) any { return problems[i] })
	out.text("\n}\n")
	return errors.Join(out.err, out.w.Flush())
}

// lines writes an object of lists an item at a time: there may be hundreds of thousands. It keeps its first error.
type lines struct {
	w   *bufio.Writer
	err error
}

func (l *lines) text(text string) {
	if _, err := l.w.WriteString(text); l.err == nil {
		l.err = err
	}
}

func (l *lines) list(before, name string, n int, item func(i int) any) {
	l.text(before + "  \"" + name + "\": [")
	end := "]"
	for i := range n {
		text, err := marshal(item(i))
		l.err = errors.Join(l.err, err)
		l.text("\n    " + text)
		if end = "\n  ]"; i < n-1 {
			l.text(",")
		}
	}
	l.text(end)
}

func marshal(value any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("    ", "  ")
	err := e.Encode(value)
	return strings.TrimSpace(b.String()), err
}

// encode prints a value as JSON that people can read, too.
func encode(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
