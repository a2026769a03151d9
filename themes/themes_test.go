package themes

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"missive/widget/option"
	"missive/widget/problem"
)

func TestEveryShippedThemeIsCompleteAndDescribed(t *testing.T) {
	if names := Names(); len(names) < 7 || !slices.Contains(names, base) {
		t.Errorf("too few themes are shipped: %q", names)
	}
	for _, name := range Names() {
		theme, problems, found := Load(name)
		if !found || len(problems) > 0 {
			t.Errorf("%s: found %t, with %v", name, found, problems)
		}
		for _, variable := range variables() {
			if theme.Light[variable] == "" {
				t.Errorf("%s has no %s", name, variable)
			}
		}
		if theme.Name != name || !strings.HasSuffix(theme.Description, ".") {
			t.Errorf("%s is named %q and described %q, which is no sentence", name, theme.Name, theme.Description)
		}
		if text, _ := fs.ReadFile(shipped, name+".toml"); !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s does not begin with a comment", name)
		}
	}
}

// write makes the files below the folder of the test, which becomes the working directory.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func rendered(problems []problem.Problem) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

func TestThemesInheritWhatTheyDoNotSet(t *testing.T) {
	write(t, map[string]string{
		"themes/brand.toml":   "main-color = '#111'\ndescription = 'Ours.'",
		"themes/season.toml":  "extends = 'brand'\nwidth = '400px'",
		"themes/ink.toml":     "extends = 'ink'\nheight = '500px'",
		"themes/default.toml": "margin = '9px'",
		"themes/bom.toml":     "\ufeffmain-color = '#222'\r\n",
		"other/brand.toml":    "main-color = '#999'",
		"other/extra.toml":    "main-color = '#333'",
		"shadow/season.toml":  "extends = 'brand'",
	})
	for _, tt := range []struct{ theme, variable, want, why string }{
		{"brand", "main-color", "#111", "its own value, and that of the first folder"},
		{"brand", "badge-size", "24px", "from the shipped default"},
		{"brand", "margin", "9px", "from the default of the folder, which hides the shipped one"},
		{"season", "main-color", "#111", "from the theme it extends"},
		{"season", "width", "400px", "its own value"},
		{"ink", "height", "500px", "its own value"},
		{"ink", "closed-border-radius", "14px", "from the shipped theme of its name"},
		{"default", "height", "600px", "from the shipped default"},
		{"bom", "main-color", "#222", "a byte order mark is no part of the text"},
		{"extra", "main-color", "#333", "from the second folder"},
		{"paper", "margin", "9px", "a shipped theme starts from the folder's default too"},
	} {
		theme, problems, found := Load(tt.theme, "themes", "missing", "other")
		if !found || len(problems) > 0 || theme.Light[tt.variable] != tt.want {
			t.Errorf("%s: %s is %q, want %q (%s)\n%s", tt.theme, tt.variable, theme.Light[tt.variable], tt.want, tt.why, rendered(problems))
		}
	}
	if theme, _, _ := Load("season", "themes"); theme.Description != "" {
		t.Errorf("a description was inherited: %q", theme.Description)
	}
}

func TestAThemeHasTwoPalettes(t *testing.T) {
	write(t, map[string]string{
		"themes/brand.toml":  "main-color = '#111'\ndark-main-color = '#eee'\nborder = '1px solid #222'",
		"themes/season.toml": "extends = 'brand'\nmain-color = '#070'\ndark-border = '1px solid #ddd'",
	})
	for _, tt := range []struct{ theme, variable, light, dark, value, why string }{
		{"brand", "main-color", "#111", "#eee", "var(--light,#111) var(--dark,#eee)", "its own values"},
		{"brand", "border", "1px solid #222", "1px solid #222", "1px solid #222", "what is not said of the dark alone holds there too"},
		{"brand", "background-color", "#fff", "#1b1d22", "var(--light,#fff) var(--dark,#1b1d22)", "both from the shipped default"},
		{"season", "main-color", "#070", "#070", "#070", "a new value replaces both, or the old brand would come back at night"},
		{"season", "border", "1px solid #222", "1px solid #ddd", "var(--light,1px solid #222) var(--dark,1px solid #ddd)", "one of each theme"},
	} {
		theme, problems, _ := Load(tt.theme, "themes")
		light, dark, value := theme.Light[tt.variable], theme.Dark[tt.variable], theme.Values()[tt.variable]
		if len(problems) > 0 || light != tt.light || dark != tt.dark || value != tt.value {
			t.Errorf("%s: %s is %q, %q and %q (%s)\n%s", tt.theme, tt.variable, light, dark, value, tt.why, rendered(problems))
		}
	}
}

