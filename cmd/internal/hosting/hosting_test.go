package hosting

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/html"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/hosting/hosts"
	"missive/cmd/internal/setup"
	"missive/templates"
	"missive/widget/option"
)

var update = flag.Bool("update", false, "write the golden files anew")

var account = setup.Account{ID: "acme", Host: "https://example.com/chat", Values: map[string]any{
	"connection.tokenUrl": "https://token.example.com/token",
	"chat.avatarUrl":      "https://cdn.example.net/team;50%25.png",
}}

// files returns the files for hosts, and those of the account with its snippets.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	d := templates.Data{ID: account.ID, Host: account.Host}
	snippet, err := templates.Embedded.Snippet(d)
	if err != nil {
		t.Fatal(err)
	}
	snippetCSP, err := templates.Embedded.SnippetCSP(d)
	if err != nil {
		t.Fatal(err)
	}
	pinned, err := templates.Embedded.SnippetPinned(d, templates.Pinned{Path: "acme/missive.0123456789.js", Integrity: "sha384-abc"})
	if err != nil {
		t.Fatal(err)
	}
	snippets := []bundle.File{
		{Name: "acme/missive.js", Bytes: []byte("launcher")},
		{Name: "acme/missive.0123456789.js", Integrity: "sha256-pinned="},
		{Name: "acme/snippet.html", Bytes: snippet},
		{Name: "acme/snippet-csp.html", Bytes: snippetCSP},
		{Name: "acme/snippet-pinned.html", Bytes: pinned},
	}
	own, err := AccountFiles(templates.Embedded, account, snippets, templates.Tools)
	if err != nil {
		t.Fatal(err)
	}
	root, err := RootFiles(templates.Embedded, account, hosts.Names)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string][]byte{}
	for _, list := range [][]bundle.File{snippets, own, root} {
		for _, f := range list {
			made[f.Name] = f.Bytes
		}
	}
	return made
}

func TestFilesForHostsAreTheGoldenOnes(t *testing.T) {
	made := files(t)
	for _, name := range append([]string{"acme/csp.txt"}, Files...) {
		golden := filepath.Join("testdata", strings.TrimLeft(path.Base(name), "._")+".golden")
		got := made[name]
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs, see the change with: go test ./cmd/internal/hosting -update && git diff\n%s", golden, got)
		}
	}
}

func TestEachInlineScriptOfASnippetIsInThePolicy(t *testing.T) {
	made := files(t)
	csp := string(made["acme/csp.txt"])
	_, header, _ := strings.Cut(csp, "\nContent-Security-Policy: ")
	for name, text := range made {
		if !strings.HasPrefix(path.Base(name), "snippet") || slices.Contains(scriptless, path.Base(name)) {
			continue
		}
		for _, script := range scriptsOf(string(text)) {
			sum := sha256.Sum256([]byte(script))
			hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
			_, about, found := strings.Cut(csp, "#   "+hash+"\n")
			about, _, _ = strings.Cut(about, "#   '")
			if !found || !strings.Contains(about, "#     "+path.Base(name)+"\n") {
				t.Errorf("csp.txt does not say that %s has the script %s:\n%s", name, hash, csp)
			}
			if !strings.Contains(header, hash) {
				t.Errorf("the policy lacks %s of %s: %s", hash, name, header)
			}
		}
	}
}

// scriptsOf returns what stands in the script elements that a browser would run.
func scriptsOf(page string) []string {
	var list []string
	runs := false
	for l := html.NewLexer(parse.NewInputString(page)); ; {
		token, data := l.Next()
		switch token {
		case html.ErrorToken:
			return list
		case html.StartTagToken:
			runs = string(l.Text()) == "script"
		case html.AttributeToken:
			runs = runs && string(l.AttrKey()) != "src" && string(l.AttrKey()) != "type"
		case html.TextToken:
			if runs {
				list = append(list, string(data))
			}
		case html.EndTagToken:
			runs = false
		}
	}
}

func TestNoAccountCanHaveTheNameOfAFileForHosts(t *testing.T) {
	for _, name := range Files {
		if option.Lookup("id").Check(name) == nil {
			t.Errorf("an account may be called %s", name)
		}
	}
}

// The limits of Cloudflare Pages: https://developers.cloudflare.com/pages/configuration/headers/
func TestHeadersAreWithinTheLimitsOfCloudflarePages(t *testing.T) {
	rules := 0
	for line := range strings.Lines(string(files(t)["_headers"])) {
		if len(line) > 2000 {
			t.Errorf("%d characters: %s", len(line), line)
		}
		if line[0] != '/' {
			continue
		}
		rules++
		if strings.Count(line, "*") > 1 {
			t.Errorf("more than one splat: %s", line)
		}
	}
	if rules == 0 || rules > 100 {
		t.Errorf("%d rules", rules)
	}
}

func TestTheReadmeNamesEachFile(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range files(t) {
		if strings.HasPrefix(path.Base(name), "missive.") {
			continue
		}
		if !bytes.Contains(readme, []byte("`"+path.Base(name)+"`")) && !bytes.Contains(readme, []byte("/"+path.Base(name)+"`")) {
			t.Errorf("README.md does not say what %s is for", path.Base(name))
		}
	}
}

func TestSettingsOfHostsNameNoAccount(t *testing.T) {
	made := files(t)
	for _, name := range Files {
		if bytes.Contains(made[name], []byte(account.ID)) {
			t.Errorf("%s names the account:\n%s", name, made[name])
		}
	}
}
