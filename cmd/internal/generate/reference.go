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

// optionsFile is the reference of all options, for people. No part of it is written by hand.
func optionsFile(root *node) []byte {
	return []byte("# Options\n\n" + optionsIntro + "\n" + optionReference(root))
}

// optionsIntro says how to read the tables.
const optionsIntro = `Every option of the chat with its default. Options go into ` + "`chat.yaml`" + ` or, for one page, into ` + "`window.MissiveChatConfig`" + `; the
description says so where only one of the two takes them. From the lowest to the highest count the default, the theme, what ` + "`chat.yaml`" + ` shares
between accounts, the account, the page, and the JavaScript API. Sections are merged key by key, lists and single values are replaced, and ` + "`false`, `0` and\n`\"\"`" + ` are values like others.

Headings are sections: ` + "`position`" + ` under ` + "`chat`" + ` is ` + "`chat.position`" + `, written ` + "`chat: {position: bottom-left}`" + `. Editors that know JSON Schema complete and
explain options in ` + "`chat.yaml`" + `, and TypeScript those on the page, by [missive.d.ts](missive.d.ts).

<!-- Made by "go generate ./..." from the table of options. -->
`

// insertReference replaces what stands in the README between <!-- methods --> and <!-- /methods -->, and <!-- digest --> and
// <!-- /digest -->.
func insertReference(readme []byte, root string) ([]byte, error) {
	readme, err := between("README.md", readme, "methods", methodReference())
	if err != nil {
		return nil, err
	}
	digest, err := digestSnippets[0].code(root)
	if err != nil {
		return nil, err
	}
	return between("README.md", readme, "digest", digest)
}

// insertSnippet replaces what stands in templates/README.md between <!-- snippet --> and <!-- /snippet -->.
func insertSnippet(readme []byte, _ string) ([]byte, error) {
	snippet, err := templates.Embedded.Snippet(templates.Data{Host: "https://chat.example.com", ID: "acme"})
	if err != nil {
		return nil, err
	}
	return between("templates/README.md", readme, "snippet", "```html\n"+string(snippet)+"```\n")
}

// digestSnippet is how a site's server makes a digest in one language: a file that is tested by cmd/digest.
type digestSnippet struct{ title, language, file string }

// digestSnippets are the languages. README shows the first one, and cmd/digest/README.md all of them.
var digestSnippets = []digestSnippet{
	{"Node.js", "js", "digest.js"},
	{"Go", "go", "digest.go"},
	{"PHP", "php", "digest.php"},
	{"Ruby", "ruby", "digest.rb"},
	{"Python", "python", "digest.py"},
}

// code returns the snippet as Markdown.
func (s digestSnippet) code(root string) (string, error) {
	code, err := os.ReadFile(filepath.Join(root, "cmd", "digest", "testdata", s.file))
	return fmt.Sprintf("```%s\n%s```\n", s.language, code), err
}

// insertDigests replaces what stands in cmd/digest/README.md between <!-- digests --> and <!-- /digests -->.
func insertDigests(readme []byte, root string) ([]byte, error) {
	var b strings.Builder
	for i, s := range digestSnippets {
		code, err := s.code(root)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "### %s\n\n%s", s.title, code)
	}
	return between("cmd/digest/README.md", readme, "digests", b.String())
}

func between(file string, doc []byte, name, content string) ([]byte, error) {
	opening, closing := "<!-- "+name+" -->", "<!-- /"+name+" -->"
	before, rest, ok := bytes.Cut(doc, []byte(opening))
	_, after, ok2 := bytes.Cut(rest, []byte(closing))
	if !ok || !ok2 {
		return nil, fmt.Errorf("%s: no %s … %s to put the reference between", file, opening, closing)
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
			fmt.Fprintf(&b, "\n## `%s`\n\n%s\n\n", path, sectionDocs[path])
			optionTable(&b, n)
		}
	}
	b.WriteString("\n## For all of `dist/`\n\nAt the top level of `chat.yaml`, beside the options. There, and in each account, keys that begin with `x-` are your own, " +
		"for anchors for instance.\n\n| Key | Type | What it does |\n| --- | --- | --- |\n")
	fmt.Fprintf(&b, "| `hosting` | list of hosts | %s |\n| `snippets` | list of tools | %s |\n| `retired` | list of ids | %s |\n",
		wholeDocs["hosting"], wholeDocs["snippets"], wholeDocs["retired"])
	b.WriteString("\n## Callbacks\n\nFunctions of the page.\n\n")
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
