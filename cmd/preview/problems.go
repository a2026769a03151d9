package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"missive/widget/problem"
)

// faults returns the problems that are more than warnings.
func faults(problems []problem.Problem) []problem.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p problem.Problem) bool { return p.Warning })
}

// templateError takes apart what Go's template packages say: "template: page.html.tmpl:3:5: what is wrong".
var templateError = regexp.MustCompile(`template: ?([^:\s]+):(\d+)(?::(\d+))?: (.*)`)

func templateProblem(err error) problem.Problem {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return problem.Problem{File: "templates", Message: err.Error()}
	}
	line, _ := strconv.Atoi(m[2])
	column, err := strconv.Atoi(m[3])
	if err == nil {
		column++ // they count from 0
	}
	file := m[1]
	if !strings.Contains(file, "/") {
		file = "templates/" + file
	}
	return problem.Problem{File: file, Line: line, Column: column, Message: m[4]}
}
