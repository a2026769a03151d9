package bundle

import (
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

func TestEachKindOfScriptHasItsOptions(t *testing.T) {
	const given = `Reflect.get(Reflect.getPrototypeOf(document),"currentScript",document)?.hand?.(LAUNCHER=>{`
	define := map[string]string{"SDK_FILE": `"sdk.js"`}
	for _, c := range []struct {
		entry              entry
		source, head, foot string
		loaded, metafile   bool
		sourceMap          api.SourceMap
	}{
		{launcher("pinned", Options{}, define), "project:widget/src/launcher/pinned.ts", "(SETUP=>{", "})(", false, false, api.SourceMapNone},
		{launcher("launcher", Options{SourceMap: true}, define), "project:widget/src/launcher/launcher.ts", "(SETUP=>{", "})(", false, false, api.SourceMapExternal},
		{loaded("widget/src/window/window.ts", Options{SourceMap: true}, define), "project:widget/src/window/window.ts", given, "})", true, false, api.SourceMapExternal},
		{page(deskPage, Options{}, define), "project:cmd/internal/desk/page.ts", "(()=>{", "})()", false, false, api.SourceMapNone},
		{sdk("/cache"), "project:widget/src/sdk/sdk.ts", given + stringify, "})", true, true, api.SourceMapNone},
	} {
		got := c.entry.compiled()
		if got.EntryPoints[0] != c.source || got.Banner["js"] != c.head || got.Footer["js"] != c.foot || c.entry.loaded != c.loaded ||
			got.Metafile != c.metafile || got.Sourcemap != c.sourceMap {
			t.Errorf("%s: %+v", c.source, got)
		}
		if defined := got.Define["SDK_FILE"] == `"sdk.js"`; defined == (c.entry.packages != "") || (got.Define["define"] == "undefined") == defined {
			t.Errorf("%s: defines %v", c.source, got.Define)
		}
		if !got.Bundle || !got.MinifyWhitespace || !got.MinifyIdentifiers || !got.MinifySyntax || got.Charset != api.CharsetASCII || len(got.Engines) != 3 {
			t.Errorf("%s is not made for visitors: %+v", c.source, got)
		}
		if got.Write || len(got.Plugins) > 0 {
			t.Errorf("%s: the options touch the disk, or read by themselves", c.source)
		}
	}
}

func TestOtherOptionsAreAnotherWay(t *testing.T) {
	same := func() entry {
		return loaded("widget/src/window/window.ts", Options{}, map[string]string{"A": "1", "B": "2"})
	}
	key := cacheKey(same())
	if cacheKey(same()) != key {
		t.Error("the same options are two ways")
	}
	for what, change := range map[string]func(*entry){
		"before": func(e *entry) { e.before += " " }, "after": func(e *entry) { e.after += " " }, "define": func(e *entry) { e.define["A"] = "2" },
		"packages": func(e *entry) { e.packages = "x" }, "loaded": func(e *entry) { e.loaded = false }, "source map": func(e *entry) { e.sourceMap = true },
	} {
		e := same()
		change(&e)
		if cacheKey(e) == key {
			t.Errorf("%s makes no difference", what)
		}
	}
}
