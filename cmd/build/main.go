// Command build turns chat.yaml into dist/: for each chat account its missive.js, the snippet that embeds it, and a setup page.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
	"missive/widget"
)

const usage = `Usage:
    go run ./cmd/build [-out DIR] [-check] [-json] [-themes DIR] [-minify] [-sourcemap] [chat.yaml ...]

Options:
    -out DIR       Write to DIR instead of dist.
    -check         Do everything but write.
    -json          Print one JSON object instead of the report: accounts, files with
                   their bytes (raw, gzip, brotli), and problems.
    -themes DIR    Take your themes from DIR instead of themes/ beside each chat.yaml.
    -minify        Make snippets and setup pages small instead of readable.
    -sourcemap     Add source maps of the scripts.

Each file holds one account, or several that share values. Without a file, chat.yaml
is built. What no build has made stays as it is, also inside of DIR.

The exit status is 0 when all is built, 1 when the setup has problems, of which all are
printed and nothing is written, and 2 when the command is wrong or the machine failed.

Examples:
    $ go run ./cmd/build
    $ go run ./cmd/build -check shop.yaml support.yaml
    $ go run ./cmd/build -out ../site/public/chat -minify
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	start := time.Now()
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "build:", err)
		return 2
	}
	p := newProgress(stderr)
	b := build(o, p)
	if o.json {
		err = printJSON(stdout, b, p)
	} else {
		err = printReport(stdout, stderr, o, b, time.Since(start))
	}
	if err != nil {
		fmt.Fprintln(stderr, "build:", err)
		return 2
	}
	return b.exitCode()
}

// options are what the command line says.
type options struct {
	out, themes                    string
	check, json, minify, sourceMap bool
	files                          []string
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.out, "out", "dist", "")
	flags.StringVar(&o.themes, "themes", "", "")
	flags.BoolVar(&o.check, "check", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.minify, "minify", false, "")
	flags.BoolVar(&o.sourceMap, "sourcemap", false, "")
	if err := flags.Parse(args); err != nil {
		return o, explain(err, flags)
	}
	o.files = flags.Args()
	for i, file := range o.files {
		if len(file) > 1 && file[0] == '-' {
			fixed := append([]string{file}, append(o.files[:i:i], o.files[i+1:]...)...)
			return o, refusal{file + " comes after a file", "options go first: go run ./cmd/build " + strings.Join(fixed, " ")}
		}
	}
	return o, nil
}

// explain adds to an error of the flag package how to fix it.
func explain(err error, flags *flag.FlagSet) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	r := refusal{err.Error(), "go run ./cmd/build -h shows all options"}
	if name, unknown := strings.CutPrefix(r.message, "flag provided but not defined: -"); unknown {
		var names []string
		flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		r.message = "there is no option -" + name
		if meant := widget.Suggest(name, names); meant != "" {
			r.hint = "did you mean -" + meant + "?"
		}
	}
	return r
}

// refusal is why what was asked for isn't done, and what to ask for instead.
type refusal struct{ message, hint string }

func (r refusal) Error() string { return r.message + "\n  hint: " + r.hint }

// built is what came out of a build, up to where it stopped.
type built struct {
	accounts []setup.Account
	files    []bundle.File
	changes  dist.Result
	problems []widget.Problem
	failure  error // of the machine, or of what was asked from it
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

// stops reports whether one of the problems is more than a warning.
func stops(problems []widget.Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

func build(o options, p *progress) (b built) {
	if b.failure = checkOut(o.out); b.failure != nil {
		return b
	}
	if len(o.files) == 0 {
		o.files = []string{"chat.yaml"}
		if _, err := os.Stat("chat.yaml"); errors.Is(err, fs.ErrNotExist) {
			b.failure = refusal{"there is no chat.yaml here", "name your file: go run ./cmd/build path/to/chat.yaml"}
			return b
		}
	}
	accounts, problems := setup.Load(o.files, setup.Options{ThemesDir: o.themes})
	if b.problems = problems; stops(problems) {
		return b
	}
	scripts, problems := bundle.Build(bundle.Options{
		Sources: widget.Sources, SourceMap: o.sourceMap,
		SDK: slices.ContainsFunc(accounts, func(a setup.Account) bool { return a.Values["connection.sdk"] == "bundled" }),
	})
	if b.problems = append(b.problems, problems...); stops(problems) {
		return b
	}
	files, err := dist.Files(accounts, scripts, dist.Options{Minify: o.minify, Progress: p.stage("making pages")})
	if err == nil && !o.check {
		p.show(len(files), "writing "+count(len(files), "file"))
		b.changes, err = dist.Write(o.out, files)
	}
	p.clear()
	if err != nil {
		b.failure = err
		return b
	}
	b.accounts, b.files = accounts, files
	return b
}

// checkOut refuses folders that nobody means.
func checkOut(out string) error {
	info, err := os.Stat(out)
	switch {
	case out == "":
		return refusal{"-out is empty", "leave it out to write to dist"}
	case err != nil:
		return nil // It will be made, or the error will come when it is.
	case !info.IsDir():
		return refusal{"-out " + out + " is a file", "name a folder; it is made if it isn't there"}
	}
	for _, pattern := range []string{"go.mod", "*.go", "*/*.go", "*.ts"} {
		if found, _ := fs.Glob(os.DirFS(out), pattern); len(found) > 0 {
			return refusal{"-out " + out + " holds source code, such as " + found[0], "name a folder of its own, or leave -out out to write to dist"}
		}
	}
	return nil
}
