// Package widget embeds the sources of what a visitor's browser runs.
//
// Only the embeds belong here, as they have to be beside the folders they take. The table of options is in option,
// what is checked of CSS in cssvalue, and the words for what is wrong in problem; bundling is cmd/internal/bundle's.
package widget

import "embed"

//go:generate go run ../cmd/internal/generate

// Sources is the TypeScript, CSS and SVG of the widget, below "src".
//
//go:embed src
var Sources embed.FS

// SDK is the package.json and the lock of Twilio's SDK alone, below "sdk": what connection.sdk: bundled installs.
//
//go:embed sdk/package.json sdk/package-lock.json
var SDK embed.FS
