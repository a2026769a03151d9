package themes

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"missive/widget/problem"
)

// edited is the text of themes/x.toml after changes: values by key, "" for none.
func edited(t *testing.T, text string, changes map[string]string) (string, *problem.Problem) {
	t.Helper()
	write(t, map[string]string{"themes/x.toml": text})
	theme, _, found := Load("x", "themes")
	if !found {
		t.Fatal("the theme is not found")
	}
	own := theme.Own()
	maps.Copy(own, changes)
	maps.DeleteFunc(own, func(_, value string) bool { return value == "" })
	draft, faults := theme.With(own)
	if len(faults) > 0 {
		t.Fatalf("the values have faults: %v", faults)
	}
	got, fault := theme.Edit(draft)
	return string(got), fault
}

func TestAnEditChangesTheLineOfItsValueAndNothingElse(t *testing.T) {
	for _, tt := range []struct {
		what, text string
		changes    map[string]string
		want       string
	}{
		{"comments and spaces stay, before and behind",
			"# Ours\n\n  main-color  =  \"#111\"   # the brand, \"as printed\"\n# end\n", map[string]string{"main-color": "#222"},
			"# Ours\n\n  main-color  =  \"#222\"   # the brand, \"as printed\"\n# end\n"},
		{"a number sign in a value begins no comment",
			"main-color = '#111'# a\nbadge-color='#fff'", map[string]string{"main-color": "#1a2b3c", "badge-color": "#eee"},
			"main-color = '#1a2b3c'# a\nbadge-color='#eee'"},
		{"line ends of Windows stay, also for new lines",
			"main-color = '#111'\r\nwidth = '1px'\r\n", map[string]string{"main-color": "#222", "dark-main-color": "#333"},
			"main-color = '#222'\r\nwidth = '1px'\r\n\r\ndark-main-color = \"#333\"\r\n"},
		{"without a line end at the end there is none afterwards",
			"width = '1px'", map[string]string{"height": "2px"}, "width = '1px'\nheight = \"2px\""},
		{"the last line goes", "width = '1px'\nheight = '2px'", map[string]string{"height": ""}, "width = '1px'\n"},
		{"a byte order mark stays", "\ufeffwidth = '1px'\n", map[string]string{"width": "2px"}, "\ufeffwidth = '2px'\n"},
		{"quoted keys stay quoted",
			"\"main-color\" = \"#111\"\n'width' = '1px'\n", map[string]string{"main-color": "#222", "width": ""},
			"\"main-color\" = \"#222\"\n"},
		{"quotes fit what is between them",
			"font-family = \"Arial\" # é\nbox-shadow = 'none'\n", map[string]string{"font-family": `"Source Sans 3", Arial`},
			"font-family = '\"Source Sans 3\", Arial' # é\nbox-shadow = 'none'\n"},
		{"both kinds of quotes in a value are escaped",
			"font-family = 'Arial'\n", map[string]string{"font-family": `"Joe's and Co", Arial`},
			"font-family = \"\\\"Joe's and Co\\\", Arial\"\n"},
		{"what is removed loses its line, and the comment above stays",
			"# Shape\nwidth = '1px' # wide\nheight = '2px'\n", map[string]string{"width": ""}, "# Shape\nheight = '2px'\n"},
		{"other wrong values stay for their author to see",
			"main-color = 'bleu'\nwidth = 350\nheight = '1px'\n", map[string]string{"height": "2px"},
			"main-color = 'bleu'\nwidth = 350\nheight = '2px'\n"},
		{"a wrong value can be put right", "main-color = 'bleu' # ?\n", map[string]string{"main-color": "blue"}, "main-color = 'blue' # ?\n"},
		{"characters of several bytes before a value shift nothing",
			"# größe\n\"main-color\" = '#111' # größer\n", map[string]string{"main-color": "#222"}, "# größe\n\"main-color\" = '#222' # größer\n"},
		{"nothing changes nothing", "width='1px'\n\n\n# end", nil, "width='1px'\n\n\n# end"},
	} {
		got, fault := edited(t, tt.text, tt.changes)
		if got != tt.want || fault != nil {
			t.Errorf("%s:\ngot  %q\nwant %q\n%v", tt.what, got, tt.want, fault)
		}
	}
}

