package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"missive/cmd/internal/commandline/commandlinetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"build": main})
}

func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Values[snapshots] = map[string]map[string]string{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"snapshot": snapshot,
			"changed":  changed,
			"serve":    serve,
			"deploy":   upload,
			"pin":      pin,
			"works":    works,
			"spoil":    spoil,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// exits CODE COMMAND ...: the command ends with the exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if e := (*exec.ExitError)(nil); errors.As(err, &e) {
		code = e.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// longAgo is the time that files of a snapshot get: a file that is written anew has another one, also where clocks are coarse.
var longAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// snapshots is the key of what a script remembers: files and their content, by folder.
const snapshots = "snapshots"

func remembered(ts *testscript.TestScript) map[string]map[string]string {
	return ts.Value(snapshots).(map[string]map[string]string)
}

// snapshot DIR: remembers all files, and makes them old.
func snapshot(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	content := read(ts, dir)
	for name := range content {
		ts.Check(os.Chtimes(filepath.Join(dir, name), longAgo, longAgo))
	}
	remembered(ts)[dir] = content
}

// changed DIR [FILE ...]: since the snapshot exactly these files came, went, or were written anew. Hashes in their names are *.
func changed(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	before, now := remembered(ts)[dir], read(ts, dir)
	var got []string
	for name, content := range now {
		info, err := os.Stat(filepath.Join(dir, name))
		ts.Check(err)
		if old, ok := before[name]; !ok || old != content || !info.ModTime().Equal(longAgo) {
			got = append(got, name)
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			got = append(got, name)
		}
	}
	for i := range got {
		got[i] = differs.ReplaceAllString(got[i], ".*.")
	}
	slices.Sort(got)
	if want := args[1:]; !slices.Equal(got, want) {
		ts.Fatalf("changed: %q, want %q", got, want)
	}
}

func read(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		files[filepath.ToSlash(strings.TrimPrefix(name, dir+string(filepath.Separator)))] = string(content)
		return err
	}))
	return files
}

func TestHelpIsOutputAndWrongOptionsAreErrors(t *testing.T) {
	commandlinetest.Check(t, run, []commandlinetest.Case{
		{"-h", 0, usage, ""},
		{"-help", 0, usage, ""},
		{"verify -h", 0, usage, ""},
		{"-chek", 2, "", "build: there is no option -chek\n  hint: did you mean -check?\n"},
		{"-check=often", 2, "", "build: -check=often is neither true nor false\n  hint: write -check alone\n"},
		{"verify -jsn", 2, "", "build: there is no option -jsn\n  hint: did you mean -json?\n"},
		{"verify -out", 2, "", "build: there is no value behind -out\n  hint: go run ./cmd/build verify -h shows all options\n"},
	})
}
