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
	// SDK adds Twilio's SDK, for accounts with connection.sdk: bundled. The first time npm installs it, from the network.
	SDK bool
	// Pages are bundled beside the widget, each as one script: pages of ours that show it, or use its sources.
	Pages []Page
	// Cache is used and filled by the build, so that scripts whose sources have not changed aren't made again; nil for none.
	Cache *Cache
}

// Page is a page of ours whose script imports the widget's sources.
type Page struct {
	// Name is that of its script in [Bundle.Pages].
	Name string
	// Folder is where its sources are in the project, such as "cmd/preview/studio": what relative imports are relative to.
	Folder string
	// Sources has what is in the folder: page.ts is where the script begins.
	Sources fs.FS
}

// files returns the sources of widget and pages under their paths in the project.
func (o Options) files() fs.FS {
	all := projectFiles{"widget": o.Sources}
	for _, p := range o.Pages {
		all[p.Folder] = p.Sources
	}
	return all
}

// entry says how one script is made, in our terms: [Options] are the caller's, and [entry.compiled] makes esbuild's of it.
type entry struct {
	source        string            // a path in the project: where the script begins
	before, after string            // stand around the code
	define        map[string]string // what the code finds under these names
	packages      string            // a folder with node_modules, in which imports of packages are looked up; empty: there are none
	loaded        bool              // the launcher loads it: what that has is not bundled again
	sourceMap     bool
}

// launcher is a script whose last bytes are the setup: the argument of the bundled function.
func launcher(name string, o Options, define map[string]string) entry {
	return entry{source: "widget/src/launcher/" + name + ".ts", before: "(SETUP=>{", after: "})(", define: define, sourceMap: o.SourceMap}
}

// loaded is a file that the launcher loads: a function for the launcher, which calls it with what it has already
// (shared/from-launcher.ts). The getter of the prototype, as in launcher/scripts.ts.
func loaded(source string, o Options, define map[string]string) entry {
	return entry{
		source: source, before: `Reflect.get(Reflect.getPrototypeOf(document),"currentScript",document)?.hand?.(LAUNCHER=>{`, after: "})", define: define,
		loaded: true, sourceMap: o.SourceMap,
	}
}

// page is the script of a page of ours.
func page(p Page, o Options, define map[string]string) entry {
	return entry{source: p.Folder + "/page.ts", before: "(()=>{", after: "})()", define: define, sourceMap: o.SourceMap}
}

// ofThePage are names under which the SDK would find something of the page, and what it finds instead. By define and global packages
// look for a module system around them: a page may have one, such as RequireJS, and they would give themselves to that instead of to
// the package that asked. In place of module, exports and require stand esbuild's own.
var ofThePage = map[string]string{"define": "undefined", "global": "undefined", "JSON.stringify": "stringify"}

// stringify is JSON.stringify on pages with Prototype before 1.7, whose toJSON() makes texts of arrays and quotes texts twice.
const stringify = `var stringify=(value,_,space)=>JSON.stringify(value,function(key,made){` +
	`const own=this[key];return own&&typeof own=="object"&&!Array.isArray(own)?made:own},space);`

// sdk is Twilio's SDK. It has no source map, as nobody debugs it here.
func sdk(packages string) entry {
	e := loaded("widget/src/sdk/sdk.ts", Options{}, ofThePage)
	e.before += stringify
	e.packages = packages
	return e
}

// entryPoint begins the path of an entry. Without it esbuild would look below the current folder first, and find the file there
// when that is the project's.
const entryPoint = "project:"

// compiled are esbuild's options for the script, but for the plugins that read its sources.
func (e entry) compiled() api.BuildOptions {
	sourceMap := api.SourceMapNone
	if e.sourceMap {
		sourceMap = api.SourceMapExternal
	}
	return api.BuildOptions{
		EntryPoints: []string{entryPoint + e.source},
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
