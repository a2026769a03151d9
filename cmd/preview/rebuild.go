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

// rebuilder builds again after a save, gives the result to the server, and tells in the terminal what came of it.
type rebuilder struct {
	builder *builder
	server  *server
	backend *backend
	out     io.Writer

	lastBuild     string
	lastVariables map[string]map[string]string
	lastProblems  []problem.Problem
	toldRestart   bool // that a change of Go needs a restart
}

func (w *rebuilder) saved(paths []string) {
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
		w.server.studio.FilesSaved()
	}
}

// rebuild builds, and tells what is new. It says nothing when nothing has changed: it is called for each file that is saved in a
// watched folder, part of the build or not.
func (w *rebuilder) rebuild(build func() (*site, []problem.Problem)) {
	start := time.Now()
	built, problems := build()
	same := slices.Equal(problems, w.lastProblems)
	if same && built != nil && built.build == w.lastBuild {
		w.paint(built, start)
		return
	}
	if built != nil {
		if err := w.backend.setAccounts(built.accounts); err != nil {
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

// paint gives open pages the style variables of the build, and names the accounts that have new ones. There may be none: the theme that
// was saved may be one that only stages show.
func (w *rebuilder) paint(built *site, start time.Time) {
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
