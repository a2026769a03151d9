// Package setup turns chat.yaml into accounts, or into a list of everything that is wrong with it.
package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"missive/cmd/internal/accounts"
	"missive/themes"
	"missive/widget/option"
	"missive/widget/problem"
)

// Account is one chat account with all that chat.yaml and its theme say about it.
type Account struct {
	ID    string
	Host  string // without a slash at the end
	Theme string
	// Values are by dotted path, each a string, a bool or a []string: what differs from the table's defaults
	// and the shipped default theme, without host, id and theme. A key of meta is behind "meta.", dots and all.
	Values map[string]any
	// Images are the local files that Values refer to, relative to missive.js: "../" and Image.Name.
	Images []Image
}

// Text returns what the account says about an option with a text, or else the option's default.
func (a Account) Text(path string) string {
	text, ok := a.Values[path].(string)
	if !ok {
		text, _ = option.Lookup(path).Default.(string)
	}
	return text
}

// Options say how files are loaded.
type Options struct {
	ThemesDir string // the folder with the user's themes; empty: "themes" beside each file
}

// Load reads the files and returns their accounts, and all problems of all files, sorted by place.
// The accounts are usable when each problem is a warning.
func Load(files []string, o Options) ([]Account, []problem.Problem) {
	l := newLoader(o)
	if info, err := os.Stat(o.ThemesDir); o.ThemesDir != "" && (err != nil || !info.IsDir()) {
		l.report.add(problem.Problem{File: o.ThemesDir, Message: "no such folder", Hint: "-themes takes the folder with your theme files"})
	}
	for _, file := range files {
		if data, wrong := read(file); wrong != nil {
			l.report.add(*wrong)
		} else {
			l.load(file, data)
		}
	}
	return l.accounts, l.report.sorted(files)
}

// loader holds what the files of one run share.
type loader struct {
	options  Options
	report   *report
	images   *images
	themes   map[themeKey]*theme
	ids      map[string]idPlace // by the id in lower case
	secrets  map[string]idPlace // by the variable with the account's secret key
	accounts []Account
}

// idPlace is where an id was given first.
type idPlace struct {
	id, file string
	at       place
}

func (p idPlace) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.at.line, p.at.column) }

func newLoader(o Options) *loader {
	return &loader{options: o, report: newReport(), images: newImages(), themes: map[themeKey]*theme{},
		ids: map[string]idPlace{}, secrets: map[string]idPlace{}}
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

// load reads one file from its bytes.
func (l *loader) load(file string, data []byte) {
	root, wrong := parse(data)
	if wrong != nil {
		wrong.File = file
		l.report.add(*wrong)
		return
	}
	themesDir := l.options.ThemesDir
	if themesDir == "" {
		themesDir = filepath.Join(filepath.Dir(file), "themes")
	}
	w := newWalker(file, len(data), l.images, l.report)
	shared, accounts := w.layers(root)
	if accounts == nil {
		return // for a problem that is told
	}
	a := &assembler{loader: l, walker: w, shared: shared, themesDir: themesDir}
	a.assemble(accounts)
}

func (l *loader) takeID(w *walker, id string, at place) {
	first, taken := l.ids[strings.ToLower(id)]
	if !taken {
		l.ids[strings.ToLower(id)] = idPlace{id, w.file, at}
		l.takeSecret(w, id, at)
		return
	}
	hint := "each account needs its own"
	if first.id != id {
		hint = "ids become folders, and some machines take capital and small letters for the same"
	}
	w.problem(at, "id", fmt.Sprintf("%s is taken by %s", problem.Quote(id), first), hint)
}

// takeSecret warns of accounts that the token endpoint can't tell apart.
func (l *loader) takeSecret(w *walker, id string, at place) {
	variable := accounts.SecretVariable(id)
	first, shared := l.secrets[variable]
	if !shared {
		l.secrets[variable] = idPlace{id, w.file, at}
		return
	}
	w.warn(at, "id", fmt.Sprintf("%s is the same account as %s (%s) to the token endpoint", problem.Quote(id), problem.Quote(first.id), first),
		"both have their secret key in "+variable+": choose an id that differs in more than - and _")
}
