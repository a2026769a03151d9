package setup

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const head = "host: https://chat.example.com\nconnection: {tokenUrl: https://chat.example.com/token}\n"

// load tells what Load says about a file with the text.
func load(t *testing.T, text string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "chat.yaml", []byte(text))
	return told(Load([]string{"chat.yaml"}, Options{}))
}

func TestFilesThatCannotBeReadAreTold(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "folder/chat.yaml", nil)
	write(t, "large.yaml", bytes.Repeat([]byte("#"), maxFileBytes+1))
	write(t, "fine.yaml", []byte(head+"id: acme"))
	got := told(Load([]string{"missing.yaml", "folder", "large.yaml", "fine.yaml"}, Options{ThemesDir: "nowhere"}))
	want := `missing.yaml: no such file
  hint: write it, or name another file behind the command
folder: is a folder
  hint: name the file: "folder/chat.yaml"
large.yaml: is larger than 16 MB
  hint: split the accounts between several files and name them all
nowhere: no such folder
  hint: -themes takes the folder with your theme files
`
	if filepath.ToSlash(got) != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestCharactersThatYAMLDoesNotAllowHaveAPlace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"\xff\xfeh\x00", "chat.yaml: is encoded as UTF-16\n  hint: save it as UTF-8\n"},
		{"host: é\nid: é\xe9", "chat.yaml:2:6: this is not UTF-8\n  hint: save the file with the encoding UTF-8\n"},
		{"host: x\nid: \u0007", "chat.yaml:2:5: the invisible character U+0007 is not allowed\n  hint: delete it, or write \\u0007 between double quotes\n"},
		{"\ufeff" + head + "i\ufeffd: x", "chat.yaml:3:2: the invisible character U+FEFF is not allowed\n  hint: delete it, or write \\ufeff between double quotes\n"},
		{"\ufeff" + head + "id: []", "chat.yaml:3:5: id: one text is expected here, not an empty list\n  hint: write it behind the colon, without a dash or brackets\n"},
		{head + "é👋: []\nid: acme", "chat.yaml:3:1: \"é👋\": unknown option\n  hint: these are known here: host, id, theme, connection, chat, support, visitor, meta, messages, accounts, hosting, snippets, retired\n"},
		{head + "id: acme\nchat: {name: é👋, nmae: x}", "chat.yaml:4:18: chat.nmae: unknown option\n  hint: did you mean \"name\"?\n"},
	} {
		if got := load(t, c.text); got != c.want {
			t.Errorf("%q: got:\n%s\nwant:\n%s", c.text, got, c.want)
		}
	}
}

func TestAnchorsThatUnfoldToTooMuchAreRefused(t *testing.T) {
	keys := ""
	for i := range 1000 {
		keys += fmt.Sprintf("k%d: x, ", i)
	}
	for _, alias := range []string{"*m", "{<<: *m}"} {
		got := load(t, head+"meta: &m {"+keys+"}\naccounts:\n"+strings.Repeat("- {id: a, meta: "+alias+"}\n", 1000))
		want := `chat.yaml:3:7: the anchors of this file unfold to too much
  hint: use fewer aliases: each one repeats all that is behind its anchor
`
		if !strings.Contains(got, want) {
			t.Errorf("got:\n%s\nwant among them:\n%s", got, want)
		}
	}
}

// Unfolded, the last map would hold more pairs than there are atoms.
func TestMapsMergedIntoEachOtherAreWalkedOnce(t *testing.T) {
	var file strings.Builder
	file.WriteString(head + "id: acme\nchat: &a0 {name: x, hidden: true}\nmessages:\n  title: Hi\nmeta:\n")
	for i := range 300 {
		fmt.Fprintf(&file, "  <<: &a%d {<<: [*a%d, *a%d]}\n", i+1, i, i)
	}
	file.WriteString("visitor: {<<: *a300}\n")
	got := load(t, file.String())
	want := "chat.yaml:4:12: visitor.name: unknown option\n  hint: did you mean \"chat.name\"?\n"
	if !strings.Contains(got, want) || strings.Contains(got, "unfold") {
		t.Errorf("got:\n%s\nwant among them:\n%s", got, want)
	}
}

