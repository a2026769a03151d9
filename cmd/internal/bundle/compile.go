package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
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
	way := wayOf(e)
	if s, ok := o.Memory.recall(e.name, way, o.Sources); ok {
		return s, nil
	}
	from := &reader{FS: o.Sources, sums: map[string][sha256.Size]byte{}}
	options := e.compiled()
	options.Plugins = []api.Plugin{readFrom(from, e.packages, e.kit), plainHTTP}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return script{}, problems(result.Errors)
	}
	s := script{metafile: result.Metafile}
	for _, f := range result.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			s.sourceMap = f.Contents
		} else {
			// Clipped, so that whoever appends to it leaves alone what is remembered.
			s.code = slices.Clip(bytes.TrimRight(f.Contents, "\n"))
		}
	}
	o.Memory.keep(e.name, memo{way, from.sums, s})
	return s, nil
}

// wayOf is the same for entries whose scripts differ in nothing but the sources.
func wayOf(e entry) string { return fmt.Sprintf("%+v", e) }

func problems(messages []api.Message) []problem.Problem {
	var list []problem.Problem
	for _, m := range messages {
		p := problem.Problem{File: "widget/src", Message: m.Text}
		if l := m.Location; l != nil {
			p.File, p.Line, p.Column = "widget/"+strings.TrimPrefix(l.File, "widget:"), l.Line, l.Column+1
			if l.Suggestion != "" {
				p.Hint = fmt.Sprintf("write %q there", l.Suggestion)
			}
		}
		list = append(list, p)
	}
	return list
}

// readFrom lets esbuild read from a file system: the embedded one, or the folder on disk.
// Imports of packages are looked up in node_modules of the folder packages, if there is one.
// With the kit, what the launcher has is not bundled again.
func readFrom(from *reader, packages string, kit bool) api.Plugin {
	return api.Plugin{Name: "widget", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: "^src/"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: a.Path, Namespace: "widget"}, nil
		})
		build.OnResolve(api.OnResolveOptions{Filter: `^\.`, Namespace: "widget"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name := path.Join(path.Dir(a.Importer), a.Path)
			if path.Ext(name) == "" {
				name += ".ts"
			}
			if kit && slices.Contains(inKit, name) {
				name = "src/kit.ts"
			}
			return api.OnResolveResult{Path: name, Namespace: "widget"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: "widget"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
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

// inKit are the modules for which kit.ts stands in.
var inKit = []string{"src/availability.ts", "src/config.ts", "src/dom.ts", "src/load.ts"}

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
