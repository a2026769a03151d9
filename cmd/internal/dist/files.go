// Package dist makes the folder that a site owner uploads: first all files in memory, then on disk, whole or not at all.
package dist

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/templates"
)

// Options says how the files are made.
type Options struct {
	// Minify makes the HTML small. Without it people can read what they paste.
	Minify bool
	// Templates make the HTML: the embedded ones if nil.
	Templates *templates.Set
	// Progress is called after each account, if set.
	Progress func(done, total int)
}

// Files returns every file of the build but the manifest, in the order in which they are written.
func Files(accounts []setup.Account, b *bundle.Bundle, o Options) ([]bundle.File, error) {
	files := slices.Clone(b.Assets)
	images := map[string][]byte{}
	for i, a := range accounts {
		own, err := accountFiles(a, b, o)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", a.ID, err)
		}
		files = append(files, own...)
		for _, image := range a.Images {
			before, there := images[image.Name]
			if there && !bytes.Equal(before, image.Bytes) {
				return nil, fmt.Errorf("account %s: two pictures are called %s", a.ID, image.Name)
			}
			if !there {
				images[image.Name] = image.Bytes
				files = append(files, bundle.File{Name: image.Name, Bytes: image.Bytes})
			}
		}
		if o.Progress != nil {
			o.Progress(i+1, len(accounts))
		}
	}
	inOrder(files)
	return files, nil
}

func accountFiles(a setup.Account, b *bundle.Bundle, o Options) ([]bundle.File, error) {
	name, _ := a.Values["chat.name"].(string)
	tokenURL, _ := a.Values["connection.tokenUrl"].(string)
	d := templates.Data{ID: a.ID, Host: a.Host, Name: name, HasToken: tokenURL != ""}
	set := cmp.Or(o.Templates, templates.Embedded)
	minify := func(html []byte, err error) ([]byte, error) {
		if err != nil || !o.Minify {
			return html, err
		}
		html, err = bundle.HTML(html)
		return append(html, '\n'), err
	}
	snippet, err := minify(set.Snippet(d))
	if err != nil {
		return nil, err
	}
	snippetCSP, err := minify(set.SnippetCSP(d))
	if err != nil {
		return nil, err
	}
	page, err := minify(set.Page(d, snippet, snippetCSP))
	if err != nil {
		return nil, err
	}
	return []bundle.File{
		{Name: a.ID + "/missive.js", Bytes: b.Launcher(a.Stamp())},
		{Name: a.ID + "/snippet.html", Bytes: snippet},
		{Name: a.ID + "/snippet-csp.html", Bytes: snippetCSP},
		{Name: a.ID + "/index.html", Bytes: page},
	}, nil
}

// inOrder sorts files so that each comes after those that it refers to: assets, then scripts, then pages.
func inOrder(files []bundle.File) {
	rank := func(name string) int {
		switch {
		case isAsset(name):
			return 0
		case path.Base(name) == "missive.js":
			return 1
		}
		return 2
	}
	slices.SortFunc(files, func(a, b bundle.File) int {
		return cmp.Or(rank(a.Name)-rank(b.Name), strings.Compare(a.Name, b.Name))
	})
}

// isAsset reports whether the file has a hash of its content in its name, so that it may outlive its build.
func isAsset(name string) bool { return strings.HasPrefix(name, "assets/") }
