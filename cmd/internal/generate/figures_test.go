package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// npmPackages is what package.json says of a folder, and package-lock.json of what is installed there.
type npmPackages struct {
	Scripts      map[string]string
	Dependencies map[string]string
	Packages     map[string]struct{ Version, Resolved string }
}

func readPackages(t *testing.T, name string) npmPackages {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "widget", "bench", name))
	if err != nil {
		t.Fatal(err)
	}
	var p npmPackages
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

const benchReadme = "widget/bench/README.md"

var (
	figureRow  = regexp.MustCompile(`(?m)^\| \[[^\]]+\]\(https://www\.npmjs\.com/package/([^)]+)\)[^|]*\| ([^|]+) \|`)
	peerOfCode = regexp.MustCompile(`(?m)^ +package: "([^"]+)"`)
)

func TestTheFiguresAreOfThePeersThatAreInstalled(t *testing.T) {
	_, rest, _ := strings.Cut(textOf(t, benchReadme), "<!-- figures -->")
	figures, _, found := strings.Cut(rest, "<!-- /figures -->")
	if !found {
		t.Fatal("widget/bench/README.md has no figures")
	}
	lock, shown := readPackages(t, "package-lock.json"), map[string]bool{}
	for _, row := range figureRow.FindAllStringSubmatch(figures, -1) {
		name, version := row[1], row[2]
		shown[name] = true
		if want := lock.Packages["node_modules/"+name].Version; version != want {
			t.Errorf("widget/bench/README.md has figures of %s %s, but %q is installed", name, version, want)
		}
	}
	code, err := os.ReadFile(filepath.Join(root(t), "widget", "bench", "contenders.ts"))
	if err != nil {
		t.Fatal(err)
	}
	for _, peer := range peerOfCode.FindAllStringSubmatch(string(code), -1) {
		if !shown[peer[1]] {
			t.Errorf("widget/bench/README.md has no figures of %s", peer[1])
		}
	}
}

func TestThePeersArePinnedAndComeFromThePublicRegistry(t *testing.T) {
	lock := readPackages(t, "package-lock.json")
	for name, version := range readPackages(t, "package.json").Dependencies {
		// An alias names the package that is meant before its version.
		pinned := version[strings.LastIndex(version, "@")+1:]
		if got := lock.Packages["node_modules/"+name].Version; got != pinned {
			t.Errorf("package.json pins %s to %q, but package-lock.json has %q", name, pinned, got)
		}
	}
	for path, p := range lock.Packages {
		if p.Resolved != "" && !strings.HasPrefix(p.Resolved, "https://registry.npmjs.org/") {
			t.Errorf("package-lock.json has %s from %s", path, p.Resolved)
		}
	}
}

func TestTheCommandOfTheFiguresExists(t *testing.T) {
	command := regexp.MustCompile(`(?m)^cd widget/bench && npm ci && npm run ([a-z]+)\b`).FindStringSubmatch(textOf(t, benchReadme))
	if command == nil {
		t.Fatal("widget/bench/README.md doesn't say how the figures are measured")
	}
	if readPackages(t, "package.json").Scripts[command[1]] == "" {
		t.Errorf("widget/bench/README.md names npm run %s, which widget/bench/package.json doesn't have", command[1])
	}
}