func TestEachAccountMayInheritFromAnAnchor(t *testing.T) {
	var file strings.Builder
	file.WriteString(head + "accounts:\n- &base\n  id: a\n  messages:\n")
	for _, key := range table.children["messages"].keys {
		fmt.Fprintf(&file, "    %s: Hi\n", key)
	}
	file.WriteString("  chat: {variables: {")
	for _, key := range table.children["chat"].children["variables"].keys {
		fmt.Fprintf(&file, "%s: %q, ", key, standard()[variablesPath+key])
	}
	file.WriteString("}}\n")
	for i := range 2000 {
		fmt.Fprintf(&file, "- {<<: *base, id: a%d}\n", i)
	}
	if got := load(t, file.String()); strings.Contains(got, "unfold") {
		t.Errorf("got:\n%s", got)
	}
}

func TestNoMoreThanAThousandProblemsOfAFileAreTold(t *testing.T) {
	got := load(t, head+"id: acme\n"+strings.Repeat("? []\n", 3000))
	lines := strings.Split(got, "\n")
	if n := strings.Count(got, "a key is one text, not an empty list"); n != maxProblems {
		t.Errorf("%d problems, want %d", n, maxProblems)
	}
	if want := "chat.yaml: has more problems than these 1000"; lines[0] != want {
		t.Errorf("got %q, want %q", lines[0], want)
	}
}

func TestAnAccountIsNoLargerThanVisitorsCanLoad(t *testing.T) {
	const told = "the texts of an account take more than 64 KB\n  hint: shorten them: visitors load all of them before they see the chat\n"
	half, whole := strings.Repeat("x", 40<<10), strings.Repeat("x", 70<<10)
	for _, c := range []struct{ text, want string }{
		{"accounts:\n- id: fits\n  messages: {welcome: &w " + half + "}\n- id: large\n  messages: {welcome: *w, help: [*w]}\n", "chat.yaml:6:3: " + told},
		{"messages: {welcome: " + half + "}\naccounts:\n- id: fits\n- id: large\n  messages: {help: " + half + "}\n", "chat.yaml:6:3: " + told},
		{"messages: {welcome: " + whole + "}\naccounts:\n- id: a\n- id: b\n- id: short\n  messages: {welcome: x}\n", "chat.yaml:1:1: " + told},
		{"id: alone\nmessages: {welcome: " + whole + "}\n", "chat.yaml:1:1: " + told},
	} {
		if got := load(t, head+c.text); got != c.want {
			t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
		}
	}
}

func TestMetaFitsIntoAMessage(t *testing.T) {
	const told = " bytes are too much for a message to carry\n  hint: keep it below 3072 bytes, counted as JSON\n"
	half, whole := strings.Repeat("x", maxMetaBytes/2), strings.Repeat("x", maxMetaBytes)
	for _, c := range []struct{ text, want string }{
		{"meta: {a: " + half + "}\naccounts:\n- id: fits\n- id: large\n  meta: {b: " + half + "}\n- id: replaces\n  meta: {a: " + half + "}\n", "chat.yaml:7:3: meta: 3087" + told},
		{"meta: {a: " + whole + "}\naccounts:\n- id: a\n- id: b\n  meta: {c: d}\n", "chat.yaml:3:1: meta: 3080" + told},
	} {
		if got := load(t, head+c.text); got != c.want {
			t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
		}
	}
}

