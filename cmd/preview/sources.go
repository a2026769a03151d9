package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"missive/templates"
	"missive/widget"
)

// inModule tells whether the preview runs in the project's own folder. There the sources
// are read from disk, so that they can be worked on; elsewhere they are the embedded ones.
func inModule() bool {
	mod, err := os.ReadFile("go.mod")
	return err == nil && bytes.HasPrefix(mod, []byte("module missive"))
}

func newBuilder(o options) *builder {
	b := &builder{files: o.files, themesDir: o.themesDir, sources: fs.FS(widget.Sources), templates: fs.FS(templates.Files), pages: ownPages}
	if inModule() {
		b.sources, b.templates, b.pages = os.DirFS("widget"), os.DirFS("templates"), onDisk(ownPages)
	}
	return b
}

// themesFolder returns where the user's themes are: those of the first chat.yaml, which stages and studio show.
func (b *builder) themesFolder() string { return b.themesFolders()[0] }

// themesFolders returns where themes are looked for, of each chat.yaml.
func (b *builder) themesFolders() []string {
	if b.themesDir != "" {
		return []string{b.themesDir}
	}
	var folders []string
	for _, file := range b.files {
		folders = append(folders, filepath.Join(filepath.Dir(file), "themes"))
	}
	return folders
}

// isTheme tells whether a file is in one of the folders with themes: a theme, or what an editor writes beside one while it saves.
func (b *builder) isTheme(path string) bool {
	return slices.ContainsFunc(b.themesFolders(), func(folder string) bool {
		absolute, err := filepath.Abs(folder)
		return err == nil && filepath.Dir(path) == absolute
	})
}

// watched returns what a build reads: folders, and folders with all below.
func (b *builder) watched() (folders, trees []string) {
	for _, file := range b.files {
		// The pictures that it names lie beside it.
		folders = append(folders, filepath.Dir(file))
	}
	trees = b.themesFolders()
	if inModule() {
		folders = append(folders, "widget")
		trees = append(trees, "widget/src", "widget/option", "widget/cssvalue", "widget/problem", "templates", "themes", "cmd")
	}
	return folders, trees
}
