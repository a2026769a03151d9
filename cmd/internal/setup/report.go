package setup

import (
	"cmp"
	"fmt"
	"slices"

	"missive/widget/problem"
)

// maxProblems is how many problems of one file are told. Nobody reads more at once, and a hostile file may hold millions.
const maxProblems = 1000

// report collects problems, each once: what accounts share, or inherit by an anchor, is seen more than once.
type report struct {
	problems []problem.Problem
	seen     map[problem.Problem]bool
	count    map[string]int // by file
}

func newReport() *report {
	return &report{seen: map[problem.Problem]bool{}, count: map[string]int{}}
}

func (r *report) add(p problem.Problem) {
	if r.seen[p] {
		return
	}
	if r.full(p.File) {
		p = problem.Problem{File: p.File, Message: fmt.Sprintf("has more problems than these %d", maxProblems), Hint: "solve these first, then build again for the rest"}
		if r.seen[p] {
			return
		}
	}
	r.seen[p] = true
	r.problems = append(r.problems, p)
	r.count[p.File]++
}

// full reports whether nothing more is told about the file.
func (r *report) full(file string) bool { return r.count[file] >= maxProblems }

// sorted returns the problems by place: the files in the given order, then the others as they came, such as those of themes.
func (r *report) sorted(files []string) []problem.Problem {
	rank := map[string]int{}
	for _, file := range files {
		if _, ok := rank[file]; !ok {
			rank[file] = len(rank)
		}
	}
	for _, p := range r.problems {
		if _, ok := rank[p.File]; !ok {
			rank[p.File] = len(rank)
		}
	}
	slices.SortStableFunc(r.problems, func(a, b problem.Problem) int {
		return cmp.Or(
			cmp.Compare(rank[a.File], rank[b.File]),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
	return r.problems
}
