//go:build unix

package studio

import (
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// fillDisk lets no file grow beyond some bytes from now on, as on a disk that is full. It returns what ends that.
func fillDisk(t *testing.T) (free func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	full := before
	full.Cur = 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
		t.Fatal(err)
	}
	free = func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(free)
	return free
}

func TestNothingIsHalfWrittenWhenTheDiskIsFull(t *testing.T) {
	const inside = "STUDIO_TEST_FULL_DISK"
	if os.Getenv(inside) == "" {
		// In a process of its own: what else this one writes must find room.
		alone := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		alone.Env = append(os.Environ(), inside+"=1")
		if out, err := alone.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	d := newDesigner(t)
	own := map[string]string{"width": "444px"}
	drafts := map[string]draft{
		"save": {Theme: "brand", Version: d.open("brand").Version, Own: own},
		"new":  {Theme: "brand", Own: own, Name: "spring"},
	}
	free := fillDisk(t)
	told, codes := map[string]*words{}, map[string]int{}
	for call, draft := range drafts {
		told[call] = &words{}
		codes[call] = d.ask(call, draft, told[call])
	}
	free()
	for call, f := range told {
		if codes[call] != http.StatusInternalServerError || !strings.Contains(f.Message, "can't be written") || f.Hint == "" {
			t.Errorf("%s: %d %+v", call, codes[call], f)
		}
	}
	if entries, _ := os.ReadDir(d.folder); len(entries) != 1 || d.file("brand") != brand {
		t.Errorf("in the folder are %v, and brand says\n%s", entries, d.file("brand"))
	}
	for call, draft := range drafts {
		if code := d.ask(call, draft, nil); code != http.StatusOK {
			t.Errorf("%s, with room again: %d", call, code)
		}
	}
}
