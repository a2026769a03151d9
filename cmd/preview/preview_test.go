package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"missive/cmd/internal/token"
	"missive/widget"
	"missive/widget/problem"
)

// told is what an open page gets to know.
type told struct {
	Build     string
	Problems  []problem.Problem
	Variables map[string]string
}

func (s *stream) told() (e told) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.next()), &e); err != nil {
		s.t.Fatal(err)
	}
	return e
}

// terminal is a running preview, as seen from its terminal.
type terminal struct {
	t     testing.TB
	lines *bufio.Scanner
	stop  func() (exitCode int)
}

// start runs a preview in dir.
func start(t testing.TB, dir string, args ...string) *terminal {
	t.Helper()
	t.Chdir(dir)
	state := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	read, out := io.Pipe()
	ended := make(chan int)
	go func() {
		defer close(ended)
		code := run(ctx, append([]string{"-no-open", "-addr", "127.0.0.1:0", "-state", state}, args...), out, out)
		out.Close()
		ended <- code
	}()
	term := &terminal{t: t, lines: bufio.NewScanner(read)}
	term.stop = func() int {
		cancel()
		for term.lines.Scan() { // the preview may still be writing
		}
		return <-ended
	}
	t.Cleanup(func() { term.stop() })
	return term
}

// until returns the lines up to the first that begins with prefix, that one included.
func (term *terminal) until(prefix string) []string {
	term.t.Helper()
	var lines []string
	for term.lines.Scan() {
		lines = append(lines, term.lines.Text())
		if strings.HasPrefix(term.lines.Text(), prefix) {
			return lines
		}
	}
	term.t.Fatalf("the preview ended without %q:\n%s", prefix, strings.Join(lines, "\n"))
	return nil
}

func (term *terminal) address() string {
	term.t.Helper()
	lines := term.until("Preview: ")
	return strings.TrimPrefix(lines[len(lines)-1], "Preview: ")
}

// save replaces the file in one step, so that no build comes upon half of it.
func save(t *testing.T, path, content string) {
	t.Helper()
	write(t, path+"~", content)
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

func TestAnOpenPageFollowsWhatIsSaved(t *testing.T) {
	dir := t.TempDir()
	chat := filepath.Join(dir, "chat.yaml")
	write(t, chat, oneAccount)
	term := start(t, dir)
	address := term.address()
	term.until("Built acme in ")
	events := listenTo(t, strings.TrimSuffix(address, "/"), "")
	first := events.told()
	page := fetch(t, address)
	if len(first.Problems) > 0 || !strings.Contains(page, `data-build="`+first.Build+`"`) {
		t.Fatalf("the page isn't that of build %v:\n%s", first, page)
	}

	save(t, chat, misspelt)
	lines := term.until("Not built")
	want := "chat.yaml:4:8: chat.postion: unknown option\n  hint: did you mean \"position\"?\nNot built; the page stays as it was."
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("the terminal says\n%s\nwant\n%s", got, want)
	}
	broken := events.told()
	if broken.Build != first.Build || len(broken.Problems) != 1 || broken.Problems[0].Line != 4 {
		t.Errorf("the page was told %v", broken)
	}
	if fetch(t, address) != page {
		t.Error("the page is another one, though nothing could be built")
	}

	save(t, chat, oneAccount+"chat: {position: bottom-left}\n")
	term.until("Built acme in ")
	if fixed := events.told(); fixed.Build == first.Build || fixed.Problems != nil {
		t.Errorf("once fixed, the page was told %v", fixed)
	}
	if code := fetch(t, address+"acme/missive.js"); !strings.Contains(code, `"bottom-left"`) {
		t.Error("the saved position isn't in the script")
	}
	if code := term.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestAPreviewThatStartsWithProblemsShowsThemAndRecovers(t *testing.T) {
	dir := t.TempDir()
	term := start(t, dir)
	address := term.address()
	term.until("Not built")
	if page := fetch(t, address); !strings.Contains(page, `<script src="/preview.js"></script>`) || strings.Contains(page, "missive.js") {
		t.Errorf("without a build the page should listen, and have no chat:\n%s", page)
	}
	for path, refresh := range map[string]string{"studio": "5", "stage/": "5", "preview.stage/missive.js": ""} {
		r, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		if text := body(t, r); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Refresh") != refresh || !strings.Contains(text, "\nchat.yaml: ") {
			t.Errorf("/%s should say what is wrong, and as a page be asked for again: %d %s\n%s", path, r.StatusCode, r.Header, text)
		}
	}
	events := listenTo(t, strings.TrimSuffix(address, "/"), "")
	missing := events.told()
	if len(missing.Problems) != 1 || missing.Problems[0].File != "chat.yaml" {
		t.Errorf("the page was told %v", missing)
	}

	save(t, filepath.Join(dir, "chat.yaml"), oneAccount)
	term.until("Built acme in ")
	if fixed := events.told(); fixed.Build == missing.Build || fixed.Problems != nil {
		t.Errorf("once there is a chat.yaml, the page was told %v", fixed)
	}
	if page := fetch(t, address); !strings.Contains(page, `src="/acme/missive.js"`) {
		t.Errorf("no chat on the page:\n%s", page)
	}
	if page := fetch(t, address+"studio"); !strings.Contains(page, "<title>Theme studio</title>") {
		t.Errorf("no studio:\n%s", page)
	}
}

