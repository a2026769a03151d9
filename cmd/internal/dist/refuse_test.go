package dist

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"missive/cmd/internal/bundle"
)

const notOurs = "\n  hint: move it away, or choose another folder with -out; -force replaces it; if the folder is from a build, -adopt takes its files for ours"

// refused builds into dir, which must fail with the error and change nothing.
func refused(t *testing.T, dir, want string) {
	t.Helper()
	before := tree(t, dir)
	_, err := Write(dir, static(site("2", "", "a")), Writing{})
	wantError(t, err, dir, want)
	wantTree(t, dir, before, "after the refusal")
}

func TestAManifestThatIsNotOursGivesNothingAway(t *testing.T) {
	victims := map[string]string{"b/victim": "theirs", "victim": "theirs", "_headers": "theirs"}
	entry := func(p string) string {
		return fmt.Sprintf(`{"path": %q, "integrity": %q}`, p, bundle.Integrity([]byte("theirs")))
	}
	for _, text := range []string{
		"", "{", "[]", "{}", `{"name": "A web app"}`,
		`{"files": [], "icons": []}`,
		`{"files": [], "kept": []} {}`,
		`{"files": [{"path": 1}]}`,
		`{"files": [{"path": ""}]}`,
		`{"files": [{"path": "."}]}`,
		`{"files": [` + entry("../b/victim") + `]}`,
		`{"files": [` + entry("/victim") + `]}`,
		`{"files": [` + entry("c/../b/victim") + `]}`,
		`{"files": [` + entry(`b\victim`) + `]}`,
		`{"files": [` + entry("b/victim") + `]}`,
		`{"files": [` + entry("victim") + `]}`,
		`{"files": [], "kept": [` + entry("b/victim") + `]}`,
		`{"files": [], "pending": [` + entry("b/victim") + `]}`,
		`{"files": [` + entry("_headers") + `, ` + entry("b/victim") + `]}`,
		`{"files": [{"path": "c/Manifest.json", "bytes": 10}]}`,
	} {
		dir := t.TempDir()
		for name, content := range victims {
			put(t, content, dir, name)
		}
		put(t, text, dir, "c", ManifestName)
		mustWrite(t, dir, site("2", "", "a"))
		got := tree(t, dir)
		for name, content := range victims {
			if got[name] != content {
				t.Errorf("%s is gone by the manifest %s", name, text)
			}
		}
		if got["c/manifest.json"] != text {
			t.Errorf("the manifest %s has gone", text)
		}
	}
}

