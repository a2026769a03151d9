package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/setup"
	"missive/widget/problem"
)

// started is how this command is started, and usage what -h prints.
var (
	started = commandline.Program("build")
	usage   = strings.ReplaceAll(usageText, "PROGRAM", started)
)

const usageText = `Usage:
    PROGRAM [options] [chat.yaml or folder ...]
    PROGRAM verify [-page URL] [-out DIR] [-format NAME] https://host/<id>/

Options:
    -out DIR       Write to DIR instead of dist.
    -keep URL      Keep what is deployed at URL for pages with a pinned snippet, where the
                   host's folder is made from nothing each time. Or a folder with that.
    -headers FILE  Put the rules for Netlify and Cloudflare into the _headers of your site,
                   between two lines of ours, instead of into DIR.
    -host URL      Build for this host, whatever chat.yaml says; or MISSIVE_HOST.
    -token-url URL Build for this token endpoint; or MISSIVE_TOKEN_URL.
    -check         Do everything but write.
    -force         Replace files that are in the way and not from a build, or edited.
    -adopt         Take DIR for that of a build though its manifests are gone.
    -compress      Add a .br and a .gz beside each script and drawing, for hosts that
                   serve them as they are.
    -json          Print one JSON object instead of the report: accounts, files with
                   their bytes (raw, gzip, brotli), and problems.
    -format NAME   text, json (the same as -json), or github: problems as annotations
                   of a GitHub workflow.
    -themes DIR    Take your themes from DIR instead of themes/ beside each chat.yaml.
    -minify        Make snippets and setup pages small instead of readable.
    -sourcemap     Add source maps of the scripts.
    -version       Tell which commit this program was built from.

Each file holds one account, or several that share values; a folder stands for the .yaml
and .yml files in it. Without a file, chat.yaml is built. What no build has made stays as
it is, also inside of DIR: if it is in the way, the build says so and changes nothing.

"verify" looks at an account where it is deployed, and says what is wrong there. With
-page it also looks at a page of your site that has the chat. If dist, or DIR, holds the
account, the host must have the same files.

The exit status is 0 when all is built or as it should be, 1 when there are problems, of
which all are printed and nothing is written, and 2 when the command is wrong or the
machine failed. ("go run" itself makes 1 of each that is not 0.)

Examples:
    $ PROGRAM
    $ PROGRAM -check shop.yaml support.yaml
    $ PROGRAM -out ../site/public/chat -compress clients
    $ PROGRAM -keep https://chat.example.com
    $ PROGRAM verify -page https://example.com/ https://chat.example.com/acme/
`

// options are what the command line says.
type options struct {
	out, themes, format, keep, headers               string
	check, compress, minify, sourceMap, force, adopt bool
	host, tokenURL                                   setup.Override
	files                                            []string
	waiting                                          func() // is called if another build has to end first
}

var formats = []string{"text", "json", "github"}

func parse(args []string) (options, error) {
	var o options
	flags := commandline.New(started)
	flags.StringVar(&o.out, "out", "dist", "")
	flags.StringVar(&o.themes, "themes", "", "")
	flags.StringVar(&o.keep, "keep", "", "")
	flags.StringVar(&o.headers, "headers", "", "")
	flags.BoolVar(&o.force, "force", false, "")
	flags.BoolVar(&o.adopt, "adopt", false, "")
	flags.BoolVar(&o.check, "check", false, "")
	flags.BoolVar(&o.compress, "compress", false, "")
	override(flags, &o.host, "host", "MISSIVE_HOST")
	override(flags, &o.tokenURL, "token-url", "MISSIVE_TOKEN_URL")
	format := formatFlags(flags)
	flags.BoolVar(&o.minify, "minify", false, "")
	flags.BoolVar(&o.sourceMap, "sourcemap", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.format, err = format(); err != nil {
		return o, err
	}
	// A variable that a pipeline has not set must not count as if the option was left out.
	for option, value := range map[string]string{"keep": o.keep, "headers": o.headers} {
		if value == "" && flags.Given(option) != nil {
			return o, problem.New("-"+option+" is empty", "leave it out, or look at the variable that it comes from")
		}
	}
	o.files = flags.Args()
	return o, notWord(o.files)
}

// formatFlags defines -format and -json, and returns what reads them once the options are parsed.
func formatFlags(flags *commandline.Flags) func() (string, error) {
	format, asJSON := flags.String("format", "text", ""), flags.Bool("json", false, "")
	return func() (string, error) {
		if !slices.Contains(formats, *format) {
			r := problem.New("there is no format "+problem.Quote(*format), "use text, json or github")
			if meant := problem.Suggest(*format, formats); meant != "" {
				r.Hint = "did you mean " + meant + "?"
			}
			return "", r
		}
		if !*asJSON {
			return *format, nil
		}
		if flags.Given("format") != nil && *format != "json" {
			return "", problem.New("-json and -format "+*format+" exclude each other", "leave out one of them")
		}
		return "json", nil
	}
}

// notWord refuses a first argument that is no file, and that people type for a command.
func notWord(files []string) error {
	if len(files) == 0 {
		return nil
	}
	word := files[0]
	if _, err := os.Lstat(word); err == nil || strings.ContainsAny(word, `./\`) {
		return nil
	}
	hint := ""
	switch {
	case word == "help":
		hint = started + " -h shows all options"
	case word == "version":
		hint = started + " -version tells it"
	case problem.Suggest(word, []string{"verify"}) != "":
		hint = "did you mean verify?"
	default:
		return nil
	}
	return problem.New("there is no file or command "+problem.Quote(word), hint)
}

// override is an option whose value wins over what chat.yaml says, and may be in the environment as well.
func override(flags *commandline.Flags, o *setup.Override, name, variable string) {
	if value := os.Getenv(variable); value != "" {
		*o = setup.Override{Value: value, From: variable}
	}
	flags.Func(name, "", func(value string) error {
		*o = setup.Override{Value: value, From: "-" + name}
		return nil
	})
}

// setupFiles returns the files to build: chat.yaml if none is named, and those in a folder instead of it.
func setupFiles(args []string) ([]string, error) {
	if len(args) == 0 {
		args = []string{"chat.yaml"}
		if _, err := os.Stat("chat.yaml"); errors.Is(err, fs.ErrNotExist) {
			return nil, problem.New("there is no chat.yaml here", "name your file: "+started+" path/to/chat.yaml")
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
			if ext := strings.ToLower(filepath.Ext(e.Name())); (ext == ".yaml" || ext == ".yml") && !e.IsDir() && e.Name()[0] != '.' {
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
