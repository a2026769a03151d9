// Command generate derives from the one table of options what else has to know them: the widget's
// TypeScript, the JSON Schema for editors, the type declarations for pages, and the reference in the README.
//
// It is run by "go generate ./..." and takes no arguments.
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

// generate makes all files in memory. Of the README it reads and keeps what is outside of the markers.
func generate(root string) ([]file, error) {
	theme, problems, found := themes.Load("default")
	if !found || len(problems) > 0 {
		return nil, fmt.Errorf("the default theme: %v", problems)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	t := tree(option.Table, theme.Light)
	readme, err = insertReference(readme, t)
	if err == nil {
		readme, err = insertDigests(readme, root)
	}
	if err != nil {
		return nil, err
	}
	return []file{
		{"widget/src/shared/generated.ts", sources(tree(option.Table, theme.Values()))},
		{"widget/missive.d.ts", declarations(t)},
		{"widget/chat.schema.json", chatSchema(t, themes.Names())},
		{"README.md", readme},
	}, nil
}
