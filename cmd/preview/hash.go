package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/widget/option"
)

// buildHash returns a hash of all that a build is made of but the style variables, to name it by. Open pages reload when it changes.
func buildHash(parts []byte, accounts []setup.Account) string {
	hash := sha256.New()
	add(hash, "parts", parts)
	for _, a := range accounts {
		a.Values = maps.Clone(a.Values)
		maps.DeleteFunc(a.Values, func(path string, _ any) bool { return strings.HasPrefix(path, option.VariablesPath) })
		add(hash, a.ID, a.Stamp())
		for _, image := range a.Images {
			add(hash, image.Name, image.Bytes)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// partsHash returns a hash of templates, pages and scripts.
func partsHash(from fs.FS, pages []ownPage, b *bundle.Bundle) ([]byte, error) {
	hash := sha256.New()
	for _, f := range b.Assets {
		add(hash, f.Name, f.Bytes)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Pages)) {
		add(hash, name, b.Pages[name])
	}
	add(hash, "launcher", b.Launcher(nil))
	if err := addPages(hash, pages); err != nil {
		return nil, err
	}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(from, name)
		add(hash, name, content)
		return err
	})
	return hash.Sum(nil), err
}

// addPages adds to a hash what the pages are made of, besides their scripts.
func addPages(hash io.Writer, pages []ownPage) error {
	for _, p := range pages {
		for _, pattern := range []string{"*.html.tmpl", "*.css", "*.js"} {
			names, err := fs.Glob(p.Files, pattern)
			if err != nil {
				return err
			}
			for _, name := range names {
				content, err := fs.ReadFile(p.Files, name)
				if err != nil {
					return err
				}
				add(hash, path.Join(p.Folder, name), content)
			}
		}
	}
	return nil
}

func add(hash io.Writer, name string, content []byte) {
	fmt.Fprintf(hash, "%q %d\n", name, len(content))
	hash.Write(content)
}
