package templates

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	texttemplate "text/template"

	"missive/widget/option"
)

// Pipelines are the snippets for site generators, React, a tag manager and WordPress, by the names of their files.
var Pipelines = []string{
	"snippet-astro.astro",
	"snippet-docusaurus.ts",
	"snippet-eleventy.mjs",
	"snippet-eleventy.njk",
	"snippet-gtm.html",
	"snippet-hugo.html",
	"snippet-jekyll.html",
	"snippet-mkdocs.html",
	"snippet-react.tsx",
	"snippet-vue.vue",
	"snippet-wordpress.php",
}

// Tools are the names of what the [Pipelines] are for, each once: "hugo" for snippet-hugo.html.
var Tools = func() []string {
	var list []string
	for _, name := range Pipelines {
		if tool := ToolOf(name); !slices.Contains(list, tool) {
			list = append(list, tool)
		}
	}
	return list
}()

// ToolOf is what one of the [Pipelines] is for.
func ToolOf(name string) string {
	tool, _, _ := strings.Cut(strings.TrimPrefix(name, "snippet-"), ".")
	return tool
}

// Pipeline returns one of the [Pipelines], made for the account.
func (s *Set) Pipeline(name string, d Data) ([]byte, error) {
	return s.stampID(name, d, func(d Data) ([]byte, error) {
		host, err := encoded(d.Host)
		if err != nil {
			return nil, err
		}
		return s.Text("pipelines/"+name, struct {
			Data
			Base, Source string
		}{d, host, host + "/" + d.ID + "/missive.js"})
	})
}

// Pinned is the launcher that a pinned snippet loads, and no other.
type Pinned struct {
	Path      string // relative to dist/: "acme/missive.0123456789.js"
	Integrity string // as in the integrity attribute of a script
}

// SnippetPinned returns the snippet that loads exactly this launcher.
func (s *Set) SnippetPinned(d Data, p Pinned) ([]byte, error) {
	const file = "snippet-pinned.html.tmpl"
	if !integrity.MatchString(p.Integrity) {
		return nil, fmt.Errorf("%q is no integrity", p.Integrity)
	}
	render := func(id, path, integrity string) ([]byte, error) {
		return s.render(file, struct {
			ID, Host, Path string
			Integrity      template.HTMLAttr
			Loader         template.JS
		}{id, d.Host, path, template.HTMLAttr(`integrity="` + integrity + `"`), template.JS(s.loader)})
	}
	if !isPlain(d.ID) || !isPlain(p.Path) {
		return render(d.ID, p.Path, p.Integrity)
	}
	values := []string{d.ID, p.Path, p.Integrity}
	return s.Stamp(file, Data{Host: d.Host}, values, func(values []string) ([]byte, error) {
		return render(values[0], values[1], values[2])
	})
}

// integrity matches hashes of Subresource Integrity. They need no escapes in an attribute; html/template would escape their "+" all the
// same, and people couldn't compare them with that of a file.
var integrity = regexp.MustCompile(`^sha(256|384|512)-[A-Za-z0-9+/]+=*$`)

// Text renders a template of a file that isn't HTML alone, by its path below the folder without ".tmpl".
// Its actions stand in square brackets: braces belong to the languages that the files are in.
func (s *Set) Text(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.texts.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("templates/%s.tmpl: %w", name, err)
	}
	return b.Bytes(), nil
}

// readTexts reads the templates of files that aren't HTML alone, and the inline script that many of them share.
func readTexts(folder fs.FS) (set *texttemplate.Template, loader string, err error) {
	source, err := fs.ReadFile(folder, "pipelines/loader.js")
	if err != nil {
		return nil, "", err
	}
	loader = withoutComments(string(source))
	element, err := fs.ReadFile(folder, "pipelines/element.ts")
	if err != nil {
		return nil, "", err
	}
	// Made once, and not for each of what may be ten thousand accounts.
	constant := func(text string) func() string { return func() string { return text } }
	set = texttemplate.New("").Delims("[[", "]]").Funcs(texttemplate.FuncMap{
		"apache":    func(value fmt.Stringer) string { return strings.ReplaceAll(value.String(), "%", "%%") },
		"attribute": attribute,
		"callbacks": constant(strings.Join(option.PathsOf(option.Callback), ", ")),
		"element":   constant(strings.TrimSpace(string(element))),
		"js":        quoteCode,
		"loader":    constant(loader),
		"names":     constant(strings.Join(camelNames(), " ")),
		"php":       quotePHP,
	})
	paths, err := fs.Glob(folder, "*/*.tmpl")
	for _, path := range paths {
		if source, err = fs.ReadFile(folder, path); err != nil {
			break
		}
		if _, err = set.New(strings.TrimSuffix(path, ".tmpl")).Parse(string(source)); err != nil {
			break
		}
	}
	return set, loader, err
}

// withoutComments takes the lines out that are comments, and the line breaks at both ends.
func withoutComments(script string) string {
	lines := slices.DeleteFunc(strings.Split(script, "\n"), func(line string) bool {
		return strings.HasPrefix(strings.TrimSpace(line), "//")
	})
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// Braces are what template languages, tag managers and JSX look for: a value must not hold any.
var (
	attributeBraces = strings.NewReplacer("{", "&#123;", "}", "&#125;")
	codeBraces      = strings.NewReplacer("{", `\u007b`, "}", `\u007d`)
	// In single quotes only these two have a meaning.
	phpQuotes = strings.NewReplacer(`\`, `\\`, "'", `\'`)
)

// attribute is the text inside of an attribute's quotes, in HTML that a template language reads first.
func attribute(value string) string { return attributeBraces.Replace(html.EscapeString(value)) }

// quoteCode is the text as a JavaScript string, in a file that a template language may read first.
func quoteCode(value string) (string, error) {
	quoted, err := quote(value)
	return codeBraces.Replace(string(quoted)), err
}

// quotePHP is the text as a PHP string.
func quotePHP(value string) string { return "'" + phpQuotes.Replace(value) + "'" }

// encoded is the address as browsers ask for it. WordPress takes out of addresses what should have been encoded, and
// Astro leaves those with an & unescaped.
func encoded(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath(), nil
}

// camelNames are the names of the page's options that have capital letters.
func camelNames() []string {
	var list []string
	for _, o := range option.Table {
		if o.Where == option.FileOnly || o.Kind == option.Callback {
			continue
		}
		for name := range strings.SplitSeq(o.Path, ".") {
			if name != strings.ToLower(name) {
				list = append(list, name)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
