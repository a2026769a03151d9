package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/desk"
	"missive/cmd/internal/page"
	"missive/cmd/preview/host"
	"missive/cmd/preview/outbox"
	"missive/cmd/preview/stage"
	"missive/cmd/preview/studio"
)

// ownPage is a page of the preview's own, or a folder with what pages have in common.
type ownPage struct {
	page.Page
	// path is where the page is served; empty for none.
	path string
	// policy is its Content-Security-Policy, where that isn't the site's.
	policy string
	// needsBuild is for pages that show something of the chat: before the first build there is nothing to see.
	needsBuild bool
	// teamOnly is for what only this machine may see.
	teamOnly bool
	// servesItself is for a page with a handler of its own, which has its files, too.
	servesItself bool
	// prefix begins the addresses of all that the page loads or asks for.
	prefix string
	// files are those of the folder that are served as they are, by what follows the prefix.
	files map[string]string
	// script is what follows the prefix for its script, if that is bundled.
	script string
}

// ownPages is the one table of the preview's pages.
var ownPages = []ownPage{
	{
		Page: host.Page, path: "/",
		prefix: "/preview", files: map[string]string{".css": "page.css", ".js": "page.js"},
	},
	{
		Page: desk.Page, teamOnly: true, servesItself: true,
		prefix: strings.TrimSuffix(desk.Path, "/"), script: "/page.js",
	},
	{
		Page: studio.Page, path: studio.Path, policy: studio.Policy, needsBuild: true, teamOnly: true,
		prefix: studio.Files, files: map[string]string{".css": "page.css"}, script: ".js",
	},
	{
		Page: outbox.Page, path: outbox.Path, policy: outbox.Policy, teamOnly: true,
		prefix: outbox.Files, files: map[string]string{".css": "page.css"}, script: ".js",
	},
	{
		Page: stage.Page, path: stage.Path, needsBuild: true,
		prefix: stage.Files, files: map[string]string{"stage.css": "page.css", "sheet.css": "sheet.css"}, script: "stage.js",
	},
	{
		Page:   page.Base,
		prefix: "/preview.base", files: map[string]string{".css": "base.css"},
	},
}

// pageAt returns the page that is served at the path, or nil.
func pageAt(path string) *ownPage {
	i := slices.IndexFunc(ownPages, func(p ownPage) bool { return p.path == path })
	if path == "" || i < 0 {
		return nil
	}
	return &ownPages[i]
}

// forTeam tells whether a path is of a page that only this machine may see, or of what it loads or asks for.
func forTeam(path string) bool {
	return slices.ContainsFunc(ownPages, func(p ownPage) bool {
		return p.teamOnly && (path == p.path || strings.HasPrefix(path, p.prefix))
	})
}

// onDisk returns the pages as they are on disk, so that they can be worked on.
func onDisk(pages []ownPage) []ownPage {
	var all []ownPage
	for _, p := range pages {
		p.Page = p.OnDisk()
		all = append(all, p)
	}
	return all
}

// scripts returns the sources of the pages' scripts.
func scripts(pages []ownPage) []bundle.Page {
	var all []bundle.Page
	for _, p := range pages {
		if p.script != "" {
			all = append(all, p.Sources())
		}
	}
	return all
}

// named returns the page with the name.
func named(pages []ownPage, name string) page.Page {
	return pages[slices.IndexFunc(pages, func(p ownPage) bool { return p.Name() == name })].Page
}

// renderer has the templates of all pages, by the pages' names.
type renderer map[string]*page.Templates

func newRenderer(pages []ownPage) (renderer, error) {
	r := renderer{}
	for _, p := range pages {
		templates, err := p.Parse()
		if err != nil {
			return nil, err
		}
		r[p.Name()] = templates
	}
	return r, nil
}

// render returns a page: its name, and of its folder the template.
func (r renderer) render(name, template string, data any) ([]byte, error) {
	return r[name].Render(template, data)
}

// served returns the files of the pages under the names by which they are served, with the bundled scripts, if there are any.
func served(pages []ownPage, scripts map[string][]byte) ([]bundle.File, error) {
	var files []bundle.File
	for _, p := range pages {
		if p.servesItself {
			continue
		}
		prefix := strings.TrimPrefix(p.prefix, "/")
		for rest, file := range p.files {
			content, err := fs.ReadFile(p.Files, file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path.Join(p.Folder, file), err)
			}
			files = append(files, bundle.File{Name: prefix + rest, Bytes: content})
		}
		if script, ok := scripts[p.Name()]; ok {
			files = append(files, bundle.File{Name: prefix + p.script, Bytes: script})
		}
	}
	return files, nil
}
