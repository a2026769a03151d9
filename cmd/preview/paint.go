package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/themes"
)

// Style variables take no reload: open pages are told of them, and paint.

// variablesPath begins the paths of style variables.
const variablesPath = "chat.variables."

// isVariable tells whether a path is of one.
func isVariable(path string, _ any) bool { return strings.HasPrefix(path, variablesPath) }

// nameOf returns a hash of all that a build is made of but the style variables. Open pages reload when it is another one.
func nameOf(parts []byte, accounts []setup.Account) string {
	hash := sha256.New()
	add(hash, "parts", parts)
	for _, a := range accounts {
		a.Values = maps.Clone(a.Values)
		maps.DeleteFunc(a.Values, isVariable)
		add(hash, a.ID, a.Stamp())
		for _, image := range a.Images {
			add(hash, image.Name, image.Bytes)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// sumOf returns a hash of templates, pages and scripts.
func sumOf(from fs.FS, pages []ownPage, b *bundle.Bundle) ([]byte, error) {
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

func add(hash io.Writer, name string, content []byte) {
	fmt.Fprintf(hash, "%q %d\n", name, len(content))
	hash.Write(content)
}

// standard has the style variables of the shipped theme that the others start from.
var standard = sync.OnceValue(func() map[string]string {
	t, _, _ := themes.Load("default")
	return t.Values()
})

// variablesOf returns the style variables of each account as CSS values, by account and short name: also those of which
// the account says nothing, as it may have before.
func variablesOf(accounts []setup.Account) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, a := range accounts {
		variables := maps.Clone(standard())
		for path, value := range a.Values {
			if name, ok := strings.CutPrefix(path, variablesPath); ok {
				variables[name], _ = value.(string)
			}
		}
		all[a.ID] = variables
	}
	return all
}

// variablesFor returns those of the account or the theme that a page shows, as it says in its query; of a theme as it
// is on disk now.
func (s *site) variablesFor(r *http.Request) map[string]string {
	if name := r.FormValue("theme"); name != "" && s.stages != nil {
		if t, _, found := themes.Load(name, s.stages.folder); found {
			return t.Values()
		}
	}
	return s.variables[r.FormValue("account")]
}
