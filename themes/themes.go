// Package themes holds the shipped themes and loads them and those of the user.
//
// A theme is a flat TOML file: style variables by their short names, and optionally "extends", the
// name of the theme that gives the rest, and "description", one sentence about it.
package themes

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"missive/widget"
)

//go:embed *.toml
var shipped embed.FS

// base is the shipped theme that sets every variable; the others start from it.
const base = "default"

// Theme is a theme with everything it inherits.
type Theme struct {
	Name        string
	Description string
	// Values has every style variable by its short name: "main-color" is "#2866D1".
	Values map[string]string
}

// validName keeps what could leave the folder, or differs on systems that ignore case, from being a name.
var validName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// Load returns the theme with the name. A theme is looked for in the folders, in order, and last
// among the shipped ones; folders that don't exist are fine. A theme that extends its own name
// extends the one that it hides, so that a folder can adapt a shipped theme without renaming it.
//
// Found is false when there is no such theme. With problems the theme has every value that is
// right, and the base theme's for the others.
func Load(name string, dirs ...string) (theme Theme, problems []widget.Problem, found bool) {
	chain := loadChain(name, folders(dirs))
	if len(chain) == 0 {
		return Theme{}, nil, false
	}
	theme = Theme{Name: name, Description: chain[0].description, Values: map[string]string{}}
	for _, f := range slices.Backward(chain) {
		for variable, value := range f.values {
			theme.Values[variable] = value
		}
	}
	for _, cycle := range Cycles(theme.Values) {
		reportCycle(cycle, chain)
	}
	for _, f := range chain {
		slices.SortStableFunc(f.problems, func(a, b widget.Problem) int {
			return cmp.Or(a.Line-b.Line, a.Column-b.Column)
		})
		problems = append(problems, f.problems...)
	}
	return theme, problems, true
}

// Names returns the names of the themes that Load finds, sorted.
func Names(dirs ...string) []string { return namesIn(folders(dirs)) }

func namesIn(folders []folder) []string {
	var names []string
	for _, folder := range folders {
		entries, _ := fs.ReadDir(folder.files, ".")
		for _, entry := range entries {
			name, isTheme := strings.CutSuffix(entry.Name(), ".toml")
			if isTheme && validName.MatchString(name) {
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
		if f.name == base && f.folder == len(folders)-1 {
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
	if !validName.MatchString(name) {
		return nil
	}
	for i := from; i < len(folders); i++ {
		f := &file{name: name, folder: i, path: path.Join(folders[i].path, name+".toml")}
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
	if meant := widget.Suggest(child.extends, names); meant != "" {
		hint = `did you mean "` + meant + `"?`
	}
	child.reportValue("extends", "there is no theme "+strconv.Quote(shorten(child.extends)), hint)
}

// reportCircle tells of themes of which each extends the next, and the last the first.
func reportCircle(chain []*file) {
	names := ""
	for _, f := range chain {
		names += f.name + ", "
	}
	chain[len(chain)-1].reportValue("extends", "the themes extend each other in a circle: "+names+chain[0].name, `let one of them extend "default"`)
}
