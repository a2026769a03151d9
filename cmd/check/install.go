package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"missive/cmd/internal/chromium"
	"missive/widget/problem"
)

// installPackages brings dir/node_modules to what dir/package-lock.json says.
func installPackages(dir string, out io.Writer) error {
	if _, err := exec.LookPath("npm"); err != nil {
		return problem.New("npm is missing", "install Node.js with npm, from https://nodejs.org or your system's packages")
	}
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	// npm writes this file after each installation: it lists the packages that are really there.
	installed, err := os.ReadFile(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if err == nil && upToDate(lock, installed) {
		return nil
	}
	// No package of ours needs its install script; Playwright's would download browsers of its own.
	return execute(out, dir, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
}

// upToDate tells whether the installed packages are those of the lock file.
// Optional ones may be absent: they are for other systems.
func upToDate(lock, installed []byte) bool {
	type packageLock struct {
		Packages map[string]struct {
			Version, Integrity string
			Optional           bool
		}
	}
	var want, have packageLock
	if json.Unmarshal(lock, &want) != nil || json.Unmarshal(installed, &have) != nil {
		return false
	}
	delete(want.Packages, "") // the project itself, which npm doesn't install
	for path, p := range want.Packages {
		got, ok := have.Packages[path]
		if !ok && p.Optional {
			continue
		}
		if got != p {
			return false
		}
		delete(have.Packages, path)
	}
	return len(have.Packages) == 0
}

// doneForRoot ends the hints about what only root can install.
const doneForRoot = "; as root on Debian this is done for you"

// installChromium returns the path of a Chromium. When there is none, root on Debian gets one.
func installChromium(out io.Writer, isRoot bool) (string, error) {
	path, err := chromium.Find()
	if !errors.Is(err, chromium.ErrMissing) {
		return path, err
	}
	if _, missing := exec.LookPath("apt-get"); missing != nil || !isRoot {
		return "", problem.Wrap(err, chromium.Hint+doneForRoot)
	}
	// The font: without it no emoji can be seen, which some tests look for.
	if err := aptInstall(out, "chromium-headless-shell", "fonts-noto-color-emoji"); err != nil {
		return "", problem.Wrap(err, chromium.Hint+doneForRoot)
	}
	return chromium.Find()
}

func aptInstall(out io.Writer, packages ...string) error {
	for _, args := range [][]string{
		{"apt-get", "update"},
		append([]string{"apt-get", "install", "-y", "--no-install-recommends"}, packages...),
	} {
		if err := execute(out, ".", []string{"DEBIAN_FRONTEND=noninteractive"}, args...); err != nil {
			return fmt.Errorf("%s %s: %w", args[0], args[1], err)
		}
	}
	return nil
}

// tool is a Debian package, and what of it is needed: a program by its name, or a file by its absolute path.
type tool struct{ debian, needed string }

// testTools decompress what -compress has made, receive the e-mails of notifications, and stand in front of the token server.
var testTools = []tool{{"brotli", "brotli"}, {"gzip", "gzip"}, {"exim4-daemon-light", "exim4"}, {"caddy", "caddy"}, {"nginx", "nginx"}}

// pipelineTools are the site generators, web servers, libraries and browsers that the snippets, the files for hosts and the chat are
// tried in.
var pipelineTools = []tool{
	{"apache2-bin", "apache2"},
	{"caddy", "caddy"},
	{"chromium", "/usr/lib/chromium/chromium"},
	{"hugo", "hugo"},
	{"jekyll", "jekyll"},
	{"libjs-mootools", "/usr/share/javascript/mootools/mootools-core-nc.js"},
	{"libjs-prototype", "/usr/share/javascript/prototype/prototype.js"},
	{"libnginx-mod-http-brotli-static", "/etc/nginx/modules-enabled/50-mod-http-brotli-static.conf"},
	{"mkdocs", "mkdocs"},
	{"mkdocs-material", "/usr/share/mkdocs/themes/material/main.html"},
	{"media-types", "/etc/mime.types"},
	{"nginx", "nginx"},
	{"openssl", "openssl"},
	{"php-cli", "php"},
	{"wordpress", "/usr/share/wordpress/wp-settings.php"},
}

// engineTools are the browsers besides Chromium, and the screen that WebKit's is shown on.
var engineTools = []tool{
	{"firefox-esr", "/usr/bin/firefox-esr"},
	{"webkit2gtk-driver", "WebKitWebDriver"},
	{"xvfb", "Xvfb"},
}

// installTools makes sure that the tools are there. Root on Debian gets those that are missing.
func installTools(out io.Writer, isRoot bool, tools []tool) error {
	missing := missingTools(tools)
	if missing == nil {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil || !isRoot {
		return problem.New("missing: "+strings.Join(missing, ", "),
			"these are Debian's packages; install them, or what has the same programs in the same places"+doneForRoot)
	}
	if err := aptInstall(out, missing...); err != nil {
		return err
	}
	if missing = missingTools(tools); missing != nil {
		return fmt.Errorf("still missing after apt-get install: %s", strings.Join(missing, ", "))
	}
	return nil
}

// missingTools returns the packages of the tools that aren't there.
func missingTools(tools []tool) []string {
	var packages []string
	for _, t := range tools {
		_, err := os.Stat(t.needed)
		if !filepath.IsAbs(t.needed) {
			if _, err = exec.LookPath(t.needed); err != nil {
				// Debian has servers in a folder that is on the PATH of root alone.
				_, err = os.Stat(filepath.Join("/usr/sbin", t.needed))
			}
		}
		if err != nil {
			packages = append(packages, t.debian)
		}
	}
	return packages
}
