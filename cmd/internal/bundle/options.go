package bundle

import (
	"io/fs"

	"github.com/evanw/esbuild/pkg/api"
)

// Options say what to bundle: what the commands ask for.
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

// entry says how one script is made: what we ask of ourselves.
type entry struct {
	name          string            // its source is src/<name>.ts
	before, after string            // stand around the code
	define        map[string]string // what the code finds under these names
	packages      string            // a folder with node_modules, in which imports of packages are looked up; empty: there are none
	kit           bool              // what the launcher has is not bundled again
	sourceMap     bool
}

// launcher is a script whose last bytes are the setup: the argument of the bundled function.
func launcher(name string, o Options, define map[string]string) entry {
	return entry{name: name, before: "(SETUP=>{", after: "})(", define: define, sourceMap: o.SourceMap}
}

// shared is a file that the launcher loads: a function for the launcher, which calls it with what it has already (kit.ts). The
// getter of the prototype, as in load.ts.
func shared(name string, o Options, define map[string]string) entry {
	return entry{
		name: name, before: `Reflect.get(Document.prototype,"currentScript",document)?.hand?.(KIT=>{`, after: "})", define: define,
		kit: true, sourceMap: o.SourceMap,
	}
}

// page is the script of one of the preview's own pages.
func page(name string, o Options, define map[string]string) entry {
	return entry{name: name, before: "(()=>{", after: "})()", define: define, sourceMap: o.SourceMap}
}

// sdk is Twilio's. Its code is not what anybody debugs here, so it has no source map.
func sdk(packages string) entry {
	e := shared("sdk", Options{}, nil)
	e.packages = packages
	return e
}

// compiled are esbuild's options for the script, but for the plugins that read its sources.
func (e entry) compiled() api.BuildOptions {
	sourceMap := api.SourceMapNone
	if e.sourceMap {
		sourceMap = api.SourceMapExternal
	}
	return api.BuildOptions{
		EntryPoints: []string{"src/" + e.name + ".ts"},
		Outdir:      "/",
		Bundle:      true,
		Metafile:    e.packages != "",
		// The packages' own modern builds, which they offer to React Native: half the size of those for old browsers.
		MainFields: []string{"react-native", "browser", "module", "main"},
		// An ES module has no wrapper of its own: ours is smaller and takes the setup.
		Format: api.FormatESModule,
		Banner: map[string]string{"js": e.before},
		Footer: map[string]string{"js": e.after},
		Define: e.define,
		// The supported browsers, as README promises them. Chrome 109 stands for Edge 109 as well.
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "109"},
			{Name: api.EngineFirefox, Version: "115"},
			{Name: api.EngineSafari, Version: "16.4"},
		},
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetASCII, // see ascii
		LegalComments:     api.LegalCommentsNone,
		Sourcemap:         sourceMap,
	}
}