func TestNamesThatLeadElsewhereAreUnknown(t *testing.T) {
	write(t, map[string]string{"themes/ok.toml": "", "secret.toml": "", "themes/sub/deep.toml": "", "themes/UPPER.toml": ""})
	for _, name := range []string{"", ".", "../secret", "sub/deep", `sub\deep`, "/etc/passwd", "ok.toml", "UPPER", "ok\x00", strings.Repeat("a", 65), "none"} {
		if _, problems, found := Load(name, "themes"); found || problems != nil {
			t.Errorf("%q: found %t, with %v", name, found, problems)
		}
	}
	got := Names("themes", "missing")
	if want := append(slices.Clone(Names()), "ok"); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("names are %q", got)
	}
}

func TestProblemsOfThemesHaveAPlaceAndAHint(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"\n\tmain-colour = '#fff'", `
themes/x.toml:2:2: main-colour: unknown variable
  hint: did you mean "main-color"?`},
		{"dark-main-colour = '#fff'\ndark-width = '1px'\ndark-main-color = 'blak'\ndark-extends = 'ink'\ndark-bubble-dark-color = '#fff'", `
themes/x.toml:1:1: dark-main-colour: unknown variable
  hint: did you mean "dark-main-color"?
themes/x.toml:2:1: dark-width: only colours, borders and shadows can differ in the dark
  hint: write "width" for both
themes/x.toml:3:19: dark-main-color: "blak" is not a colour
  hint: did you mean "black"?
themes/x.toml:4:1: dark-extends: unknown variable
  hint: did you mean "extends"?`},
		{"\ufeffwidth = '1'\r\n", `
themes/x.toml:1:9: width: "1" has no unit
  hint: use "1px"`},
		{"'--main-color' = '#fff'\nmain_color = '#fff'\nquux = 1", `
themes/x.toml:1:1: --main-color: unknown variable
  hint: did you mean "main-color"?
themes/x.toml:2:1: main_color: unknown variable
  hint: did you mean "main-color"?
themes/x.toml:3:1: quux: unknown variable
  hint: the variables are those below chat.variables in chat.yaml`},
		{`"a\nb" = "1"`, `
themes/x.toml:1:1: "a b": unknown variable
  hint: the variables are those below chat.variables in chat.yaml`},
		{"width = '350'\nmain-color = 'bleu' # sky\n\"margin\" = '-1px'", `
themes/x.toml:1:9: width: "350" has no unit
  hint: use "350px"
themes/x.toml:2:14: main-color: "bleu" is not a colour
  hint: did you mean "blue"?
themes/x.toml:3:12: margin: "-1px" is negative
  hint: use "1px"`},
		{"width = 350\ntransition-duration = 225\nheight = 1.5\nmain-color = true\nmargin = 2020-01-02\ndescription = 3\nextends = false", `
themes/x.toml:1:9: width: a text is expected here, not a number
  hint: write "350px"
themes/x.toml:2:23: transition-duration: a text is expected here, not a number
  hint: write "225ms"
themes/x.toml:3:10: height: a text is expected here, not a number
  hint: write one value in quotes
themes/x.toml:4:14: main-color: a text is expected here, not true or false
  hint: write one value in quotes
themes/x.toml:5:10: margin: a text is expected here, not a date
  hint: write one value in quotes
themes/x.toml:6:15: description: a text is expected here, not a number
  hint: write one value in quotes
themes/x.toml:7:11: extends: a text is expected here, not true or false
  hint: write one value in quotes`},
		{"width = ['1px']\nheight = {a = 1}\nmargin = '''\n1px'''\nchat.variables.margin = '1px'\n  [variables]", `
themes/x.toml:1:9: width: a text is expected here, not a list
  hint: write one value in quotes
themes/x.toml:2:10: height: a text is expected here, not a section
  hint: write one value in quotes
themes/x.toml:3:10: margin: a value must be on one line
  hint: use one quote before it and one after it
themes/x.toml:5:1: chat: a theme has no sections
  hint: write the name of the variable alone, such as "main-color"
themes/x.toml:6:3: a theme has no sections
  hint: take this line out, and write the variables one below the other`},
		{"main-color = '#fff'\n  main-color = '#000'", `
themes/x.toml:2:3: main-color: this is set twice
  hint: keep one; the first is on line 1`},
		{"main-color = #fff", `
themes/x.toml:1:14: main-color: the value is not in quotes
  hint: write: main-color = "#fff"`},
		{"width = 350px;", `
themes/x.toml:1:9: width: the value is not in quotes
  hint: write: width = "350px"`},
		{"é = 'x'\nmain-color: '#fff';", `
themes/x.toml:1:1: this line can't be understood
  hint: write a variable as in: main-color = "#2866d1"
themes/x.toml:2:11: main-color: ":" is not allowed here
  hint: write: main-color = "#fff"`},
		{"--main-color: #fff;", `
themes/x.toml:1:13: --main-color: ":" is not allowed here
  hint: write: --main-color = "#fff"`},
		{"main-color = '#fff", `
themes/x.toml:1:14: main-color: a quote is not closed
  hint: write: main-color = "#fff"`},
		{"main-color = '#fff';", `
themes/x.toml:1:14: main-color: there is something after the value
  hint: write: main-color = "#fff"`},
		{"main-color =", `
themes/x.toml:1:13: main-color: the value is missing
  hint: write a variable as in: main-color = "#2866d1"`},
		{`font-family = "A\q"`, `
themes/x.toml:1:15: font-family: "\" has a meaning of its own in double quotes
  hint: put the value in single quotes: '…'`},
		{"/* blue */", `
themes/x.toml:1:1: this line can't be understood
  hint: write a variable as in: main-color = "#2866d1"`},
		{"margin = '1px'\nwidth = '\xff'", `
themes/x.toml:2: the file is not UTF-8 text
  hint: save it as UTF-8 in your editor`},
		{"#" + strings.Repeat(" ", 64<<10), `
themes/x.toml: the file is larger than 64 KB
  hint: a theme is a short list of style variables; is this the right file?`},
		{"extends = 'papr'", `
themes/x.toml:1:11: extends: there is no theme "papr"
  hint: did you mean "paper"?`},
		{"extends = '../x'", `
themes/x.toml:1:11: extends: there is no theme "../x"
  hint: the themes are a, b, bad, ` + strings.Join(Names(), ", ") + `, x`},
		{"extends = 'x'", `
themes/x.toml:1:11: extends: the theme extends itself
  hint: name another theme, such as "default"`},
		{"extends = 'a'", `
themes/b.toml:2:11: extends: the themes extend each other in a circle: a, b, a
  hint: let one of them extend "default"`},
		{"extends = 'bad'", `
themes/bad.toml:1:1: colour: unknown variable
  hint: the variables are those below chat.variables in chat.yaml`},
		{"bubble-dark-color = 'var(--main-color)'\nmain-color = 'var(--bubble-dark-color)'", `
themes/x.toml:1:21: bubble-dark-color: the variables refer to each other in a circle: bubble-dark-color, main-color, bubble-dark-color
  hint: give one of them a value of its own`},
		{"dark-bubble-dark-color = 'var(--main-color)'\ndark-main-color = 'var(--bubble-dark-color)'", `
themes/x.toml:1:26: dark-bubble-dark-color: the variables refer to each other in a circle: bubble-dark-color, main-color, bubble-dark-color
  hint: give one of them a value of its own`},
		{"\nmain-color = 'var(--header-opened-background-color)'", `
themes/x.toml:2:14: main-color: the variables refer to each other in a circle: main-color, header-opened-background-color, main-color
  hint: give one of them a value of its own`},
	} {
		write(t, map[string]string{
			"themes/x.toml":   tt.text,
			"themes/a.toml":   "extends = 'b'",
			"themes/b.toml":   "\nextends = 'a'",
			"themes/bad.toml": "colour = '#fff'",
		})
		_, problems, found := Load("x", "themes")
		if got := "\n" + rendered(problems); got != tt.want || !found {
			t.Errorf("%.100q: found %t\ngot:%s\nwant:%s", tt.text, found, got, tt.want)
		}
	}
}

