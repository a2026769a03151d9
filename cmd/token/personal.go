package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/commandline"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

// runPersonal exports what Twilio has of a visitor, or deletes it. It returns the exit code: 0, or 2 for wrong usage or when Twilio
// failed us.
func runPersonal(ctx context.Context, command string, args, environ []string, stdout, stderr io.Writer) int {
	if err := personal(ctx, command, args, environ, stdout, stderr); err != nil {
		return commandline.Refuse("token", usage, err, stdout, stderr)
	}
	return 0
}

func personal(ctx context.Context, command string, args, environ []string, stdout, stderr io.Writer) error {
	var who token.Who
	checkOnly := false
	flags := commandline.New(started + " " + command)
	flags.StringVar(&who.Email, "email", "", "")
	flags.StringVar(&who.Identity, "identity", "", "")
	flags.StringVar(&who.Account, "account", "", "")
	agents := flags.String("agents", "", "")
	if command == "forget" {
		flags.BoolVar(&checkOnly, "check", false, "")
	}
	help := started + " -h shows all options"
	if err := flags.ParseAll(args, help); err != nil {
		return err
	}
	switch {
	case who.Email == "" && who.Identity == "":
		return problem.New("of whom?", fmt.Sprintf("name them, as in %s %s -email jane@example.com", started, command))
	case who.Email != "" && who.Identity != "":
		return problem.New("-email and -identity are two ways to name one visitor", "leave one of them out")
	case who.Identity != "" && who.Account != "":
		return problem.New("-account narrows down -email, and an identity is one of one account", "leave -account out")
	}
	options, _, err := fromEnvironment(environ, *agents)
	if err != nil {
		return err
	}
	if err := checkAccount(who.Account, options.Secrets); err != nil {
		return err
	}
	// What is told of an export goes elsewhere than what is exported.
	told := stderr
	if command == "forget" {
		told = stdout
	}
	tell := func(line string) { fmt.Fprintln(told, line) }
	p, err := token.NewPersonal(options.Options, tell)
	if err != nil {
		return err
	}
	if command == "forget" {
		err = forget(ctx, p, who, checkOnly, tell)
	} else {
		err = export(ctx, p, who, stdout, tell)
	}
	switch explained := (*problem.Problem)(nil); {
	case err == nil, errors.As(err, &explained):
		return err
	case ctx.Err() != nil:
		err = errors.New("stopped")
	}
	return problem.Wrap(err, cmp.Or(token.Hint(err), "the same command may be given again, and goes on with what is left"))
}

// checkAccount tells of an account that the server doesn't know: that nothing is found in it says nothing of the visitor.
func checkAccount(account string, secrets map[string][]string) error {
	if _, known := secrets[accounts.Name(account)]; known || account == "" {
		return nil
	}
	// In the environment an id is in capitals, with "_" for "-".
	ids := slices.Sorted(maps.Keys(secrets))
	hint := "the environment has " + strings.Join(ids, ", ") + "."
	if meant := problem.Suggest(accounts.Name(account), ids); meant != "" {
		hint = fmt.Sprintf("did you mean %s?", strings.ToLower(meant))
	}
	return problem.New(fmt.Sprintf("there is no account %s", problem.Quote(account)), hint+" Without -account all are looked through.")
}

func forget(ctx context.Context, p *token.Personal, who token.Who, checkOnly bool, tell func(string)) error {
	n, err := p.Forget(ctx, who, checkOnly)
	switch {
	case err != nil:
	case n == 0:
		tell("there is nothing of this visitor")
	case checkOnly:
		tell("nothing was deleted: without -check it is")
	default:
		tell("all of this is deleted for good")
	}
	return err
}

func export(ctx context.Context, p *token.Personal, who token.Who, stdout io.Writer, tell func(string)) error {
	people, err := p.Export(ctx, who)
	if err != nil {
		return err
	}
	conversations, unverified := 0, 0
	for _, person := range people {
		conversations += len(person.Conversations)
		if !person.Verified {
			unverified++
		}
	}
	tell(fmt.Sprintf("%d identities with %d conversations", len(people), conversations))
	if unverified > 0 && who.Email != "" {
		tell(fmt.Sprintf("%d of them have typed the address, which anybody can: look whose they are before you give them to somebody", unverified))
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(people)
}
