// Command generate derives from the one table of options what else has to know them: the widget's
// TypeScript, the JSON Schema for editors, the type declarations for pages, and the reference for people.
// It is run by "go generate ./..." and takes no arguments.
//
// What is committed but made by a program belongs here, and the tests that hold documents to what exists. What an option is belongs into
// the table, package option; what a build makes is no business of this command.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"missive/themes"
	"missive/widget/option"
)

func main() {
	root, err := moduleRoot()
	if err == nil {
		err = run(root, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// moduleRoot is the folder with go.mod, wherever in the module the command is run.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", fmt.Errorf("this is not inside the module")
	}
	return filepath.Dir(mod), nil
}

// run writes the generated files below root that differ from what is there, and names them.
func run(root string, out io.Writer) error {
	files, err := generate(root)
	if err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(root, filepath.FromSlash(f.name))
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, f.text) {
			continue
		}
		if err := os.WriteFile(path, f.text, 0o644); err != nil {
			return err
		}
		fmt.Fprintln(out, f.name)
	}
	return nil
}

// file is a generated file: its name relative to the root, with slashes, and its text.
type file struct {
	name string
	text []byte
}

// generate makes all files in memory. Of those with markers it reads and keeps what is outside of these.
func generate(root string) ([]file, error) {
	theme, problems, found := themes.Load("default")
	if !found || len(problems) > 0 {
		return nil, fmt.Errorf("the default theme: %v", problems)
	}
	t := tree(option.Table, theme.Light)
	files := []file{
		{"widget/src/shared/generated.ts", sources(tree(option.Table, theme.Values()))},
		{"widget/missive.d.ts", declarations(t)},
		{"widget/chat.schema.json", chatSchema(t, themes.Names())},
		{"widget/OPTIONS.md", optionsFile(t)},
	}
	for _, marked := range []struct {
		name   string
		insert func(text []byte, root string) ([]byte, error)
	}{
		{"README.md", insertReference},
		{"cmd/digest/README.md", insertDigests},
		{"templates/README.md", insertSnippet},
	} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(marked.name)))
		if err == nil {
			text, err = marked.insert(text, root)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, file{marked.name, text})
	}
	return files, nil
}
