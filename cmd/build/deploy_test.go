package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"missive/cmd/internal/bundle"
)

// serve DIR: a host has what is in the folder, and its address is $HOST. Below /page it answers as hosts of single-page apps do, and
// below /broken not at all.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	files := http.FileServer(http.Dir(ts.MkAbs(args[0])))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/page/"):
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<!doctype html><title>A site</title>"))
		case strings.HasPrefix(r.URL.Path, "/broken/"):
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			files.ServeHTTP(w, r)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("HOST", server.URL)
}

// deploy FROM TO: the host has what is in FROM, and nothing else, as after a deploy to Netlify.
func upload(ts *testscript.TestScript, _ bool, args []string) {
	to := ts.MkAbs(args[1])
	ts.Check(os.RemoveAll(to))
	ts.Check(os.CopyFS(to, os.DirFS(ts.MkAbs(args[0]))))
}

// pin FILE DIR: a page of the site has the pinned snippet that is in the folder.
func pin(ts *testscript.TestScript, _ bool, args []string) {
	found, err := filepath.Glob(filepath.Join(ts.MkAbs(args[1]), "*", "snippet-pinned.html"))
	if err != nil || len(found) != 1 {
		ts.Fatalf("%d pinned snippets: %v", len(found), err)
	}
	snippet, err := os.ReadFile(found[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), snippet, 0o644))
}

var (
	pinnedSource = regexp.MustCompile(`src="https://chat\.example\.com(/[^"]+)" integrity="([^"]+)"`)
	exactFiles   = regexp.MustCompile(`"((?:panel|connection|sdk)\.[0-9a-f]{10}\.js)":"(sha256-[\w+/=]+)"`)
)

// works HOST FILE: the host has, byte for byte, what the page with the pinned snippet loads.
func works(ts *testscript.TestScript, neg bool, args []string) {
	has := func(path, integrity string) []byte {
		answer, err := http.Get(args[0] + path)
		ts.Check(err)
		defer answer.Body.Close()
		content, err := io.ReadAll(answer.Body)
		ts.Check(err)
		if answer.StatusCode != http.StatusOK || bundle.Integrity(content) != integrity {
			return nil
		}
		return content
	}
	m := pinnedSource.FindStringSubmatch(ts.ReadFile(args[1]))
	launcher := has(m[1], m[2])
	ok := launcher != nil
	files := exactFiles.FindAllSubmatch(launcher, -1)
	for _, f := range files {
		ok = ok && has("/assets/"+string(f[1]), string(f[2])) != nil
	}
	if ok == neg || ok && len(files) < 2 {
		ts.Fatalf("the pinned page works: %v, with %d files", ok, len(files))
	}
}

// spoil DIR: the scripts with a hash in their name have another content than that.
func spoil(ts *testscript.TestScript, _ bool, args []string) {
	found, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*", "*.*.js"))
	ts.Check(err)
	for _, name := range found {
		ts.Check(os.WriteFile(name, []byte("spoiled"), 0o644))
	}
}
