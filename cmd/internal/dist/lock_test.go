package dist

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"missive/cmd/internal/bundle"
)

// holder is set in a process that locks the folder of this name, says so, and stays until it is killed.
const holder = "MISSIVE_TEST_HOLDS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holder); dir != "" {
		if _, err := lock(dir, nil); err != nil {
			fmt.Println(err)
		}
		fmt.Println("locked")
		select {}
	}
	os.Exit(m.Run())
}

func TestABuildWaitsForTheOneThatIsAtItAndNotForOneThatWasKilled(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link") // another name of the folder
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), holder+"="+link)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatal(line, err)
	}
	waits := make(chan bool, 1)
	done := make(chan error)
	go func() {
		_, err := Write(dir, static(site("1", "", "a")), Writing{Waiting: func() { waits <- true }})
		done <- err
	}()
	<-waits
	if got := list(t, dir); got != "" {
		t.Errorf("the build wrote while another had the folder: %s", got)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	wantList(t, dir, "a/index.html a/missive.js assets/panel.1.js")
	_ = other.Wait() // killed
}

func TestOfTwoBuildsAtOnceBothEndAndTheFolderIsThatOfOne(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		mustWrite(t, dir, site("0", "", "a", "b"))
		var builds sync.WaitGroup
		sites := [][]bundle.File{site("1", "", "a", "b"), site("2", "", "a", "c")}
		for _, files := range sites {
			builds.Go(func() {
				if _, err := Write(dir, static(files), Writing{}); err != nil {
					t.Error(err)
				}
			})
		}
		builds.Wait()
		whole := func(files []bundle.File) bool {
			return !slices.ContainsFunc(files, func(f bundle.File) bool {
				content, err := os.ReadFile(filepath.Join(dir, f.Name))
				return errors.Is(err, fs.ErrNotExist) || string(content) != string(f.Bytes)
			})
		}
		if !whole(sites[0]) && !whole(sites[1]) {
			t.Errorf("a mix of two: %s", list(t, dir))
		}
		for _, e := range known(t, dir).Files {
			content, err := os.ReadFile(filepath.Join(dir, e.Path))
			if err != nil || bundle.Integrity(content) != e.Integrity {
				t.Errorf("%s is not as the manifest says: %v", e.Path, err)
			}
		}
		if faults := works(t, dir); faults != nil || strings.Contains(list(t, dir), temporaryPrefix) {
			t.Errorf("%q in %s", faults, list(t, dir))
		}
	}
}
