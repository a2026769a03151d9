// Package chromiumtest gives tests a machine without a browser.
package chromiumtest

import (
	"runtime"
	"testing"
)

// OnlyPath returns a folder, empty at first, that is the only place where programs are found until the test ends.
func OnlyPath(t *testing.T) (folder string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere a browser may be installed outside PATH")
	}
	folder = t.TempDir()
	t.Setenv("PATH", folder)
	t.Setenv("CHROME_PATH", "")
	return folder
}
