// Package studio is the page on which designers work on themes.
package studio

import (
	"embed"

	"missive/cmd/internal/page"
)

//go:embed *.html.tmpl *.css *.ts
var files embed.FS

// Page is the page's folder.
var Page = page.Page{Folder: "cmd/preview/studio", Files: files}
