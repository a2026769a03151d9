package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestDeadEndsAreTold(t *testing.T) {
	const text = `# Title: *what* it is
[a](#title-what-it-is), [b](LICENSE "The licence") and ![c](<pictures/a b.png>)
## ` + "`chat.variables`" + `, twice
[d](#chatvariables-twice) [e](#chatvariables-twice-1) [f](https://example.com/gone)
## ` + "`chat.variables`" + `, twice
` + "`[no link](gone)`" + `
<img src="gone.png"> <a href='sub/../x.md#part'>x</a> [j](x.md#gone)
[h]: sub/gone
` + "```md\n# Code\n[no link](gone)\n```" + `
[i](#code)`
	dir := t.TempDir()
	for _, name := range []string{"LICENSE", "x.md", "pictures/a b.png"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("# Part\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, target := range targets(text) {
		if fault := deadEnd(target, dir, text); fault != "" {
			got = append(got, target+": "+fault)
		}
	}
	want := []string{"gone.png: no such file", "sub/gone: no such file", "#code: no such heading", "x.md#gone: no such heading"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

var (
	fence      = regexp.MustCompile("(?ms)^```.*?^```$")
	codeSpan   = regexp.MustCompile("`[^`\n]*`")
	linkTarget = regexp.MustCompile(`\]\(<([^>\n]+)>|\]\(([^)\s<]+)|(?m)^\[[^\]]+\]: *(\S+)|<(?:a|img)\b[^>]*\b(?:href|src)=["']([^"']+)`)
	heading    = regexp.MustCompile(`(?m)^#{1,6} +(.*)$`)
)

// targets are where the links and images of a Markdown text lead.
func targets(text string) []string {
	var found []string
	for _, match := range linkTarget.FindAllStringSubmatch(codeSpan.ReplaceAllString(fence.ReplaceAllString(text, ""), ""), -1) {
		found = append(found, strings.Join(match[1:], ""))
	}
	return found
}

// deadEnd says why a link of the text leads nowhere, "" when it leads to a file below dir, a heading of the text or of such a file, or another site.
func deadEnd(target, dir, text string) string {
	if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
		return ""
	}
	file, anchor, deep := strings.Cut(target, "#")
	place := filepath.Join(dir, filepath.FromSlash(file))
	if _, err := os.Stat(place); err != nil {
		return "no such file"
	}
	if other, err := os.ReadFile(place); err == nil { // no folder
		text = string(other)
	}
	if deep && !slices.Contains(anchors(text), anchor) {
		return "no such heading"
	}
	return ""
}

// anchors are the names that GitHub gives to the headings of a text.
func anchors(text string) []string {
	var names []string
	seen := map[string]int{}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, match[1])
		seen[name]++
		if n := seen[name]; n > 1 {
			name = fmt.Sprintf("%s-%d", name, n-1)
		}
		names = append(names, name)
	}
	return names
}

// Who hosts on a service that brings its own Go must be told one that can build this module.
func TestTheDocumentsNameTheGoOfTheModule(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go ((\d+\.\d+)\.\d+)$`).FindStringSubmatch(string(mod))
	if version == nil {
		t.Fatal("go.mod names no version of Go")
	}
	for name, want := range map[string]string{
		"README.md":           "[Go](https://go.dev/dl/) " + version[2] + " or later",
		"cmd/build/README.md": "`GO_VERSION` to `" + version[1] + "`",
	} {
		if plain := strings.Join(strings.Fields(textOf(t, name)), " "); !strings.Contains(plain, want) {
			t.Errorf("%s doesn't say %q", name, want)
		}
	}
}
