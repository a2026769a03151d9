package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/setup"
	"missive/themes"
	"missive/widget/option"
)

const brand = "# Ours\nextends = 'paper'\nmain-color = '#0a6847' # as printed\nwidth = '380px'\n"

// designer asks a preview's studio, whose themes are in the folder.
type designer struct {
	t      *testing.T
	server *server
	folder string
}

func newDesigner(t *testing.T) designer {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "themes")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s := newServer(newGate("4400", nil), acme, nil)
	s.studio = newStudio(folder, s.current)
	write(t, filepath.Join(folder, "brand.toml"), brand)
	return designer{t, s, folder}
}

// ask sends a draft, or nothing, and decodes what comes back; a string is taken as it is.
func (d designer) ask(call string, body, answer any) (code int) {
	d.t.Helper()
	method, sent := "GET", io.Reader(nil)
	if body != nil {
		text, ok := body.(string)
		if !ok {
			encoded, _ := json.Marshal(body)
			text = string(encoded)
		}
		method, sent = "POST", strings.NewReader(text)
	}
	r := httptest.NewRequest(method, "http://127.0.0.1:4400/preview.studio/"+call, sent)
	r.RemoteAddr = "127.0.0.1:50000"
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), answer); err != nil && answer != nil {
		d.t.Fatalf("%s: %d %s", call, w.Code, w.Body)
	}
	return w.Code
}

func (d designer) open(name string) (o opened) {
	d.t.Helper()
	if code := d.ask("theme?name="+name, nil, &o); code != http.StatusOK {
		d.t.Fatalf("%s: %d", name, code)
	}
	return o
}

func (d designer) file(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.folder, name+".toml"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

func TestTheStudioHasAControlForEachVariableOnce(t *testing.T) {
	var shown, all []string
	var got table
	newDesigner(t).ask("table", nil, &got)
	for _, g := range got.Groups {
		for _, v := range g.Variables {
			shown = append(shown, v.Name)
			o := option.Lookup(variablesPath + v.Name)
			if v.Doc != o.Doc || v.Kind == "" || v.Dark != themes.HasDark(o) || len(v.Examples) == 0 {
				t.Errorf("%s is shown as %+v", v.Name, v)
			}
		}
	}
	for _, o := range option.Table {
		if o.Kind == option.Variable {
			all = append(all, strings.TrimPrefix(o.Path, variablesPath))
		}
	}
	slices.Sort(shown)
	slices.Sort(all)
	if !slices.Equal(shown, all) {
		t.Errorf("there are controls for\n%q\nwant\n%q", shown, all)
	}
	if !slices.Equal(got.States, states) || len(got.Themes) != len(themes.Names())+1 {
		t.Errorf("states %q, themes %v", got.States, got.Themes)
	}
}

func TestTheStudioBeginsWithTheThemeOfTheFirstAccountOrSaysThatItIsGone(t *testing.T) {
	d := newDesigner(t)
	for name, want := range map[string]table{"brand": {Theme: "brand"}, "ink": {Theme: "ink"}, "gone": {Theme: "default", Missing: "gone"}} {
		site := *acme
		site.stages = &stages{account: setup.Account{Theme: name}}
		d.server.site = &site
		var got table
		d.ask("table", nil, &got)
		if got.Theme != want.Theme || got.Missing != want.Missing {
			t.Errorf("with %s it begins with %q, and misses %q", name, got.Theme, got.Missing)
		}
	}
}

func TestADraftIsLookedAtWithoutBeingSaved(t *testing.T) {
	d := newDesigner(t)
	var got look
	own := map[string]string{"main-color": "#12345680", "dark-text-color": "var(--main-color)", "light-text-color": "#999", "width": "380"}
	if code := d.ask("look", draft{Theme: "brand", Own: own}, &got); code != http.StatusOK {
		t.Fatal(code)
	}
	for key, want := range map[string]value{
		"main-color":       {Text: "#12345680", Own: true, Color: "#12345680"},
		"dark-main-color":  {Text: "#12345680", Color: "#12345680"},
		"dark-text-color":  {Text: "var(--main-color)", Own: true, Color: "#12345680"},
		"background-color": {Text: "#fdf8ee", From: "paper", Color: "#fdf8eeff"},
		"width":            {Text: "370px", From: "paper"},
		"margin":           {Text: "20px", From: "default"},
	} {
		if got.Values[key] != want {
			t.Errorf("%s is %+v, want %+v", key, got.Values[key], want)
		}
	}
	if want := (words{`"380" has no unit`, `use "380px"`}); len(got.Faults) != 1 || got.Faults["width"] != want {
		t.Errorf("faults %v", got.Faults)
	}
	if want := (palettes{"#12345680", "#12345680"}); got.Variables["main-color"] != want || len(got.Variables) != 33 {
		t.Errorf("%d variables, main-color %v", len(got.Variables), got.Variables["main-color"])
	}
	faint := pair{"light-text-color", "background-color", 2.69, 4.5, false}
	if !slices.Contains(got.Contrast.Light, faint) {
		t.Errorf("contrast %v, want %v in it", got.Contrast.Light, faint)
	}
	if d.file("brand") != brand {
		t.Error("a look has changed the file")
	}
}

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
	write(t, filepath.Join(d.folder, "odd.toml"), "width = 380\n")
	large := brand + strings.Repeat("# long\n", 10_000)
	write(t, filepath.Join(d.folder, "large.toml"), large)
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
			words{d.open("large").File + ": the file is larger than 64 KiB", "a theme is a short list of style variables; is this the right file?"}},
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

