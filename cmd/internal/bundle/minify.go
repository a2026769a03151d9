package bundle

import (
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
	"github.com/tdewolff/minify/v2/svg"
)

// minifier is configured once, for all that the build makes smaller.
var minifier = func() *minify.M {
	m := minify.New()
	// A snippet is pasted into pages and systems that we don't know. Its comments tell where it begins and ends. Tags and quotes that
	// HTML allows to leave out stay, as editors and site builders on the way may need them.
	m.Add("text/html", &html.Minifier{KeepComments: true, KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true})
	// For scripts inside HTML; esbuild makes the others. ES5, as an old browser may refuse our files, but must read the inline script in
	// the page's HTML without an error.
	m.Add("application/javascript", &js.Minifier{Version: 5})
	m.Add("text/css", &css.Minifier{})
	m.Add("image/svg+xml", &svg.Minifier{})
	return m
}()

// HTML returns the page or the part of one without what a browser doesn't need. Comments stay.
func HTML(source []byte) ([]byte, error) { return minifier.Bytes("text/html", source) }

// CSS returns the style sheet without what a browser doesn't need.
func CSS(source []byte) ([]byte, error) { return minifier.Bytes("text/css", source) }

// SVG returns the drawing without what a browser doesn't need.
func SVG(source []byte) ([]byte, error) { return minifier.Bytes("image/svg+xml", source) }
