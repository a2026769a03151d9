package desk

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/page"
	"missive/widget"
	"missive/widget/problem"
)

// Files are the page and what it loads.
type Files struct {
	page  []byte
	files map[string]file // by their names below Path
	cdn   bool            // the page loads the SDK from Twilio's host
}

// file is one, with its ETag.
type file struct {
	content []byte
	tag     string
}

func newFile(content []byte) file { return file{content, fmt.Sprintf(`"%x"`, sha256.Sum256(content))} }

// served are files of the folder that the page loads as they are, beside its script.
var served = []string{"page.css", "thread.css", "worker.js", "desk.webmanifest", "icon.svg", "icon-180.png", "icon-192.png", "icon-512.png", "icon-maskable-512.png"}

// Data is what the page's template is made with.
type Data struct {
	// Preview is for the desk of the preview, where everybody is signed in.
	Preview bool
}

// NewFiles makes them of the page's folder and of the folder that pages have in common, as the program has them or as they are on disk,
// and of a bundle with the page's script, and with the SDK if the page shall not load that from Twilio's host.
func NewFiles(own, base page.Page, b *bundle.Bundle, data Data) (*Files, error) {
	templates, err := own.Parse()
	if err != nil {
		return nil, err
	}
	f := &Files{files: map[string]file{"page.js": newFile(b.Pages[own.Name()])}, cdn: true}
	if f.page, err = templates.Render("page.html.tmpl", data); err != nil {
		return nil, err
	}
	add := func(from fs.FS, names ...string) error {
		for _, name := range names {
			content, err := fs.ReadFile(from, name)
			if err != nil {
				return err
			}
			f.files[name] = newFile(content)
		}
		return nil
	}
	if err := errors.Join(add(own.Files, served...), add(base.Files, "base.css")); err != nil {
		return nil, err
	}
	for _, asset := range b.Assets {
		if name := path.Base(asset.Name); strings.HasPrefix(name, "sdk.") {
			f.files[name], f.cdn = newFile(asset.Bytes), false
		}
	}
	return f, nil
}

// Build makes the files of what the program has in it. With npm the page gets the SDK from the desk itself, else from Twilio's host.
func Build(npm bool) (*Files, []problem.Problem) {
	bundled, problems := bundle.BuildPages(bundle.Options{Sources: widget.Sources, SDK: npm, Pages: []bundle.Page{Page.Sources()}})
	if problems != nil {
		return nil, problems
	}
	f, err := NewFiles(Page, page.Base, bundled, Data{})
	if err != nil {
		return nil, []problem.Problem{problem.Of(err)}
	}
	return f, nil
}

// servePage answers with the page, which has no name, or with what it loads.
func (h *handler) servePage(w http.ResponseWriter, r *http.Request, name string) {
	files := h.Files()
	file, known := files.files[name]
	switch {
	case name == "":
		h.serveDocument(w, r, files)
	case !known:
		http.NotFound(w, r)
	default:
		header := w.Header()
		header.Set("Content-Type", cmp.Or(types[path.Ext(name)], mime.TypeByExtension(path.Ext(name))))
		header.Set("Cache-Control", "no-cache") // with an ETag: it is asked for each time, and sent when it is another one
		header.Set("ETag", file.tag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.content))
	}
}

// types are what a machine without a table of types doesn't know, or knows otherwise.
var types = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
}

// serveDocument answers with the page. Those who are not signed in are sent to where they can; browsers keep the fragment, which is the
// conversation, on the way there: Fetch, section 4.4, step 12.
func (h *handler) serveDocument(w http.ResponseWriter, r *http.Request, files *Files) {
	if _, ok := h.SignIn.Agent(r); !ok {
		w.Header().Set("Location", h.SignIn.Pages()[0])
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", h.policyOf(files))
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(files.page))
}

// policyOf is the page's Content-Security-Policy. Pictures may come from anywhere, as those of agents do.
func (h *handler) policyOf(files *Files) string {
	scripts := "'self'"
	if files.cdn {
		scripts += " https://sdk.twilio.com/js/conversations/"
	}
	region := h.twilio.Region()
	// The second is asked where the file of a message is. A stand-in has all in one place.
	twilio := "wss://tsock." + region + ".twilio.com https://mcs." + region + ".twilio.com"
	if local, err := url.Parse(h.twilio.Socket()); err == nil && local.Host != "" {
		twilio = local.String() + " http://" + local.Host
	}
	return "default-src 'none'; script-src " + scripts + "; style-src 'self'; img-src 'self' https: data: blob:; media-src 'self' data: blob:; " +
		"connect-src 'self' " + twilio + "; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
