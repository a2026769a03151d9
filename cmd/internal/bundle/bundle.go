// Package bundle turns the widget's sources into the JavaScript that visitors load.
//
// Out come the launcher, which every page loads and which carries one account's setup at its
// very end, and files that all accounts share: the window and the connection, which a visitor
// loads when they show interest; the words for what is wrong in a page's configuration; what a
// few pages need before that. On request Twilio's SDK.
//
// What esbuild and the minifiers are told belongs here, how scripts get their hashes and setups, and how they are compressed. Which
// files an account has is package dist's; nothing here writes to a disk but npm, which installs the SDK into the user's cache.
package bundle

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"missive/widget/problem"
)

// File is one file of dist/: its name relative to it, with forward slashes, and what is in it.
type File struct {
	Name  string
	Bytes []byte
	// Integrity is that of the Bytes, see [Integrity], if it is known; else empty.
	Integrity string
}

// Bundle is the widget, ready to be stamped with the setup of any number of accounts.
type Bundle struct {
	// Assets are the files that all accounts share. Their names carry a hash of their content.
	Assets []File
	// Pages has the scripts of the pages that were asked for, by name.
	Pages map[string][]byte
	// What launchers begin and end with, and those that pinned snippets load.
	head, tail, pinnedHead, pinnedTail []byte
}

// Launcher returns the missive.js of an account with the setup, a JSON object.
// The setup comes last, so that all accounts' files begin with the same bytes.
func (b *Bundle) Launcher(setup []byte) []byte {
	return slices.Concat(b.head, ascii(setup), b.tail)
}

// Pinned returns the same for the snippet that takes this file and no other: it takes its own files only as this build made them.
// It needs a host that sends Access-Control-Allow-Origin.
func (b *Bundle) Pinned(setup []byte) []byte {
	return slices.Concat(b.pinnedHead, ascii(setup), b.pinnedTail)
}

// Integrity returns the hash that identifies the content in a manifest, and in the integrity attribute of a script: "sha256-" and
// base64. It is SHA-256, as processors have instructions for that: it takes a quarter of the time of SHA-384 and SHA-512.
func Integrity(content []byte) string { return integrity(sha256.Sum256(content)) }

func integrity(sum [sha256.Size]byte) string {
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// ascii escapes what is not ASCII in JSON. A server that names no charset leaves a script to the page's own encoding,
// which is not UTF-8 on every page.
func ascii(json []byte) []byte {
	if !slices.ContainsFunc(json, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return json
	}
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
func Build(o Options) (*Bundle, []problem.Problem) {
	b, files, problems := begin(o)
	if problems != nil {
		return nil, problems
	}
	// Each file names the ones that it loads, so those come first.
	for _, part := range []struct{ name, source, constant string }{
		{"attention", "widget/src/attention/attention.ts", "ATTENTION_FILE"},
		{"proof", "widget/src/proof/proof.ts", "PROOF_FILE"},
		{"connection", "widget/src/connection/connection.ts", "CONNECTION_FILE"},
		{"faults", "widget/src/faults/faults.ts", "FAULTS_FILE"},
		{"early", "widget/src/early/early.ts", "EARLY_FILE"},
		{"thread", "widget/src/thread/thread.ts", "THREAD_FILE"},
		// The window's file is called panel in dist/, as programs may look for it by this name in the manifest.
		{"panel", "widget/src/window/window.ts", "WINDOW_FILE"},
	} {
		s, problems := compile(o, loaded(part.source, o, files))
		if problems != nil {
			return nil, problems
		}
		// The hash is of script and map: the address of the map, which is in the script, has the hash in it.
		name := Hashed("assets/"+part.name+".js", slices.Concat(s.code, s.sourceMap)).Name
		files[part.constant] = fmt.Sprintf("%q", path.Base(name))
		if o.SourceMap {
			b.Assets = append(b.Assets, File{Name: name + ".map", Bytes: s.sourceMap})
			s.code = append(s.code, "\n//# sourceMappingURL="+path.Base(name)+".map\n"...)
		}
		b.Assets = append(b.Assets, File{Name: name, Bytes: s.code})
	}
	if problems := b.addPages(o, files); problems != nil {
		return nil, problems
	}
	if problems := b.addLaunchers(o, files); problems != nil {
		return nil, problems
	}
	return b, nil
}

// BuildPages bundles the pages alone, and the SDK if that is asked for. They can load no other file of the widget.
func BuildPages(o Options) (*Bundle, []problem.Problem) {
	b, files, problems := begin(o)
	if problems == nil {
		problems = b.addPages(o, files)
	}
	if problems != nil {
		return nil, problems
	}
	return b, nil
}

// begin returns a bundle with the SDK, if that is asked for, and the constants that scripts find the names of files under.
func begin(o Options) (*Bundle, map[string]string, []problem.Problem) {
	b := &Bundle{Pages: map[string][]byte{}}
	files := map[string]string{"SDK_FILE": `""`, "INTEGRITY": "false"}
	if o.SDK {
		assets, problems := bundleSDK(o)
		if problems != nil {
			return nil, nil, problems
		}
		b.Assets = append(b.Assets, assets...)
		files["SDK_FILE"] = fmt.Sprintf("%q", path.Base(assets[0].Name))
	}
	return b, files, nil
}

func (b *Bundle) addPages(o Options, files map[string]string) []problem.Problem {
	for _, p := range o.Pages {
		s, problems := compile(o, page(p, o, files))
		if problems != nil {
			return problems
		}
		b.Pages[p.Name] = s.code
	}
	return nil
}

// addLaunchers adds what launchers begin and end with. The setup will be the argument of the bundled function.
func (b *Bundle) addLaunchers(o Options, files map[string]string) []problem.Problem {
	integrity := map[string]string{}
	for _, f := range b.Assets {
		if path.Ext(f.Name) == ".js" {
			integrity[path.Base(f.Name)] = Integrity(f.Bytes)
		}
	}
	known, err := json.Marshal(integrity)
	mustWork(err)
	exact := maps.Clone(files)
	exact["INTEGRITY"] = string(known)
	var (
		pinned script
		more   []problem.Problem
		other  sync.WaitGroup
	)
	other.Go(func() { pinned, more = compile(o, launcher("pinned", o, exact)) })
	s, problems := compile(o, launcher("launcher", o, files))
	other.Wait()
	if problems == nil {
		problems = more // only these: most sources are the same, and so would be their problems
	}
	if problems != nil {
		return problems
	}
	b.head, b.tail = s.code, b.launcherTail(o, s)
	b.pinnedHead, b.pinnedTail = pinned.code, b.launcherTail(o, pinned)
	return nil
}

// launcherTail returns what ends a launcher, and adds its source map if there is to be one.
func (b *Bundle) launcherTail(o Options, s script) []byte {
	if !o.SourceMap {
		return []byte(")\n")
	}
	file := Hashed("assets/missive.js.map", s.sourceMap)
	b.Assets = append(b.Assets, file)
	return []byte(")\n//# sourceMappingURL=../" + file.Name + "\n")
}

// Hashed returns the content under a name that no other content has: ten hex digits of its SHA-256 come before the extension,
// so that "assets/panel.js" becomes "assets/panel.0123456789.js".
func Hashed(name string, content []byte) File {
	base, ext, _ := strings.Cut(path.Base(name), ".")
	sum := sha256.Sum256(content)
	return File{path.Join(path.Dir(name), base+"."+hex.EncodeToString(sum[:])[:10]+"."+ext), content, integrity(sum)}
}