func TestProblemsOfAThemeFileAreToldWithTheirPlace(t *testing.T) {
	d := newDesigner(t)
	write(t, filepath.Join(d.folder, "odd.toml"), "width = '3'\n")
	got := d.open("odd")
	if len(got.Problems) != 1 || !strings.HasSuffix(got.Problems[0], "odd.toml:1:9: width: \"3\" has no unit\n  hint: use \"3px\"") {
		t.Errorf("problems %q", got.Problems)
	}
}

func TestTheStudioTakesNothingButWhatItKnows(t *testing.T) {
	d := newDesigner(t)
	for _, c := range []struct {
		call string
		body any
		code int
	}{
		{"look", "{", http.StatusBadRequest},
		{"look", `{"name": "` + strings.Repeat("x", 2<<20) + `"}`, http.StatusBadRequest},
		{"save", nil, http.StatusNotFound},
		{"table", "{}", http.StatusMethodNotAllowed},
		{"other", nil, http.StatusNotFound},
	} {
		if code := d.ask(c.call, c.body, nil); code != c.code {
			t.Errorf("%s: %d, want %d", c.call, code, c.code)
		}
	}
}

func TestTheStudiosPageHasAPolicyOfItsOwnAndNoInlineCode(t *testing.T) {
	b, _ := builderOf(t, oneAccount)
	r := get(newServer(newGate("4400", nil), mustBuild(t, b), nil), "/studio", nil)
	page := body(t, r)
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Security-Policy") != studioPolicy || !strings.Contains(page, "<title>Theme studio</title>") {
		t.Errorf("%d %s\n%s", r.StatusCode, r.Header, page)
	}
	for _, inline := range []string{"<script>", "<style", " style=", " onclick="} {
		if strings.Contains(page, inline) {
			t.Errorf("the page has %s", inline)
		}
	}
}

func TestOpenStudiosAreToldOfEachSave(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(web.Listener.Addr().String(), ":")
	s := newServer(newGate(port, nil), acme, nil)
	s.studio = newStudio(t.TempDir(), s.current)
	web.Config.Handler = s
	web.Start()
	t.Cleanup(web.Close)
	response, err := web.Client().Get(web.URL + "/preview.studio/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	events := &stream{t, bufio.NewReader(response.Body)}
	events.want("first")
	for range 2 {
		s.studio.tell()
		events.want("first")
	}
}
