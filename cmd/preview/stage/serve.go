package stage

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"missive/themes"
)

// ServeHTTP answers with what belongs to the stages: pages, the launcher in a theme, and the files that it loads. The
// connection's is the stage's own script, which plays a conversation.
func (s *Stages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, isFile := strings.CutPrefix(r.URL.Path, Files)
	switch {
	case !isFile && !r.URL.Query().Has("theme"):
		s.sheet(w, r)
	case !isFile || path.Base(file) == "missive.js":
		theme, found := s.Theme(r.FormValue("theme"))
		if !found {
			http.Error(w, fmt.Sprintf("there is no theme %q: the themes are %s", r.FormValue("theme"), strings.Join(s.themes(), ", ")), http.StatusNotFound)
		} else if isFile {
			sendScript(w, s.launcher(theme))
		} else {
			s.stage(w, r)
		}
	case strings.HasPrefix(file, "assets/connection.") && path.Ext(file) == ".js":
		sendScript(w, s.script())
	case strings.HasPrefix(file, "assets/"):
		s.o.File(w, r, file)
	default:
		s.o.File(w, r, strings.TrimPrefix(r.URL.Path, "/"))
	}
}

func (s *Stages) themes() []string { return themes.Names(s.o.ThemesFolder) }

// stageData is what a stage tells: which state of the widget it shows, and how.
type stageData struct {
	// Build names what is shown. The page reloads when a newer one is announced.
	Build string
	// Account is the one whose chat is on the stage.
	Account string
	// Theme and State are names.
	Theme, State string
	// Scheme is "light" or "dark".
	Scheme string
	// RTL is true for a page, and texts on it, from right to left.
	RTL bool
	// Long is true for long names and messages.
	Long bool
}

// stage answers with the page of one stage, in a theme that is known to exist.
func (s *Stages) stage(w http.ResponseWriter, r *http.Request) {
	d := stageData{
		Build: s.o.Build, Account: s.o.Account.ID, Theme: r.FormValue("theme"), State: r.FormValue("state"),
		Scheme: "light", RTL: r.FormValue("dir") == "rtl", Long: r.FormValue("long") == "1",
	}
	if r.FormValue("scheme") == "dark" {
		d.Scheme = "dark"
	}
	if !slices.Contains(States, d.State) {
		http.Error(w, fmt.Sprintf("there is no state %q: the states are %s", d.State, strings.Join(States, ", ")), http.StatusNotFound)
		return
	}
	s.sendPage(w, "page.html.tmpl", d, s.o.Policy(r.Host))
}

// sheetData is what the contact sheet shows: each state of each theme, in each scheme.
type sheetData struct {
	Themes          []themeEntry
	States, Schemes []string
	// Left is true when the chat is in the left corner of the page.
	Left bool
}

// themeEntry is what the contact sheet says of a theme.
type themeEntry struct{ Name, Description string }

// sheet answers with all themes beside each other.
func (s *Stages) sheet(w http.ResponseWriter, r *http.Request) {
	d := sheetData{States: []string{"conversation", "badge"}, Schemes: schemes}
	d.Left = s.o.Account.Values["chat.position"] == "bottom-left"
	for _, name := range s.themes() {
		theme, _ := s.Theme(name)
		d.Themes = append(d.Themes, themeEntry{name, theme.Description})
	}
	s.sendPage(w, "sheet.html.tmpl", d, s.o.Policy(r.Host)+"; frame-src 'self'")
}

func sendScript(w http.ResponseWriter, script []byte) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Write(script)
}

// sendPage answers with a page that may do what the policy says.
func (s *Stages) sendPage(w http.ResponseWriter, template string, data any, policy string) {
	page, err := s.o.Templates.Render(template, data)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(page)
}
