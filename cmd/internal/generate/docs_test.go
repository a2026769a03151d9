package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/hosting/hosts"
	"missive/cmd/internal/setup"
	"missive/themes"
	"missive/widget"
)

// files are the names of all files of the project, relative to its folder, without what is installed or built.
func files(t *testing.T) (names []string) {
	t.Helper()
	leftOut := []string{".git", ".site", "node_modules", "test-results"}
	err := fs.WalkDir(os.DirFS(root(t)), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (slices.Contains(leftOut, d.Name()) || name == "dist"):
			return fs.SkipDir
		case !d.IsDir() && d.Name() != ".git": // a file in a second work tree
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// documents are those of the files that are written for people. The sites that snippets are tried in are not.
func documents(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(files(t), func(name string) bool {
		return path.Ext(name) != ".md" || strings.HasPrefix(name, "widget/pipelines/sites/")
	})
}

func textOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An owner should get a chat running with README.md alone, so it stays short. Details are in the documents that it links.
func TestTheReadmeStaysShort(t *testing.T) {
	if lines := strings.Count(textOf(t, "README.md"), "\n"); lines > 300 {
		t.Errorf("README.md has %d lines, of at most 300: move details to the README of their folder", lines)
	}
}

func TestLinksAndImagesOfDocumentsLeadSomewhere(t *testing.T) {
	for _, name := range documents(t) {
		text := textOf(t, name)
		for _, target := range targets(text) {
			if fault := deadEnd(target, filepath.Join(root(t), filepath.FromSlash(path.Dir(name))), text); fault != "" {
				t.Errorf("%s: %s: %s", name, target, fault)
			}
		}
	}
}

func TestDocumentsNameOnlyWhatExists(t *testing.T) {
	p := newProject(t)
	for _, name := range documents(t) {
		for _, fault := range p.unknownNames(path.Dir(name), textOf(t, name)) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// As .github/ARCHITECTURE.md says: what visitors load knows nothing of the commands, and packages know no command.
func TestImportsRunOneWay(t *testing.T) {
	layer := func(folder string) int {
		first, rest, _ := strings.Cut(folder, "/")
		switch {
		case first == "widget":
			return 0
		case first == "themes", first == "templates":
			return 1
		case strings.HasPrefix(rest, "internal/"):
			return 2
		}
		return 3
	}
	for _, name := range files(t) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, textOf(t, name), parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			imported, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "missive/")
			if ours && layer(imported) > layer(path.Dir(name)) {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}

// Someone new looks there for the package that does something.
func TestTheArchitectureNamesEachPackage(t *testing.T) {
	text := textOf(t, ".github/ARCHITECTURE.md")
	named := func(folder string) bool {
		return strings.Contains(text, "`"+folder+"`") || strings.Contains(text, "`"+folder+"/`")
	}
	for _, name := range files(t) {
		folder := path.Dir(name)
		if path.Ext(name) != ".go" || strings.Contains(folder, "testdata") {
			continue
		}
		// A package below another is a part of it.
		for ; !named(folder); folder = path.Dir(folder) {
			if folder == "." {
				t.Errorf(".github/ARCHITECTURE.md doesn't name %s", path.Dir(name))
				break
			}
		}
	}
}

func TestWhatDoesNotExistIsTold(t *testing.T) {
	p := project{
		files: []string{"README.md", "chat.yaml", "cmd/build/main.go", "cmd/check/main.go", "cmd/check/steps.go", "cmd/internal/setup/setup.go",
			"cmd/token/README.md", "cmd/token/service/nginx.conf", "widget/src/launcher.ts", "widget/package.json", "themes/ink.toml"},
		made: []string{"dist/acme/missive.js", "dist/acme/csp.txt", "dist/assets/panel.0123456789.js"},
		read: func(name string) string {
			return map[string]string{
				"cmd/build/main.go":           "    -out DIR  Write there\n    -check  Don't",
				"cmd/check/steps.go":          `step{"types", "tsc"}`,
				"cmd/internal/setup/setup.go": "type Account struct {}\nfunc Load() {}",
				"widget/package.json":         `{"scripts": {"test": "playwright test"}}`,
			}[name]
		},
	}
	const text = "# Of `cmd/build/main.go`\n" +
		"`widget/src/`, `widget/src/launcher.ts`, `widget/src/*.ts`, `themes/<name>.toml`, `service/nginx.conf`, `launcher.ts`, `csp.txt`, `panel.<hash>.js`, `dist/<id>/csp.txt`, `<id>/missive.js`, `dist/assets/`\n" +
		"`setup.Load`, `setup.Account`, `user.email`, `window.MissiveChat`, `/token`, `layouts/x.html`, `go run ./cmd/build -out DIR -check`, `go run ./cmd/check types`\n" +
		"```sh\ngo run ./cmd/build -check # not -this\nMISSIVE=1 go run -C missive ./cmd/build -out x ../chat.yaml\ncd widget && npm run test\ncd widget && npx tool src/launcher.ts\n```\n" +
		"```js\n// `gone.ts`\n```\n" +
		"`widget/gone/`, `widget/src/gone.ts`, `cmd/gone`, `service/gone.conf`, `gone.ts`, `gone.<hash>.js`, `dist/<id>/gone.txt`, `setup.Gone`\n" +
		"`go run ./cmd/gone`, `go run ./cmd/build -gone`, `go run ./cmd/check gone`\n" +
		"```sh\ngo test ./cmd/gone2\ncd gone && ls\ncd widget && npm run gone\ncd widget && npx tool src/gone.ts\n```\n"
	want := []string{
		"widget/gone/ is no file or folder", "widget/src/gone.ts is no file or folder", "cmd/gone is no file or folder", "service/gone.conf is no file or folder",
		"gone.ts is no file of the project or the build", "gone.<hash>.js is no file of the project or the build", "dist/<id>/gone.txt is no file or folder", "setup has no Gone",
		"go run ./cmd/gone: there is no ./cmd/gone", "go run ./cmd/build -gone: there is no -gone", "go run ./cmd/check gone: there is no check gone",
		"go test ./cmd/gone2: there is no ./cmd/gone2", "cd gone && ls: there is no gone", "cd widget && npm run gone: there is no script gone",
		"cd widget && npx tool src/gone.ts: there is no src/gone.ts",
	}
	got := p.unknownNames("cmd/token", text)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// project is what documents may speak of.
type project struct {
	files []string // relative to its folder
	made  []string // by a build
	read  func(name string) string
}

func newProject(t *testing.T) project {
	t.Helper()
	p := project{files: files(t), read: func(name string) string { return textOf(t, name) }}
	accounts, problems := setup.Load([]string{filepath.Join(root(t), "chat.yaml")}, setup.Options{})
	b, more := bundle.Build(bundle.Options{Sources: widget.Sources})
	for _, problem := range append(problems, more...) {
		if !problem.Warning {
			t.Fatal(problem)
		}
	}
	made, err := dist.Files(accounts, b, dist.Options{Hosting: hosts.Names})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range made {
		p.made = append(p.made, "dist/"+f.Name)
	}
	// What comes on request, and what lists all.
	p.made = append(p.made, "dist/assets/sdk.0123456789.js", "dist/acme/"+dist.ManifestName)
	return p
}

var (
	span     = regexp.MustCompile("`([^`\n]+)`")
	shell    = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$")
	isPath   = regexp.MustCompile(`^[\w.@*<>-]+(/[\w.@*<>-]+)*/?$`)
	fileName = regexp.MustCompile(`^[\w.*<>-]+\.(conf|css|env|go|html|js|json|md|service|spec|svg|tmpl|toml|ts|txt|yaml)$`)
	blank    = regexp.MustCompile(`<[\w -]+>`) // what stands for many
	goName   = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)$`)
)

// unknownNames tells what stands in backticks, or in commands, and does not exist. Paths begin at the folder of the document or of the project.
func (p project) unknownNames(folder, text string) (faults []string) {
	for _, block := range shell.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			command, _, _ := strings.Cut(line, "#")
			faults = append(faults, p.command(folder, strings.TrimSpace(command))...)
		}
	}
	for _, found := range span.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		name := found[1]
		switch {
		case strings.Contains(name, " "):
			faults = append(faults, p.command(folder, name)...)
		case isPath.MatchString(name) && strings.Contains(name, "/"):
			if !p.hasPath(folder, name) {
				faults = append(faults, name+" is no file or folder")
			}
		case fileName.MatchString(name):
			if !p.hasFile(name) {
				faults = append(faults, name+" is no file of the project or the build")
			}
		case goName.MatchString(name):
			if m := goName.FindStringSubmatch(name); !p.hasName(m[1], m[2]) {
				faults = append(faults, m[1]+" has no "+m[2])
			}
		}
	}
	return faults
}

// hasPath reports whether the path exists, or is of something else: of a site, of a host, or of what a build makes.
func (p project) hasPath(folder, name string) bool {
	pattern := strings.TrimSuffix(blank.ReplaceAllString(name, "*"), "/")
	first, _, _ := strings.Cut(pattern, "/")
	if first == "*" { // an account's folder
		return p.there(path.Join("dist", pattern))
	}
	known := false
	for _, from := range []string{".", folder} {
		if p.there(path.Join(from, first)) {
			known = true
			if p.there(path.Join(from, pattern)) {
				return true
			}
		}
	}
	return !known
}

// there reports whether the pattern is that of a file, or of a folder with files, here or in a build.
func (p project) there(pattern string) bool {
	return slices.ContainsFunc(slices.Concat(p.files, p.made), func(name string) bool {
		for ; name != "."; name = path.Dir(name) {
			if ok, _ := path.Match(pattern, name); ok {
				return true
			}
		}
		return false
	})
}

func (p project) hasFile(name string) bool {
	pattern := blank.ReplaceAllString(name, "*")
	return slices.ContainsFunc(slices.Concat(p.files, p.made), func(name string) bool {
		ok, _ := path.Match(pattern, path.Base(name))
		return ok
	})
}

// hasName reports whether a package of ours declares the name. A package of somebody else may declare anything.
func (p project) hasName(pkg, name string) bool {
	declared := regexp.MustCompile(`(?m)^(func (\([^)]*\) )?|type |var |const |\t)` + name + `\b`)
	ours := false
	for _, file := range p.files {
		if path.Base(path.Dir(file)) == pkg && path.Ext(file) == ".go" && !strings.HasSuffix(file, "_test.go") {
			ours = true
			if declared.MatchString(p.read(file)) {
				return true
			}
		}
	}
	return !ours
}

var (
	goCommand = regexp.MustCompile(`\bgo (?:run|build|test|generate|vet)\b(.*)`)
	goPackage = regexp.MustCompile(`^\./\S*$`)
	npmRun    = regexp.MustCompile(`^npm run (\S+)`)
)

// command says what of a command is not there: the package, the flag, the check, the folder or the npm script. Of npx it looks
// at files alone, and at other commands not at all. They are run in the project's folder; npm also in that of the document.
func (p project) command(folder, line string) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, line+": "+fmt.Sprintf(format, args...)) }
	at := "."
	for part := range strings.SplitSeq(line, "&&") {
		part = strings.TrimSpace(part)
		if to, ok := strings.CutPrefix(part, "cd "); ok {
			if at = path.Join(at, to); !p.there(at) {
				fault("there is no %s", to)
			}
		} else if m := npmRun.FindStringSubmatch(part); m != nil {
			if !p.hasScript(at, m[1]) && !p.hasScript(folder, m[1]) {
				fault("there is no script %s", m[1])
			}
		} else if tool, ok := strings.CutPrefix(part, "npx "); ok {
			for _, arg := range strings.Fields(tool) {
				if strings.HasSuffix(arg, ".ts") && !p.there(path.Join(at, arg)) {
					fault("there is no %s", arg)
				}
			}
		} else if m := goCommand.FindStringSubmatch(part); m != nil {
			p.goArguments(strings.Fields(m[1]), fault)
		}
	}
	return faults
}

func (p project) hasScript(folder, name string) bool {
	file := path.Join(folder, "package.json")
	return slices.Contains(p.files, file) && strings.Contains(p.read(file), `"`+name+`":`)
}

// goArguments looks at what follows "go run" and the like. Flags behind a package of ours are ours.
func (p project) goArguments(args []string, fault func(format string, args ...any)) {
	pkg := ""
	for _, arg := range args {
		switch flag, isFlag := strings.CutPrefix(arg, "-"); {
		case pkg == "" && goPackage.MatchString(arg):
			if pkg = path.Clean(strings.TrimSuffix(arg, "...")); !p.there(pkg) && pkg != "." {
				fault("there is no %s", arg)
				return
			}
		case pkg == "cmd/check" && !isFlag:
			if !p.says(pkg, regexp.MustCompile(`"`+regexp.QuoteMeta(arg)+`"`)) {
				fault("there is no check %s", arg)
			}
		case isFlag && strings.HasPrefix(pkg, "cmd/") && flag != "h" && !isTestFlag(flag):
			if !p.says(pkg, regexp.MustCompile(`(?m)[\s[]`+regexp.QuoteMeta(arg)+`\b`)) {
				fault("there is no %s", arg)
			}
		}
	}
}

// isTestFlag reports whether go test has the flag.
func isTestFlag(name string) bool {
	return slices.Contains([]string{"run", "bench", "benchtime", "timeout", "update"}, name)
}

// says reports whether a package has the text, outside of its tests.
func (p project) says(pkg string, text *regexp.Regexp) bool {
	return slices.ContainsFunc(p.files, func(name string) bool {
		return path.Dir(name) == pkg && path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && text.MatchString(p.read(name))
	})
}

func TestTheDocumentsNameEachTheme(t *testing.T) {
	readme, page := textOf(t, "README.md"), textOf(t, "themes/README.md")
	for _, name := range themes.Names() {
		if !strings.Contains(readme, "`"+name+"`") {
			t.Errorf("README.md doesn't name the theme %s", name)
		}
		if !strings.Contains(page, "\n| `"+name+"` | ") {
			t.Errorf("themes/README.md doesn't describe the theme %s", name)
		}
	}
}
