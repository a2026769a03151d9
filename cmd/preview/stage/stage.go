// Package stage has the pages that show the widget in one of its states, and all themes beside each other; and it takes
// their pictures.
//
// What a stage shows, loads and is photographed with belongs here. Which account and themes there are, and when a page is
// to paint or reload, is told by the preview around it; the studio, which shows stages in frames, is a package of its own.
package stage

import (
	"embed"
	"maps"
	"net/http"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/page"
	"missive/cmd/internal/setup"
	"missive/themes"
	"missive/widget/option"
)

//go:embed *.html.tmpl *.css *.ts
var files embed.FS

// Page is the folder of both pages.
var Page = page.Page{Folder: "cmd/preview/stage", Files: files}

// Where the preview has the stages. The pages name these, too.
const (
	Path  = "/stage/"         // the pages
	Files = "/preview.stage/" // what they load
)

// States are those of the widget that a stage can show.
var States = []string{"button", "badge", "opening", "form", "conversation", "typing", "failed", "offline"}

var schemes = []string{"light", "dark"}

// Options are what stages are made of.
type Options struct {
	// Build names the build that is shown. Stages reload when another one is announced.
	Build string
	// Account is the one whose widget is shown.
	Account setup.Account
	// Bundle has the widget, and the script of [Page].
	Bundle *bundle.Bundle
	// Templates are those of [Page].
	Templates *page.Templates
	// ThemesFolder is where the user's themes are.
	ThemesFolder string
	// Policy returns the Content-Security-Policy of the pages at a host.
	Policy func(host string) string
	// File answers with a file of the build, by its name.
	File func(w http.ResponseWriter, r *http.Request, name string)
}

// Stages show the widget of an account in any theme, in each of its states.
type Stages struct{ o Options }

// New returns the stages of an account. They take its options but three: it has no token endpoint, so that nothing on a stage reaches
// real conversations; channels of support are filled in where it has none, as the error message shows them; and its own style
// variables are left out, as they would win over the theme's.
func New(o Options) *Stages {
	values := maps.Clone(o.Account.Values)
	maps.DeleteFunc(values, func(path string, _ any) bool { return strings.HasPrefix(path, option.VariablesPath) })
	delete(values, "connection.tokenUrl")
	for path, value := range map[string]string{"support.email": "hello@acme.example", "support.phone": "+1 555 0123"} {
		if values[path] == nil {
			values[path] = value
		}
	}
	o.Account.Values = values
	return &Stages{o}
}

// Theme returns a theme as it is on disk now, and whether there is one of the name.
func (s *Stages) Theme(name string) (theme themes.Theme, found bool) {
	theme, _, found = themes.Load(name, s.o.ThemesFolder)
	return theme, found
}

// launcher is the account's missive.js in a theme.
func (s *Stages) launcher(t themes.Theme) []byte {
	a := s.o.Account
	a.Values = maps.Clone(a.Values)
	for name, value := range t.Values() {
		a.Values[option.VariablesPath+name] = value
	}
	// Its files are here, and nowhere else.
	a.Host = ""
	return s.o.Bundle.Launcher(a.Stamp())
}

// script is the stages' own.
func (s *Stages) script() []byte { return s.o.Bundle.Pages[Page.Name()] }
