package dist

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
)

func TestTheManifestOfAnAccountListsItsFilesAndThoseThatAllShareAndNoOthers(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, site("1", "", "acme", "shop"))
	mustWrite(t, dir, site("2", "", "acme", "shop"))
	const want = `{
  "names": {
    "acme/launcher": {"path":"acme/missive.js","bytes":28,"integrity":"sha256-7h7L/pcmfs14mzFXgYSPagSBV+WYTn0X46KlUuYPZr4="},
    "panel": {"path":"assets/panel.2.js","bytes":7,"integrity":"sha256-gAAfJZlzByZEniQqxvgLg80dmCIFyJtq5R94esUldag="}
  },
  "files": [
    {"path":"acme/index.html","bytes":12,"integrity":"sha256-U0apzf4PQ7HuntzqFmPFBHz+I38Lmin/prNSJ/CKx7g="},
    {"path":"acme/missive.js","bytes":28,"integrity":"sha256-7h7L/pcmfs14mzFXgYSPagSBV+WYTn0X46KlUuYPZr4="},
    {"path":"assets/panel.2.js","bytes":7,"integrity":"sha256-gAAfJZlzByZEniQqxvgLg80dmCIFyJtq5R94esUldag="}
  ],
  "kept": [
    {"path":"assets/panel.1.js","bytes":7,"integrity":"sha256-TSfvnY6CI63rxwIU7hiphL7PatdjwZA3QnBoPnPQHcg=","newer":1}
  ]
}
`
	if got := tree(t, dir)["acme/manifest.json"]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTheManifestKnowsFilesByWhatTheyAre(t *testing.T) {
	dir := t.TempDir()
	picture := setup.Image{Name: "assets/team.1.png", Bytes: []byte("picture")}
	s, err := New([]setup.Account{{ID: "acme", Images: []setup.Image{picture}}, {ID: "shop", Images: []setup.Image{picture}}, {ID: "help"}},
		&bundle.Bundle{Assets: []bundle.File{{Name: "assets/sdk.1.js"}, {Name: "assets/sdk.1.LICENSE.txt"}, {Name: "assets/panel.1.js"}, {Name: "assets/panel.1.js.map"}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, s, Writing{}); err != nil {
		t.Fatal(err)
	}
	m := known(t, dir)
	got := map[string]string{}
	for name, e := range m.Names {
		got[name] = hash.ReplaceAllString(e.Path, ".HASH.")
		if !slices.Contains(m.Files, e) {
			t.Errorf("%s is %+v, which is not in the list of files", name, e)
		}
	}
	if want := map[string]string{
		"acme/launcher": "acme/missive.js", "acme/pinned": "acme/missive.HASH.js", "acme/picture": "assets/team.1.png",
		"shop/launcher": "shop/missive.js", "shop/pinned": "shop/missive.HASH.js", "shop/picture": "assets/team.1.png",
		"help/launcher": "help/missive.js", "help/pinned": "help/missive.HASH.js",
		"panel": "assets/panel.1.js", "sdk": "assets/sdk.1.js",
	}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheManifestOfAllAccountsThatOlderBuildsMadeIsUnderstoodAndGoes(t *testing.T) {
	dir := t.TempDir()
	put(t, "old", dir, "gone", "missive.js")
	put(t, fmt.Sprintf(`{"files": [{"path": "gone/missive.js", "bytes": 3, "integrity": %q}], "kept": []}`, bundle.Integrity([]byte("old"))), dir, ManifestName)
	mustWrite(t, dir, site("1", "", "a"))
	wantList(t, dir, "a/index.html a/missive.js assets/panel.1.js")
	if _, there := tree(t, dir)[ManifestName]; there {
		t.Error("it is still there")
	}
}

func TestAPinnedLauncherStaysWithAllItLoadsUntilItsAccountHasGotFourNewerOnes(t *testing.T) {
	dir := t.TempDir()
	// What accounts load, and their pictures, by the build of each.
	build := func(panel, picture string, launchers ...string) {
		t.Helper()
		files, pictures := site(panel, picture), map[string]string{}
		for _, l := range launchers {
			account, hash, _ := strings.Cut(l, " ")
			name := account + "/missive." + strings.Repeat(hash, 10) + ".js"
			files = append(files, bundle.File{Name: name}, bundle.File{Name: name + ".br"})
			pictures[account+"/picture"] = "assets/" + picture
		}
		mustWriteWith(t, dir, files, pictures)
	}
	want := func(panels, pictures string, launchers ...string) {
		t.Helper()
		var list []string
		for _, l := range launchers {
			account, hashes, _ := strings.Cut(l, " ")
			for _, hash := range hashes {
				name := account + "/missive." + strings.Repeat(string(hash), 10) + ".js"
				list = append(list, name, name+".br")
			}
		}
		for _, n := range panels {
			list = append(list, fmt.Sprintf("assets/panel.%c.js", n))
		}
		for _, n := range pictures {
			list = append(list, fmt.Sprintf("assets/team.%c.png", n))
		}
		slices.Sort(list)
		wantList(t, dir, strings.Join(list, " "))
	}
	build("1", "team.1.png", "a 1", "b 1")
	build("2", "team.2.png", "a 2", "b 2")
	build("2", "team.3.png", "a 2", "b 3")
	want("12", "123", "a 12", "b 123")
	build("3", "team.3.png", "a 3", "b 4")
	build("3", "team.3.png", "a 3", "b 4")
	want("123", "123", "a 123", "b 1234")
	build("3", "team.3.png", "a 3", "b 5")
	want("123", "123", "a 123", "b 2345")
	build("4", "team.3.png", "a 4", "b 6")
	want("1234", "13", "a 1234", "b 3456")
	build("5", "team.3.png", "a 5", "b 7")
	want("2345", "3", "a 2345", "b 4567")
	build("5", "team.3.png", "b 7")
	want("2345", "3", "b 4567")
}

func TestOfAKeptLauncherOnePictureStays(t *testing.T) {
	dir := t.TempDir()
	// A launcher has its account's picture in it.
	build := func(pictures map[string]string) {
		t.Helper()
		var files []bundle.File
		names := map[string]string{}
		for _, account := range slices.Sorted(maps.Keys(pictures)) {
			launcher := bundle.Hashed(account+"/missive.js", []byte(pictures[account]))
			files = append(files, launcher)
			if pictures[account] != "" {
				picture := "assets/" + pictures[account] + ".svg"
				files = append(files, bundle.File{Name: picture}, bundle.File{Name: picture + ".br"})
				names[account+"/picture"] = picture
			}
		}
		mustWriteWith(t, dir, files, names)
	}
	build(map[string]string{"a": "a.0", "b": "b.0", "c": ""})
	build(map[string]string{"a": "a.1", "b": "b.0", "c": "c.1"})
	for i := range 5 {
		build(map[string]string{"a": "a.1", "b": fmt.Sprint("b.", i+1), "c": "c.1"})
	}
	var pictures []string
	for _, name := range strings.Fields(list(t, dir)) {
		if strings.HasPrefix(name, "assets/") {
			pictures = append(pictures, strings.TrimPrefix(name, "assets/"))
		}
	}
	const want = "a.0.svg a.0.svg.br a.1.svg a.1.svg.br b.2.svg b.2.svg.br b.3.svg b.3.svg.br b.4.svg b.4.svg.br b.5.svg b.5.svg.br c.1.svg c.1.svg.br"
	if got := strings.Join(pictures, " "); got != want {
		t.Errorf("the pictures are\n%s\nwant\n%s", got, want)
	}
	wantRead(t, dir)
}

// mustWriteWith writes a site with these pictures of accounts.
func mustWriteWith(t *testing.T, dir string, files []bundle.File, pictures map[string]string) {
	t.Helper()
	s := static(files)
	s.names = pictures
	if _, err := Write(dir, s, Writing{}); err != nil {
		t.Fatal(err)
	}
}

// wantRead wants the manifest to be read as it was written.
func wantRead(t *testing.T, dir string) {
	t.Helper()
	for name, text := range tree(t, dir) {
		if path.Base(name) != ManifestName {
			continue
		}
		m, err := ReadManifest(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if again := string(m.bytes()); again != text {
			t.Errorf("got\n%s\nwant\n%s", again, text)
		}
	}
}

func TestAnEntryIsWrittenAsJSONDoesIt(t *testing.T) {
	for _, e := range []Entry{
		{Path: "acme/missive.js", Bytes: 9397, Integrity: "sha256-x+/="},
		{Path: "acme/a&b <\"Zoë\u2028\">.js", Picture: "assets/team.0123456789.png", Newer: 2},
	} {
		want, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.json(); got != string(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestFilesOfEachRankAreMade(t *testing.T) {
	st := &staging{taken: []taken{{Entry: Entry{Path: "b"}, rank: 7}, {Entry: Entry{Path: "a"}, rank: 9}, {Entry: Entry{Path: "c"}}}}
	if _, all, _ := st.made(); strings.Join(paths(all), " ") != "c b a" {
		t.Errorf("got %v", paths(all))
	}
}

func TestAPinnedLauncherHasItsName(t *testing.T) {
	dir := t.TempDir()
	for i, want := range []string{
		"a/index.html a/missive.0000000000.js a/missive.0000000000.js.br a/missive.js assets/panel.1.js",
		"a/index.html a/missive.0000000000.js a/missive.0000000000.js.br a/missive.1111111111.js a/missive.1111111111.js.br a/missive.js assets/panel.1.js",
		"a/index.html a/missive.0000000000.js a/missive.0000000000.js.br a/missive.1111111111.js a/missive.1111111111.js.br a/missive.2222222222.js a/missive.2222222222.js.br a/missive.js assets/panel.1.js",
	} {
		name := "a/missive." + strings.Repeat(strconv.Itoa(i), 10) + ".js"
		mustWrite(t, dir, append(site("1", "", "a"), bundle.File{Name: name}, bundle.File{Name: name + ".br"}))
		wantList(t, dir, want)
		if got := known(t, dir).Names["a/pinned"].Path; got != name {
			t.Errorf("the pinned launcher is %s, want %s", got, name)
		}
	}
}

func TestNothingIsKeptThatWouldTakeThePlaceOfWhatTheBuildMakes(t *testing.T) {
	host := t.TempDir()
	mustWrite(t, host, site("1", "", "acme"))
	spoiled := known(t, host).Manifest
	for _, name := range []string{"acme/missive.js", "acme/more.html", "_headers"} {
		put(t, "theirs", host, name)
		spoiled.Kept = append(spoiled.Kept, newEntry(bundle.File{Name: name, Bytes: []byte("theirs")}))
	}
	put(t, string(spoiled.bytes()), host, "acme/manifest.json")

	deployed, err := ReadDeployed(host, []string{"acme"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Write(dir, static(site("2", "", "acme")), Writing{Deployed: deployed}); err != nil {
		t.Fatal(err)
	}
	for name, content := range tree(t, dir) {
		if content == "theirs" {
			t.Errorf("%s is what the host's manifest says, and no longer what the build made", name)
		}
	}
}
