// Package desk is the team's page, where conversations are answered. What it shows comes from Twilio Conversations; what belongs
// here is the page alone, not who may open it.
package desk

import (
	"embed"

	"missive/cmd/internal/page"
)

//go:embed *.html.tmpl *.css *.ts
var files embed.FS

// Page is the page's folder.
var Page = page.Page{Folder: "cmd/internal/desk", Files: files}
