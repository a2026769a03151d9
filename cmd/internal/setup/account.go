package setup

import (
	"fmt"
	"slices"
	"strings"

	"missive/themes"
	"missive/widget/option"
	"missive/widget/problem"
)

const (
	metaKey       = "meta"
	variablesPath = "chat.variables."
	defaultTheme  = "default"
)

// assembler makes accounts of the layers of one file.
type assembler struct {
	*loader
	walker    *walker
	shared    *layer
	themesDir string
}

func (a *assembler) assemble(layers []*layer) {
	a.requireHost(layers)
	for _, own := range layers {
		a.accounts = append(a.accounts, a.account(own))
	}
	a.warnTokenURL(layers)
}

// lookup returns what the account says about an option, or else what all share.
func (a *assembler) lookup(own *layer, path string) (setting, bool) {
	if s, ok := own.values[path]; ok {
		return s, true
	}
	s, ok := a.shared.values[path]
	return s, ok
}

// text returns what is set, or the option's default. It is empty when what is set has a problem.
func (a *assembler) text(own *layer, path string) string {
	value := standard()[path]
	if s, ok := a.lookup(own, path); ok {
		value = s.value
	}
	text, _ := value.(string)
	return text
}

func (a *assembler) account(own *layer) Account {
	account := Account{
		ID:     a.id(own),
		Host:   a.text(own, "host"),
		Theme:  a.text(own, "theme"),
		Values: map[string]any{},
	}
	for path, value := range a.theme(own) {
		account.Values[path] = value
	}
	for _, l := range []*layer{a.shared, own} {
		for path, s := range l.values {
			if s.value != nil {
				account.Values[path] = s.value
			}
		}
	}
	a.checkWhole(own, account.Values)
	a.warnContrast(own)
	for path, value := range account.Values {
		if _, isList := value.([]string); !isList && value == standard()[path] {
			delete(account.Values, path)
		}
	}
	for _, path := range []string{"host", "id", "theme"} {
		delete(account.Values, path)
	}
	for _, path := range imagePaths {
		address, _ := account.Values[path].(string)
		if image, ok := a.images.byAddress[address]; ok {
			account.Images = append(account.Images, image)
		}
	}
	return account
}

var imagePaths = func() []string {
	var paths []string
	for i := range option.Table {
		if option.Table[i].Kind == option.Image {
			paths = append(paths, option.Table[i].Path)
		}
	}
	return paths
}()

func (a *assembler) id(own *layer) string {
	s, ok := own.values["id"]
	if !ok {
		a.missing("id", own.at)
	}
	id, ok := s.value.(string)
	if ok {
		a.takeID(a.walker, id, s.at)
	}
	return id
}

func (a *assembler) missing(path string, at place) {
	a.walker.problem(at, path, "is missing", option.Lookup(path).Check("").Hint)
}

// requireHost wants a host for each account. When none has one, it is missing from the file.
func (a *assembler) requireHost(layers []*layer) {
	without := a.without(layers, "host")
	if len(without) == len(layers) {
		a.missing("host", place{1, 1})
		return
	}
	for _, own := range without {
		a.missing("host", own.at)
	}
}

// without returns the accounts for which the option isn't set.
func (a *assembler) without(layers []*layer, path string) []*layer {
	return slices.DeleteFunc(slices.Clone(layers), func(own *layer) bool {
		_, ok := a.lookup(own, path)
		return ok
	})
}

// theme returns what the account's theme changes of the default one.
func (a *assembler) theme(own *layer) map[string]any {
	name := a.text(own, "theme")
	if name == "" {
		return nil // its problem is told
	}
	t := a.loadTheme(name, a.themesDir)
	if !t.found {
		s, _ := a.lookup(own, "theme")
		a.walker.problem(s.at, "theme", fmt.Sprintf("there is no theme %s", problem.Quote(name)), themeHint(name, a.themesDir))
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
	if len(names) > mostListed {
		return "the themes are the files in themes/"
	}
	return "the themes are " + strings.Join(names, ", ")
}