func TestANewValueStandsBesideItsLike(t *testing.T) {
	const text = `# Ours
extends = "paper"

# Colours
main-color = "#111"
badge-color = "#fff" # on the badge

# Shape
closed-border-radius = "4px"
width = "300px"

# At night
dark-main-color = "#eee"
dark-badge-color = "#000"
# end
`
	for _, tt := range []struct{ key, value, below string }{
		{"badge-size", "20px", `badge-color = "#fff" # on the badge`},
		{"opened-border-radius", "8px", `closed-border-radius = "4px"`},
		{"background-color", "#fff", `badge-color = "#fff" # on the badge`},
		{"text-color", "#222", `main-color = "#111"`},
		{"transition-duration", "1s", `width = "300px"`},
		{"dark-badge-background-color", "red", `dark-badge-color = "#000"`},
		{"dark-border", "none", `dark-badge-color = "#000"`},
	} {
		got, fault := edited(t, text, map[string]string{tt.key: tt.value})
		want := strings.Replace(text, tt.below+"\n", tt.below+"\n"+tt.key+" = \""+tt.value+"\"\n", 1)
		if got != want || fault != nil {
			t.Errorf("%s should be below %s:\n%s\n%v", tt.key, tt.below, got, fault)
		}
	}
	const sizes = "badge-size = '1px'\nheader-opened-background-color = 'red'\n"
	if got, _ := edited(t, sizes, map[string]string{"badge-background-color": "red"}); !strings.HasPrefix(got, "badge-size = '1px'\nbadge-background-color") {
		t.Errorf("the badge's colours are apart:\n%s", got)
	}
	for text, want := range map[string]string{
		"":                     "main-color = \"#111\"\n\ndark-main-color = \"#eee\"\n",
		"extends = 'ink'\n":    "extends = 'ink'\nmain-color = \"#111\"\n\ndark-main-color = \"#eee\"\n",
		"# Only a comment":     "# Only a comment\nmain-color = \"#111\"\n\ndark-main-color = \"#eee\"",
		"dark-border = 'none'": "dark-border = 'none'\ndark-main-color = \"#eee\"\nmain-color = \"#111\"",
	} {
		if got, fault := edited(t, text, map[string]string{"main-color": "#111", "dark-main-color": "#eee"}); got != want || fault != nil {
			t.Errorf("%q becomes\n%s\nwant\n%s\n%v", text, got, want, fault)
		}
	}
}

func TestAFileWhoseFormIsInTheWayIsLeftAlone(t *testing.T) {
	for _, tt := range []struct {
		text    string
		changes map[string]string
		want    string
	}{
		{"width = 350 # wide\n", map[string]string{"width": "1px"}, "line 1 can't be changed here: the value of width is not one text in quotes"},
		{"margin = '''\n1px'''\n", map[string]string{"margin": "2px"}, "line 1 can't be changed here: the value of margin is not one text in quotes"},
		{"\nmargin = \"\"\"1px\"\"\"\n", map[string]string{"margin": "2px"}, "line 2 can't be changed here: the value of margin is not one text in quotes"},
		{"height = [\n", map[string]string{"width": "2px"}, "line 1 is in the way: a text is expected here, not a list"},
		{"width = '1px'\nwidth = '2px'\n", map[string]string{"width": ""}, "the file has a mistake that is in the way"},
		{"width: '1px'\n", map[string]string{"width": "2px"}, `line 1 is in the way: ":" is not allowed here`},
		{"width = '\xff'\n", map[string]string{"width": "2px"}, "line 1 is in the way: the file is not UTF-8 text"},
		{"width = '1px'\n" + strings.Repeat("#", maxFileBytes), map[string]string{"width": "2px"}, "the file is larger than 64 KB"},
	} {
		got, fault := edited(t, tt.text, tt.changes)
		if fault == nil || fault.Message != tt.want || fault.Hint == "" || got != "" {
			t.Errorf("%q: got %q and %v, want %q", tt.text, got, fault, tt.want)
		}
	}
}

func TestADraftInheritsWhatItDoesNotSet(t *testing.T) {
	write(t, map[string]string{"themes/x.toml": "extends = 'paper'\nwidth = '400px'\nmain-color = '#111'\ndark-main-color = '#eee'"})
	theme, _, _ := Load("x", "themes")
	paper, _, _ := Load("paper")
	draft, faults := theme.With(map[string]string{"main-color": "#070", "dark-border": "none"})
	if len(faults) > 0 || draft.Light["width"] != paper.Light["width"] || draft.Light["main-color"] != "#070" || draft.Dark["main-color"] != "#070" {
		t.Errorf("width is %q, main-color %q and %q: %v", draft.Light["width"], draft.Light["main-color"], draft.Dark["main-color"], faults)
	}
	if draft.Light["border"] != paper.Light["border"] || draft.Dark["border"] != "none" {
		t.Errorf("border is %q and %q", draft.Light["border"], draft.Dark["border"])
	}
	if theme.Light["width"] != "400px" {
		t.Error("the draft has changed the theme")
	}
}

