package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/signin"
	"missive/widget/problem"
)

// runPassword makes the hash of a password for the file with the team. It returns the exit code: 0, or 2 when there is no password.
func runPassword(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := commandline.New(started + " password")
	err := flags.ParseAll(args, "it asks for the password, or reads it from a pipe: on a command line others could see it")
	if err == nil {
		err = password(ctx, stdin, stdout, stderr)
	}
	if err != nil {
		return commandline.Refuse("token", usage, err, stdout, stderr)
	}
	return 0
}

// password prints the line for the agent's password, which it asks for twice if somebody is there to type it.
func password(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) error {
	typed, isTerminal, err := readPassword(ctx, stdin, stderr)
	if err != nil {
		return err
	}
	switch n := utf8.RuneCountInString(typed); {
	case n == 0:
		return problem.New("there is no password", "type one, or pass it through a pipe")
	case !utf8.ValidString(typed):
		return problem.New("the password is not UTF-8, which it is where somebody signs in", "type it, or let the program before the pipe write UTF-8")
	case strings.ContainsAny(typed, "\r\n"):
		return problem.New("a password is one line", "write it without line breaks")
	case strings.ContainsFunc(typed, unicode.IsControl):
		return problem.New("the password has a character that nobody can type where one signs in", "type it again, without tabs and arrow keys")
	case n < signin.LeastPasswordRunes:
		return problem.New(fmt.Sprintf("the password has %d characters, and needs %d or more", n, signin.LeastPasswordRunes), "take a few words, or let a password manager make one")
	case guessable(typed):
		return problem.New("the password can be guessed: it is a few characters again and again", "take a few words, or let a password manager make one")
	case len(typed) > signin.MostPasswordBytes/2:
		return problem.New(fmt.Sprintf("the password has more than %d bytes", signin.MostPasswordBytes/2), "take a shorter one")
	}
	if isTerminal {
		fmt.Fprintln(stderr, "\nPut this line in place of the agent's \"password:\" into the file with the team:")
	}
	fmt.Fprintf(stdout, "    password: %s\n", signin.Hash(typed))
	return nil
}

// readPassword reads what is typed, without showing it, or what comes through a pipe.
func readPassword(ctx context.Context, stdin io.Reader, stderr io.Writer) (typed string, isTerminal bool, err error) {
	file, ok := stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		text, err := io.ReadAll(io.LimitReader(stdin, 2*signin.MostPasswordBytes))
		withoutMark := strings.TrimPrefix(string(text), "\ufeff") // some shells begin what they pass on with it
		return strings.TrimSuffix(strings.TrimSuffix(withoutMark, "\n"), "\r"), false, err
	}
	for _, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(stderr, prompt)
		again, err := readHidden(ctx, int(file.Fd()))
		fmt.Fprintln(stderr)
		switch {
		case err != nil:
			return "", true, err
		case typed != "" && again != typed:
			return "", true, problem.New("the two are not the same", "type it again: "+started+" password")
		case again == "":
			return "", true, nil
		}
		typed = again
	}
	return typed, true, nil
}

// readHidden reads a line that isn't shown. When it is stopped, the terminal shows again what is typed.
func readHidden(ctx context.Context, terminal int) (string, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	read := make(chan error, 1)
	var line []byte
	go func() {
		var err error
		line, err = term.ReadPassword(terminal)
		read <- err
	}()
	select {
	case err := <-read:
		return string(line), err
	case <-ctx.Done():
		return "", errors.Join(errors.New("stopped"), term.Restore(terminal, before))
	}
}
