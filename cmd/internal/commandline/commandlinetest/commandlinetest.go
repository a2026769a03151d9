// Package commandlinetest holds the commands to what they answer, for their tests.
package commandlinetest

import (
	"io"
	"strings"
	"testing"
)

// Case is a command line, and all that the command answers to it. It has no name of its own, so that a table of cases needs none
// for its fields: vet asks for those of named types.
type Case = struct {
	// Args are the arguments, with spaces between them.
	Args string
	// ExitCode is that of the command.
	ExitCode int
	// Stdout and Stderr are the whole outputs.
	Stdout, Stderr string
}

// Check runs each command line, and fails the test where the answer is another one.
func Check(t *testing.T, run func(args []string, stdout, stderr io.Writer) int, cases []Case) {
	t.Helper()
	for _, c := range cases {
		var stdout, stderr strings.Builder
		code := run(strings.Fields(c.Args), &stdout, &stderr)
		if code != c.ExitCode || stdout.String() != c.Stdout || stderr.String() != c.Stderr {
			t.Errorf("%s: exit code %d,\n%s%s\nwant %d,\n%s%s", c.Args, code, &stdout, &stderr, c.ExitCode, c.Stdout, c.Stderr)
		}
	}
}
