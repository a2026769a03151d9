package setup

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"missive/themes"
	"missive/widget/cssvalue"
	"missive/widget/problem"
)

// warnContrast tells which texts of the account are hard to read, in the schemes that visitors may see. Pairs of the documented values
// are left out: nobody is warned of what they have not chosen.
func (a *assembler) warnContrast(own *layer) {
	name, scheme := a.text(own, "theme"), a.text(own, "chat.scheme")
	t := a.loadTheme(name, a.themesDir)
	if !t.found || scheme == "" {
		return // a problem with the theme or the scheme is told already
	}
	variables := a.variables(own)
	if scheme != "dark" {
		a.warnPairs(own, t, t.Light, variables, false)
	}
	if scheme != "light" {
		a.warnPairs(own, t, t.Dark, variables, true)
	}
}

// variables are the style variables of the account and what it shares, by their short names. They hold in both schemes.
func (a *assembler) variables(own *layer) map[string]string {
	set := map[string]string{}
	for _, l := range []*layer{a.shared, own} {
		for path, s := range l.values {
			if name, ok := strings.CutPrefix(path, variablesPath); ok {
				set[name], _ = s.value.(string)
			}
		}
	}
	return set
}

func (a *assembler) warnPairs(own *layer, t *theme, palette, variables map[string]string, dark bool) {
	values := palette
	if len(variables) > 0 {
		values = maps.Clone(palette)
		maps.Copy(values, variables)
	}
	var faint []problem.Problem // one for each place: its message lists the pairs
	for _, pair := range themes.Contrast(values) {
		if pair.Passes() || !dark && slices.Contains(documentedPairs(), pair) {
			continue
		}
		p, ok := a.origin(own, t, append(origins(values, pair.Text), origins(values, pair.Background)...), dark)
		if !ok {
			continue
		}
		text := fmt.Sprintf("%s on %s %.2f of %.1f", pair.Text, pair.Background, pair.Shown(), pair.Need)
		same := func(q problem.Problem) bool { return q.File == p.File && q.Line == p.Line && q.Column == p.Column }
		if i := slices.IndexFunc(faint, same); i >= 0 {
			faint[i].Message += ", " + text
			continue
		}
		p.Message = text
		faint = append(faint, p)
	}
	scheme := ""
	if dark {
		scheme = " in the dark scheme"
	}
	for _, p := range faint {
		p.Message = "makes text hard to read" + scheme + ", by the contrast that WCAG AA asks for: " + p.Message
		p.Hint, p.Warning = "make the text or its background darker or lighter", true
		a.report.add(p)
	}
}

// documentedPairs are those of the documented values.
var documentedPairs = sync.OnceValue(func() []themes.Pair {
	shipped, _, _ := themes.Load(defaultTheme)
	return themes.Contrast(shipped.Light)
})

// origin is a problem at the place where the account, or else its theme, sets one of the variables.
func (a *assembler) origin(own *layer, t *theme, names []string, dark bool) (problem.Problem, bool) {
	for _, name := range names {
		if s, ok := a.lookup(own, variablesPath+name); ok {
			return problem.Problem{File: a.document.file, Line: s.at.line, Column: s.at.column, Path: variablesPath + name}, true
		}
	}
	for _, name := range names {
		if from, ok := t.Place(name, dark); ok {
			return problem.Problem{File: from.File, Line: from.Line, Column: from.Column, Path: from.Key}, true
		}
	}
	return problem.Problem{}, false
}

// origins are the variables that a colour comes from: itself, and what it refers to.
func origins(values map[string]string, name string) []string {
	names := []string{name}
	for range values { // more steps than variables would be a circle
		references := cssvalue.References(values[name])
		if len(references) == 0 {
			break
		}
		name = references[0]
		names = append(names, name)
	}
	return names
}
