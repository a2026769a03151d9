// Package stage has the pages that show the widget in one of its states, and all themes beside each other.
package stage

import (
	"embed"

	"missive/cmd/internal/page"
)

//go:embed *.html.tmpl *.css *.ts
var files embed.FS

// Page is the folder of both pages.
var Page = page.Page{Folder: "cmd/preview/stage", Files: files}

// Data is what a stage tells: which state of the widget it shows, and how.
type Data struct {
	// Build names what is shown. The page reloads when a newer one is announced.
	Build string
	// Account is the one whose chat is on the stage.
	Account string
	// Theme and State are names.
	Theme, State string
	// Scheme is "light" or "dark".
	Scheme string
	// RTL: the page, and all that is said on it, goes from right to left.
	RTL bool
	// Long: names and messages are.
	Long bool
}

// SheetData is what the contact sheet shows: each state of each theme, in each scheme.
type SheetData struct {
	Themes          []Theme
	States, Schemes []string
	// Left: the chat is in that corner of the page.
	Left bool
}

// Theme is what is said of a theme.
type Theme struct{ Name, Description string }
