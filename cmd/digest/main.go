// Command digest prints the digest of a user's e-mail address, to compare with what your server makes.
//
// How a digest is made is in cmd/internal/token, which checks it; in testdata is how sites make it in several languages.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/commandline"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

const usage = `Usage:
    go run ./cmd/digest [-account ID] -email ADDRESS

Prints the digest that your server should put on the page beside the user's address:
the hex HMAC-SHA256 of the address, exactly as given, with the account's secret key.

Options:
    -account ID       The account's id in chat.yaml. It may be left out when the
                      environment has the secret key of one account only.
    -email ADDRESS    The user's e-mail address, as in user.email.

Environment:
    MISSIVE_SECRET_<ID>    The account's secret key. <ID> is its id in upper case with _
                           for -: MISSIVE_SECRET_ACME_SHOP for acme-shop. Of a new and an
                           old one, with a comma between them, the new one is taken.

Examples:
    $ export MISSIVE_SECRET_ACME
    $ read -rs MISSIVE_SECRET_ACME    # so that the key stays out of your shell's history
    $ go run ./cmd/digest -email jane@acme.com
`

func main() { os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr)) }

// run returns the exit code: 0, or 2 for wrong usage.
func run(args, environ []string, stdout, stderr io.Writer) int {
	digest, err := digestOf(args, environ)
	if err != nil {
		return commandline.Refuse("digest", usage, err, stdout, stderr)
	}
	fmt.Fprintln(stdout, digest)
	return 0
}

func digestOf(args, environ []string) (string, error) {
	flags := commandline.New("go run ./cmd/digest")
	account := flags.String("account", "", "")
	email := flags.String("email", "", "")
	const example = "go run ./cmd/digest -email jane@acme.com"
	if err := flags.ParseAll(args, example); err != nil {
		return "", err
	}
	if *email == "" {
		return "", problem.New("-email is missing", example)
	}
	secret, err := secretOf(*account, environ)
	if err != nil {
		return "", err
	}
	return token.Digest([]byte(accounts.Keys(secret)[0]), *email), nil
}

// secretOf returns the secret key of an account; without an id that of the only one.
func secretOf(account string, environ []string) (string, error) {
	secrets := map[string]string{}
	var names []string
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, accounts.SecretVariable("")) && value != "" {
			secrets[name] = value
			names = append(names, name)
		}
	}
	slices.Sort(names)
	switch {
	case account == "" && len(names) == 0:
		return "", problem.New("there is no MISSIVE_SECRET_<ID> in the environment", "for the account acme, put its secret key into MISSIVE_SECRET_ACME")
	case account == "" && len(names) > 1:
		return "", problem.New("the environment has "+strings.Join(names, ", "), "say which account you mean, as in -account acme")
	case account == "":
		return secrets[names[0]], nil
	}
	name := accounts.SecretVariable(account)
	if secret := secrets[name]; secret != "" {
		return secret, nil
	}
	hint := "put the secret key of the account into it"
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], accounts.SecretVariable(""))
	}
	if meant := problem.Suggest(account, names); meant != "" {
		hint = fmt.Sprintf("there is %s; is -account misspelt?", accounts.SecretVariable(meant))
	}
	return "", problem.New(name+" is not in the environment", hint)
}
