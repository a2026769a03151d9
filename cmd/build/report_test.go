package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
	"missive/widget/problem"
)

func TestReportOfManyAccountsStaysShort(t *testing.T) {
	var b built
	for i := range 42 {
		id := fmt.Sprintf("account-%d", i)
		b.accounts = append(b.accounts, setup.Account{ID: id, Host: "https://chat.example.com", Theme: "default"})
		b.made.Files = append(b.made.Files, dist.Entry{Path: id + "/missive.js", Bytes: 9000}, dist.Entry{Path: id + "/index.html", Bytes: 1000})
		if i < mostListed {
			b.shown = append(b.shown, bundle.File{Name: id + "/missive.js", Bytes: bytes.Repeat([]byte("x"), 9000)})
		}
	}
	b.made.Files = append(b.made.Files, dist.Entry{Path: "assets/panel.0123456789.js", Bytes: 999})
	b.shown = append(b.shown, bundle.File{Name: "assets/panel.0123456789.js", Bytes: bytes.Repeat([]byte("y"), 999)})
	b.made.Written, b.made.Removed = []string{"account-0/missive.js"}, []string{"a/missive.js", "a/index.html"}
	b.problems = []problem.Problem{{File: "chat.yaml", Line: 1, Message: "is odd", Warning: true}}

	var stdout, stderr bytes.Buffer
	if err := printReport(&stdout, &stderr, options{out: "dist"}, b, 1234*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	script, asset := human(gzipSize(b.shown[0].Bytes)), human(gzipSize(b.shown[mostListed].Bytes))
	want := fmt.Sprintf(`42 accounts, built in 1.23 s

                                   raw      gzip
  account-0/missive.js          8.8 KB %9[1]s
  account-1/missive.js          8.8 KB %9[1]s
  account-2/missive.js          8.8 KB %9[1]s
  account-3/missive.js          8.8 KB %9[1]s
  account-4/missive.js          8.8 KB %9[1]s
  and 37 more accounts        325.2 KB
  assets/panel.0123456789.js     999 B %9[2]s
  snippets and setup pages     41.0 KB

Wrote 1 file to dist, 84 unchanged, 2 removed

Next:
  1. Try it: open dist/<id>/index.html in a browser
  2. Upload dist/ to https://chat.example.com
  3. Paste dist/<id>/snippet.html into your site
`, script, asset)
	if got := filepath.ToSlash(stdout.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := stderr.String(), "chat.yaml:1: warning: is odd\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func writeSetup(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "chat.yaml")
	if err := os.WriteFile(file, []byte("host: https://chat.example.com\naccounts: [{id: b}, {id: a}]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func mustRun(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(args, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return out.String()
}

func TestJSONHasTheSizesOfTheWrittenFiles(t *testing.T) {
	dir := t.TempDir()
	var got struct {
		Accounts []struct{ ID, Host, Theme string }
		Files    []struct {
			Path  string
			Bytes size
		}
		Problems []problem.Problem
	}
	d := json.NewDecoder(strings.NewReader(mustRun(t, "-json", "-compress", "-out", dir, writeSetup(t))))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if len(got.Accounts) != 2 || got.Accounts[1].Host != "https://chat.example.com" || got.Accounts[1].Theme != "default" {
		t.Errorf("accounts: %+v", got.Accounts)
	}
	if len(got.Problems) != 1 || !got.Problems[0].Warning || got.Problems[0].Path != "connection.tokenUrl" {
		t.Errorf("problems: %+v", got.Problems)
	}
	written := files(t, dir)
	listed := map[string]bool{"a/" + dist.ManifestName: true, "b/" + dist.ManifestName: true}
	for _, f := range got.Files {
		listed[f.Path] = true
		if content, ok := written[f.Path]; !ok || f.Bytes.Raw != len(content) {
			t.Errorf("%s: %+v, but it has %d bytes", f.Path, f.Bytes, len(content))
		}
		if br, ok := written[f.Path+".br"]; ok && (f.Bytes.Brotli != len(br) || f.Bytes.Gzip != len(written[f.Path+".gz"])) {
			t.Errorf("%s: %+v, but compressed it has %d and %d bytes", f.Path, f.Bytes, len(br), len(written[f.Path+".gz"]))
		}
		if loaded := bundle.Compressible(f.Path); loaded != (f.Bytes.Gzip > 0) || loaded && !(f.Bytes.Raw > f.Bytes.Gzip && f.Bytes.Gzip > f.Bytes.Brotli && f.Bytes.Brotli > 0) {
			t.Errorf("%s is loaded by visitors: %v, and has %+v", f.Path, loaded, f.Bytes)
		}
	}
	for path := range written {
		if !listed[path] {
			t.Errorf("%s was written, but is not in the output", path)
		}
	}
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"*", "*/*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if content, err := os.ReadFile(name); err == nil {
				rel, _ := filepath.Rel(dir, name)
				all[filepath.ToSlash(rel)] = string(content)
			}
		}
	}
	return all
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	one, other := t.TempDir(), t.TempDir()
	mustRun(t, "-sourcemap", "-out", one, writeSetup(t))
	mustRun(t, "-sourcemap", "-out", other, writeSetup(t))
	a, b := files(t, one), files(t, other)
	if len(a) != len(b) || len(a) < 10 {
		t.Errorf("%d files and %d files", len(a), len(b))
	}
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
}

func TestAProblemIsAnAnnotationOfItsLine(t *testing.T) {
	t.Setenv("GITHUB_WORKSPACE", "")
	for want, p := range map[string]problem.Problem{
		"::error file=chat.yaml,line=14,col=5,title=chat.postion::unknown option%0Ahint: did you mean \"position\"?": {File: "chat.yaml", Line: 14, Column: 5, Path: "chat.postion",
			Message: "unknown option", Hint: `did you mean "position"?`},
		"::warning file=a%2Cb%3A100%25.yaml,title=meta.x%0D%0Ay%2Cz::100%25 of a::b,c%0D%0Ad": {File: "a,b:100%.yaml", Path: "meta.x\r\ny,z", Message: "100% of a::b,c\r\nd", Warning: true},
		"::error::there is no chat.yaml here":                                                 {Message: "there is no chat.yaml here"},
	} {
		if got := annotation(p); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestProgressShowsOnlyWhatTakesLong(t *testing.T) {
	var out bytes.Buffer
	p := &progress{&out}
	step := p.stage("making pages")
	for i := range 99 {
		step(i+1, 99)
	}
	if out.Len() != 0 {
		t.Errorf("99 steps show %q", out.String())
	}
	step = p.stage("making pages")
	for i := range 1000 {
		step(i+1, 1000)
	}
	p.clear()
	got := strings.Split(out.String(), "\r\x1b[K")
	if len(got) != 102 || got[1] != "making pages: 10 of 1000" || got[100] != "making pages: 1000 of 1000" || got[101] != "" {
		t.Errorf("1000 steps show %q", got)
	}
	if newProgress(&out) != nil {
		t.Error("what is not a terminal would get progress")
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAReportThatNobodyCouldReadIsAFailure(t *testing.T) {
	for _, arg := range []string{"-check", "-json"} {
		var errs bytes.Buffer
		if code := run([]string{arg, "-out", t.TempDir(), writeSetup(t)}, closedPipe{}, &errs); code != 2 || !strings.Contains(errs.String(), "build: broken pipe\n") {
			t.Errorf("%s: exit code %d, %q", arg, code, errs.String())
		}
	}
}
