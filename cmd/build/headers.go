package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"missive/cmd/internal/dist"
	"missive/cmd/internal/hosting"
	"missive/cmd/internal/hosting/hosts"
	"missive/cmd/internal/setup"
	"missive/templates"
	"missive/widget/problem"
)

// headersName is the file that Netlify and Cloudflare read, at the root of what they publish and nowhere else.
const headersName = "_headers"

// headersText is that file for the accounts.
func headersText(accounts []setup.Account) (string, error) {
	files, err := hosting.RootFiles(templates.Embedded, accounts[0], []string{"netlify"})
	if err != nil {
		return "", err
	}
	return string(files[0].Bytes), nil
}

// headersAside is what to tell when a _headers that the build makes is not where it is read; empty if it is.
func headersAside(o options, b built) string {
	address, err := url.Parse(b.accounts[0].Host)
	made := slices.ContainsFunc(b.made.Files, func(e dist.Entry) bool { return e.Path == headersName })
	if err != nil || address.Path == "" || !made {
		return ""
	}
	text, err := headersText(b.accounts)
	if err != nil {
		return ""
	}
	var rules []string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if !strings.HasPrefix(line, "#") {
			rules = append(rules, line)
		}
	}
	return fmt.Sprintf("%s is read at the root of the site alone. On Netlify and Cloudflare Pages name the site's own file with -headers, or put into it:\n\n%s\n",
		filepath.Join(o.out, headersName), strings.TrimSpace(strings.Join(rules, "\n")))
}

// The lines between which the rules of the chat are in the site's own file.
const (
	headersBegin = "# Missive Chat: made by the build, which replaces all up to the line that says end."
	headersEnd   = "# Missive Chat: end"
)

// siteHeaders is the site's own _headers, with the rules of the chat in it.
type siteHeaders struct{ file, before, after string }

// readHeaders returns what the site's file will be.
func readHeaders(file string, accounts []setup.Account) (*siteHeaders, error) {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real // so that a link stays one
	}
	before, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, problem.In(file, errors.Unwrap(err), "-headers takes the _headers of your site")
	}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return nil, problem.In(filepath.Dir(file), errors.Unwrap(err), "-headers takes the _headers of your site: make its folder, or name another")
	}
	text, err := headersText(accounts)
	if err != nil {
		return nil, err
	}
	after, err := withRules(string(before), headersBegin+"\n"+text+headersEnd+"\n")
	if err != nil {
		return nil, problem.In(file, err, "take both lines out, with all that is between them, and build again")
	}
	return &siteHeaders{file, string(before), after}, nil
}

// withRules puts the rules where older ones are, or at the end.
func withRules(text, rules string) (string, error) {
	begins, ends := strings.Count(text, headersBegin), strings.Count(text, headersEnd)
	from, to := strings.Index(text, headersBegin), strings.Index(text, headersEnd)
	switch {
	case begins == 0 && ends == 0:
		if text != "" {
			text = strings.TrimRight(text, "\r\n") + "\n\n"
		}
		return text + rules, nil
	case begins != 1 || ends != 1 || to < from:
		return "", fmt.Errorf("has not exactly one line %q with one line %q behind it", headersBegin, headersEnd)
	}
	_, rest, _ := strings.Cut(text[to:], "\n")
	return text[:from] + rules + rest, nil
}

// write puts the file in its place, whole or not at all.
func (h *siteHeaders) write() error {
	if h == nil || h.before == h.after {
		return nil
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(h.file); err == nil {
		mode = info.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(h.file), "._headers-*")
	if err != nil {
		return problem.In(h.file, err, "make its folder, and make it writable for you")
	}
	_, err = temporary.WriteString(h.after)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), h.file)
	}
	if err != nil {
		_ = os.Remove(temporary.Name()) // The error before is told.
		return problem.In(h.file, err, "make it writable for you")
	}
	return nil
}

// withoutHeaders are the hosts whose settings the folder gets when the site's own file has those of the others.
func withoutHeaders(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.Contains(hosts.Files([]string{name}), headersName)
	})
}
