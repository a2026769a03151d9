package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
)

// mostListed is how many accounts the report lists one by one, and mostShared how many shared files. The others are one row with their sum.
const (
	mostListed = 5
	mostShared = 10
)

// printReport tells a person what was built and what to do with it; or what is wrong, and that nothing was written.
func printReport(stdout, stderr io.Writer, o options, b built, took time.Duration) error {
	for _, p := range b.problems {
		fmt.Fprintln(stderr, p)
	}
	switch b.exitCode() {
	case 2:
		return b.failure
	case 1:
		wrong, _ := tally(b.problems)
		_, err := fmt.Fprintf(stderr, "\n%s, nothing was written\n", count(wrong, "problem"))
		return err
	}
	if len(b.problems) > 0 {
		fmt.Fprintln(stderr)
	}
	return writeReport(stdout, o, b, took)
}

// writeReport tells what was built.
func writeReport(w io.Writer, o options, b built, took time.Duration) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %s in %.2f s\n\n", subject(b), verb(o), took.Seconds())
	text.WriteString(overrides(o))
	writeTable(&text, rows(b.made.Files, b.shown, len(b.accounts)), o.compress)
	text.WriteString("\n" + changes(o, b) + "\n" + keeping(o, b))
	if aside := headersAside(o, b); aside != "" {
		text.WriteString("\n" + aside)
	}
	if !o.check {
		text.WriteString("\n" + nextSteps(o.out, b.accounts))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func subject(b built) string {
	if len(b.accounts) == 1 {
		return fmt.Sprintf("Account %s, theme %s", b.accounts[0].ID, b.accounts[0].Theme)
	}
	return count(len(b.accounts), "account")
}

// overrides names what was built for instead of what chat.yaml says.
func overrides(o options) string {
	text := ""
	for _, given := range []struct {
		what string
		setup.Override
	}{{"Host", o.host}, {"Token endpoint", o.tokenURL}} {
		if given.From != "" {
			text += fmt.Sprintf("%s: %s, by %s\n", given.what, given.Value, given.From)
		}
	}
	if text != "" {
		text += "\n"
	}
	return text
}

func verb(o options) string {
	if o.check {
		return "checked"
	}
	return "built"
}

func changes(o options, b built) string {
	if o.check {
		return count(len(b.made.Files), "file") + " would be made, nothing was written"
	}
	written, removed := len(b.made.Written), len(b.made.Removed)
	if written+removed == 0 {
		return fmt.Sprintf("Nothing changed in %s: %s", o.out, count(len(b.made.Files), "file"))
	}
	text := fmt.Sprintf("Wrote %s to %s", count(written, "file"), o.out)
	if unchanged := len(b.made.Files) - written; unchanged > 0 {
		text += fmt.Sprintf(", %d unchanged", unchanged)
	}
	if removed > 0 {
		text += fmt.Sprintf(", %d removed", removed)
	}
	return text
}

// keeping tells what was found where the chat is deployed: an address that is not the right one looks as before the first deploy.
func keeping(o options, b built) string {
	switch {
	case b.deployed == nil:
		return ""
	case len(b.deployed.Files) == 0:
		return fmt.Sprintf("Nothing is kept: %s has no manifest.json of an account, as before the first deploy\n", o.keep)
	}
	return fmt.Sprintf("Kept %s of what is at %s\n", count(len(b.made.Kept), "file"), o.keep)
}

// row is a line of the table: one file, or several of which only the sum is told.
type row struct {
	name         string
	raw          int // bytes
	gzip, brotli int // bytes; 0: not told
}

// rows returns the table of the files. Of those that are shown, and that visitors load, it tells how many bytes travel.
func rows(files []dist.Entry, shown []bundle.File, accounts int) []row {
	sizes := map[string]int{}
	for _, f := range shown {
		if isCompressed(f.Name) {
			// The size of a .gz of the build replaces the one measured below: the file comes behind its source.
			sizes[f.Name] = len(f.Bytes)
		} else if bundle.Compressible(f.Name) {
			sizes[f.Name+".gz"] = gzipSize(f.Bytes)
		}
	}
	var assets, scripts, pages group
	for _, f := range files {
		r := row{f.Path, f.Bytes, sizes[f.Path+".gz"], sizes[f.Path+".br"]}
		switch {
		case isCompressed(f.Path):
		case strings.HasPrefix(f.Path, "assets/"):
			assets = append(assets, r)
		case strings.HasSuffix(f.Path, "/missive.js"):
			scripts = append(scripts, r)
		default:
			pages = append(pages, r)
		}
	}
	if accounts > 1 {
		pages = group{pages.sum("snippets and setup pages")}
	}
	return slices.Concat(scripts.some(mostListed, "account"), assets.some(mostShared, "shared file"), pages)
}

// isCompressed reports whether the file is another one, compressed.
func isCompressed(name string) bool {
	return strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz")
}

type group []row

func (g group) sum(name string) row {
	sum := row{name: name}
	for _, r := range g {
		sum.raw += r.raw
	}
	return sum
}

// some returns so many rows at most, and one for all others.
func (g group) some(most int, what string) group {
	if len(g) <= most+1 {
		return g
	}
	return append(g[:most:most], g[most:].sum("and "+count(len(g)-most, "more "+what)))
}

func writeTable(w io.Writer, rows []row, brotli bool) {
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r.name))
	}
	line := func(name string, columns ...string) {
		text := fmt.Sprintf("  %-*s", width, name)
		for _, column := range columns {
			text += fmt.Sprintf(" %9s", column)
		}
		fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
	told := func(n int) string {
		if n == 0 {
			return ""
		}
		return human(n)
	}
	titles := []string{"raw", "gzip", "brotli"}
	shown := 2
	if brotli {
		shown = 3
	}
	line("", titles[:shown]...)
	for _, r := range rows {
		line(r.name, []string{human(r.raw), told(r.gzip), told(r.brotli)}[:shown]...)
	}
}

func nextSteps(out string, accounts []setup.Account) string {
	folder, host := accounts[0].ID, accounts[0].Host
	if len(accounts) > 1 {
		folder = "<id>"
	}
	for _, a := range accounts {
		if a.Host != host {
			host = "the host of each account"
		}
	}
	return fmt.Sprintf(`Next:
  1. Try it: open %s in a browser
  2. Upload %s to %s
  3. Paste %s into your site
`, filepath.Join(out, folder, "index.html"), filepath.Clean(out)+string(filepath.Separator), host, filepath.Join(out, folder, "snippet.html"))
}

// human is a number of bytes as a person reads it: 1 KB is 1,024 bytes. The exact number is in what -json prints.
func human(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
