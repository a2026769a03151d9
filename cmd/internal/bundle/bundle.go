// Package bundle turns the widget's sources into the JavaScript that visitors load.
//
// Three scripts come out: the launcher, which every page loads and which carries
// one account's setup at its very end, and two files that all accounts share and that
// a visitor loads when they show interest: the window and the connection. On request a
// fourth: Twilio's SDK.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"missive/widget"
)

// File is one file of dist/: its name relative to it, with forward slashes, and what is in it.
type File struct {
	Name  string
	Bytes []byte
}

// Options says what to bundle.
type Options struct {
	// Sources has the widget's sources below "src": widget.Sources, or the folder "widget" on disk.
	Sources fs.FS
	// SourceMap adds a source map for each script.
	SourceMap bool
	// SDK adds Twilio's SDK, for accounts with connection.sdk: bundled. It needs npm.
	SDK bool
	// Pages adds the scripts of the preview's own pages, by the names of their sources: "desk" is src/desk.ts.
	Pages []string
	// Memory spares a build what has not changed since the one before that had the same; nil: everything is made.
	Memory *Memory
}

// Bundle is the widget, ready to be stamped with the setup of any number of accounts.
type Bundle struct {
	// Assets are the files that all accounts share. Their names carry a hash of their content.
	Assets []File
	// Pages has the scripts of the pages that were asked for, by name.
	Pages      map[string][]byte
	head, tail []byte
}

// Launcher returns the missive.js of an account with the setup, a JSON object.
// The setup comes last, so that all accounts' files begin with the same bytes.
func (b *Bundle) Launcher(setup []byte) []byte {
	return slices.Concat(b.head, ascii(setup), b.tail)
}

// ascii escapes what is not ASCII in JSON. A server that names no charset leaves a script to the page's own encoding,
// which is not UTF-8 on every page.
func ascii(json []byte) []byte {
	out := make([]byte, 0, len(json))
	for _, r := range string(json) {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, "\\u%04x", unit)
		}
	}
	return out
}

// Build bundles the widget. Problems are what esbuild finds wrong with the sources.
func Build(o Options) (*Bundle, []widget.Problem) {
	b := &Bundle{Pages: map[string][]byte{}}
	files := map[string]string{"SDK_FILE": `""`}
	if o.SDK {
		assets, problems := bundleSDK(o)
		if problems != nil {
			return nil, problems
		}
		b.Assets = append(b.Assets, assets...)
		files["SDK_FILE"] = fmt.Sprintf("%q", path.Base(assets[0].Name))
	}
	// Each file names the ones that it loads, so those come first.
	for _, entry := range []string{"connection", "panel"} {
		s, problems := compile(o, entry, given, "})", files, "")
		if problems != nil {
			return nil, problems
		}
		// With the map, as its address in the script can't be part of what the name is made of.
		name := hashed("assets/"+entry+".js", slices.Concat(s.code, s.sourceMap))
		files[strings.ToUpper(entry)+"_FILE"] = fmt.Sprintf("%q", path.Base(name))
		if o.SourceMap {
			b.Assets = append(b.Assets, File{name + ".map", s.sourceMap})
			s.code = append(s.code, "\n//# sourceMappingURL="+path.Base(name)+".map\n"...)
		}
		b.Assets = append(b.Assets, File{name, s.code})
	}
	for _, page := range o.Pages {
		s, problems := compile(o, page, "(()=>{", "})()", files, "")
		if problems != nil {
			return nil, problems
		}
		b.Pages[page] = s.code
	}
	// The setup will be the argument of the bundled function.
	s, problems := compile(o, "launcher", "(SETUP=>{", "})(", files, "")
	if problems != nil {
		return nil, problems
	}
	b.head, b.tail = s.code, []byte(")\n")
	if o.SourceMap {
		name := hashed("assets/missive.js.map", s.sourceMap)
		b.Assets = append(b.Assets, File{name, s.sourceMap})
		b.tail = append(b.tail, "//# sourceMappingURL=../"+name+"\n"...)
	}
	return b, nil
}

// given begins a file that the launcher loads: a function for the launcher, which calls it with what it has already (kit.ts). The
// getter of the prototype, as in load.ts.
const given = `Object.getOwnPropertyDescriptor(Document.prototype,"currentScript").get.call(document)?.hand?.(KIT=>{`

// hashed puts ten hex digits of the content's SHA-256 before the extension: "assets/panel.js" becomes "assets/panel.0123456789.js".
func hashed(name string, content []byte) string {
	base, ext, _ := strings.Cut(path.Base(name), ".")
	sum := sha256.Sum256(content)
	return path.Join(path.Dir(name), base+"."+hex.EncodeToString(sum[:])[:10]+"."+ext)
}
