// Command check runs every check of the project: formatting, vet, staticcheck, the Go tests, tidy modules,
// types, the browser tests, and those in site generators and web servers. It needs Go and Node; what else is missing it
// installs where it can.
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
  go run ./cmd/check                  run every check
  go run ./cmd/check types browser    run only these

Checks: %s

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
		return commandline.Refuse("check", fmt.Sprintf(usage, strings.Join(names(all), ", ")), err, stdout, stderr)
	}
	return runSteps(chosen, stdout)
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
}

// choose returns the steps with the names, in the order of all; every step when there are no names.
func choose(all []step, chosen []string) ([]step, error) {
	for _, name := range chosen {
		if !slices.Contains(names(all), name) {
			return nil, problem.New(problem.Quote(name)+" is no check", "there are "+strings.Join(names(all), ", "))
		}
	}
	if len(chosen) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(s step) bool { return !slices.Contains(chosen, s.name) }), nil
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