func TestAllProblemsOfAThemeAreToldAtOnce(t *testing.T) {
	write(t, map[string]string{"themes/x.toml": `# Everything that people do
main-color = "bleu"
[light]
main-colour = "#fff"
  main-color = "nothing"
colour = "#000"
colour = 1
width = [
  "350px", # and more
]
"width" = "360px"
text-color: #111;
margin = """
20px"""
border = none
[[dark]]
height = 600 # tall
chat.margin = "1px"
badge-size = "24"
background-color = "var(--border-color)"
border-color = "var(--background-color)"
extends = "papr"
`})
	_, problems, _ := Load("x", "themes")
	want := `themes/x.toml:2:14: main-color: "bleu" is not a colour
  hint: did you mean "blue"?
themes/x.toml:3:1: a theme has no sections
  hint: take this line out; a value for the dark has "dark-" before its name: dark-main-color = "#8ab4f8"
themes/x.toml:4:1: main-colour: unknown variable
  hint: did you mean "main-color"?
themes/x.toml:5:3: main-color: this is set twice
  hint: keep one; the first is on line 2
themes/x.toml:6:1: colour: unknown variable
  hint: the variables are those below chat.variables in chat.yaml
themes/x.toml:7:1: colour: this is set twice
  hint: keep one; the first is on line 6
themes/x.toml:8:9: width: a text is expected here, not a list
  hint: write one value in quotes
themes/x.toml:11:1: width: this is set twice
  hint: keep one; the first is on line 8
themes/x.toml:12:11: text-color: ":" is not allowed here
  hint: write: text-color = "#111"
themes/x.toml:13:10: margin: a value must be on one line
  hint: use one quote before it and one after it
themes/x.toml:15:10: border: the value is not in quotes
  hint: write: border = "none"
themes/x.toml:16:1: a theme has no sections
  hint: take this line out, and write the variables one below the other
themes/x.toml:17:10: height: a text is expected here, not a number
  hint: write "600px"
themes/x.toml:18:1: chat: a theme has no sections
  hint: write the name of the variable alone, such as "main-color"
themes/x.toml:19:14: badge-size: "24" has no unit
  hint: use "24px"
themes/x.toml:20:20: background-color: the variables refer to each other in a circle: background-color, border-color, background-color
  hint: give one of them a value of its own
themes/x.toml:22:11: extends: there is no theme "papr"
  hint: did you mean "paper"?`
	if got := rendered(problems); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestAValueThatIsNeverClosedHidesNothingAboveIt(t *testing.T) {
	for _, opening := range []string{`"""`, "'''", "["} {
		write(t, map[string]string{"themes/x.toml": "width = '1'\nheight = " + opening + "\nmargin = '1'\n"})
		_, problems, _ := Load("x", "themes")
		if len(problems) != 2 || problems[0].Path != "width" || problems[1].Path != "height" {
			t.Errorf("%s: got:\n%s", opening, rendered(problems))
		}
	}
}

func TestWhatIsNoReadableFileIsAProblem(t *testing.T) {
	write(t, map[string]string{"themes/folder.toml/x": ""})
	_, problems, found := Load("folder", "themes")
	want := "themes/folder.toml: this is not a file\n  hint: remove it, or give the theme another name"
	if got := rendered(problems); got != want || !found {
		t.Errorf("found %t, got:\n%s", found, got)
	}
}

func TestThemesWithProblemsKeepTheirGoodValues(t *testing.T) {
	write(t, map[string]string{"themes/x.toml": "main-color = '#111'\nwidth = '1'"})
	theme, _, _ := Load("x", "themes")
	if theme.Light["main-color"] != "#111" || theme.Light["width"] != "350px" {
		t.Errorf("main-color is %q and width %q", theme.Light["main-color"], theme.Light["width"])
	}
}

func TestCyclesAreFoundOnceEach(t *testing.T) {
	got := fmt.Sprint(Cycles(map[string]string{
		"main-color":                     "var(--text-color)",
		"text-color":                     "var(--light-text-color, var(--badge-color))",
		"light-text-color":               "var(--main-color)",
		"badge-color":                    "var(--badge-color)",
		"border-color":                   "var(--main-color)",
		"background-color":               "#fff",
		"header-opened-background-color": "var(--background-color)",
		"close-button-color":             "var(--no-such)",
	}))
	if want := "[[badge-color] [main-color text-color light-text-color]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzThemesNeverLeaveAValueThatFails(f *testing.F) {
	for _, seed := range []string{
		"main-color = '#fff'\nextends = \"ink\" # comment", "[a]\n[[b]]", "a.b.c = {d = [1, 2]}", "x = \"\"\"\n\"\"\"", "\ufeffwidth = 1e9\r\n",
		"main-color = 'var(--main-color)'", "extends = 'x'", "\x00", "=", "\"\\u0041\" = 1979-05-27", "width: 3px;", "'\xff",
	} {
		f.Add(seed)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(dir, "x.toml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		theme, problems, found := Load("x", dir)
		if !found || len(theme.Light) != len(variables()) {
			t.Errorf("found %t, with %d values", found, len(theme.Light))
		}
		for name, value := range theme.Light {
			if fault := option.Lookup("chat.variables." + name).Check(value); fault != nil {
				t.Errorf("%s = %q was let through: %s", name, value, fault.Message)
			}
		}
		for _, p := range problems {
			if p.File == "" || p.Message == "" || p.Hint == "" || strings.ContainsAny(p.Path+p.Message+p.Hint, "\n\r\x00\x1b") {
				t.Errorf("not a problem that can be printed: %q", p)
			}
		}
	})
}
