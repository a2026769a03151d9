package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/dist"
)

// exampleSetup is what the examples of README were made from.
const exampleSetup = "host: https://chat.example.com\nid: acme\nchat: {avatarUrl: team.png}\n"

// example returns the text between the marks of README.
func example(t *testing.T, mark string) []byte {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)<!-- " + mark + " -->\n\n```(?:json)?\n(.*?)```\n\n<!-- /" + mark + " -->").FindSubmatch(text)
	if block == nil {
		t.Fatalf("cmd/build/README.md has no example of %s", mark)
	}
	return block[1]
}

func parseJSON(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// facts are the values of a JSON text with where they stand, without their place in lists, and without what differs from build to build.
func facts(value any) map[string]bool {
	found := map[string]bool{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, v := range value {
				walk(path+"."+key, v)
			}
		case []any:
			for _, v := range value {
				walk(path+"[]", v)
			}
		case float64:
			found[path+" number"] = true
		default:
			found[fmt.Sprintf("%s %v", path, value)] = true
		}
	}
	walk("", value)
	return found
}

var differs = regexp.MustCompile(`\.[0-9a-f]{10}\.|sha256-\S+`)

// checkExample wants each fact of the example to hold, and each kind of fact to be in the example.
func checkExample(t *testing.T, example, real any) {
	t.Helper()
	clean := func(facts map[string]bool) map[string]bool {
		out := map[string]bool{}
		for fact := range facts {
			out[differs.ReplaceAllString(fact, ".HASH.")] = true
		}
		return out
	}
	shown, there := clean(facts(example)), clean(facts(real))
	for _, fact := range slices.Sorted(maps.Keys(shown)) {
		if !there[fact] {
			t.Errorf("cmd/build/README.md has the example %q, which no build makes", fact)
		}
	}
	kinds := map[string]bool{}
	for fact := range shown {
		kinds[strings.SplitN(fact, " ", 2)[0]] = true
	}
	for _, fact := range slices.Sorted(maps.Keys(there)) {
		if kind := strings.SplitN(fact, " ", 2)[0]; !kinds[kind] {
			t.Errorf("cmd/build/README.md has no example of %q", fact)
		}
	}
}

func TestTheExamplesOfReadmeAreWhatABuildMakes(t *testing.T) {
	output, manifest := parseJSON(t, example(t, "json")), parseJSON(t, example(t, "manifest"))
	t.Chdir(setupDir(t))
	checkExample(t, output, parseJSON(t, []byte(mustRun(t, "-json"))))
	made, err := os.ReadFile("dist/acme/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	checkExample(t, manifest, parseJSON(t, made))
}

func TestTheManifestOfReadmeIsThatOfOneBuild(t *testing.T) {
	m, err := dist.ReadManifest(bytes.NewReader(example(t, "manifest")))
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]dist.Entry{}
	for _, e := range slices.AppendSeq(m.Files, maps.Values(m.Names)) {
		if other, ok := byPath[e.Path]; ok && other != e {
			t.Errorf("%s is both %v and %v", e.Path, e, other)
		}
		byPath[e.Path] = e
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(e.Integrity, "sha256-"))
		hash := differs.FindString(e.Path)
		if err != nil || hash != "" && hash[1:11] != hex.EncodeToString(sum)[:10] {
			t.Errorf("%s doesn't have the integrity %s", e.Path, e.Integrity)
		}
	}
}

func TestTheAnnotationOfReadmeIsWhatAWorkflowGets(t *testing.T) {
	annotation := example(t, "github")
	t.Setenv("GITHUB_WORKSPACE", "")
	t.Chdir(t.TempDir())
	setup := "host: https://chat.example.com\nid: acme\nconnection:\n  tokenUrl: https://chat.example.com/token\n" +
		strings.Repeat("#\n", 8) + "chat:\n" + "    postion: bottom-left\n"
	if err := os.WriteFile("chat.yaml", []byte(setup), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-format", "github"}, &out, &errs); code != 1 || out.String() != string(annotation) || errs.Len() > 0 {
		t.Errorf("exit code %d, got\n%s%s\nwant\n%s", code, out.String(), errs.String(), annotation)
	}
}

func setupDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	picture, err := os.ReadFile("../../widget/e2e/team.png")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"chat.yaml": []byte(exampleSetup), "team.png": picture} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sizesOfReadme are the sizes that the project's README names, with the names of the files that they are of.
var sizesOfReadme = []struct {
	file  string
	named *regexp.Regexp
}{
	{`^acme/missive\.js$`, regexp.MustCompile("`missive\\.js` is ([0-9.]+ KB), your setup included")},
	{`^assets/panel\.`, regexp.MustCompile(`The window, ([0-9.]+ KB),`)},
	{`^assets/connection\.`, regexp.MustCompile(`the connection, ([0-9.]+ KB),`)},
}

// They are those of the shipped chat.yaml with brotli, as it says beside them, rounded as the report rounds.
func TestTheSizesInTheReadmeAreMeasured(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.Join(strings.Fields(string(text)), " ")
	var output struct {
		Files []struct {
			Path  string
			Bytes size
		}
	}
	if err := json.Unmarshal([]byte(mustRun(t, "-check", "-json", "../../chat.yaml")), &output); err != nil {
		t.Fatal(err)
	}
	sizes := regexp.MustCompile(`[0-9.,]+ [KMk]i?B\b`)
	// What a KB is.
	if n := len(sizes.FindAllString(readme, -1)); n != len(sizesOfReadme)+1 || !strings.Contains(readme, "(1 KB is 1,024 bytes,") {
		t.Errorf("README.md names %d sizes, of which %d are measured here: %q", n-1, len(sizesOfReadme), sizes.FindAllString(readme, -1))
	}
	for _, s := range sizesOfReadme {
		named, measured := s.named.FindStringSubmatch(readme), ""
		for _, f := range output.Files {
			if regexp.MustCompile(s.file).MatchString(f.Path) {
				measured = human(f.Bytes.Brotli)
			}
		}
		if named == nil || named[1] != measured {
			t.Errorf("README.md has %q, but %s has %s", named, s.file, measured)
		}
	}
}
