// Package setup turns chat.yaml into accounts, or into a list of everything that is wrong with it.
//
// A value passes through these files, in this order:
//
//	read.go      the file becomes a YAML document; syntax.go has the words for what is none
//	walk.go      the document is gone through along the table of options, which keys.go nests as in the file;
//	             unknown.go tells what a key that is none of them was meant for
//	value.go     a node becomes a checked value; scalar.go reads what is written, meta.go the site owner's own data,
//	             image.go the file that a value names
//	assemble.go  the account's values go over those that accounts share, over the theme's (theme.go), over the defaults;
//	             id.go tells accounts apart, and check_merged.go and contrast.go check what only shows now
//	stamp.go     what is left becomes the JSON in missive.js
//
// Below all of them, nodes.go and pairs.go follow aliases and merge keys, place.go knows where a node stands, and report.go
// collects the problems. What an option takes is not decided here, but in the table: see package option.
package setup

import (
	"os"
	"path/filepath"

	"missive/widget/option"
	"missive/widget/problem"
)

// Account is one chat account with all that chat.yaml and its theme say about it.
type Account struct {
	ID    string
	Host  string // the address that dist/ is uploaded to, without a slash at its end
	Theme string // its name
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
	ThemesDir string // the folder with the user's themes; empty stands for "themes" beside each file
	// Host and TokenURL take the place of what the files say of all accounts, as for a preview of a deploy.
	Host, TokenURL Override
}

// Override is a value that wins over the files; the zero value does not.
type Override struct {
	Value string
	From  string // where it was given, for people: the name of an option or a variable
}

// Load reads the files and returns their accounts, and all problems of all files, sorted by place.
// The accounts are usable when each problem is a warning.
func Load(files []string, o Options) ([]Account, []problem.Problem) {
	accounts, _, problems := LoadAll(files, o)
	return accounts, problems
}

// LoadAll is Load, and returns what the files say about dist/ as a whole as well.
func LoadAll(files []string, o Options) ([]Account, Whole, []problem.Problem) {
	l := newLoader(o)
	if info, err := os.Stat(o.ThemesDir); o.ThemesDir != "" && (err != nil || !info.IsDir()) {
		l.report.add(problem.Problem{File: o.ThemesDir, Message: "no such folder", Hint: "-themes takes the folder with your theme files"})
	}
	l.checkOverrides()
	named := map[string]string{} // by where they really are
	for _, file := range files {
		real := realPath(file)
		if before, twice := named[real]; twice {
			l.report.add(problem.Problem{File: file, Message: "is named twice: it is " + before, Hint: "name each file once, and a folder or the files in it"})
			continue
		}
		named[real] = file
		if data, wrong := Read(file); wrong != nil {
			l.report.add(*wrong)
		} else {
			l.load(file, data)
		}
	}
	whole := l.finish()
	return l.accounts, whole, l.report.sorted(files)
}

// realPath is one name of a file, however it is called.
func realPath(file string) string {
	path, err := filepath.Abs(file)
	if err != nil {
		path = file
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
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
	whole    whole
	// overrides win over what the files say, by path.
	overrides map[string]*Override
}

func newLoader(o Options) *loader {
	return &loader{options: o, report: newReport(), images: newImages(), themes: map[themeKey]*theme{},
		ids: map[string]idPlace{}, secrets: map[string]idPlace{}}
}

// load reads one file from its bytes.
func (l *loader) load(file string, data []byte) {
	root, wrong := Parse(data, hints)
	if wrong != nil {
		wrong.File = file
		l.report.add(*wrong)
		return
	}
	themesDir := l.options.ThemesDir
	if themesDir == "" {
		themesDir = filepath.Join(filepath.Dir(file), "themes")
	}
	d := newDocument(file, len(data), l.report)
	w := &walker{checker: &checker{document: d, images: l.images}, whole: &l.whole}
	shared, accounts := w.layers(root)
	if accounts == nil {
		return // the problem with the list is told already
	}
	a := &assembler{loader: l, document: d, shared: shared, themesDir: themesDir}
	a.assemble(accounts)
}
