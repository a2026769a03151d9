package main

import (
	"path/filepath"
	"testing"

	"missive/widget"
)

func TestStyleVariablesAreChangedWithoutMakingScriptsAnewOrReloading(t *testing.T) {
	b, chat := builderOf(t, oneAccount+"theme: brand\n")
	theme := filepath.Join(filepath.Dir(chat), "themes", "brand.toml")
	write(t, theme, `main-color = "#123456"`)
	first := mustBuild(t, b)
	made := b.cache.Made

	for _, c := range []struct{ what, path, content, name, want string }{
		{"a color", theme, `main-color = "#654321"`, "main-color", "#654321"},
		{"one for each scheme", theme, "main-color = \"#654321\"\ndark-main-color = \"#fedcba\"", "main-color", "var(--light,#654321) var(--dark,#fedcba)"},
		{"a variable that is gone", theme, `width = "300px"`, "main-color", "var(--light,#2866D1) var(--dark,#6ea2ff)"},
		{"another theme", chat, oneAccount + "theme: paper\n", "main-color", "var(--light,#9a3b22) var(--dark,#e28d66)"},
		{"the account's own", chat, oneAccount + "chat: {variables: {width: 222px}}\n", "width", "222px"},
	} {
		write(t, c.path, c.content)
		build := b.build
		if c.path == theme {
			build = b.restyle
		}
		built, problems := build()
		if built == nil || problems != nil {
			t.Fatalf("%s: not built: %v", c.what, problems)
		}
		if got := built.variables["acme"][c.name]; got != c.want {
			t.Errorf("%s: %s is %q, want %q", c.what, c.name, got, c.want)
		}
		if built.build != first.build {
			t.Errorf("%s: the build has another name, and open pages would reload", c.what)
		}
		if b.cache.Made != made {
			t.Errorf("%s: %d scripts were made anew", c.what, b.cache.Made-made)
		}
	}

	b.sources = changed(t, widget.Sources, "src/launcher/launcher.ts", "\nconsole.log(1);")
	if built := mustBuild(t, b); built.build == first.build || b.cache.Made == made {
		t.Error("a change in the launcher makes no script anew, or the build keeps its name")
	}
}