func TestPicturesOfAllFormatsAreRecognised(t *testing.T) {
	t.Chdir(t.TempDir())
	pixel := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.Black})
	var asPNG, asJPEG, asGIF bytes.Buffer
	for _, err := range []error{png.Encode(&asPNG, pixel), jpeg.Encode(&asJPEG, pixel, nil), gif.Encode(&asGIF, pixel, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range map[string]string{
		"a.png": asPNG.String(), "b.jpg": asJPEG.String(), "c.JPEG": asJPEG.String(), "d.gif": asGIF.String(),
		"e.webp": "RIFF\x10\x00\x00\x00WEBPVP8L\x04\x00\x00\x00\x2f\x00\x00\x00",
		"f.avif": "\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf",
		"g.svg":  `<s:svg xmlns:s="http://www.w3.org/2000/svg"/>`,
	} {
		write(t, name, []byte(data))
		if _, fault := readImage(name); fault != nil {
			t.Errorf("%s: %s", name, fault.Message)
		}
	}
	write(t, "photo.png", asJPEG.Bytes())
	_, fault := readImage("photo.png")
	if fault == nil || fault.Message != `the content of "photo.png" is not png` || fault.Hint != `rename it to "photo.jpg"` {
		t.Errorf("got %v", fault)
	}
}

func TestLargePicturesAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "large.png", make([]byte, maxImageBytes+1))
	_, fault := readImage("large.png")
	if fault == nil || fault.Message != `"large.png" is larger than 1 MB` {
		t.Errorf("got %v", fault)
	}
}

func TestPicturesOfDifferentContentHaveDifferentNames(t *testing.T) {
	a, b := assetName("Team.PNG", ".png", []byte("a")), assetName("Team.PNG", ".png", []byte("b"))
	if a == b || !strings.HasPrefix(a, "assets/team.") {
		t.Errorf("got %s and %s", a, b)
	}
	for _, name := range []string{"图.png", "nul.png", "COM1.png"} { // Windows keeps the last two for devices
		if got := assetName(name, ".png", nil); !strings.HasPrefix(got, "assets/image.") {
			t.Errorf("got %s", got)
		}
	}
}

func TestAPictureMayStandAboveTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "logo.svg", []byte("<svg/>"))
	write(t, "sites/a/chat.yaml", []byte(head+"id: acme\nchat: {avatarUrl: ../../logo.svg}"))
	if err := os.Symlink("../../logo.svg", "sites/a/link.svg"); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("symbolic links are not for everybody there:", err)
		}
		t.Fatal(err)
	}
	write(t, "sites/a/second.yaml", []byte(head+"id: second\nchat: {avatarUrl: link.svg}"))
	accounts, problems := Load([]string{"sites/a/chat.yaml", "sites/a/second.yaml"}, Options{})
	if len(problems) > 0 || len(accounts) != 2 || len(accounts[0].Images) != 1 || len(accounts[1].Images) != 1 {
		t.Errorf("got %v, %v", accounts, problems)
	}
}

func TestAThemesFolderThatIsNamedTakesThePlaceOfTheOneBesideTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "themes/sea.toml", []byte(`main-color = "#00a"`))
	write(t, "named/sea.toml", []byte(`main-color = "#00b"`))
	write(t, "chat.yaml", []byte(head+"id: acme\ntheme: sea\n"))
	accounts, problems := Load([]string{"chat.yaml"}, Options{ThemesDir: "named"})
	if len(problems) > 0 || len(accounts) != 1 || accounts[0].Values["chat.variables.main-color"] != "#00b" {
		t.Errorf("got %v, %v", accounts, problems)
	}
}

// The meta keys are the site owner's: dots in them are part of the key.
func TestStampNestsPathsButNotMetaKeys(t *testing.T) {
	a := Account{ID: "acme", Host: "https://chat.example.com", Values: map[string]any{
		"meta.a.b": "1", "chat.variables.width": "1px", "chat.hidden": true, "messages.help": []string{"</script>"},
	}}
	want := `{"chat":{"hidden":true,"variables":{"width":"1px"}},"host":"https://chat.example.com","id":"acme","messages":{"help":["\u003c/script\u003e"]},"meta":{"a.b":"1"}}`
	if got := string(a.Stamp()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
