package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"missive/widget/problem"
)

// printGitHub prints problems as GitHub shows them, beside the lines that they are about, and then the report.
func printGitHub(w io.Writer, o options, b built, took time.Duration) error {
	problems := b.problems
	if b.failure != nil {
		problems = append(problems, problem.Of(b.failure))
	}
	for _, p := range problems {
		if _, err := fmt.Fprintln(w, annotation(p)); err != nil {
			return err
		}
	}
	if b.exitCode() != 0 {
		return nil
	}
	return writeReport(w, o, b, took)
}

// The escapes of workflow commands are those of GitHub's own toolkit, @actions/core.
var (
	escapeMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// annotation is a problem as a workflow command: ::error file=chat.yaml,line=14,col=5,title=chat.postion::unknown option.
func annotation(p problem.Problem) string {
	var properties []string
	add := func(name string, value any) {
		properties = append(properties, name+"="+escapeProperty.Replace(fmt.Sprint(value)))
	}
	if p.File != "" {
		add("file", inRepository(p.File))
	}
	if p.Line > 0 {
		add("line", p.Line)
	}
	if p.Column > 0 {
		add("col", p.Column)
	}
	if p.Path != "" {
		add("title", p.Path)
	}
	level, message := "error", p.Message
	if p.Warning {
		level = "warning"
	}
	if p.Hint != "" {
		message += "\nhint: " + p.Hint
	}
	command := "::" + level
	if len(properties) > 0 {
		command += " " + strings.Join(properties, ",")
	}
	return command + "::" + escapeMessage.Replace(message)
}

// inRepository is the path from the repository's root, to which GitHub resolves annotations. A step may run in a folder below it.
func inRepository(file string) string {
	if root := os.Getenv("GITHUB_WORKSPACE"); root != "" {
		if absolute, err := filepath.Abs(file); err == nil {
			if path, err := filepath.Rel(root, absolute); err == nil && filepath.IsLocal(path) {
				file = path
			}
		}
	}
	return filepath.ToSlash(file)
}
