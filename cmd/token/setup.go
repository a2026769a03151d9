package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

// runSetup brings the Conversations service to where the chat needs it, or says what it lacks. It returns the exit code: 0, 1 when
// -check finds that something is missing, or 2 for wrong usage or when Twilio failed us.
func runSetup(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	lacks, err := setUp(ctx, args, environ, stdout)
	switch {
	case err != nil:
		return commandline.Refuse("token", usage, err, stdout, stderr)
	case len(lacks) > 0:
		fmt.Fprintf(stderr, "token: %v\n", problem.New("the service lacks what the chat needs:\n  "+strings.Join(lacks, "\n  "), started+" setup"))
		return 1
	}
	fmt.Fprintln(stdout, "the service is as the chat needs it")
	return 0
}

// setUp prints what it does. With -check it does nothing, and returns what there is to do.
func setUp(ctx context.Context, args, environ []string, stdout io.Writer) (lacks []string, err error) {
	var o token.SetupOptions
	flags := commandline.New(started + " setup")
	flags.BoolVar(&o.CheckOnly, "check", false, "")
	flags.BoolVar(&o.Strangers, "strangers", false, "")
	agents := flags.String("agents", "", "")
	if err := flags.ParseAll(args, started+" -h shows all options"); err != nil {
		return nil, err
	}
	e := newEnvironment(environ)
	twilio := e.twilio()
	o.Agents = e.agents(*agents).Identities()
	if err := e.err(); err != nil {
		return nil, err
	}
	o.Tell = func(line string) {
		if o.CheckOnly {
			lacks = append(lacks, line)
		} else {
			fmt.Fprintln(stdout, line)
		}
	}
	changes, err := token.Setup(ctx, twilio, o)
	switch p := (*problem.Problem)(nil); {
	case err == nil, errors.As(err, &p):
		return lacks, err
	case ctx.Err() != nil:
		err = errors.New("stopped")
	case o.CheckOnly, changes == 0:
		return nil, problem.Wrap(err, cmp.Or(token.Hint(err), "the variables that begin with TWILIO_ say which service is asked, and with which key"))
	}
	return nil, problem.Wrap(err, "what is done stays, and the same command goes on from there")
}
