// Package page renders the project's own pages: those of the preview, and the team's desk. Each is a folder with its
// template, style sheet, script and browser tests.
//
// What all pages are made of alike belongs here. Where one is served, and who may see it, is for the program that has it;
// what a site owner receives is in package templates.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"os"
	"path"

	"missive/cmd/internal/bundle"
)

// Page is one page, as a folder of the project.
type Page struct {
	// Folder is its path in the project, such as "cmd/preview/studio". Its last element is the page's name.
	Folder string
	// Files has what is in the folder: page.html.tmpl, page.css, page.ts and what they need.
	Files fs.FS
}

// Name returns that of the page, such as "studio".
func (p Page) Name() string { return path.Base(p.Folder) }

// OnDisk returns the page as it is on disk, below the current folder, instead of as it was when the program was built.
func (p Page) OnDisk() Page { return Page{p.Folder, os.DirFS(p.Folder)} }

// Sources returns the page's script for [bundle.Build], by the page's name.
func (p Page) Sources() bundle.Page {
	return bundle.Page{Name: p.Name(), Folder: p.Folder, Sources: p.Files}
}

// Parse reads the page's templates. Errors name them by their paths in the project.
func (p Page) Parse() (*Templates, error) {
	names, err := fs.Glob(p.Files, "*.html.tmpl")
	if err != nil {
		return nil, err
	}
	t := &Templates{p, template.New("")}
	for _, name := range names {
		text, err := fs.ReadFile(p.Files, name)
		if err == nil {
			_, err = t.set.New(path.Join(p.Folder, name)).Parse(string(text))
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Templates are those of a page, ready to render.
type Templates struct {
	page Page
	set  *template.Template
}

// Render returns the page that the template, such as "page.html.tmpl", makes of the data.
func (t *Templates) Render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := t.set.ExecuteTemplate(&b, path.Join(t.page.Folder, name), data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

//go:embed base.css
var files embed.FS

// Base is the folder with what pages have in common: base.css.
var Base = Page{Folder: "cmd/internal/page", Files: files}
