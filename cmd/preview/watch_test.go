package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestASavedFileIsToldOnceItIsWritten(t *testing.T) {
	dir := t.TempDir()
	chat := filepath.Join(dir, "chat.yaml")
	write(t, chat, "id: acme")
	w := watchIn(t, []string{dir}, nil)

	write(t, chat, "id: acme-2")
	w.wait(chat)

	// As many editors do: the new text under another name, then over the old one. Twice, as the file is another one now.
	for range 2 {
		write(t, chat+"~", "id: acme-3")
		if err := os.Rename(chat+"~", chat); err != nil {
			t.Fatal(err)
		}
		w.wait(chat)
	}

	if err := os.Remove(chat); err != nil {
		t.Fatal(err)
	}
	w.wait(chat)
	write(t, chat, "id: acme-4")
	w.wait(chat)
}

func TestFilesInNewFoldersAreTold(t *testing.T) {
	dir := t.TempDir()
	themes := filepath.Join(dir, "themes")
	w := watchIn(t, nil, []string{themes})

	// The tree comes after the watcher, and so does a folder in it.
	for range 2 {
		theme := filepath.Join(themes, "dark", "night.toml")
		if err := os.MkdirAll(filepath.Dir(theme), 0o755); err != nil {
			t.Fatal(err)
		}
		w.wait(themes)
		write(t, theme, `main-color = "#123"`)
		w.wait(theme)
		// And a second time, as a checkout of another branch may take it away for a moment.
		if err := os.RemoveAll(themes); err != nil {
			t.Fatal(err)
		}
		w.wait(themes)
	}
}

func TestOtherFilesAreNotTold(t *testing.T) {
	dir := t.TempDir()
	theme := filepath.Join(dir, "themes", "night.toml")
	others := []string{
		filepath.Join(dir, "themes-of-old.txt"),
		filepath.Join(dir, "themes-of-old", "night.toml"),
		filepath.Join(dir, "shop", "node_modules", "below-the-folder.js"),
	}
	for _, path := range append(others, theme) {
		write(t, path, "before")
	}
	w := watchIn(t, []string{filepath.Join(dir, "shop")}, []string{filepath.Dir(theme)})

	for _, path := range others {
		write(t, path, "after")
	}
	if err := os.Chmod(theme, 0o600); err != nil {
		t.Fatal(err)
	}
	chat := filepath.Join(dir, "shop", "chat.yaml")
	write(t, chat, "id: acme")
	if told := w.wait(chat); !slices.Equal(told, []string{chat}) {
		t.Errorf("told %q, want %s alone", told, chat)
	}
}

func TestAFolderThatIsNotThereIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "shop")
	_, err := watch([]string{missing}, nil)
	if want := missing + ": no such file or directory"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

type testWatcher struct {
	*watcher
	t *testing.T
}

func watchIn(t *testing.T, folders, trees []string) testWatcher {
	t.Helper()
	w, err := watch(folders, trees)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.close()
		for range w.Saved { // until it is closed: nothing of the watcher is left
		}
	})
	return testWatcher{w, t}
}

// wait receives until the file is told, and returns all that was.
func (w testWatcher) wait(path string) []string {
	w.t.Helper()
	var told []string
	for batch := range w.Saved {
		told = append(told, batch...)
		if slices.Contains(batch, path) {
			return told
		}
	}
	w.t.Fatalf("the watcher ended without telling of %s", path)
	return nil
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
