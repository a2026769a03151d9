package studio

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSavingWritesTheFileAndTellsWhatItSaysNow(t *testing.T) {
	d := newDesigner(t)
	path := filepath.Join(d.folder, "brand.toml")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	before := d.open("brand")
	own := map[string]string{"main-color": "#123", "dark-main-color": "#abc"}
	var saved opened
	if code := d.ask("save", draft{Theme: "brand", Version: before.Version, Own: own}, &saved); code != http.StatusOK {
		t.Fatal(code)
	}
	want := "# Ours\nextends = 'paper'\nmain-color = '#123' # as printed\n\ndark-main-color = \"#abc\"\n"
	if got := d.file("brand"); got != want {
		t.Errorf("the file says\n%s\nwant\n%s", got, want)
	}
	if now := d.open("brand"); saved.Version != now.Version || saved.Version == before.Version || saved.Own["main-color"] != "#123" {
		t.Errorf("told %+v, want %+v", saved, now)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read by others: %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(d.folder); len(entries) != 1 {
		t.Errorf("something is left beside it: %v", entries)
	}
}

func TestSavingIsRefusedWhenItWouldLoseOrSpoilSomething(t *testing.T) {
	d := newDesigner(t)
	d.write("odd", "width = 380\n")
	large := brand + strings.Repeat("# long\n", 10_000)
	d.write("large", large)
	version := d.open("brand").Version
	for _, tt := range []struct {
		what  string
		draft draft
		code  int
		want  words
	}{
		{"somebody else's change", draft{Theme: "brand", Version: "older", Own: map[string]string{"width": "1px"}}, http.StatusConflict,
			words{d.open("brand").File + " was changed by somebody else", "see what it says now, then save again"}},
		{"a wrong value", draft{Theme: "brand", Version: version, Own: map[string]string{"width": "1"}}, http.StatusUnprocessableEntity,
			words{"some values are not right", "mend those that are marked"}},
		{"a key that is no variable", draft{Theme: "brand", Version: version, Own: map[string]string{"extends": "ink"}}, http.StatusUnprocessableEntity,
			words{"some values are not right", "mend those that are marked"}},
		{"a shipped theme", draft{Theme: "ink", Version: d.open("ink").Version}, http.StatusUnprocessableEntity,
			words{"ink is a shipped theme, and has no file here", "save it as a theme of your own"}},
		{"a line that is no text", draft{Theme: "odd", Version: d.open("odd").Version, Own: map[string]string{"width": "1px"}}, http.StatusUnprocessableEntity,
			words{d.open("odd").File + ": line 1 can't be changed here: the value of width is not one text in quotes", `put it in quotes in your editor, as in: main-color = "#2866d1"`}},
		{"a file that can't be read whole", draft{Theme: "large", Version: d.open("large").Version, Own: map[string]string{"width": "1px"}}, http.StatusUnprocessableEntity,
			words{d.open("large").File + ": the file is larger than 64 KB", "a theme is a short list of style variables; is this the right file?"}},
		{"a theme that is gone", draft{Theme: "gone"}, http.StatusNotFound,
			words{`there is no theme "gone" any more`, "put its file back, then save again: what you have changed is still here"}},
	} {
		var got words
		if code := d.ask("save", tt.draft, &got); code != tt.code || got != tt.want {
			t.Errorf("%s: %d %+v, want %d %+v", tt.what, code, got, tt.code, tt.want)
		}
	}
	if d.file("brand") != brand || d.file("odd") != "width = 380\n" || d.file("large") != large {
		t.Error("a file was changed all the same")
	}
}

func TestOfSeveralWhoSaveAtOnceAllButOneAreToldOfIt(t *testing.T) {
	d := newDesigner(t)
	for round := range 20 {
		version := d.open("brand").Version
		codes := make(chan int, 4)
		for i := range cap(codes) {
			own := map[string]string{"width": fmt.Sprintf("%dpx", 300+10*round+i)}
			go func() { codes <- d.ask("save", draft{Theme: "brand", Version: version, Own: own}, nil) }()
		}
		saved := 0
		for range cap(codes) {
			if <-codes == http.StatusOK {
				saved++
			}
		}
		if saved != 1 {
			t.Fatalf("%d of %d were saved, one over the other", saved, cap(codes))
		}
	}
}

func TestANewThemeExtendsItsOriginAndOverwritesNothing(t *testing.T) {
	d := newDesigner(t)
	own := d.open("brand").Own
	own["main-color"], own["dark-border"] = "#123", "none"
	var made opened
	if code := d.ask("new", draft{Theme: "brand", Own: own, Name: "spring"}, &made); code != http.StatusOK || made.Name != "spring" || made.Extends != "brand" {
		t.Fatalf("%d %+v", code, made)
	}
	if want := "extends = \"brand\"\nmain-color = \"#123\"\n\ndark-border = \"none\"\n"; d.file("spring") != want {
		t.Errorf("the new theme says\n%s\nwant\n%s", d.file("spring"), want)
	}
	for name, want := range map[string]string{
		"":         "the name is missing",
		"../x":     `"../x" can't be the name of a theme`,
		"Spring":   `"Spring" can't be the name of a theme`,
		"x.toml":   `"x.toml" can't be the name of a theme`,
		"nul":      `"nul" is the name of a device on Windows, where no file can have it`,
		"com1":     `"com1" is the name of a device on Windows, where no file can have it`,
		"brand":    `there is a theme "brand" already`,
		"midnight": `there is a theme "midnight" already`,
	} {
		var got words
		if code := d.ask("new", draft{Theme: "brand", Own: own, Name: name}, &got); code != http.StatusUnprocessableEntity || got.Message != want || got.Hint == "" {
			t.Errorf("%q: %d %+v, want %q", name, code, got, want)
		}
	}
	if d.file("brand") != brand {
		t.Error("the theme that it was made of has changed")
	}
}

func TestTheFirstThemeOfTheUserMakesTheFolder(t *testing.T) {
	d := newDesigner(t)
	if err := os.RemoveAll(d.folder); err != nil {
		t.Fatal(err)
	}
	if code := d.ask("new", draft{Theme: "ink", Own: map[string]string{}, Name: "mine"}, nil); code != http.StatusOK {
		t.Fatal(code)
	}
	if got := d.open("mine"); got.Extends != "ink" || got.File == "" {
		t.Errorf("opened %+v", got)
	}
}
