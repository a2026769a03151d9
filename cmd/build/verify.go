package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/verify"
	"missive/widget/problem"
)

// runVerify looks at an account where it is deployed.
func runVerify(args []string, stdout, stderr io.Writer) int {
	o, format, err := parseVerify(args)
	if err != nil {
		return refuse(err, stdout, stderr)
	}
	report, err := verify.Run(context.Background(), o)
	if err != nil {
		return refuse(problem.Wrap(err, "addresses look like https://chat.example.com/acme/, and -page https://example.com/"), stdout, stderr)
	}
	switch format {
	case "json":
		err = encode(stdout, report)
	case "github":
		err = annotateVerified(stdout, report)
	default:
		err = printVerified(stdout, stderr, report)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "build:", err)
		return 2
	case stops(report.Problems):
		return 1
	}
	return 0
}

func parseVerify(args []string) (o verify.Options, format string, err error) {
	flags := commandline.New(started + " verify")
	flags.StringVar(&o.Page, "page", "", "")
	flags.StringVar(&o.Dist, "out", "dist", "")
	read := formatFlags(flags)
	if err := flags.Parse(args); err != nil {
		return o, "", err
	}
	if format, err = read(); err != nil {
		return o, "", err
	}
	if flags.NArg() != 1 {
		return o, "", problem.New("verify takes the address of one account", started+" verify https://chat.example.com/acme/")
	}
	o.Account = flags.Arg(0)
	return o, format, nil
}

// annotateVerified prints what is wrong as annotations of a workflow, which have the address as their title: it is no file.
func annotateVerified(w io.Writer, r verify.Report) error {
	for _, p := range r.Problems {
		p.File, p.Path = "", p.File
		if _, err := fmt.Fprintln(w, annotation(p)); err != nil {
			return err
		}
	}
	return printVerified(w, io.Discard, r)
}

// printVerified tells a person what is wrong, and what was looked at.
func printVerified(stdout, stderr io.Writer, r verify.Report) error {
	for _, p := range r.Problems {
		fmt.Fprintln(stderr, p)
	}
	if len(r.Problems) > 0 {
		fmt.Fprintln(stderr)
	}
	wrong, warnings := tally(r.Problems)
	var text strings.Builder
	switch {
	case wrong > 0:
		fmt.Fprintf(&text, "%s does not work as it should: %s", r.Account, count(wrong, "problem"))
	default:
		fmt.Fprintf(&text, "%s works", r.Account)
	}
	if warnings > 0 {
		fmt.Fprintf(&text, ", %s", count(warnings, "warning"))
	}
	text.WriteString("\n\nLooked at:\n")
	for _, address := range r.Checked {
		fmt.Fprintf(&text, "  %s\n", address)
	}
	if len(r.Notes) > 0 {
		text.WriteString("\nGood to know:\n")
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&text, "  %s\n", note)
	}
	_, err := io.WriteString(stdout, text.String())
	return err
}
