package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"missive/widget/option"
)

// Every documented name has a browser test that names it: the title begins with the path of the option, or with
// "MissiveChat.method", and a colon. Titles made in a loop hold the name as a string of its own.
func TestEveryOptionAndMethodHasABrowserTest(t *testing.T) {
	var names []string
	for i := range option.Table {
		if o := &option.Table[i]; o.Where != option.FileOnly {
			names = append(names, o.Path)
		}
	}
	for _, m := range methods {
		name, _, _ := strings.Cut(m.call, "(")
		names = append(names, "MissiveChat."+name)
	}

	code := browserTests(t)
	var untested []string
	for _, name := range names {
		if !namedIn(code, name) {
			untested = append(untested, name)
		}
	}
	if untested != nil {
		t.Errorf("no browser test has a title that begins with these names:\n%s", strings.Join(untested, "\n"))
	}
}

func TestTitleIsTellableFromMention(t *testing.T) {
	for _, c := range []struct {
		name, code string
		named      bool
	}{
		{"chat.position", `test("chat.position: the other corner", f)`, true},
		{"chat.position", "test(`chat.position: ${corner}`, f)", true},
		{"chat.position", `for (const path of ["chat.position", 'chat.name']) test(path + ": works", f)`, true},
		{"chat.position", `test("the window, chat.position: left", f)`, false},
		{"chat.position", `// test("chat.position: the other corner", f)`, false},
		{"messages.send", `test("messages.sendAgain: tries again", f)`, false},
		{"chat.variables.main-color", `const variables = { "main-color": "red" }`, true},
		{"chat.variables.height", `const variables = { height: "10px" }`, true},
		{"chat.variables.height", `css(window, "height")`, false},
		{"MissiveChat.open", `test("MissiveChat.open: opens the window", f)`, true},
		{"MissiveChat.open", `MissiveChat.open()`, false},
	} {
		code := plainCode(t, "test.spec.ts", c.code, api.LoaderTS)
		if got := namedIn(code, c.name); got != c.named {
			t.Errorf("%s is named in %s: %v, want %v", c.name, c.code, got, c.named)
		}
	}
}

func browserTests(t *testing.T) string {
	t.Helper()
	var specs []string
	for _, folder := range []string{"widget/e2e", "cmd/preview/*", "cmd/internal/desk"} {
		found, err := filepath.Glob(filepath.Join(root(t), filepath.FromSlash(folder), "*.spec.ts"))
		if err != nil || found == nil {
			t.Fatalf("no browser test in %s: %v", folder, err)
		}
		specs = append(specs, found...)
	}
	var all strings.Builder
	for _, spec := range specs {
		text, err := os.ReadFile(spec)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(plainCode(t, spec, string(text), api.LoaderTS))
	}
	return all.String()
}

// namedIn tells whether a string in the code is the name, or begins with it and a colon.
// Style variables may go by their last key, in an object or list called variables.
func namedIn(code, name string) bool {
	pattern := "[\"'`]" + regexp.QuoteMeta(name) + "[\"'`:]"
	if key, ok := strings.CutPrefix(name, "chat.variables."); ok {
		pattern += `|\bvariables = [{\[][^;]*?[\s"]` + key + `[":]`
	}
	return regexp.MustCompile(pattern).MatchString(code)
}