func TestAWrongValueOfADraftIsToldAndNotUsed(t *testing.T) {
	theme, _, _ := Load("paper")
	for key, want := range map[string]string{
		"width":               `"350" has no unit`,
		"dark-width":          "only colours, borders and shadows can differ in the dark",
		"main-colour":         "unknown variable",
		"bubble-light-color":  "the variables refer to each other in a circle: bubble-light-color, text-color, bubble-light-color",
		"dark-badge-color":    "",
		"dark-status-o-color": "unknown variable",
	} {
		values := map[string]string{"width": "350", "main-colour": "#fff", "dark-width": "1px", "dark-status-o-color": "red", "dark-badge-color": "red",
			"bubble-light-color": "var(--text-color)", "text-color": "var(--bubble-light-color)"}
		draft, faults := theme.With(values)
		if faults[key].Message != want {
			t.Errorf("%s: got %q, want %q", key, faults[key].Message, want)
		}
		if draft.Light["width"] != "350px" || draft.Dark["badge-color"] != "red" {
			t.Errorf("width is %q, dark badge-color %q", draft.Light["width"], draft.Dark["badge-color"])
		}
	}
}

func TestAChildLooksLikeTheDraftItWasMadeOf(t *testing.T) {
	paper, _, _ := Load("paper")
	own := paper.Own()
	own["main-color"], own["dark-text-color"], own["width"] = "#070", "#fff", "400px"
	delete(own, "badge-color")
	delete(own, "dark-border")
	draft, _ := paper.With(own)
	write(t, map[string]string{"themes/child.toml": string(NewFile("paper", paper.Child(draft)))})
	text, _ := os.ReadFile("themes/child.toml")
	if lines := strings.Split(string(text), "\n"); lines[0] != `extends = "paper"` || lines[1] != `badge-color = "#fff"` || lines[4] != "" {
		t.Errorf("the values are not in the order of the table, with the dark apart:\n%s", text)
	}
	child, problems, found := Load("child", "themes")
	if !found || len(problems) > 0 || !maps.Equal(child.Light, draft.Light) || !maps.Equal(child.Dark, draft.Dark) {
		t.Errorf("found %t, with\n%s", found, rendered(problems))
	}
	want := map[string]string{"main-color": "#070", "dark-main-color": paper.Dark["main-color"], "dark-text-color": "#fff", "width": "400px",
		"badge-color": draft.Light["badge-color"], "dark-badge-color": paper.Dark["badge-color"], "dark-border": paper.Light["border"]}
	if !maps.Equal(child.Own(), want) {
		t.Errorf("it sets %v, want only what differs: %v", child.Own(), want)
	}
}

func FuzzEditsAreReadBackAndKeepAllOtherLines(f *testing.F) {
	for _, seed := range []string{
		"main-color = '#fff'\nextends = \"ink\" # comment", "[a]\n[[b]]", "width = \"\"\"\n\"\"\"\nwidth = '2px'", "\ufeffwidth = '1px'\r\n",
		"'width' = '1px'", "\"wid\\u0074h\" = \"1px\" # é", "width='1px'\nwidth='2px'", "a = [\n1]", "\r\r\n",
	} {
		f.Add(seed, "'a'\"b\\")
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, font string) {
		if err := os.WriteFile(filepath.Join(dir, "x.toml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		theme, _, _ := Load("x", dir)
		own := theme.Own()
		own["width"], own["font-family"] = "7px", font
		draft, _ := theme.With(own)
		got, fault := theme.Edit(draft)
		if fault != nil {
			return
		}
		if err := os.WriteFile(filepath.Join(dir, "x.toml"), got, 0o644); err != nil {
			t.Fatal(err)
		}
		saved, _, _ := Load("x", dir)
		if !maps.Equal(saved.Own(), draft.Own()) {
			t.Errorf("%q became %q, which says %v, want %v", text, got, saved.Own(), draft.Own())
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "#") && !strings.Contains(string(got), strings.TrimRight(line, "\n")) {
				t.Errorf("%q lost %q: %q", text, line, got)
			}
		}
	})
}
