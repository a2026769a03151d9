//go:build unix

package setup

import (
	"syscall"
	"testing"
)

func TestPipesAreNotReadAsPictures(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo("pipe.png", 0o644); err != nil {
		t.Fatal(err)
	}
	_, fault := readImage("pipe.png")
	if fault == nil || fault.Message != `"pipe.png" is not a file` {
		t.Errorf("got %v", fault)
	}
}
