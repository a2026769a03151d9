package setup

import (
	"sync"

	"missive/themes"
	"missive/widget/option"
)

const (
	metaKey       = "meta"
	variablesPath = option.VariablesPath
	defaultTheme  = "default"
)

// assembler makes accounts of the layers of one file.
type assembler struct {
	*loader
	document  *document
	shared    *layer
	themesDir string
}

func (a *assembler) assemble(layers []*layer) {
	for i, own := range layers {
		layers[i] = a.overridden(own)
	}
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

// standard returns the value that each option has without any setup, by path.
var standard = sync.OnceValue(func() map[string]any {
	values := map[string]any{}
	for i := range option.Table {
		values[option.Table[i].Path] = option.Table[i].Default
	}
	shipped, _, _ := themes.Load(defaultTheme)
	for name, value := range shipped.Values() {
		values[variablesPath+name] = value
	}
	return values
})

// account puts the theme, the shared values and those of the account over each other, and keeps what differs from the defaults.
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
	a.checkMerged(own, account.Values)
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

// imagePaths are the options that may name a local file.
var imagePaths = option.PathsOf(option.Image)
