// Command check runs the checks of the project: formatting, vet, staticcheck, tidy modules, the Go tests, types, the unit
// and the browser tests; when asked for, also what is slow by nature. It needs Go and Node; what else is missing it installs
// where it can.
//
// Which checks there are, and what they need, belongs here. What is checked is in the tests themselves, beside what they are about.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"missive/cmd/internal/commandline"
	"missive/widget/problem"
)

const usage = `Usage:
  go run ./cmd/check                  run every check but the slow ones
  go run ./cmd/check all              run every check
  go run ./cmd/check types preview    run only these: of the browser tests, those of the preview's pages

Checks: %s
Slow:   %s

CHROME_PATH is the browser to test in; without it Chromium or Chrome is looked for.
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit code: 0 all passed, 1 some failed, 2 wrong usage.
func run(args []string, stdout, stderr io.Writer) int {
	root, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(stderr, "check:", err)
		return 2
	}
	all := steps(root, stdout)
	chosen, err := parse(args, all)
	if err == nil {
		err = inProject(root)
	}
	if err != nil {
		return commandline.Refuse("check", help(all), err, stdout, stderr)
	}
	return runSteps(chosen, stdout)
}

func help(all []step) string {
	var quick, slow []step
	for _, s := range all {
		if s.slow {
			slow = append(slow, s)
		} else {
			quick = append(quick, s)
		}
	}
	return fmt.Sprintf(usage, strings.Join(names(quick), ", "), strings.Join(names(slow), ", "))
}

// parse returns those of the steps that the command line names.
func parse(args []string, all []step) ([]step, error) {
	flags := commandline.New("go run ./cmd/check")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	return choose(all, flags.Args())
}

// step is one check. Its run prints what it finds; the error says that it failed, and why when nothing was printed.
type step struct {
	name string
	what string
	run  func() error
	slow bool // by nature: it runs when it is asked for
}

// everything is the name for all steps.
const everything = "all"

// choose returns the steps with the names, in the order of all; those that aren't slow when there are no names.
func choose(all []step, chosen []string) ([]step, error) {
	for _, name := range chosen {
		if known := append(names(all), everything); !slices.Contains(known, name) {
			return nil, problem.New(problem.Quote(name)+" is no check", "there are "+strings.Join(known, ", "))
		}
	}
	wanted := func(s step) bool { return slices.Contains(chosen, s.name) || slices.Contains(chosen, everything) }
	if len(chosen) == 0 {
		wanted = func(s step) bool { return !s.slow }
	}
	return slices.DeleteFunc(slices.Clone(all), func(s step) bool { return !wanted(s) }), nil
}

// runSteps runs all steps, whatever fails, and ends with what did. It returns the exit code.
func runSteps(steps []step, out io.Writer) int {
	var failed []string
	for _, s := range steps {
		fmt.Fprintf(out, "\n=== %s: %s\n", s.name, s.what)
		if err := s.run(); err != nil {
			fmt.Fprintf(out, "--- %s failed: %v\n", s.name, err)
			failed = append(failed, s.name)
		}
	}
	fmt.Fprintln(out)
	if len(failed) > 0 {
		fmt.Fprintln(out, "Failed:", strings.Join(failed, ", "))
	}
	fmt.Fprintf(out, "%d passed, %d failed\n", len(steps)-len(failed), len(failed))
	if len(failed) > 0 {
		return 1
	}
	return 0
}

func names(steps []step) []string {
	var names []string
	for _, s := range steps {
		names = append(names, s.name)
	}
	return names
}
