package main

import (
	"bytes"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"missive/widget/problem"
)

// inProject tells whether root is the project's own folder: every check works from there.
func inProject(root string) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil || !bytes.HasPrefix(mod, []byte("module missive")) {
		return problem.New("this is not the project's folder", "change into the folder with its go.mod, then: go run ./cmd/check")
	}
	return nil
}

// steps returns every check of the project in root, the quick ones first. They print to out.
func steps(root string, out io.Writer) []step {
	var (
		widget   = filepath.Join(root, "widget")
		isRoot   = os.Geteuid() == 0
		packages = sync.OnceValue(func() error { return installPackages(widget, out) })
	)
	command := func(args ...string) func() error {
		return func() error { return execute(out, root, nil, args...) }
	}
	tool := func(dir string, env []string, name string, args ...string) error {
		if err := packages(); err != nil {
			return err
		}
		return execute(out, dir, env, append([]string{filepath.Join(widget, "node_modules", ".bin", name)}, args...)...)
	}
	playwright := func(dir string, args ...string) error {
		chromium, err := installChromium(out, isRoot)
		if err != nil {
			return err
		}
		return tool(dir, []string{"CHROME_PATH=" + chromium}, "playwright", append([]string{"test", "--forbid-only"}, args...)...)
	}
	project := func(names ...string) func() error {
		return func() error {
			var args []string
			for _, name := range names {
				args = append(args, "--project", name)
			}
			return playwright(widget, args...)
		}
	}

	return []step{
		{name: "format", what: "gofmt", run: func() error { return checkFormat(os.DirFS(root), out) }},
		{name: "vet", what: "go vet ./...", run: command("go", "vet", "./...")},
		{name: "staticcheck", what: "go tool staticcheck ./...", run: command("go", "tool", "staticcheck", "./...")},
		{name: "modules", what: "go mod tidy -diff", run: command("go", "mod", "tidy", "-diff")},
		{name: "test", what: "go test ./...", run: func() error {
			if err := installTools(out, isRoot, testTools); err != nil {
				return err
			}
			// What vet says is a check of its own.
			return execute(out, root, nil, "go", "test", "-vet=off", "./...")
		}},
		{name: "types", what: "tsc -p widget", run: func() error { return tool(widget, nil, "tsc", "-p", ".") }},
		{name: "unit", what: "vitest run", run: func() error { return tool(widget, nil, "vitest", "run") }},
		{name: "browser", what: "playwright test, what visitors load", run: project("widget")},
		{name: "preview", what: "playwright test, the preview's pages", run: project("preview")},
		{name: "desk", what: "playwright test, the team desk", run: func() error {
			if err := installTools(out, isRoot, testTools); err != nil {
				return err
			}
			return project("desk")()
		}},
		{name: "pipelines", slow: true, what: "playwright test, in site generators and web servers", run: func() error { return checkPipelines(widget, packages, playwright, out) }},
		{name: "engines", slow: true, what: "playwright test, a visitor's way in Chromium, Firefox and WebKit", run: func() error {
			if err := installTools(out, isRoot, engineTools); err != nil {
				return err
			}
			return project("chromium", "firefox", "webkit")()
		}},
		{name: "loads", slow: true, what: "playwright test, thousands of messages and hundreds of pictures", run: project("loads")},
	}
}

// checkPipelines runs the browser tests in site generators and web servers, whose packages are besides those of the widget. How
// long the installations took is told apart: they depend on the network.
func checkPipelines(widget string, packages func() error, playwright func(dir string, args ...string) error, out io.Writer) error {
	start := time.Now()
	if err := packages(); err != nil {
		return err
	}
	pipelines, isRoot := filepath.Join(widget, "pipelines"), os.Geteuid() == 0
	if err := installPackages(pipelines, out); err != nil {
		return err
	}
	if err := installTools(out, isRoot, pipelineTools); err != nil {
		return err
	}
	if _, err := installChromium(out, isRoot); err != nil {
		return err
	}
	installed := time.Now()
	err := playwright(pipelines, "--config", ".")
	fmt.Fprintf(out, "\ninstalled in %s, built and tested in %s\n", installed.Sub(start).Round(time.Second), time.Since(installed).Round(time.Second))
	return err
}

// checkFormat lists the Go files that gofmt would change.
func checkFormat(root fs.FS, out io.Writer) error {
	unformatted := 0
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "node_modules" || len(d.Name()) > 1 && d.Name()[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		source, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(source)
		if err != nil {
			return fmt.Errorf("%s:%w", path, err)
		}
		if !bytes.Equal(source, formatted) {
			fmt.Fprintln(out, path)
			unformatted++
		}
		return nil
	})
	if err == nil && unformatted > 0 {
		err = problem.New("these files are not formatted", "gofmt -w FILE")
	}
	return err
}

// execute runs a command in dir, with env added to the environment, and prints what it prints.
func execute(out io.Writer, dir string, env []string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd.Run()
}
