// Package problem has what all parts say when something is wrong: where, what, and how to fix it.
//
// The one type of it belongs here, and the words that all need: how a problem reads, what was likely meant, how the
// user's own text is quoted. What is a problem doesn't: each check stays with what it checks.
package problem

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing wrong with what the user wrote, or asked for: where, what, and how to fix it. It is an error, but
// for a warning, which is told and stops nothing. What has no place, such as a command line, leaves those fields empty,
// and a check that doesn't know the place leaves it to its caller to fill in. Problems can be compared.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`   // from 1; 0 when the file as a whole is meant
	Column  int    `json:"column,omitempty"` // from 1, in characters; 0 when unknown
	Path    string `json:"path,omitempty"`   // the option's full path
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

// New returns what is wrong and how to fix it. A function that may return no problem as an error must have error as the type of its
// result: a nil *Problem in an error is not nil.
func New(message, hint string) *Problem { return &Problem{Message: message, Hint: hint} }

// Wrap adds to an error how to fix it. The hint takes the place of one that the error may have.
// What was wrapped is found by errors.Is and errors.As.
func Wrap(err error, hint string) error { return In("", err, hint) }

// In is Wrap for an error that a file or a folder is to blame for. The hint may be empty.
func In(file string, err error, hint string) error {
	message, _ := split(err)
	return &wrapped{Problem{File: file, Message: message, Hint: hint}, err}
}

// Of is the problem that an error is. Another error becomes the message of one, and the hint of what it wraps its hint.
func Of(err error) Problem {
	switch e := err.(type) {
	case *Problem:
		return *e
	case *wrapped:
		return e.Problem
	}
	message, hint := split(err)
	return Problem{Message: message, Hint: hint}
}

// split parts the hint from the text of an error that has one.
func split(err error) (message, hint string) {
	if p := (*Problem)(nil); errors.As(err, &p) {
		hint = p.Hint
	}
	return strings.TrimSuffix(err.Error(), onSecondLine(hint)), hint
}

// wrapped keeps the cause out of Problem, which could not be compared otherwise.
type wrapped struct {
	Problem
	cause error
}

func (w *wrapped) Unwrap() []error { return []error{&w.Problem, w.cause} }

// Error is the problem as it is printed: the place, the path and the message, and the hint on a second line.
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" || p.Line > 0 {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
			if p.Column > 0 {
				fmt.Fprintf(&b, ":%d", p.Column)
			}
		}
		b.WriteString(": ")
	}
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	b.WriteString(onSecondLine(p.Hint))
	return b.String()
}

func onSecondLine(hint string) string {
	if hint == "" {
		return ""
	}
	return "\n  hint: " + hint
}
