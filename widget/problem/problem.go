// Package problem has what all parts say when something is wrong: where, what, and how to fix it.
//
// The words for it belong here: how a problem reads, what was likely meant, how the user's own text is quoted.
// What is a problem doesn't: each check stays with what it checks.
package problem

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with what the user wrote: where, what, and how to fix it.
// A warning is told but stops nothing.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`   // from 1; 0 when the file as a whole is meant
	Column  int    `json:"column,omitempty"` // from 1, in characters; 0 when unknown
	Path    string `json:"path,omitempty"`   // the option's full path
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

// String is the problem as it is printed: the place, the path and the message, and the hint on a second line.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("\n  hint: " + p.Hint)
	}
	return b.String()
}

// Fault is what is wrong with one value, before it is known where the value stands.
type Fault struct{ Message, Hint string }

// New returns what is wrong and how to fix it.
func New(message, hint string) *Fault { return &Fault{message, hint} }

// Quote shows a piece of the user's text in a message, on one line. Long pieces are cut: the place tells where to look.
func Quote(text string) string {
	const most = 60
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		text = string(r[:most-1]) + "…"
	}
	return `"` + text + `"`
}