func TestOwnThemesAreFollowed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "chat.yaml"), oneAccount+"theme: brand\n")
	theme := filepath.Join(dir, "looks", "brand.toml")
	write(t, theme, "main-color = \"#123456\"\n")
	term := start(t, dir, "-themes", "looks")
	address := term.address()
	term.until("Built acme in ")

	page := listenTo(t, strings.TrimSuffix(address, "/"), "?account=acme").told()
	stage := listenTo(t, strings.TrimSuffix(address, "/"), "?theme=brand")
	if color := stage.told().Variables["main-color"]; color != "#123456" || page.Variables["main-color"] != color {
		t.Errorf("the page is told of %s, a stage of %s", page.Variables["main-color"], color)
	}

	save(t, theme, "main-color = \"#654321\"\n")
	term.until("Painted acme in ")
	if code := fetch(t, address+"acme/missive.js"); !strings.Contains(code, "#654321") {
		t.Error("the saved colour isn't in the script")
	}
	if painted := stage.told(); painted.Build != page.Build || painted.Variables["main-color"] != "#654321" {
		t.Errorf("a stage is told of build %s instead of %s, and of %s", painted.Build, page.Build, painted.Variables["main-color"])
	}
}

func TestInTheProjectItsSourcesAreReadFromDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "widget"), widget.Sources); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "templates"), os.DirFS("../../templates")); err != nil {
		t.Fatal(err)
	}
	for _, p := range ownPages {
		if err := os.CopyFS(filepath.Join(dir, p.Folder), p.Files); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "widget", "option", "table.go"), "package option\n")
	write(t, filepath.Join(dir, "go.mod"), "module missive\n")
	write(t, filepath.Join(dir, "chat.yaml"), oneAccount)
	term := start(t, dir)
	address := term.address()
	term.until("Built acme in ")

	save(t, filepath.Join(dir, "cmd", "preview", "host", "page.css"), "p { color: red }")
	term.until("Built acme in ")
	if css := fetch(t, address+"preview.css"); css != "p { color: red }" {
		t.Errorf("the style sheet is %q", css)
	}

	launcher := filepath.Join(dir, "widget", "src", "launcher", "launcher.ts")
	code, err := os.ReadFile(launcher)
	if err != nil {
		t.Fatal(err)
	}
	save(t, launcher, string(code)+"\nconsole.log('a line of mine');\n")
	term.until("Built acme in ")
	if script := fetch(t, address+"acme/missive.js"); !strings.Contains(script, "a line of mine") {
		t.Error("the script is without what was saved")
	}

	write(t, filepath.Join(dir, "widget", "option", "table.go"), "package option\n\nvar Table = 0\n")
	term.until("Go code was changed: restart the preview to see that.")
}

func TestTheTerminalSaysWhereThePreviewIs(t *testing.T) {
	const end = "Save a file and the page reloads. Ctrl-C stops the preview.\n\n"
	for _, c := range []struct {
		networks []netip.Prefix
		want     string
	}{
		{nil, "Preview: http://127.0.0.1:4400/\n" + end},
		{homeAndOffice, "Preview: http://127.0.0.1:4400/\n" +
			"On a phone in the same network: http://192.168.1.5:4400/\n" +
			"On a phone in the same network: http://10.20.30.40:4400/\n" + end},
	} {
		if got := greeting("127.0.0.1:4400", newAccess("4400", c.networks)); got != c.want {
			t.Errorf("with networks %v it says\n%s\nwant\n%s", c.networks, got, c.want)
		}
	}
}

func TestWithLanAPhoneGetsAPageThatWorksForIt(t *testing.T) {
	if _, err := localNetworks(); err != nil {
		t.Fatal(err)
	}
	const phone = "On a phone in the same network: "
	dir := t.TempDir()
	write(t, filepath.Join(dir, "chat.yaml"), oneAccount)
	term := start(t, dir, "-lan")
	lines := term.until(phone)
	there := strings.TrimPrefix(lines[len(lines)-1], phone)
	here := strings.TrimPrefix(lines[0], "Preview: ")
	term.until("Built acme in ")

	for _, address := range []string{here, there} {
		if code := fetch(t, address+"acme/missive.js"); !strings.Contains(code, `"tokenUrl":"`+address+`preview.token"`) || strings.Contains(code, placeholderAddress) {
			t.Errorf("the script from %s has another one's address of the token endpoint", address)
		}
		if page, here := fetch(t, address), address == here; strings.Contains(page, `href="/desk/"`) != here {
			t.Errorf("the page at %s: a link to the desk belongs on this machine's alone:\n%s", address, page)
		}
		socket := "ws" + strings.TrimPrefix(address, "http") + "v3/wsconnect"
		if pass := letIn(t, address); pass.Socket != socket {
			t.Errorf("at %s the socket is %s, want %s", address, pass.Socket, socket)
		}
		origin := http.Header{"Origin": {strings.TrimSuffix(address, "/")}}
		if connection, _, err := websocket.Dial(t.Context(), socket, &websocket.DialOptions{HTTPHeader: origin}); err != nil {
			t.Errorf("the page at %s can't connect: %v", address, err)
		} else {
			connection.CloseNow()
		}
	}
	want := "the team desk, the outbox and the theme studio answer only on the machine that the preview runs on, at " + here + "\n"
	if got := fetch(t, there+"desk/"); got != want {
		t.Errorf("a phone that asks for the desk is told %q, want %q", got, want)
	}
	if desk := fetch(t, here+"desk/"); !strings.Contains(desk, "<title>Team desk</title>") {
		t.Errorf("on this machine there is no desk:\n%s", desk)
	}
}

// letIn asks the token endpoint of a preview as a page at the address does.
func letIn(t *testing.T, address string) (pass token.Answer) {
	t.Helper()
	r, err := http.NewRequest("POST", address+tokenName, strings.NewReader(`{"account": "acme"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", strings.TrimSuffix(address, "/"))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&pass); err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return pass
}
