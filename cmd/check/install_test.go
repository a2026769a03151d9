package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"missive/cmd/internal/chromium/chromiumtest"
)

func TestPackagesAreInstalledAnewWhenTheLockFileSaysSo(t *testing.T) {
	const lock = `{"packages": {
		"": {"name": "widget"},
		"node_modules/typescript": {"version": "7.0.2", "integrity": "sha512-A"},
		"node_modules/typescript-win32": {"version": "7.0.2", "integrity": "sha512-B", "optional": true}
	}}`
	for _, c := range []struct {
		what, installed string
		want            bool
	}{
		{"the same", `{"packages": {
			"node_modules/typescript": {"version": "7.0.2", "integrity": "sha512-A"},
			"node_modules/typescript-win32": {"version": "7.0.2", "integrity": "sha512-B", "optional": true}}}`, true},
		{"the same but for an optional one", `{"packages": {
			"node_modules/typescript": {"version": "7.0.2", "integrity": "sha512-A"}}}`, true},
		{"another version", `{"packages": {
			"node_modules/typescript": {"version": "7.0.1", "integrity": "sha512-A"}}}`, false},
		{"other content", `{"packages": {
			"node_modules/typescript": {"version": "7.0.2", "integrity": "sha512-C"}}}`, false},
		{"one missing", `{"packages": {}}`, false},
		{"one too many", `{"packages": {
			"node_modules/typescript": {"version": "7.0.2", "integrity": "sha512-A"},
			"node_modules/left-pad": {"version": "1.0.0", "integrity": "sha512-D"}}}`, false},
		{"cut off", `{"packages": {`, false},
	} {
		if got := upToDate([]byte(lock), []byte(c.installed)); got != c.want {
			t.Errorf("%s: up to date %v, want %v", c.what, got, c.want)
		}
	}
}

// A package that npm ci doesn't install would be missing at each check, which would install all of them again. A package with
// an address of its own comes from that host, also for who has another registry.
func TestLockFilesNameNothingThatIsNotInstalledAndNoOtherHost(t *testing.T) {
	for _, folder := range []string{"widget", "widget/sdk", "widget/pipelines"} {
		data, err := os.ReadFile(filepath.Join("../..", folder, "package-lock.json"))
		if err != nil {
			t.Fatal(err)
		}
		var lock struct {
			Packages map[string]struct {
				Extraneous bool
				Resolved   string
			}
		}
		if err := json.Unmarshal(data, &lock); err != nil || len(lock.Packages) < 2 {
			t.Fatalf("%s: %d packages, %v", folder, len(lock.Packages), err)
		}
		for path, p := range lock.Packages {
			if p.Extraneous || p.Resolved != "" && !strings.HasPrefix(p.Resolved, "https://registry.npmjs.org/") {
				t.Errorf("%s: %s: %+v\n  hint: npm install --package-lock-only --omit-lockfile-registry-resolved", folder, path, p)
			}
		}
	}
}

const missing = "no Chromium found\n" +
	"  hint: install Chromium or Google Chrome, or set CHROME_PATH to a browser built on Chromium; as root on Debian this is done for you"

func TestAMissingChromiumIsInstalledByRootAlone(t *testing.T) {
	bin := chromiumtest.OnlyPath(t)
	chromium := filepath.Join(bin, "chromium-headless-shell")
	write(t, filepath.Join(bin, "apt-get"), `#!/bin/sh
echo "apt-get $*"
if [ "$1" = install ]; then echo > `+chromium+`; /bin/chmod +x `+chromium+`; fi
`)
	var out strings.Builder
	if _, err := installChromium(&out, false); err == nil || err.Error() != missing || out.Len() > 0 {
		t.Errorf("not root: %v, and apt-get said %q; want %s", err, &out, missing)
	}

	got, err := installChromium(&out, true)
	if got != chromium {
		t.Errorf("root: got %q, %v; want %s", got, err, chromium)
	}
	const said = "apt-get update\napt-get install -y --no-install-recommends chromium-headless-shell fonts-noto-color-emoji\n"
	if out.String() != said {
		t.Errorf("ran %q, want %q", &out, said)
	}

	out.Reset()
	if got, err := installChromium(&out, true); got != chromium || out.Len() > 0 {
		t.Errorf("the next time: got %q, %v and ran %q; want %s at once", got, err, &out, chromium)
	}
}

func TestMissingToolsAreInstalledByRootAlone(t *testing.T) {
	bin := chromiumtest.OnlyPath(t)
	file := filepath.Join(t.TempDir(), "settings.php")
	write(t, filepath.Join(bin, "there-already"), "")
	write(t, filepath.Join(bin, "apt-get"), `#!/bin/sh
echo "apt-get $*"
if [ "$1" = install ]; then echo > `+bin+`/no-such-generator; /bin/chmod +x `+bin+`/no-such-generator; echo > `+file+`; fi
`)
	tools := []tool{{"there", "there-already"}, {"generator", "no-such-generator"}, {"blog", file}}

	var out strings.Builder
	err := installTools(&out, false, tools)
	want := "missing: generator, blog\n  hint: these are Debian's packages; install them, or what has the same programs in the same places; as root on Debian this is done for you"
	if err == nil || err.Error() != want || out.Len() > 0 {
		t.Errorf("not root: %v, and apt-get said %q; want %s", err, &out, want)
	}

	if err := installTools(&out, true, tools); err != nil {
		t.Errorf("root: %v", err)
	}
	const said = "apt-get update\napt-get install -y --no-install-recommends generator blog\n"
	if out.String() != said {
		t.Errorf("ran %q, want %q", &out, said)
	}

	out.Reset()
	if err := installTools(&out, true, tools); err != nil || out.Len() > 0 {
		t.Errorf("the next time: %v, and ran %q; want nothing", err, &out)
	}
}

func TestAToolThatIsMissingAfterItsInstallationIsTold(t *testing.T) {
	bin := chromiumtest.OnlyPath(t)
	write(t, filepath.Join(bin, "apt-get"), "#!/bin/sh\n")
	var out strings.Builder
	err := installTools(&out, true, []tool{{"generator", "no-such-generator"}})
	if want := "still missing after apt-get install: generator"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
