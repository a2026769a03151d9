package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/commandline/commandlinetest"
)

func TestEveryStepRunsAndTheFailedOnesAreListedAtTheEnd(t *testing.T) {
	var out strings.Builder
	code := runSteps([]step{
		{name: "vet", what: "go vet", run: func() error { return nil }},
		{name: "types", what: "tsc", run: func() error { return errors.New("npm is missing\n  hint: install Node.js") }},
		{name: "test", what: "go test", run: func() error { fmt.Fprintln(&out, "ok"); return nil }},
		{name: "browser", what: "playwright", run: func() error { return errors.New("exit status 1") }},
	}, &out)

	want := `
=== vet: go vet

=== types: tsc
--- types failed: npm is missing
  hint: install Node.js

=== test: go test
ok

=== browser: playwright
--- browser failed: exit status 1

Failed: types, browser
2 passed, 2 failed
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &out, want)
	}
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func TestAllPassedIsExitCodeZero(t *testing.T) {
	var out strings.Builder
	code := runSteps([]step{{name: "vet", what: "go vet", run: func() error { return nil }}}, &out)
	if want := "\n=== vet: go vet\n\n1 passed, 0 failed\n"; out.String() != want || code != 0 {
		t.Errorf("exit code %d and %q, want 0 and %q", code, &out, want)
	}
}

func TestNamedStepsRunInTheirOwnOrder(t *testing.T) {
	all := []step{{name: "vet"}, {name: "test"}, {name: "types"}, {name: "loads", slow: true}}
	for _, c := range []struct{ args, want string }{
		{"", "vet test types"},
		{"types vet", "vet types"},
		{"loads test", "test loads"},
		{"all", "vet test types loads"},
		{"all vet", "vet test types loads"},
	} {
		got, err := choose(all, strings.Fields(c.args))
		if err != nil || !slices.Equal(names(got), strings.Fields(c.want)) {
			t.Errorf("%q: got %v, %v; want %s", c.args, names(got), err, c.want)
		}
	}
	_, err := choose(all, []string{"tsc"})
	if want := "\"tsc\" is no check\n  hint: there are vet, test, types, loads, all"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAnotherFolderIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, problems strings.Builder
	code := run(nil, &out, &problems)
	want := "check: this is not the project's folder\n  hint: change into the folder with its go.mod, then: go run ./cmd/check\n"
	if code != 2 || problems.String() != want || out.Len() > 0 {
		t.Errorf("exit code %d, %q, %q", code, &problems, &out)
	}
}

func TestUnformattedFilesAreNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "good.go"), "package a\n")
	write(t, filepath.Join(dir, "cmd", "bad.go"), "package  a\n")
	write(t, filepath.Join(dir, "node_modules", "x", "not_ours.go"), "package  a\n")
	write(t, filepath.Join(dir, ".git", "not_ours.go"), "package  a\n")

	var out strings.Builder
	err := checkFormat(os.DirFS(dir), &out)
	if want := "these files are not formatted\n  hint: gofmt -w FILE"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	if out.String() != "cmd/bad.go\n" {
		t.Errorf("named %q, want cmd/bad.go", &out)
	}

	write(t, filepath.Join(dir, "cmd", "bad.go"), "package a\n")
	if err := checkFormat(os.DirFS(dir), &out); err != nil {
		t.Errorf("still %v once it is formatted", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestHelpIsOutputAndWrongOptionsAreErrors(t *testing.T) {
	all := steps(".", io.Discard)
	help := help(all)
	for _, line := range []string{"\nChecks: format, vet, ", "\nSlow:   pipelines, engines, loads\n"} {
		if !strings.Contains(help, line) {
			t.Errorf("%q is missing in\n%s", line, help)
		}
	}
	commandlinetest.Check(t, run, []commandlinetest.Case{
		{"-h", 0, help, ""},
		{"-help", 0, help, ""},
		{"-fast", 2, "", "check: there is no option -fast\n  hint: go run ./cmd/check -h shows all options\n"},
		{"types -fast", 2, "", "check: -fast comes after types\n  hint: options go first: go run ./cmd/check -fast types\n"},
		{"tsc", 2, "", "check: \"tsc\" is no check\n  hint: there are " + strings.Join(names(all), ", ") + ", all\n"},
	})
}
