// Package themes holds the shipped themes, and loads them and those of the user.
//
// What a theme is belongs here, how its file is read and changed, and how contrast is measured. What a style variable may be is told by
// packages option and cssvalue; which theme an account has by package setup.
//
// A theme is a flat TOML file: style variables by their short names, "dark-" before a name for what it is in the dark, and
// optionally "extends", the name of the theme that gives the rest, and "description", one sentence about it.
package themes

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"missive/widget/option"
	"missive/widget/problem"
)

//go:embed *.toml
var shipped embed.FS

// base is the shipped theme that sets every variable; the others start from it.
const base = "default"

// Theme is a theme with everything it inherits.
type Theme struct {
	Name        string
	Description string
	// Light and Dark have every style variable by its short name: "main-color" is "#2866D1". What a theme says of the dark
	// alone holds there only, all else in both: a theme that extends another replaces the variable in both.
	Light, Dark map[string]string
	chain       []*file // the theme, what it extends, and so on to the base theme
}

// Place is where a theme, or one that it extends, sets a variable: by its name, or by the name with "dark-" before it.
type Place struct {
	Theme, File  string // the theme's name, and its file's path as problems show it
	Line, Column int    // from 1; the column, in characters, is that of the value
	Key          string
}

// Place returns where the value of a variable comes from. Ok is false if that is the base theme, whose values are the documented ones.
func (t Theme) Place(name string, dark bool) (from Place, ok bool) {
	for _, f := range t.chain {
		if key, ok := f.sets(name, dark); ok {
			at := f.places[key]
			return Place{f.name, f.path, at.line, at.valueColumn, key}, !f.isBase()
		}
	}
	return Place{}, false
}

// Values has every style variable as one CSS value for both schemes. The widget sets one of --light and --dark to nothing and
// leaves the other without a value, so that of a value with two parts one stays.
func (t Theme) Values() map[string]string {
	both := make(map[string]string, len(t.Light))
	for name, light := range t.Light {
		both[name] = light
		if dark := t.Dark[name]; dark != light {
			both[name] = "var(--light," + light + ") var(--dark," + dark + ")"
		}
	}
	return both
}

// CheckName returns what is wrong with the name of a new theme, nil when it is fine.
func CheckName(name string) *problem.Problem {
	switch {
	case option.Device.MatchString(name):
		return problem.New(problem.Quote(name)+" is the name of a device on Windows, where no file can have it", `take another one, such as "`+name+`-theme"`)
	case option.ThemeName.MatchString(name):
		return nil
	}
	return problem.New(problem.Quote(name)+" can't be the name of a theme", `use a to z, 0 to 9 and "-", as in "spring-2"`)
}

// Load returns the theme with the name. A theme is looked for in the folders, in order, and last
// among the shipped ones; folders that don't exist are fine. A theme that extends its own name
// extends the one that it hides, so that a folder can adapt a shipped theme without renaming it.
//
// Found is false when there is no such theme. With problems the theme has every value that is
// right, and the base theme's for the others.
func Load(name string, dirs ...string) (theme Theme, problems []problem.Problem, found bool) {
	chain := loadChain(name, folders(dirs))
	if len(chain) == 0 {
		return Theme{}, nil, false
	}
	theme = assemble(chain)
	for _, f := range chain {
		slices.SortStableFunc(f.problems, func(a, b problem.Problem) int {
			return cmp.Or(a.Line-b.Line, a.Column-b.Column)
		})
		problems = append(problems, f.problems...)
	}
	return theme, problems, true
}

// assemble makes a theme of what its files say. Circles of variables are reported to the files.
func assemble(chain []*file) Theme {
	theme := Theme{Name: chain[0].name, Description: chain[0].description, Light: map[string]string{}, Dark: map[string]string{}, chain: chain}
	for _, f := range slices.Backward(chain) {
		maps.Copy(theme.Light, f.values)
		maps.Copy(theme.Dark, f.values)
		maps.Copy(theme.Dark, f.dark)
	}
	light := Cycles(theme.Light)
	for _, cycle := range light {
		reportCycle(cycle, chain, false)
	}
	for _, cycle := range Cycles(theme.Dark) {
		if !slices.ContainsFunc(light, func(told []string) bool { return slices.Equal(told, cycle) }) {
			reportCycle(cycle, chain, true)
		}
	}
	return theme
}

// Names returns the names of the themes that Load finds, sorted.
func Names(dirs ...string) []string { return namesIn(folders(dirs)) }

func namesIn(folders []folder) []string {
	var names []string
	for _, folder := range folders {
		entries, _ := fs.ReadDir(folder.files, ".")
		for _, entry := range entries {
			name, isTheme := strings.CutSuffix(entry.Name(), ".toml")
			if isTheme && option.ThemeName.MatchString(name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// folder is a place with themes, and its path as it is shown in problems.
type folder struct {
	files fs.FS
	path  string
}

func folders(dirs []string) []folder {
	var all []folder
	for _, dir := range dirs {
		all = append(all, folder{os.DirFS(dir), filepath.ToSlash(dir)})
	}
	return append(all, folder{shipped, "themes"})
}

// loadChain reads the theme, the one that it extends, and so on to the shipped base theme. It is
// empty when there is no such theme.
func loadChain(name string, folders []folder) (chain []*file) {
	f := open(name, folders, 0)
	if f == nil {
		return nil
	}
	for {
		f.parse()
		chain = append(chain, f)
		if f.isBase() {
			return chain
		}
		if f = parent(chain, folders); f == nil {
			f = open(base, folders, len(folders)-1)
		}
	}
}

// parent opens what the last theme of the chain extends. It is nil, and the theme has a problem, when that leads nowhere.
func parent(chain []*file, folders []folder) *file {
	child := chain[len(chain)-1]
	from := 0
	if child.extends == child.name {
		from = child.folder + 1
	}
	f := open(child.extends, folders, from)
	if f == nil {
		reportUnknownParent(child, folders)
		return nil
	}
	same := func(other *file) bool { return other.name == f.name && other.folder == f.folder }
	if i := slices.IndexFunc(chain, same); i >= 0 {
		reportCircle(chain[i:])
		return nil
	}
	return f
}

// open reads the theme's file from the first folder that has it, beginning with folders[from]. It is nil when none has.
func open(name string, folders []folder, from int) *file {
	if !option.ThemeName.MatchString(name) {
		return nil
	}
	for i := from; i < len(folders); i++ {
		f := &file{name: name, folder: i, shipped: i == len(folders)-1, path: path.Join(folders[i].path, name+".toml")}
		f.data, f.err = readFile(folders[i].files, name+".toml")
		if !errors.Is(f.err, fs.ErrNotExist) {
			return f
		}
	}
	return nil
}

// reportUnknownParent tells of an "extends" that leads nowhere.
func reportUnknownParent(child *file, folders []folder) {
	if child.extends == child.name {
		child.reportValue("extends", "the theme extends itself", `name another theme, such as "default"`)
		return
	}
	names := namesIn(folders)
	hint := "the themes are " + strings.Join(names, ", ")
	if meant := problem.Suggest(child.extends, names); meant != "" {
		hint = `did you mean "` + meant + `"?`
	}
	child.reportValue("extends", "there is no theme "+problem.Quote(child.extends), hint)
}

// reportCircle tells of themes of which each extends the next, and the last the first.
func reportCircle(chain []*file) {
	names := ""
	for _, f := range chain {
		names += f.name + ", "
	}
	chain[len(chain)-1].reportValue("extends", "the themes extend each other in a circle: "+names+chain[0].name, `let one of them extend "default"`)
}
