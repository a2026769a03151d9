package main

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"missive/cmd/internal/setup"
	"missive/widget/option"
)

// chatYaml is the text of the shipped file.
func chatYaml(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "chat.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// commented is an option that is commented out; prose has a space behind its "#".
var commented = regexp.MustCompile(`(?m)^( *)#(\w.*)$`)

func TestChatYamlShowsEveryOptionWithItsDefault(t *testing.T) {
	live := flatten(t, chatYaml(t))
	shown := flatten(t, commented.ReplaceAllString(chatYaml(t), "$1$2"))
	for path, n := range options(t) {
		if n.option.Where == option.PageOnly {
			continue
		}
		want := n.value
		if n.option.Kind == option.Meta {
			want = map[string]any{}
		}
		value, ok := shown[path]
		_, set := live[path]
		switch {
		case !ok:
			t.Errorf("chat.yaml doesn't show %s", path)
		case set && value == want:
			t.Errorf("chat.yaml sets %s to its default: comment it out", path)
		case !set && !reflect.DeepEqual(value, want):
			t.Errorf("chat.yaml shows %s as %#v, but the default is %#v", path, value, want)
		}
		delete(shown, path)
	}
	if len(shown) > 0 {
		t.Errorf("chat.yaml shows what is no option: %q", slices.Sorted(maps.Keys(shown)))
	}
}

// flatten returns the values of a chat.yaml by their paths.
func flatten(t *testing.T, text string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		if m, ok := value.(map[string]any); ok && path != "meta" {
			for key, inner := range m {
				walk(join(path, key), inner)
			}
		} else if value != nil { // a section with nothing in it
			values[path] = value
		}
	}
	walk("", doc)
	return values
}

func TestEachOptionOfChatYamlCanBeUncommented(t *testing.T) {
	text := chatYaml(t)
	want := load(t, text)
	if got := load(t, commented.ReplaceAllString(text, "$1$2")); !reflect.DeepEqual(got, want) {
		t.Errorf("with all options uncommented:\n%v\nwant what it is without:\n%v", got, want)
	}
	for _, at := range commented.FindAllStringIndex(text, -1) {
		line := text[at[0]:at[1]]
		t.Run(strings.TrimSpace(line), func(t *testing.T) {
			alone := text[:at[0]] + commented.ReplaceAllString(line, "$1$2") + text[at[1]:]
			if got := load(t, alone); !reflect.DeepEqual(got, want) {
				t.Errorf("got:\n%v\nwant:\n%v", got, want)
			}
		})
	}
}

// load returns the accounts of a chat.yaml that has no problems. Style variables with their documented values are left out: set
// for both schemes they are no defaults.
func load(t *testing.T, text string) []setup.Account {
	t.Helper()
	file := filepath.Join(t.TempDir(), "chat.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	accounts, problems := setup.Load([]string{file}, setup.Options{})
	for _, p := range problems {
		if !p.Warning {
			t.Error(p)
		}
	}
	for _, a := range accounts {
		for path, n := range options(t) {
			if n.option.Kind == option.Variable && a.Values[path] == n.value {
				delete(a.Values, path)
			}
		}
	}
	return accounts
}

// example is the indented part of the comment that begins with the line.
func example(t *testing.T, first string) string {
	t.Helper()
	_, rest, ok := strings.Cut(chatYaml(t), "\n"+first)
	if !ok {
		t.Fatalf("chat.yaml has no line that begins with %q", first)
	}
	var b strings.Builder
	for line := range strings.SplitSeq(rest, "\n") {
		if text, ok := strings.CutPrefix(line, "#   "); ok {
			b.WriteString(text + "\n")
		} else if b.Len() > 0 {
			break
		}
	}
	return b.String()
}

func TestSeveralAccountsAsInTheCommentWork(t *testing.T) {
	text := example(t, "# Several accounts in one file")
	accounts := load(t, text)
	var ids []string
	for _, a := range accounts {
		ids = append(ids, a.ID)
		if got := a.Values["support.email"]; got != "hello@example.com" {
			t.Errorf("%s: the shared support.email is %v", a.ID, got)
		}
	}
	if want := []string{"acme", "acme-fr"}; !slices.Equal(ids, want) {
		t.Errorf("accounts %q, want %q", ids, want)
	}
	if refused := compileSchema(t)(t, text); refused != "" {
		t.Errorf("the schema refuses it: %s", refused)
	}
}

func TestChatYamlTellsWhatBelongsOnThePage(t *testing.T) {
	script := example(t, "# The logged-in user and your own functions")
	for path, n := range options(t) {
		if n.option.Where == option.PageOnly && !regexp.MustCompile(`\b`+n.key+`\b`).MatchString(script) {
			t.Errorf("the example of a page doesn't show %s:\n%s", path, script)
		}
	}
}

func TestChatYamlFitsItsSchema(t *testing.T) {
	check := compileSchema(t)
	text := chatYaml(t)
	if refused := check(t, text); refused != "" {
		t.Errorf("the schema refuses chat.yaml: %s", refused)
	}
	if refused := check(t, commented.ReplaceAllString(text, "$1$2")); refused != "" {
		t.Errorf("the schema refuses chat.yaml with all options uncommented: %s", refused)
	}
}

// Editors find the schema by this line; it works for the file where it is.
func TestChatYamlNamesItsSchema(t *testing.T) {
	line, _, _ := strings.Cut(chatYaml(t), "\n")
	schema, ok := strings.CutPrefix(line, "# yaml-language-server: $schema=")
	if !ok {
		t.Fatalf("the first line of chat.yaml is %q", line)
	}
	if _, err := os.Stat(filepath.Join(root(t), schema)); err != nil {
		t.Error(err)
	}
}
