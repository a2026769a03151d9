package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"missive/widget/option"
)

func TestEveryOptionIsUsed(t *testing.T) {
	code := widgetCode(t, os.DirFS(filepath.Join(root(t), "widget", "src")))
	var unused []string
	for i := range option.Table {
		o := &option.Table[i]
		used := usedBy(code, o)
		if o.Kind == option.Theme { // resolved by the build, so the widget never sees it
			used = quotedInGo(t, filepath.Join(root(t), "cmd"), o.Path)
		}
		if !used {
			unused = append(unused, o.Path)
		}
	}
	if unused != nil {
		t.Errorf("used nowhere; use them in the widget, or take them out of the table:\n%s", strings.Join(unused, "\n"))
	}
}

func TestUseIsTellableFromMention(t *testing.T) {
	for _, c := range []struct {
		path, code string
		used       bool
	}{
		{"chat.position", `root.classList.toggle("left", config.chat.position == "bottom-left")`, true},
		{"chat.position", `if (at == "chat.position" && !choices.position.includes(value)) warn(at)`, false},
		{"chat.position", `// chat.position decides`, false},
		{"chat.name", `const { name, avatarUrl } = config.chat; f(name)`, true},
		{"chat.name", `const { chat: { name } } = config; f(name)`, true},
		{"chat.name", `f(user.name)`, false},
		{"messages.send", `f(messages.sendAgain)`, false},
		{"messages.online", `f(messages[online ? "online" : "offline"])`, true},
		{"messages.online", `addEventListener("online", f)`, false},
		{"onOpen", `emit("onOpen")`, true},
		{"onOpen", `emit("onOpened")`, false},
		{"id", `f(config.id)`, true},
		{"id", `const { id, host } = config; f(id)`, true},
		{"id", `f(SETUP.id)`, true},
		{"id", `f(message.id)`, false},
		{"meta", `f(config.meta)`, true},
		{"chat.variables.border", "`a { border: var(--border) }`", true},
		{"chat.variables.border", "`a { color: var(--border-color) }`", false},
		{"chat.variables.margin", `getComputedStyle(root).getPropertyValue("--margin")`, true},
	} {
		code := plainCode(t, "test.ts", c.code, api.LoaderTS)
		if got := usedBy([]string{code}, option.Lookup(c.path)); got != c.used {
			t.Errorf("use of %s in %s: %v, want %v", c.path, c.code, got, c.used)
		}
	}
}

// widgetCode is the text of the widget's TypeScript and CSS, a string each, without comments and types.
func widgetCode(t *testing.T, src fs.FS) []string {
	t.Helper()
	loaders := map[string]api.Loader{".ts": api.LoaderTS, ".css": api.LoaderCSS}
	var code []string
	err := fs.WalkDir(src, ".", func(path string, d fs.DirEntry, err error) error {
		loader, ok := loaders[filepath.Ext(path)]
		if err != nil || !ok || path == "generated.ts" {
			return err
		}
		text, err := fs.ReadFile(src, path)
		code = append(code, plainCode(t, path, string(text), loader))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// plainCode is the code without comments and types, and with each string in double quotes if it can be.
func plainCode(t *testing.T, name, code string, loader api.Loader) string {
	t.Helper()
	result := api.Transform(code, api.TransformOptions{
		Sourcefile:    name,
		Loader:        loader,
		Target:        api.ESNext,
		LegalComments: api.LegalCommentsNone,
	})
	if len(result.Errors) > 0 {
		t.Fatalf("%s: %s", name, result.Errors[0].Text)
	}
	return string(result.Code)
}

// usedBy tells whether any of the code uses the option, by its section: "name" alone would be many things.
func usedBy(code []string, o *option.Option) bool {
	section, key := "(?:config|SETUP)", o.Path
	if dot := strings.LastIndexByte(o.Path, '.'); dot >= 0 {
		section, key = o.Path[:dot], o.Path[dot+1:]
	}
	pattern := `(^|[^\w"'$])SECTION\??\.KEY\b` + // section.key, but not "section.key"
		`|\bSECTION\[[^\]]*"KEY"` + // section[a ? "key" : "other"]
		`|\{[^{}]*\bKEY\b[^{}]*\} = [\w.]*\bSECTION\b` + // const { key } = section
		`|\bSECTION: \{[^{}]*\bKEY\b` // const { section: { key } } =
	if o.Kind == option.Variable {
		pattern = `var\(--KEY\s*[,)]|"--KEY"`
	} else if o.Kind == option.Callback {
		pattern = `"KEY"`
	}
	uses := regexp.MustCompile(strings.NewReplacer("SECTION", section, "KEY", key).Replace(pattern))
	return slices.ContainsFunc(code, uses.MatchString)
}

// quotedInGo tells whether the word stands as a string in a Go file below the folder; tests don't count, nor does this package.
func quotedInGo(t *testing.T, folder, word string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			filepath.Base(filepath.Dir(path)) == "generate" {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for n := range ast.Preorder(parsed) {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && l.Value == strconv.Quote(word) {
				found = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
