// Command build turns chat.yaml into dist/: for each chat account its missive.js, the snippet that embeds it, and a setup page.
//
// What the command line says, and how the result is told to people and programs, belongs here. The build itself is made of packages:
// setup reads, bundle makes the scripts, dist makes and writes the files, and verify looks at them where they are deployed.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/commandline"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
	"missive/templates"
	"missive/widget"
	"missive/widget/problem"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	start := time.Now()
	if len(args) > 0 && args[0] == "verify" {
		return runVerify(args[1:], stdout, stderr)
	}
	if len(args) == 1 && (args[0] == "-version" || args[0] == "--version") {
		fmt.Fprintln(stdout, version())
		return 0
	}
	o, err := parse(args)
	if err != nil {
		return refuse(err, stdout, stderr)
	}
	o.waiting = func() { fmt.Fprintf(stderr, "another build writes to %s: waiting for its end\n", o.out) }
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

// built is what came out of a build, up to where it stopped.
type built struct {
	accounts []setup.Account
	made     dist.Result
	deployed *dist.Deployed  // what was there before, if that was asked for
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
	accounts, whole, problems := setup.LoadAll(files, setup.Options{ThemesDir: o.themes, Host: o.host, TokenURL: o.tokenURL})
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
	b.failure = b.make(o, accounts, whole, scripts, p)
	if conflicts := (dist.Conflicts)(nil); errors.As(b.failure, &conflicts) {
		b.problems, b.failure = append(b.problems, conflicts...), nil
	}
	return b
}

// make makes the files, and writes them if they are to be written.
func (b *built) make(o options, accounts []setup.Account, whole setup.Whole, scripts *bundle.Bundle, p *progress) error {
	how := dist.Options{Minify: o.minify, Hosting: whole.Hosting, Leave: without(templates.Tools, whole.Snippets), Retired: whole.Retired}
	if o.compress {
		how.Compressor = scripts.Compressor()
	}
	var headers *siteHeaders
	if o.headers != "" {
		var err error
		if headers, err = readHeaders(o.headers, accounts); err != nil {
			return err
		}
		how.Hosting = withoutHeaders(how.Hosting)
	}
	site, err := dist.New(accounts, scripts, how)
	if err != nil {
		return err
	}
	writing := dist.Writing{Progress: p.stage("building accounts"), Force: o.force, Adopt: o.adopt, Waiting: o.waiting}
	m := &measurer{compressor: scripts.Compressor(), sizes: map[string]size{}}
	if o.format == "json" {
		writing.Made = m.measure
	}
	if o.keep != "" {
		if b.deployed, err = dist.ReadDeployed(o.keep, ids(accounts, whole.Retired)); err != nil {
			return err
		}
		writing.Deployed = b.deployed
	}
	if o.check {
		b.made, err = dist.Check(site, writing)
	} else {
		if b.made, err = dist.Write(o.out, site, writing); err == nil {
			err = headers.write()
		}
	}
	if err != nil {
		return err
	}
	b.accounts = accounts
	if p := tooMany(len(b.made.Files)+len(b.made.Kept)+len(accounts)+len(whole.Retired), whole); p != nil {
		b.problems = append(b.problems, *p)
	}
	if b.sizes = m.sizes; o.format != "json" {
		b.shown, err = site.First(mostListed + 1)
	}
	return err
}

// ids are those of the accounts, and those of others.
func ids(accounts []setup.Account, others []string) []string {
	var list []string
	for _, a := range accounts {
		list = append(list, a.ID)
	}
	return append(list, others...)
}
