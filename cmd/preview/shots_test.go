package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutABrowserOrAChatThereAreNoPicturesAndAHint(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, browser, chat, out, errors string }{
		{"no browser", "/no/such/browser", oneAccount, "",
			"preview: CHROME_PATH: there is no program \"/no/such/browser\"\n  hint: set it to the full path of Chromium or Chrome, or unset it\n"},
		{"a mistake in chat.yaml", self, misspelt, "chat.yaml:4:8: chat.postion: unknown option\n  hint: did you mean \"position\"?\n",
			"preview: nothing to take pictures of\n  hint: mend what is told above, then try again\n"},
	} {
		t.Setenv("CHROME_PATH", c.browser)
		t.Chdir(t.TempDir())
		write(t, "chat.yaml", c.chat)
		var out, errors strings.Builder
		code := run(t.Context(), []string{"-shots", filepath.Join("new", "shots")}, &out, &errors)
		if code != 2 || out.String() != c.out || errors.String() != c.errors {
			t.Errorf("%s: exit code %d, out %q, errors %q", c.what, code, &out, &errors)
		}
		if _, err := os.Stat("new"); err == nil {
			t.Errorf("%s: the folder was made for nothing", c.what)
		}
	}
}
