// Package host is the page on which the chat is tried: a made-up site with an account's chat on it.
//
// What that page shows belongs here. What it is told while it is open, as all pages with a chat are, comes from the preview's
// server: events.go.
package host

import (
	"embed"

	"missive/cmd/internal/page"
)

//go:embed *.html.tmpl *.css *.js
var files embed.FS

// Page is the page's folder. Its script isn't bundled: it has to show what is wrong when nothing can be.
var Page = page.Page{Folder: "cmd/preview/host", Files: files}

// Data is what the page tells.
type Data struct {
	// Build names what is shown. The page reloads when a newer one is announced.
	Build string
	// Account is the one whose chat is on the page; empty before anything could be built.
	Account string
	// Accounts are all that can be chosen.
	Accounts []string
	// Local is true on the machine that the preview runs on: only there is the team desk.
	Local bool
}
