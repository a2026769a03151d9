package chromium

import (
	"os"
	"path/filepath"
	"testing"

	"missive/cmd/internal/chromium/chromiumtest"
)

func TestChromiumIsFoundOnPath(t *testing.T) {
	bin := chromiumtest.OnlyPath(t)
	if _, err := Find(); err == nil || err != ErrMissing {
		t.Errorf("nothing on PATH: got %v, want %s", err, ErrMissing)
	}
	// The one named last is found too, and Chromium is preferred, without a window if there is such a one.
	for _, name := range []string{"chrome", "google-chrome", "chromium-browser", "chromium", "chromium-headless-shell"} {
		want := filepath.Join(bin, name)
		install(t, want)
		if got, err := Find(); got != want {
			t.Errorf("got %q, %v; want %s", got, err, want)
		}
	}
}

func TestChromePathWins(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	install(t, filepath.Join(bin, "chromium"))
	mine := filepath.Join(t.TempDir(), "my-browser.exe")
	install(t, mine)

	t.Setenv("CHROME_PATH", mine)
	if got, err := Find(); got != mine {
		t.Errorf("got %q, %v; want %s", got, err, mine)
	}

	t.Setenv("CHROME_PATH", "/no/such/browser")
	want := "CHROME_PATH: there is no program \"/no/such/browser\"\n" +
		"  hint: set it to the full path of Chromium or Chrome, or unset it"
	if got, err := Find(); err == nil || err.Error() != want {
		t.Errorf("got %q, %v; want %s", got, err, want)
	}
}

// install puts a program there that does nothing.
func install(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
}
