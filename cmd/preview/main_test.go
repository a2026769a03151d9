package main

import (
	"io"
	"strings"
	"testing"

	"missive/cmd/internal/commandline/commandlinetest"
)

func TestWrongUsageIsToldWithAWayOut(t *testing.T) {
	const hint = "\n  hint: use 127.0.0.1 and a port, as in -addr 127.0.0.1:4400; -lan lets phones in\n"
	for _, c := range []struct{ args, want string }{
		{"-addr 4400", `preview: -addr: "4400" is no address` + hint},
		{"-addr 127.0.0.1:http", `preview: -addr: "127.0.0.1:http" is no address` + hint},
		{"-addr 0.0.0.0:4400", `preview: -addr: "0.0.0.0" can be reached by other machines, or is not this one` + hint},
		{"-addr :4400", `preview: -addr: "" can be reached by other machines, or is not this one` + hint},
		{"-addr 127.0.0.1:0 no/such/chat.yaml", "preview: no/such: no such file or directory\n"},
		{"-shots DIR -no-open -lan", "preview: -shots takes pictures and stops: nothing would come of -lan, -no-open\n  hint: leave that out, or leave out -shots\n"},
		{"-shots DIR -addr 127.0.0.1:0 -state DIR", "preview: -shots takes pictures and stops: nothing would come of -addr, -state\n  hint: leave that out, or leave out -shots\n"},
		{"-phone", "preview: there is no option -phone\n  hint: go run ./cmd/preview -h shows all options\n"},
	} {
		var stdout, stderr strings.Builder
		if code := run(t.Context(), strings.Fields(c.args), &stdout, &stderr); code != 2 || stderr.String() != c.want {
			t.Errorf("%s: exit code %d and\n%s\nwant 2 and\n%s", c.args, code, &stderr, c.want)
		}
	}
}

func TestHelpIsOutputAndWrongOptionsAreErrors(t *testing.T) {
	run := func(args []string, stdout, stderr io.Writer) int { return run(t.Context(), args, stdout, stderr) }
	commandlinetest.Check(t, run, []commandlinetest.Case{
		{"-h", 0, usage, ""},
		{"-help", 0, usage, ""},
		{"-no-opne", 2, "", "preview: there is no option -no-opne\n  hint: did you mean -no-open?\n"},
		{"-lan=phone", 2, "", "preview: -lan=phone is neither true nor false\n  hint: write -lan alone\n"},
		{"shop.yaml -lan", 2, "", "preview: -lan comes after shop.yaml\n  hint: options go first: go run ./cmd/preview -lan shop.yaml\n"},
	})
}
