// Package chromium finds the browser of this machine in which pages are tested and pictures of them are taken.
//
// Only where it is belongs here. It is installed by cmd/check, and started by who uses it.
package chromium

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"missive/widget/problem"
)

// Hint says how one gets a browser.
const Hint = "install Chromium or Google Chrome, or set CHROME_PATH to a browser built on Chromium"

// ErrMissing is the error of [Find] when no browser is found and CHROME_PATH is not set.
var ErrMissing error = problem.New("no Chromium found", Hint)

// Find returns the path of the browser: that of CHROME_PATH, else of one on PATH or where its installer puts it. The error is
// [ErrMissing], or tells that CHROME_PATH names no program.
func Find() (string, error) {
	if path := os.Getenv("CHROME_PATH"); path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", problem.New(fmt.Sprintf("CHROME_PATH: there is no program %q", path), "set it to the full path of Chromium or Chrome, or unset it")
		}
		return found, nil
	}
	// The shell first: it draws no windows, so that the browser tests take half the time.
	candidates := []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
	switch runtime.GOOS {
	case "darwin":
		candidates = append(candidates,
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium")
	case "windows":
		candidates = append(candidates, filepath.Join(os.Getenv("ProgramFiles"), "Google", "Chrome", "Application", "chrome.exe"))
	}
	for _, c := range candidates {
		if path, err := exec.LookPath(c); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}
