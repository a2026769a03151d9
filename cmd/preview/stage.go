package main

import (
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/cmd/preview/stage"
	"missive/themes"
)

// Where stages are: each is a page with the widget in one of its states, in any theme. See the folder stage.
const (
	stagePath  = "stage/"         // the page
	stageFiles = "preview.stage/" // what it loads
)

// states are those of the widget that a stage can show.
var states = []string{"button", "badge", "opening", "form", "conversation", "typing", "failed", "offline"}

var schemes = []string{"light", "dark"}

// stages are made of the widget of the first account, which wears any theme.
type stages struct {
	account setup.Account
	bundle  *bundle.Bundle
	pages   renderer
	folder  string // with the user's themes
}

// newStages takes the account as it is, but without a way to the real conversations, and with channels of support to show.
func newStages(a setup.Account, b *bundle.Bundle, pages renderer, folder string) *stages {
	values := maps.Clone(a.Values)
	maps.DeleteFunc(values, isVariable)
	delete(values, "connection.tokenUrl")
	for path, value := range map[string]string{"support.email": "hello@acme.example", "support.phone": "+1 555 0123"} {
		if values[path] == nil {
			values[path] = value
		}
	}
	a.Values = values
	return &stages{a, b, pages, folder}
}

// launcher is the account's missive.js in a theme. The account's own variables are left out: they would hide the theme's.
func (s *stages) launcher(t themes.Theme) []byte {
	a := s.account
	a.Values = maps.Clone(a.Values)
	for name, value := range t.Values() {
		a.Values[variablesPath+name] = value
	}
	return s.bundle.Launcher(a.Stamp())
}

// stage answers with what belongs to the stages: pages, the launcher in a theme, and the files that it loads. The
// connection's is the stage's own script, which plays a conversation.
func (s *server) stage(w http.ResponseWriter, r *http.Request, site *site, name string) {
	if site.stages == nil {
		s.notBuilt(w, name)
		return
	}
	file, isFile := strings.CutPrefix(name, stageFiles)
	switch {
	case !isFile && !r.URL.Query().Has("theme"):
		s.sheet(w, r, site)
	case !isFile || path.Base(file) == "missive.js":
		t, _, found := themes.Load(r.FormValue("theme"), site.stages.folder)
		if !found {
			http.Error(w, fmt.Sprintf("there is no theme %q: the themes are %s", r.FormValue("theme"), strings.Join(themes.Names(site.stages.folder), ", ")), http.StatusNotFound)
			return
		}
		if isFile {
			send(w, file, site.stages.launcher(t))
		} else {
			s.stagePage(w, r, site)
		}
	case strings.HasPrefix(file, "assets/connection.") && path.Ext(file) == ".js":
		send(w, file, site.files[stageFiles+"stage.js"])
	case strings.HasPrefix(file, "assets/"):
		s.file(w, r, site, file)
	default:
		s.file(w, r, site, name)
	}
}

// sheet answers with all themes beside each other.
func (s *server) sheet(w http.ResponseWriter, r *http.Request, site *site) {
	d := stage.SheetData{States: []string{"conversation", "badge"}, Schemes: schemes}
	d.Left = site.stages.account.Values["chat.position"] == "bottom-left"
	for _, name := range themes.Names(site.stages.folder) {
		t, _, _ := themes.Load(name, site.stages.folder)
		d.Themes = append(d.Themes, stage.Theme{Name: name, Description: t.Description})
	}
	page, err := site.stages.pages.render("stage", "sheet.html.tmpl", d)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", site.policy(r.Host)+"; frame-src 'self'")
	send(w, "index.html", page)
}

func (s *server) stagePage(w http.ResponseWriter, r *http.Request, site *site) {
	d := stage.Data{
		Build: site.build, Account: site.stages.account.ID, Theme: r.FormValue("theme"), State: r.FormValue("state"),
		Scheme: "light", RTL: r.FormValue("dir") == "rtl", Long: r.FormValue("long") == "1",
	}
	if r.FormValue("scheme") == "dark" {
		d.Scheme = "dark"
	}
	if !slices.Contains(states, d.State) {
		http.Error(w, fmt.Sprintf("there is no state %q: the states are %s", d.State, strings.Join(states, ", ")), http.StatusNotFound)
		return
	}
	page, err := site.stages.pages.render("stage", "page.html.tmpl", d)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", site.policy(r.Host))
	send(w, "index.html", page)
}
