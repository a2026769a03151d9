package bundle

import (
	"bytes"
	"os"
	"testing"

	"missive/cmd/internal/bundle/bundletest"
)

func TestOnlyScriptsWhoseSourcesHaveChangedAreMadeAnew(t *testing.T) {
	var cache Cache
	files, desk := sources(t), bundletest.Copy(t, os.DirFS("../desk"))
	options := Options{Sources: files, SourceMap: true, Pages: []Page{{"desk", "cmd/internal/desk", desk}}, Cache: &cache}
	first := build(t, options)
	again := build(t, options)
	if &first.Pages["desk"][0] != &again.Pages["desk"][0] || &first.head[0] != &again.head[0] {
		t.Error("nothing has changed, but it was made anew")
	}

	desk["page.ts"].Data = append(desk["page.ts"].Data, "\nconsole.log('a line of mine');"...)
	changed := build(t, options)
	if !bytes.Contains(changed.Pages["desk"], []byte("a line of mine")) {
		t.Error("the desk is without what was changed")
	}
	if &first.head[0] != &changed.head[0] {
		t.Error("the launcher was made anew for a change of the desk")
	}
}

func TestWhatIsRememberedIsWhatWouldBeMade(t *testing.T) {
	var cache Cache
	files := sources(t)
	for _, change := range []struct {
		file, added string
		sourceMap   bool
	}{
		{},
		{file: "src/window/window.css", added: ".new{color:red}"}, // gives the file another name, which the launcher has in it
		{file: "src/shared/store.ts", added: "\nconsole.log(1);"}, // in several scripts
		{file: "src/launcher/launcher.ts", added: "\nconsole.log(2);"},
		{sourceMap: true},
	} {
		if change.file != "" {
			files[change.file].Data = append(files[change.file].Data, change.added...)
		}
		options := Options{Sources: files, SourceMap: change.sourceMap, Pages: []Page{deskPage}}
		want := build(t, options)
		options.Cache = &cache
		got := build(t, options)
		if !bytes.Equal(got.Pages["desk"], want.Pages["desk"]) || !bytes.Equal(got.Launcher(nil), want.Launcher(nil)) || !bytes.Equal(got.Pinned(nil), want.Pinned(nil)) {
			t.Errorf("after %+v desk or launchers are old", change)
		}
		if len(got.Assets) != len(want.Assets) {
			t.Fatalf("after %+v there are %d assets instead of %d", change, len(got.Assets), len(want.Assets))
		}
		for i, file := range want.Assets {
			if got.Assets[i].Name != file.Name || !bytes.Equal(got.Assets[i].Bytes, file.Bytes) {
				t.Errorf("after %+v: %s instead of %s", change, got.Assets[i].Name, file.Name)
			}
		}
	}
}

func TestASourceThatIsGoneIsMissed(t *testing.T) {
	var cache Cache
	files := sources(t)
	build(t, Options{Sources: files, Cache: &cache})
	delete(files, "src/window/window.css")
	if b, problems := Build(Options{Sources: files, Cache: &cache}); b != nil || len(problems) == 0 {
		t.Error("built from what is not there any more")
	}
}
