package signin

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"
)

//go:embed page.html.tmpl page.css page.js
var files embed.FS

// Names of what the page loads, below the desk's path.
const (
	styleName  = "sign-in.css"
	scriptName = "sign-in.js"
)

var pageTemplate = template.Must(template.ParseFS(files, "page.html.tmpl"))

// view is what the page shows.
type view struct {
	// Problem is why somebody wasn't let in, Note what else there is to say.
	Problem, Note string
	// Login is what was typed before, and Named what has to be.
	Login, Named string
	// Passwords and Provider tell which ways there are. The provider is named by its host.
	Passwords bool
	Provider  string
}

// policy lets the page load its two files, and send its form here.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// page answers with the page to sign in at.
func (s *SignIn) page(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Passwords, v.Named = len(s.hashes.known) > 0, s.hashes.named
	if s.provider != nil {
		v.Provider = nameOf(s.provider.issuer)
	}
	var text bytes.Buffer
	must(pageTemplate.Execute(&text, v)) // the template is a constant, and so are the fields
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "no-store")
	// The same origin still sees where a form comes from, by which forged ones are told.
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text.Bytes()) // the only possible error is a connection that is gone
	}
}

// Providers that differ from others.
const (
	google    = "Google"
	microsoft = "Microsoft"
)

// nameOf is what people call a provider.
func nameOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return issuer
	}
	switch host := u.Hostname(); host {
	case "accounts.google.com":
		return google
	case "login.microsoftonline.com":
		return microsoft
	default:
		return host
	}
}

// serveFile answers with the style or the script of the page.
func serveFile(w http.ResponseWriter, r *http.Request, name string) {
	file, contentType := "page.css", "text/css; charset=utf-8"
	if name == scriptName {
		file, contentType = "page.js", "text/javascript; charset=utf-8"
	}
	content, err := files.ReadFile(file)
	must(err) // it is embedded
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(content)))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
