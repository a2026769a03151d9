package dist

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"missive/cmd/internal/bundle"
)

// site is a build whose scripts all load the panel. A picture makes an asset of the account.
func site(panel, picture string, accounts ...string) []bundle.File {
	files := []bundle.File{{Name: "assets/panel." + panel + ".js", Bytes: []byte("panel " + panel)}}
	loads := "loads assets/panel." + panel + ".js"
	if picture != "" {
		files = append(files, bundle.File{Name: "assets/" + picture, Bytes: []byte(picture)})
		loads += " and assets/" + picture
	}
	for _, a := range accounts {
		files = append(files,
			bundle.File{Name: a + "/index.html", Bytes: []byte("page of " + a)},
			bundle.File{Name: a + "/missive.js", Bytes: []byte(a + " " + loads)})
	}
	return files
}

// static is a site of files that are there already.
func static(files []bundle.File) *Site {
	s, byFolder := &Site{names: map[string]string{}}, map[string][]bundle.File{}
	for _, f := range files {
		byFolder[path.Dir(f.Name)] = append(byFolder[path.Dir(f.Name)], f)
	}
	for _, f := range byFolder["assets"] {
		for folder := range byFolder {
			if isPicture(f.Name) && folder != "assets" {
				s.names[folder+"/picture"] = f.Name
			}
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		files := byFolder[folder]
		slices.SortFunc(files, func(a, b bundle.File) int { return inOrder(a.Name, b.Name) })
		s.accounts = append(s.accounts, func() ([]bundle.File, error) { return files, nil })
	}
	return s
}

func mustWrite(t *testing.T, dir string, files []bundle.File) Result {
	t.Helper()
	r, err := Write(dir, static(files), Writing{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tree is what the files in dir hold, by their paths.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func list(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	for name := range tree(t, dir) {
		if path.Base(name) != ManifestName {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// known is what the manifests of the folder list.
func known(t *testing.T, dir string) ledger {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	l, err := readLedger(&folder{root: root, path: dir})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func wantList(t *testing.T, dir, want string) {
	t.Helper()
	if got := list(t, dir); got != want {
		t.Errorf("dist holds\n%s\nwant\n%s", got, want)
	}
}

func put(t *testing.T, content string, name ...string) {
	t.Helper()
	file := filepath.Join(name...)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// wantTree compares what dir holds, and names the files that differ.
func wantTree(t *testing.T, dir string, want map[string]string, when string) {
	t.Helper()
	got := tree(t, dir)
	names := map[string]bool{}
	for name := range got {
		names[name] = true
	}
	for name := range want {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		g, inGot := got[name]
		w, inWant := want[name]
		if inGot != inWant || g != w {
			t.Errorf("%s: %s (there: %v, wanted: %v)\ngot\n%s\nwant\n%s", when, name, inGot, inWant, g, w)
		}
	}
}

func TestAnAssetStaysWhileThreeNewerOnesTakeItsPlace(t *testing.T) {
	dir := t.TempDir()
	for _, panel := range []string{"1", "2", "2", "3"} {
		mustWrite(t, dir, site(panel, "", "a"))
	}
	wantList(t, dir, "a/index.html a/missive.js assets/panel.1.js assets/panel.2.js assets/panel.3.js")
	mustWrite(t, dir, site("4", "", "a"))
	r := mustWrite(t, dir, site("5", "", "a"))
	wantList(t, dir, "a/index.html a/missive.js assets/panel.2.js assets/panel.3.js assets/panel.4.js assets/panel.5.js")
	if got := strings.Join(slices.Concat(r.Written, []string{"-"}, r.Removed, []string{"+"}, r.Kept), " "); got !=
		"assets/panel.5.js a/missive.js - assets/panel.1.js + assets/panel.2.js assets/panel.3.js assets/panel.4.js" {
		t.Error("result:", got)
	}
}

func TestARemovedAccountGoesButNotWhatOthersPutThere(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, site("1", "", "a", "b", "c"))
	put(t, "mine", dir, "c", "notes.txt")
	put(t, "mine", dir, "favicon.ico")
	mustWrite(t, dir, site("1", "", "a"))
	wantList(t, dir, "a/index.html a/missive.js assets/panel.1.js c/notes.txt favicon.ico")
	if _, err := os.Stat(filepath.Join(dir, "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the empty folder of the removed account is still there")
	}
}

func TestUnchangedFilesKeepTheirTimeStamps(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, site("1", "", "a", "b"))
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	for name := range tree(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	touched := func() string {
		var names []string
		for name := range tree(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if !info.ModTime().Equal(old) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return strings.Join(names, " ")
	}
	mustWrite(t, dir, site("1", "", "a", "b"))
	if got := touched(); got != "" {
		t.Error("the same build again wrote", got)
	}
	files := site("1", "", "a", "b")
	files[1].Bytes = []byte("new page")
	mustWrite(t, dir, files)
	if got := touched(); got != "a/index.html a/manifest.json" {
		t.Error("a build with one change wrote", got)
	}
}

func TestAFileThatIsGoneIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, site("1", "", "a"))
	want := tree(t, dir)
	if err := os.Remove(filepath.Join(dir, "assets/panel.1.js")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, site("1", "", "a"))
	wantTree(t, dir, want, "after a build")
}

var assetName = regexp.MustCompile(`assets/\S+`)

// works reports what would be broken for visitors, and files of ours that a later build would not know as ours.
func works(t *testing.T, dir string) (faults []string) {
	t.Helper()
	files := tree(t, dir)
	// No page loads files under their temporary names, be they of this build or left from a killed one.
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.Contains(name, temporaryPrefix) })
	for name, content := range files {
		if strings.HasSuffix(name, "/missive.js") {
			for _, asset := range assetName.FindAllString(content, -1) {
				if _, ok := files[asset]; !ok {
					faults = append(faults, name+" loads "+asset+", which is not there")
				}
			}
		}
	}
	l := known(t, dir)
	for name := range files {
		if !l.lists(name) {
			faults = append(faults, name+" is in no manifest")
		}
	}
	return faults
}

var errKilled = errors.New("killed")

// writeFailing builds into dir. Operations for which fail holds, by their number from 1 and their kind, do not happen.
func writeFailing(t *testing.T, dir string, files []bundle.File, fail func(n int, o operation) bool) error {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var mu sync.Mutex // several files come at once
	n := 0
	_, err = write(&folder{root: root, path: dir, before: func(o operation) error {
		mu.Lock()
		defer mu.Unlock()
		n++
		if fail(n, o) {
			return errKilled
		}
		return nil
	}}, static(files), Writing{})
	return err
}

func TestABuildKilledAtAnyMomentLeavesAFolderThatWorks(t *testing.T) {
	builds := [][]bundle.File{
		site("0", "", "z"),
		site("1", "", "a", "b"),
		site("2", "team.1.png", "a", "c"),
		site("3", "", "a", "d"),
	}
	for first := range 2 {
		// What is there after the first and one more build when nothing goes wrong.
		var want []map[string]string
		for next := range builds {
			dir := t.TempDir()
			mustWrite(t, dir, builds[first])
			mustWrite(t, dir, builds[next])
			want = append(want, tree(t, dir))
		}
		for last := 0; ; last++ {
			dir := t.TempDir()
			mustWrite(t, dir, builds[first])
			err := writeFailing(t, dir, builds[2], func(n int, _ operation) bool { return n > last })
			if faults := works(t, dir); faults != nil {
				t.Errorf("killed after operation %d: %q", last, faults)
			}
			if err == nil {
				break
			}
			for next := range builds {
				again := t.TempDir()
				if err := os.CopyFS(again, os.DirFS(dir)); err != nil {
					t.Fatal(err)
				}
				mustWrite(t, again, builds[next])
				wantTree(t, again, want[next], fmt.Sprintf("killed after operation %d, then build %d", last, next))
			}
		}
	}
}

func TestAfterAKilledBuildTheFolderWorksAtAnyMomentOfTheNext(t *testing.T) {
	for last := 0; ; last++ {
		dir := t.TempDir()
		mustWrite(t, dir, site("1", "", "a", "b"))
		err := writeFailing(t, dir, site("2", "team.1.png", "a", "c"), func(n int, _ operation) bool { return n > last })
		if err == nil {
			return
		}
		if err := writeFailing(t, dir, site("3", "", "b", "c"), func(n int, _ operation) bool {
			if faults := works(t, dir); faults != nil {
				t.Errorf("killed after operation %d, next build at operation %d: %q", last, n, faults)
			}
			return false
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFullDiskChangesNothing(t *testing.T) {
	for fail := 1; ; fail++ {
		dir := t.TempDir()
		mustWrite(t, dir, site("1", "", "a", "b"))
		before := tree(t, dir)
		writes := 0
		err := writeFailing(t, dir, site("2", "team.1.png", "a", "c"), func(_ int, o operation) bool {
			if o != mkdir && o != create && o != fill {
				return false
			}
			writes++
			return writes == fail
		})
		if writes < fail {
			return
		}
		if !errors.Is(err, errKilled) {
			t.Errorf("write %d failed, but the build says: %v", fail, err)
		}
		wantTree(t, dir, before, fmt.Sprintf("write %d failed", fail))
		if _, err := os.Stat(filepath.Join(dir, "c")); err == nil {
			t.Errorf("write %d failed: the folder of the new account is there", fail)
		}
	}
}

func TestAnErrorWhileFilesAreMovedLeavesNoTemporaryFiles(t *testing.T) {
	for fail := 1; ; fail++ {
		dir := t.TempDir()
		mustWrite(t, dir, site("1", "", "a", "b"))
		renames := 0
		err := writeFailing(t, dir, site("2", "team.1.png", "a", "c"), func(_ int, o operation) bool {
			if o == rename {
				renames++
			}
			return o == rename && renames == fail
		})
		if renames < fail {
			return
		}
		faults := works(t, dir)
		if !errors.Is(err, errKilled) || faults != nil || strings.Contains(strings.ReplaceAll(list(t, dir), journalName, ""), temporaryPrefix) {
			t.Errorf("rename %d failed: error %v, %q in %s", fail, err, faults, list(t, dir))
		}
	}
}

func TestAnAccountThatCannotBeMadeChangesNothing(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, site("1", "", "a", "b"))
	before := tree(t, dir)
	s := static(site("2", "", "a", "b", "c"))
	s.accounts = append(s.accounts, func() ([]bundle.File, error) { return nil, errors.New("account d: what a template can't render") })
	if _, err := Write(dir, s, Writing{}); err == nil || err.Error() != "account d: what a template can't render" {
		t.Errorf("error %v", err)
	}
	wantTree(t, dir, before, "after the error")
	if _, err := os.Stat(filepath.Join(dir, "c")); err == nil {
		t.Error("the folder of the new account is there")
	}
}
