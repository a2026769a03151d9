package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"missive/widget/problem"
)

// workshop builds what was saved, hands it to the server and tells the terminal.
type workshop struct {
	builder *builder
	server  *server
	live    *live
	out     io.Writer

	lastBuild     string
	lastVariables map[string]map[string]string
	lastProblems  []problem.Problem
	toldRestart   bool
}

func (w *workshop) saved(paths []string) {
	goCode := func(path string) bool { return filepath.Ext(path) == ".go" }
	if !w.toldRestart && slices.ContainsFunc(paths, goCode) {
		fmt.Fprintln(w.out, "Go code was changed: restart the preview to see that.")
		w.toldRestart = true
	}
	if slices.ContainsFunc(paths, func(path string) bool { return !goCode(path) }) {
		build := w.builder.restyle
		if slices.ContainsFunc(paths, func(path string) bool { return !w.builder.isTheme(path) }) {
			build = w.builder.build
		}
		w.rebuild(build)
		w.server.studio.Tell()
	}
}

// rebuild says nothing when nothing has changed: any file in a watched folder leads here.
func (w *workshop) rebuild(build func() (*site, []problem.Problem)) {
	start := time.Now()
	built, problems := build()
	same := slices.Equal(problems, w.lastProblems)
	if same && built != nil && built.build == w.lastBuild {
		w.paint(built, start)
		return
	}
	if built != nil {
		if err := w.live.open(built.accounts); err != nil {
			p := problem.Of(err)
			p.File = "chat.yaml"
			problems, built = append(problems, p), nil
		}
	}
	w.server.update(built, faults(problems))
	for _, p := range problems {
		if !p.Warning || !slices.Contains(w.lastProblems, p) {
			fmt.Fprintln(w.out, p)
		}
	}
	w.lastProblems = problems
	if built == nil {
		fmt.Fprintln(w.out, "Not built; the page stays as it was.")
		return
	}
	w.lastBuild, w.lastVariables = built.build, built.variables
	fmt.Fprintf(w.out, "Built %s in %d ms.\n", strings.Join(built.accounts, ", "), time.Since(start).Milliseconds())
}

// paint gives open pages new style variables. It says so where there are any: only stages may show the theme that was saved.
func (w *workshop) paint(built *site, start time.Time) {
	w.server.update(built, faults(w.lastProblems))
	var painted []string
	for _, account := range built.accounts {
		if !maps.Equal(built.variables[account], w.lastVariables[account]) {
			painted = append(painted, account)
		}
	}
	w.lastVariables = built.variables
	if painted != nil {
		fmt.Fprintf(w.out, "Painted %s in %d ms.\n", strings.Join(painted, ", "), time.Since(start).Milliseconds())
	}
}
