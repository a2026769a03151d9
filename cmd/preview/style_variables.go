package main

import (
	"maps"
	"net/http"
	"strings"
	"sync"

	"missive/cmd/internal/setup"
	"missive/themes"
	"missive/widget/option"
)

// A change of style variables needs no reload: open pages are sent the new values, and set them.

// standard returns the style variables of the shipped theme that the others start from.
var standard = sync.OnceValue(func() map[string]string {
	t, _, _ := themes.Load("default")
	return t.Values()
})

// variablesOf returns the style variables of each account as CSS values, by account and short name. All of them, as one that the
// account no longer sets has to be set back on open pages.
func variablesOf(accounts []setup.Account) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, a := range accounts {
		variables := maps.Clone(standard())
		for path, value := range a.Values {
			if name, ok := strings.CutPrefix(path, option.VariablesPath); ok {
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
		if t, found := s.stages.Theme(name); found {
			return t.Values()
		}
	}
	return s.variables[r.FormValue("account")]
}
