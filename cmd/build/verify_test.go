package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"missive/cmd/internal/verify"
)

// deploy builds an account and serves it, with the cache times that it wants.
func deploy(t *testing.T) (address, dir string) {
	t.Helper()
	dir = t.TempDir()
	files := http.FileServer(http.Dir(filepath.Join(dir, "dist")))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			if r.Method == http.MethodPost {
				w.WriteHeader(http.StatusNotFound)
				fmt.Fprint(w, `{"code": "unknown-account"}`)
				return
			}
			fmt.Fprint(w, `{"online": true}`)
			return
		}
		w.Header().Set("Cache-Control", "max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if strings.HasPrefix(r.URL.Path, "/assets/") || regexp.MustCompile(`/missive\.[0-9a-f]+\.js`).MatchString(r.URL.Path) {
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
		}
		if _, err := os.Stat(filepath.Join(dir, "dist", r.URL.Path+".br")); err == nil {
			w.Header().Set("Content-Type", "text/javascript")
			w.Header().Set("Content-Encoding", "br")
			r.URL.Path += ".br"
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	setup := fmt.Sprintf("host: %[1]s\nid: acme\nconnection: {tokenUrl: %[1]s/token}\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "chat.yaml"), []byte(setup), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "-compress", "-out", filepath.Join(dir, "dist"), filepath.Join(dir, "chat.yaml"))
	return server.URL, dir
}

// verified is what the command says of the address, without what differs from run to run.
func verified(address string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(append([]string{"verify"}, args...), &out, &errs)
	clean := func(text string) string {
		return regexp.MustCompile(`\b[0-9a-f]{10}\b`).ReplaceAllString(strings.ReplaceAll(text, address, "https://chat.example.com"), "HASH")
	}
	return code, clean(out.String()), clean(errs.String())
}

func TestADeployedAccountIsVerified(t *testing.T) {
	address, dir := deploy(t)
	args := []string{"-out", filepath.Join(dir, "dist"), address + "/acme/"}
	code, stdout, stderr := verified(address, args...)
	const want = `https://chat.example.com/acme/ works

Looked at:
  https://chat.example.com/acme/missive.js
  https://chat.example.com/acme/missive.HASH.js
  https://chat.example.com/assets/panel.HASH.js
  https://chat.example.com/assets/connection.HASH.js
  https://chat.example.com/token

Good to know:
  which sites the token endpoint lets in is not checked: name a page of yours with -page
`
	if code != 0 || stdout != want || stderr != "" {
		t.Errorf("exit code %d, got\n%s%s\nwant\n%s", code, stdout, stderr, want)
	}

	panel, err := filepath.Glob(filepath.Join(dir, "dist/assets/panel.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(panel, filepath.Join(dir, "dist/acme/missive.js.br")) {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr = verified(address, args...)
	const wantErr = `https://chat.example.com/acme/missive.js: warning: is sent as it is, 0 bytes
  hint: switch compression on, or build with -compress and let the host send the .br and .gz files
https://chat.example.com/assets/panel.HASH.js: is not there
  hint: upload all of dist/, and its assets first

`
	stderr = regexp.MustCompile(`\d+ bytes`).ReplaceAllString(stderr, "0 bytes")
	if code != 1 || !strings.HasPrefix(stdout, "https://chat.example.com/acme/ does not work as it should: 1 problem, 1 warning\n") || stderr != wantErr {
		t.Errorf("exit code %d, got\n%s%s\nwant\n%s", code, stdout, stderr, wantErr)
	}
}

func TestVerifyPrintsJSON(t *testing.T) {
	address, dir := deploy(t)
	code, stdout, _ := verified(address, "-json", "-out", filepath.Join(dir, "dist"), "-page", address+"/acme/index.html", address+"/acme/missive.js")
	var got verify.Report
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	// The token endpoint has no CORS, and needs none: the page is on the same host.
	if code != 0 || got.Account != "https://chat.example.com/acme/" || len(got.Checked) != 6 || len(got.Problems) != 0 {
		t.Errorf("exit code %d, %+v", code, got)
	}
}

func TestVerifyIsToldWhatToVerify(t *testing.T) {
	for args, want := range map[string]string{
		"":                            "build: verify takes the address of one account\n  hint: go run ./cmd/build verify https://chat.example.com/acme/\n",
		"https://a/b https://a/c":     "build: verify takes the address of one account\n  hint: go run ./cmd/build verify https://chat.example.com/acme/\n",
		"acme":                        "build: \"acme\" is no address\n  hint: addresses look like https://chat.example.com/acme/, and -page https://example.com/\n",
		"-pag https://a/ https://a/b": "build: there is no option -pag\n  hint: did you mean -page?\n",
		"https://a/b -page https://a": "build: -page comes after https://a/b\n  hint: options go first: go run ./cmd/build verify -page https://a/b https://a\n",
	} {
		if code, stdout, stderr := verified("none", strings.Fields(args)...); code != 2 || stderr != want || stdout != "" {
			t.Errorf("%s: exit code %d, got\n%s%s\nwant\n%s", args, code, stdout, stderr, want)
		}
	}
	if code, stdout, _ := verified("none", "-h"); code != 0 || stdout != usage {
		t.Errorf("-h: exit code %d, %s", code, stdout)
	}
}
