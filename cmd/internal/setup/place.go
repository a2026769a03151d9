package setup

import (
	"gopkg.in/yaml.v3"

	"missive/widget/problem"
)

// place is where something stands in a file: a node of YAML, such as the key that a problem is about, which pairs.go finds.
// It counts from 1; line 0 is no place.
type place struct{ line, column int }

func placeOf(n *yaml.Node) place { return place{n.Line, n.Column} }

func (d *document) problem(at place, path, message, hint string) {
	d.report.add(problem.Problem{File: d.file, Line: at.line, Column: at.column, Path: path, Message: message, Hint: hint})
}

func (d *document) warn(at place, path, message, hint string) {
	d.report.add(problem.Problem{File: d.file, Line: at.line, Column: at.column, Path: path, Message: message, Hint: hint, Warning: true})
}
