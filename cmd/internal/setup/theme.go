package setup

import (
	"fmt"
	"strings"

	"missive/themes"
	"missive/widget/problem"
)

// theme returns what the account's theme changes of the default one.
func (a *assembler) theme(own *layer) map[string]any {
	name := a.text(own, "theme")
	if name == "" {
		return nil // the problem with its name is told already
	}
	t := a.loadTheme(name, a.themesDir)
	if !t.found {
		s, _ := a.lookup(own, "theme")
		a.document.problem(s.at, "theme", fmt.Sprintf("there is no theme %s", problem.Quote(name)), themeHint(name, a.themesDir))
	}
	return t.values
}

// theme is a loaded theme, cut down to what differs from the shipped default.
type theme struct {
	themes.Theme
	values map[string]any // by dotted path
	found  bool
}

type themeKey struct{ name, dir string }

func (l *loader) loadTheme(name, dir string) *theme {
	key := themeKey{name, dir}
	if t := l.themes[key]; t != nil {
		return t
	}
	loaded, problems, found := themes.Load(name, dir)
	for _, p := range problems {
		l.report.add(p)
	}
	t := &theme{Theme: loaded, values: map[string]any{}, found: found}
	for name, value := range loaded.Values() {
		if value != standard()[variablesPath+name] {
			t.values[variablesPath+name] = value
		}
	}
	l.themes[key] = t
	return t
}

func themeHint(name, dir string) string {
	names := themes.Names(dir)
	if meant := problem.Suggest(name, names); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	if len(names) > mostNamesListed {
		return "the themes are the files in themes/"
	}
	return "the themes are " + strings.Join(names, ", ")
}
