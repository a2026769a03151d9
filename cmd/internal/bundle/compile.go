package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"missive/widget/problem"
)

type script struct {
	code, sourceMap []byte
	metafile        string // only with packages
}

// compile bundles the source of an entry and what it imports.
func compile(o Options, e entry) (script, []problem.Problem) {
	key := cacheKey(e)
	if s, ok := o.Cache.get(e.source, key, o.files()); ok {
		return s, nil
	}
	from := &reader{FS: o.files(), sums: map[string][sha256.Size]byte{}}
	options := e.compiled()
	options.Plugins = []api.Plugin{readFrom(from, e.packages, e.loaded), plainHTTP, oldLibraries}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return script{}, problems(result.Errors)
	}
	s := script{metafile: result.Metafile}
	for _, f := range result.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			s.sourceMap = f.Contents
		} else {
			// Clipped, so that appending to it can't change the script in the cache.
			s.code = slices.Clip(bytes.TrimRight(f.Contents, "\n"))
		}
	}
	o.Cache.put(e.source, cached{key, from.sums, s})
	return s, nil
}

// cacheKey is the same for entries whose scripts can differ by their sources alone.
func cacheKey(e entry) string { return fmt.Sprintf("%+v", e) }

func problems(messages []api.Message) []problem.Problem {
	var list []problem.Problem
	for _, m := range messages {
		p := problem.Problem{File: "widget/src", Message: m.Text}
		if l := m.Location; l != nil {
			p.File, p.Line, p.Column = strings.TrimPrefix(l.File, "project:"), l.Line, l.Column+1
			if l.Suggestion != "" {
				p.Hint = fmt.Sprintf("write %q there", l.Suggestion)
			}
		}
		list = append(list, p)
	}
	return list
}

// readFrom lets esbuild read the project's files, wherever they are: embedded, or on disk.
// Imports of packages are looked up in node_modules of the folder packages, if there is one.
// What the launcher gives is not bundled again in the files that it loads.
func readFrom(from *reader, packages string, loaded bool) api.Plugin {
	return api.Plugin{Name: "project", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: "^" + entryPoint}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: strings.TrimPrefix(a.Path, entryPoint), Namespace: "project"}, nil
		})
		build.OnResolve(api.OnResolveOptions{Filter: `^\.`, Namespace: "project"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name := path.Join(path.Dir(a.Importer), a.Path)
			if path.Ext(name) == "" {
				name += ".ts"
			}
			if loaded && slices.Contains(fromLauncher, name) {
				name = "widget/src/shared/from-launcher.ts"
			}
			return api.OnResolveResult{Path: name, Namespace: "project"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: "project"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			content, err := from.read(a.Path)
			if err != nil {
				return api.OnLoadResult{}, fmt.Errorf("%s is not there", a.Path)
			}
			loader := api.LoaderTS
			switch path.Ext(a.Path) {
			case ".css":
				loader = api.LoaderText
				if mistakes := checkCSS(a.Path, content); mistakes != nil {
					return api.OnLoadResult{Errors: mistakes}, nil
				}
				if content, err = CSS(content); err != nil {
					err = fmt.Errorf("%s is no style sheet: %w", a.Path, err)
				}
			case ".svg":
				loader = api.LoaderJSON
				if content, err = icon(content); err != nil {
					err = fmt.Errorf("%s is no drawing: %w", a.Path, err)
				}
			}
			text := string(content)
			return api.OnLoadResult{Contents: &text, Loader: loader, ResolveDir: packages}, err
		})
	}}
}

// fromLauncher are the modules for which shared/from-launcher.ts stands in.
var fromLauncher = []string{
	"widget/src/launcher/scripts.ts",
	"widget/src/shared/dom.ts", "widget/src/shared/unsafe.ts", "widget/src/shared/warn.ts",
}

// projectFiles has file systems by the folders of the project that they are.
type projectFiles map[string]fs.FS

// Open opens a file by its path in the project.
func (p projectFiles) Open(name string) (fs.File, error) {
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if files, ok := p[folder]; ok {
			return files.Open(name[len(folder)+1:])
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// checkCSS returns what is wrong with the syntax of a style sheet. The minifier would let it pass.
func checkCSS(name string, source []byte) []api.Message {
	result := api.Transform(string(source), api.TransformOptions{Loader: api.LoaderCSS, Sourcefile: name})
	return append(result.Errors, result.Warnings...)
}

// icon turns a drawing into [viewBox, path, path, …]: the widget draws it without parsing HTML,
// which pages with Trusted Types forbid. Icons are drawn with <path> alone.
func icon(svg []byte) ([]byte, error) {
	svg, err := SVG(svg)
	if err != nil {
		return nil, err
	}
	parts := []string{}
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return json.Marshal(parts)
		}
		if err != nil {
			return nil, err
		}
		element, ok := token.(xml.StartElement)
		for _, a := range element.Attr {
			if ok && (a.Name.Local == "viewBox" || a.Name.Local == "d") {
				parts = append(parts, a.Value)
			}
		}
	}
}
