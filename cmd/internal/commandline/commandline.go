// Package commandline reads the options of the commands, and says what is wrong with them in the same words for all.
//
// What all commands do alike belongs here. The options themselves, and the text that explains them, are each command's own.
package commandline

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"missive/widget/problem"
)

// Program returns how the command in a folder of cmd/ is started: where its program has the name that the documentation gives it, as on
// a server without Go, that is "missive-token", and else "go run ./cmd/token".
func Program(folder string) string { return program(os.Args[0], folder) }

func program(started, folder string) string {
	if name := strings.TrimSuffix(filepath.Base(started), ".exe"); strings.HasPrefix(name, "missive-"+folder) {
		return name
	}
	return "go run ./cmd/" + folder
}

// Flags are the options of a command. They are defined by the methods of the FlagSet, without a text: the command's usage has it.
type Flags struct {
	*flag.FlagSet
	command string
}

// New returns no options yet for a command, which is named as one types it: "go run ./cmd/build".
func New(command string) *Flags {
	f := &Flags{flag.NewFlagSet(command, flag.ContinueOnError), command}
	f.SetOutput(io.Discard)
	return f
}

// Parse reads the options, and leaves what is behind them to Args. An error is for [Refuse].
func (f *Flags) Parse(args []string) error {
	if err := f.FlagSet.Parse(args); err != nil {
		return f.explain(err)
	}
	rest := f.Args()
	if before := len(args) - len(rest) - 1; before >= 0 && args[before] == "--" {
		return nil
	}
	for i, arg := range rest {
		if isOption(arg) {
			// The flag package takes options behind other arguments for arguments.
			fixed := append([]string{f.command, arg}, append(rest[:i:i], rest[i+1:]...)...)
			return problem.New(arg+" comes after "+rest[0], "options go first: "+strings.Join(fixed, " "))
		}
	}
	return nil
}

// ParseAll is Parse for a command that takes nothing but options. The hint is told if there is something else.
func (f *Flags) ParseAll(args []string, hint string) error {
	if err := f.FlagSet.Parse(args); err != nil {
		return f.explain(err)
	}
	if f.NArg() > 0 {
		return problem.New(problem.Quote(f.Arg(0))+" is not expected", hint)
	}
	return nil
}

// Given returns those of the options that were given, as they are written.
func (f *Flags) Given(names ...string) (given []string) {
	f.Visit(func(o *flag.Flag) {
		for _, name := range names {
			if o.Name == name {
				given = append(given, "-"+name)
			}
		}
	})
	return given
}

// Help returns the hint for errors that have no better one.
func (f *Flags) Help() string { return f.command + " -h shows all options" }

func isOption(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

// The errors of the flag package.
var (
	unknown = regexp.MustCompile(`^flag provided but not defined: -(.*)$`)
	noValue = regexp.MustCompile(`^flag needs an argument: -(.*)$`)
	badBool = regexp.MustCompile(`^invalid boolean value (".*") for -(.*): `)
	bad     = regexp.MustCompile(`^invalid value (".*") for flag -(.*): `)
	syntax  = regexp.MustCompile(`^bad flag syntax: (.*)$`)
)

// explain puts an error of the flag package into our words, with how to fix it.
func (f *Flags) explain(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	says := err.Error()
	if m := unknown.FindStringSubmatch(says); m != nil {
		return problem.New("there is no option -"+m[1], f.meant(m[1]))
	}
	if m := noValue.FindStringSubmatch(says); m != nil {
		return problem.New("there is no value behind -"+m[1], f.Help())
	}
	if m := badBool.FindStringSubmatch(says); m != nil {
		return problem.New(fmt.Sprintf("-%s=%s is neither true nor false", m[2], strings.Trim(m[1], `"`)), "write -"+m[2]+" alone")
	}
	if m := bad.FindStringSubmatch(says); m != nil {
		return problem.New(fmt.Sprintf("%s is no value for -%s", m[1], m[2]), f.Help())
	}
	if m := syntax.FindStringSubmatch(says); m != nil {
		return problem.New(problem.Quote(m[1])+" is no option", f.Help())
	}
	return problem.Wrap(err, f.Help())
}

func (f *Flags) meant(name string) string {
	var names []string
	f.VisitAll(func(o *flag.Flag) { names = append(names, o.Name) })
	if meant := problem.Suggest(name, names); meant != "" {
		return "did you mean -" + meant + "?"
	}
	return f.Help()
}

// Refuse prints why the command of the name doesn't do what was asked, and returns its exit code: 2. If the usage was asked for, it prints
// that, and returns 0.
func Refuse(name, usage string, err error, stdout, stderr io.Writer) int {
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return 0
	}
	fmt.Fprintf(stderr, "%s: %v\n", name, err)
	return 2
}
