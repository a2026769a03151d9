package main

import (
	"fmt"
	"io"
	"io/fs"
	"path"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/desk"
	"missive/cmd/internal/page"
	"missive/cmd/preview/host"
	"missive/cmd/preview/stage"
	studiopage "missive/cmd/preview/studio"
)

// ownPage is a page of the preview's own.
type ownPage struct {
	page.Page
	// script is where its script is served, if that is bundled.
	script string
	// files are those served as they are, by where they are served.
	files map[string]string
}

// ownPages is the one table of the preview's pages.
var ownPages = []ownPage{
	{host.Page, "", map[string]string{"preview.css": "page.css", "preview.js": "page.js"}},
	{desk.Page, deskName + ".js", map[string]string{deskName + ".css": "page.css"}},
	{studiopage.Page, studioFiles + "js", map[string]string{studioFiles + "css": "page.css"}},
	{stage.Page, stageFiles + "stage.js", map[string]string{stageFiles + "stage.css": "page.css", stageFiles + "sheet.css": "sheet.css"}},
	{page.Base, "", map[string]string{"preview.base.css": "base.css"}},
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
		for name, file := range p.files {
			content, err := fs.ReadFile(p.Files, file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path.Join(p.Folder, file), err)
			}
			files = append(files, bundle.File{Name: name, Bytes: content})
		}
		if script, ok := scripts[p.Name()]; ok {
			files = append(files, bundle.File{Name: p.script, Bytes: script})
		}
	}
	return files, nil
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
