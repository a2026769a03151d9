package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"missive/templates"
	"missive/widget/option"
)

// insertReference replaces what stands in the README between <!-- options --> and <!-- /options -->,
// and between <!-- methods --> and <!-- /methods -->.
func insertReference(readme []byte, root *node) ([]byte, error) {
	readme, err := between(readme, "options", optionReference(root))
	if err != nil {
		return nil, err
	}
	readme, err = between(readme, "methods", methodReference())
	if err != nil {
		return nil, err
	}
	snippet, err := templates.Embedded.Snippet(templates.Data{Host: "https://chat.example.com", ID: "acme"})
	if err != nil {
		return nil, err
	}
	return between(readme, "snippet", "```html\n"+string(snippet)+"```\n")
}

// digestSnippets are the languages in which the README shows how a site's server makes a digest, with the files, tested
// by cmd/digest, that it shows.
var digestSnippets = []struct{ title, language, file string }{
	{"Go", "go", "digest.go"},
	{"Node.js", "js", "digest.js"},
	{"PHP", "php", "digest.php"},
	{"Ruby", "ruby", "digest.rb"},
	{"Python", "python", "digest.py"},
}

// insertDigests replaces what stands between <!-- digests --> and <!-- /digests -->.
func insertDigests(readme []byte, root string) ([]byte, error) {
	var b strings.Builder
	for _, s := range digestSnippets {
		code, err := os.ReadFile(filepath.Join(root, "cmd", "digest", "testdata", s.file))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "<details><summary>%s</summary>\n\n```%s\n%s```\n\n</details>\n", s.title, s.language, code)
	}
	return between(readme, "digests", b.String())
}

func between(doc []byte, name, content string) ([]byte, error) {
	opening, closing := "<!-- "+name+" -->", "<!-- /"+name+" -->"
	before, rest, ok := bytes.Cut(doc, []byte(opening))
	_, after, ok2 := bytes.Cut(rest, []byte(closing))
	if !ok || !ok2 {
		return nil, fmt.Errorf("README.md: no %s … %s to put the reference between", opening, closing)
	}
	return fmt.Appendf(nil, "%s%s\n\n%s\n%s%s", before, opening, content, closing, after), nil
}

// optionReference is a table for each section. Options of no section come first or, if they are callbacks, last.
func optionReference(root *node) string {
	callbacks := &node{children: root.of(option.Callback)}
	root = root.only(func(o *option.Option) bool { return o.Kind != option.Callback })
	var b strings.Builder
	optionTable(&b, root)
	for path, n := range root.all() {
		if n.option == nil {
			fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", path, sectionDocs[path])
			optionTable(&b, n)
		}
	}
	b.WriteString("\n### Callbacks\n\nFunctions of the page.\n\n")
	optionTable(&b, callbacks)
	return b.String()
}

// optionTable lists the options of one section without the sections in it.
func optionTable(b *strings.Builder, n *node) {
	b.WriteString("| Option | Type | Default | What it does |\n| --- | --- | --- | --- |\n")
	for _, c := range n.children {
		if c.option != nil {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", c.key, typeWords(c.option), defaultWords(c), cell(c.option.Doc+whereWords[c.option.Where]))
		}
	}
}

func typeWords(o *option.Option) string {
	if o.Kind == option.Choice {
		return "`" + strings.Join(o.Choices, "` or `") + "`"
	}
	if o.Kind == option.Variable {
		return cssWords[o.CSS]
	}
	if o.NotEmpty {
		return kindWords[o.Kind] + ", not empty"
	}
	return kindWords[o.Kind]
}

func defaultWords(n *node) string {
	switch {
	case n.option.Required:
		return "required"
	case n.option.Kind == option.Callback:
		return ""
	case n.option.Kind == option.Meta:
		return "`{}`"
	default:
		return cell("`" + literal(n.value) + "`")
	}
}

func methodReference() string {
	var b strings.Builder
	b.WriteString("| Method | What it does |\n| --- | --- |\n")
	for _, m := range methods {
		fmt.Fprintf(&b, "| `%s` | %s |\n", m.call, cell(m.doc))
	}
	return b.String()
}

// cell is text that may stand in a cell of a table; a bar would end it, even in code.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