func TestASymbolicLinkLeadsNowhereOutside(t *testing.T) {
	outside := t.TempDir()
	put(t, "theirs", outside, "missive.js")
	put(t, "theirs", outside, "victim")

	t.Run("folder to write to", func(t *testing.T) {
		dir := t.TempDir()
		link(t, outside, filepath.Join(dir, "a"))
		_, err := Write(dir, static(site("2", "", "a")), Writing{})
		wantError(t, err, dir, "dist/a: path escapes from parent\n  hint: a symbolic link leads out of the folder; remove it and build again")
	})
	t.Run("folder of a tampered manifest", func(t *testing.T) {
		dir := t.TempDir()
		link(t, outside, filepath.Join(dir, "b"))
		put(t, `{"files": [{"path": "b/victim"}], "kept": []}`, dir, ManifestName)
		_, err := Write(dir, static(site("2", "", "a")), Writing{})
		wantError(t, err, dir, "dist/b/victim: path escapes from parent\n  hint: a symbolic link leads out of the folder; remove it and build again")
	})
	t.Run("file to replace", func(t *testing.T) {
		dir := t.TempDir()
		put(t, "", dir, "a", "index.html")
		link(t, filepath.Join(outside, "missive.js"), filepath.Join(dir, "a", "missive.js"))
		// This one leads to what the build makes (and is as long), but may not do so for good.
		put(t, "panel 2", dir, "p.js")
		put(t, "", dir, "assets", "x")
		link(t, "../p.js", filepath.Join(dir, "assets", "panel.2.js"))
		refused(t, dir, "dist/a/index.html: is not from a build, and would be replaced"+notOurs+
			"\ndist/a/missive.js: is not from a build, and would be replaced"+notOurs+
			"\ndist/assets/panel.2.js: is not from a build, and would be replaced"+notOurs)
		if _, err := Write(dir, static(site("2", "", "a")), Writing{Force: true}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a/missive.js", "assets/panel.2.js"} {
			if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
				t.Error("the link was not replaced by a file:", name, err)
			}
		}
	})
	wantTree(t, outside, map[string]string{"missive.js": "theirs", "victim": "theirs"}, "outside of the folder")
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("symbolic links are not for everybody there:", err)
		}
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err error, dir, want string) {
	t.Helper()
	if err == nil {
		t.Fatal("the build came to its end")
	}
	if got := strings.ReplaceAll(err.Error(), dir, "dist"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatStandsInTheWayIsNamed(t *testing.T) {
	const hint = "\n  hint: files and folders of the build can't replace what stands there; move it away, or choose another folder with -out"
	t.Run("a folder instead of a file", func(t *testing.T) {
		dir := t.TempDir()
		put(t, "mine", dir, "a", "missive.js", "notes.txt")
		refused(t, dir, "dist/a/missive.js: is a directory"+hint)
	})
	t.Run("a file instead of a folder", func(t *testing.T) {
		dir := t.TempDir()
		put(t, "mine", dir, "a")
		refused(t, dir, "dist/a: not a directory"+hint)
	})
	t.Run("a file instead of dist", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "dist")
		put(t, "mine", dir)
		_, err := Write(dir, static(site("2", "", "a")), Writing{})
		wantError(t, err, dir, "dist: not a directory"+hint)
	})
}

func TestErrorsOfTheMachineComeWithAHint(t *testing.T) {
	for cause, want := range map[error]string{
		syscall.ENOSPC: "dist/a: no space left on device\n  hint: make room on the disk and build again",
		syscall.EACCES: "dist/a: permission denied\n  hint: make it writable for you, or choose another folder with -out",
		syscall.EROFS:  "dist/a: read-only file system\n  hint: make it writable for you, or choose another folder with -out",
		syscall.ENOENT: "dist/a: no such file or directory\n  hint: is another build writing to the same folder? wait for it and build again",
		syscall.EIO:    "dist/a: input/output error",
	} {
		wantError(t, newError("dist/a", &fs.PathError{Op: "open", Path: ".missive-build.1", Err: cause}), "dist", want)
	}
}

func TestFilesThatMakeNoFolderAreRefused(t *testing.T) {
	for _, names := range [][]string{{"a", "a"}, {"a/b", "A/b"}, {"../a"}, {"/a"}, {""}, {"manifest.json"}} {
		dir := t.TempDir()
		var files []bundle.File
		for _, name := range names {
			files = append(files, bundle.File{Name: name})
		}
		if _, err := Write(dir, static(files), Writing{}); err == nil || list(t, dir) != "" {
			t.Errorf("files %q: error %v, made %q", names, err, list(t, dir))
		}
	}
}

func TestAnAccountThatChangesCaseIsNotRemovedWhereCaseDoesNotCount(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, site("1", "", "Acme"))
	// Hard links make both spellings lead to one file, as on such a disk.
	put(t, "", dir, "acme", "x")
	for _, name := range []string{"index.html", "missive.js"} {
		if err := os.Link(filepath.Join(dir, "Acme", name), filepath.Join(dir, "acme", name)); err != nil {
			t.Fatal(err)
		}
	}
	files := site("1", "", "acme")
	for i, f := range site("1", "", "Acme") {
		files[i].Bytes = f.Bytes
	}
	mustWrite(t, dir, files)
	wantList(t, dir, "Acme/index.html Acme/missive.js acme/index.html acme/missive.js acme/x assets/panel.1.js")
}
