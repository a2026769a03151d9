// Package templates renders the files of the build that people read: the snippets that a site owner pastes, the setup page that
// shows them, and what a host and a policy need.
//
// The texts belong here, and how values are escaped in them. What the values are, and which files an account gets, doesn't: see packages
// hosting and dist. Pages of the project's own, as those of the preview, are in package page.
package templates

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	texttemplate "text/template"
)

// Data is what the HTML tells about an account.
type Data struct {
	ID   string
	Host string // without a slash at its end
	Name string // of the team; empty: the setup page shows the id
	// HasToken is false when the account has no token endpoint yet: the setup page then says what is missing.
	HasToken bool
}

// Snippet returns the HTML that a site owner pastes, readable.
func (s *Set) Snippet(d Data) ([]byte, error) { return s.snippet("snippet.html.tmpl", d) }

// SnippetCSP returns the snippet for pages whose Content-Security-Policy forbids inline script.
func (s *Set) SnippetCSP(d Data) ([]byte, error) { return s.snippet("snippet-csp.html.tmpl", d) }

// snippet renders one that tells the id and the host alone.
func (s *Set) snippet(name string, d Data) ([]byte, error) {
	return s.stampID(name, Data{ID: d.ID, Host: d.Host}, func(d Data) ([]byte, error) { return s.render(name, d) })
}

// stampID returns what render makes of the data. All but the id must be the same for many accounts.
func (s *Set) stampID(file string, d Data, render func(Data) ([]byte, error)) ([]byte, error) {
	if !isPlain(d.ID) {
		return render(d)
	}
	same := d
	same.ID = ""
	return s.Stamp(file, same, []string{d.ID}, func(values []string) ([]byte, error) {
		other := same
		other.ID = values[0]
		return render(other)
	})
}

// Page returns the setup page, which has the widget live and shows both snippets, as they were made for the account.
func (s *Set) Page(d Data, snippet, snippetCSP []byte) ([]byte, error) {
	const file = "index.html.tmpl"
	if d.Name == "" {
		d.Name = d.ID
	}
	page := struct {
		Data
		Snippet, SnippetCSP string
	}{d, string(snippet), string(snippetCSP)}
	if !isPlain(d.ID) {
		return s.render(file, page)
	}
	values := []string{d.ID, inHTML.Replace(d.Name), inHTML.Replace(page.Snippet), inHTML.Replace(page.SnippetCSP)}
	return s.Stamp(file, Data{Host: d.Host, HasToken: d.HasToken}, values, func(values []string) ([]byte, error) {
		page.ID, page.Name, page.Snippet, page.SnippetCSP = values[0], values[1], values[2], values[3]
		return s.render(file, page)
	})
}

// Files are the templates as they were when the program was built.
//
//go:embed *.tmpl hosts/*.tmpl pipelines/*
var Files embed.FS

// Embedded is the set of Files.
var Embedded = func() *Set {
	s, err := Parse(Files)
	if err != nil {
		panic(err)
	}
	return s
}()

// Set holds the templates, ready to render. Several goroutines may use it at once.
type Set struct {
	templates *template.Template
	texts     *texttemplate.Template
	loader    string // the inline script that many snippets share
	stamps    stamps
}

// Parse reads the templates in a folder: this one on disk, while they are being worked on.
func Parse(folder fs.FS) (*Set, error) {
	s := &Set{}
	var err error
	s.templates, err = template.New("").
		Funcs(template.FuncMap{"comment": comment, "note": note, "quote": quote}).
		ParseFS(folder, "*.tmpl")
	if err == nil {
		s.texts, s.loader, err = readTexts(folder)
	}
	return s, err
}

func (s *Set) render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("templates/%s: %w", name, err)
	}
	return b.Bytes(), nil
}

// comment is an HTML comment that stays: html/template deletes those that a template holds.
// The text is a constant of the template; one that could end the comment early is refused all the same.
func comment(text string) (template.HTML, error) {
	if strings.ContainsAny(text, "<>") || strings.Contains(text, "--") {
		return "", fmt.Errorf("%q can't stand in an HTML comment", text)
	}
	return template.HTML("<!-- " + text + " -->"), nil
}

// note is a comment of a script that stays, like [comment]. It has an end of its own: some compressors of HTML join lines.
func note(text string) (template.JS, error) {
	if strings.ContainsAny(text, "<>\r\n\u2028\u2029") || strings.Contains(text, "*/") {
		return "", fmt.Errorf("%q can't stand in a comment of a script", text)
	}
	return template.JS("/* " + text + " */"), nil
}

// quote is the text as a JavaScript string in single quotes, as the rest of the snippet has them.
// html/template alone would write 'https:\/\/chat.example.com', which looks like a mistake to people.
// JSON escapes what HTML and old scripts stumble over: <, >, &, U+2028 and U+2029.
func quote(text string) (template.JS, error) {
	j, err := json.Marshal(text)
	if err != nil {
		return "", err
	}
	inner := strings.ReplaceAll(string(j[1:len(j)-1]), `\"`, `"`)
	return template.JS("'" + strings.ReplaceAll(inner, "'", `\u0027`) + "'"), nil
}
