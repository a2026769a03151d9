// Command build turns chat.yaml into dist/: for each chat account its missive.js, the snippet that embeds it, and a setup page.
//
// What the command line says, and how the result is told to people and programs, belongs here. The build itself is made of packages:
// setup reads, bundle makes the scripts, dist makes and writes the files, and verify looks at them where they are deployed.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/commandline"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
	"missive/widget"
	"missive/widget/problem"
)

const usage = `Usage:
    go run ./cmd/build [options] [chat.yaml or folder ...]
    go run ./cmd/build verify [-page URL] [-out DIR] [-json] https://host/<id>/

Options:
    -out DIR       Write to DIR instead of dist.
    -check         Do everything but write.
    -compress      Add a .br and a .gz beside each script and drawing, for hosts that
                   serve them as they are.
    -json          Print one JSON object instead of the report: accounts, files with
                   their bytes (raw, gzip, brotli), and problems.
    -format NAME   text, json (the same as -json), or github: problems as annotations
                   of a GitHub workflow.
    -themes DIR    Take your themes from DIR instead of themes/ beside each chat.yaml.
    -minify        Make snippets and setup pages small instead of readable.
    -sourcemap     Add source maps of the scripts.

Each file holds one account, or several that share values; a folder stands for the .yaml
and .yml files in it. Without a file, chat.yaml is built. What no build has made stays as
it is, also inside of DIR.

"verify" looks at an account where it is deployed, and says what is wrong there. With
-page it also looks at a page of your site that has the chat. If dist, or DIR, holds the
account, the host must have the same files.

The exit status is 0 when all is built or as it should be, 1 when there are problems, of
which all are printed and nothing is written, and 2 when the command is wrong or the
machine failed.

Examples:
    $ go run ./cmd/build
    $ go run ./cmd/build -check shop.yaml support.yaml
    $ go run ./cmd/build -out ../site/public/chat -compress clients
    $ go run ./cmd/build verify -page https://example.com/ https://chat.example.com/acme/
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	start := time.Now()
	if len(args) > 0 && args[0] == "verify" {
		return runVerify(args[1:], stdout, stderr)
	}
	o, err := parse(args)
	if err != nil {
		return refuse(err, stdout, stderr)
	}
	p := newProgress(stderr)
	b := build(o, p)
	switch o.format {
	case "json":
		err = printJSON(stdout, b)
	case "github":
		err = printGitHub(stdout, o, b, time.Since(start))
	default:
		err = printReport(stdout, stderr, o, b, time.Since(start))
	}
	if err != nil {
		fmt.Fprintln(stderr, "build:", err)
		return 2
	}
	return b.exitCode()
}

func refuse(err error, stdout, stderr io.Writer) int {
	return commandline.Refuse("build", usage, err, stdout, stderr)
}

// options are what the command line says.
type options struct {
	out, themes, format                string
	check, compress, minify, sourceMap bool
	files                              []string
}

var formats = []string{"text", "json", "github"}

func parse(args []string) (options, error) {
	var o options
	flags := commandline.New("go run ./cmd/build")
	flags.StringVar(&o.out, "out", "dist", "")
	flags.StringVar(&o.themes, "themes", "", "")
	flags.BoolVar(&o.check, "check", false, "")
	flags.BoolVar(&o.compress, "compress", false, "")
	flags.StringVar(&o.format, "format", "text", "")
	asJSON := flags.Bool("json", false, "")
	flags.BoolVar(&o.minify, "minify", false, "")
	flags.BoolVar(&o.sourceMap, "sourcemap", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if !slices.Contains(formats, o.format) {
		r := problem.New("there is no format "+problem.Quote(o.format), "use text, json or github")
		if meant := problem.Suggest(o.format, formats); meant != "" {
			r.Hint = "did you mean " + meant + "?"
		}
		return o, r
	}
	if *asJSON {
		if flags.Given("format") != nil && o.format != "json" {
			return o, problem.New("-json and -format "+o.format+" exclude each other", "leave out one of them")
		}
		o.format = "json"
	}
	o.files = flags.Args()
	return o, nil
}

// built is what came out of a build, up to where it stopped.
type built struct {
	accounts []setup.Account
	made     dist.Result
	shown    []bundle.File   // those that the report is about
	sizes    map[string]size // of all files, if they were asked for
	problems []problem.Problem
	failure  error // why the build stopped, if not for one of the problems: the disk, or what the command names
}

func (b built) exitCode() int {
	switch {
	case b.failure != nil:
		return 2
	case stops(b.problems):
		return 1
	}
	return 0
}

// tally counts those that are warnings, and those that are more.
func tally(problems []problem.Problem) (wrong, warnings int) {
	for _, p := range problems {
		if p.Warning {
			warnings++
		} else {
			wrong++
		}
	}
	return wrong, warnings
}

// stops reports whether one of the problems is more than a warning.
func stops(problems []problem.Problem) bool {
	wrong, _ := tally(problems)
	return wrong > 0
}

func build(o options, p *progress) (b built) {
	defer p.clear()
	if b.failure = checkOut(o.out); b.failure != nil {
		return b
	}
	files, err := setupFiles(o.files)
	if err != nil {
		b.failure = err
		return b
	}
	p.show(len(files), "reading "+count(len(files), "file"))
	accounts, problems := setup.Load(files, setup.Options{ThemesDir: o.themes})
	if b.problems = problems; stops(problems) {
		return b
	}
	scripts, problems := bundle.Build(bundle.Options{
		Sources: widget.Sources, SourceMap: o.sourceMap,
		SDK: slices.ContainsFunc(accounts, func(a setup.Account) bool { return a.Text("connection.sdk") == "bundled" }),
	})
	if b.problems = append(b.problems, problems...); stops(problems) {
		return b
	}
	b.failure = b.make(o, accounts, scripts, p)
	return b
}

// make makes the files, and writes them if they are to be written.
func (b *built) make(o options, accounts []setup.Account, scripts *bundle.Bundle, p *progress) error {
	how := dist.Options{Minify: o.minify}
	if o.compress {
		how.Compressor = scripts.Compressor()
	}
	site, err := dist.New(accounts, scripts, how)
	if err != nil {
		return err
	}
	step := p.stage("building accounts")
	if o.check {
		b.made, err = dist.Check(site, step)
	} else {
		b.made, err = dist.Write(o.out, site, step)
	}
	if err != nil {
		return err
	}
	b.accounts = accounts
	if o.format == "json" {
		b.sizes, err = measure(site, scripts.Compressor(), p.stage("measuring accounts"))
	} else {
		b.shown, err = site.First(mostListed + 1)
	}
	return err
}

// setupFiles returns the files to build: chat.yaml if none is named, and those in a folder instead of it.
func setupFiles(args []string) ([]string, error) {
	if len(args) == 0 {
		args = []string{"chat.yaml"}
		if _, err := os.Stat("chat.yaml"); errors.Is(err, fs.ErrNotExist) {
			return nil, problem.New("there is no chat.yaml here", "name your file: go run ./cmd/build path/to/chat.yaml")
		}
	}
	var files []string
	for _, arg := range args {
		entries, err := os.ReadDir(arg)
		if err != nil {
			files = append(files, arg) // If it is no file either, setup tells so, beside the problems of the others.
			continue
		}
		before := len(files)
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); (ext == ".yaml" || ext == ".yml") && !e.IsDir() && e.Name()[0] != '.' {
				files = append(files, filepath.Join(arg, e.Name()))
			}
		}
		if len(files) == before {
			return nil, problem.New("there is no .yaml file in "+arg, "name the folder with your files, or the files themselves")
		}
	}
	return files, nil
}

// checkOut refuses folders that -out can only name by mistake: an empty name, a file, and folders with source code, among which
// the files of the build would be mixed.
func checkOut(out string) error {
	info, err := os.Stat(out)
	switch {
	case out == "":
		return problem.New("-out is empty", "leave it out to write to dist")
	case err != nil:
		return nil // The build makes it, and tells when it can't.
	case !info.IsDir():
		return problem.New("-out "+out+" is a file", "name a folder; it is made if it isn't there")
	}
	for _, pattern := range []string{"go.mod", "*.go", "*/*.go", "*.ts"} {
		if found, _ := fs.Glob(os.DirFS(out), pattern); len(found) > 0 {
			return problem.New("-out "+out+" holds source code, such as "+found[0], "name a folder of its own, or leave -out out to write to dist")
		}
	}
	return nil
}
