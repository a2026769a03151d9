package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"missive/widget"
	"missive/widget/problem"
)

// bundleSDK returns Twilio's SDK as one script, and the licences of all that is in it.
func bundleSDK(o Options) ([]File, []problem.Problem) {
	packages, err := installSDK()
	if err != nil {
		p := problem.Of(err)
		p.File, p.Path = "chat.yaml", "connection.sdk"
		if p.Hint == "" {
			p.Hint = "install Node.js with npm, and mind that it needs the network once; or set connection.sdk to cdn, which needs neither"
		}
		return nil, []problem.Problem{p}
	}
	s, problems := compile(o, sdk(packages))
	if problems != nil {
		return nil, problems
	}
	code := Hashed("assets/sdk.js", s.code)
	licences, err := licences(packages, s.metafile)
	if err != nil {
		return nil, []problem.Problem{{File: packages, Message: err.Error(), Hint: "remove the folder: the next build makes it anew"}}
	}
	return []File{code, {Name: strings.TrimSuffix(code.Name, ".js") + ".LICENSE.txt", Bytes: licences}}, nil
}

// plainHTTP makes the SDK work on pages that are no secure context, as a phone sees the preview. Its packages make their
// ids with crypto.randomUUID, which is missing there; the package uuid, which is in the bundle anyway, can do without.
var plainHTTP = api.Plugin{Name: "plain http", Setup: func(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: `[/\\]utils[/\\]uuid\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		text := `export { v4 as randomUUID } from "uuid"`
		return api.OnLoadResult{Contents: &text, ResolveDir: filepath.Dir(a.Path)}, nil
	})
}}

// oldLibraries makes the SDK work on pages with Prototype, which has its own idea of what the entries() of an array are.
var oldLibraries = api.Plugin{Name: "old libraries", Setup: func(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: `[/\\]declarative-type-validator[/\\].*\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		source, err := os.ReadFile(a.Path)
		text := arrayEntries.ReplaceAllString(string(source), "of $1.map((value, index) => [index, value])")
		return api.OnLoadResult{Contents: &text, ResolveDir: filepath.Dir(a.Path)}, err
	})
}}

var arrayEntries = regexp.MustCompile(`of (\w+)\.entries\(\)`)

// installSDK returns a folder of the user's cache with the packages that widget/sdk locks. The first time npm fills it.
func installSDK() (string, error) {
	lock, err := fs.ReadFile(widget.SDK, "sdk/package-lock.json")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", problem.New("there is no folder to keep Twilio's SDK in: "+err.Error(), "set HOME or XDG_CACHE_HOME, or take connection.sdk: cdn")
	}
	dir := filepath.Join(cache, "missive-chat", fmt.Sprintf("sdk-%x", sha256.Sum256(lock))[:20])
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	// Into a folder beside it, which is renamed once it is complete: so two builds at once don't write to the same files, and a build
	// that is killed leaves no half installation.
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	if err := os.CopyFS(temp, sub(widget.SDK, "sdk")); err != nil {
		return "", err
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = temp
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm can't install Twilio's SDK: %w%s", err, lastLine(out))
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(dir); there == nil {
			return dir, nil // another build has installed it meanwhile
		}
		return "", err
	}
	return dir, nil
}

func sub(fsys fs.FS, dir string) fs.FS {
	s, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // the name is a constant
	}
	return s
}

// lastLine is what npm says at its end, where it names the reason.
func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, line := range slices.Backward(lines) {
		if rest, ok := strings.CutPrefix(line, "npm error "); ok && !strings.HasPrefix(rest, "A complete log") {
			return ": " + rest
		}
	}
	return ""
}

var packageOf = regexp.MustCompile(`node_modules/((?:@[^/]+/)?[^/]+)/`)

// licences joins the licence texts of the packages that are in the bundle.
func licences(packages, metafile string) ([]byte, error) {
	var meta struct {
		Outputs map[string]struct {
			Inputs map[string]struct{ BytesInOutput int }
		}
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, err
	}
	folders := map[string]bool{}
	for _, output := range meta.Outputs {
		for input, in := range output.Inputs {
			// The first match, as some packages have others in a node_modules of their own.
			if name := packageOf.FindString(input); name != "" && in.BytesInOutput > 0 {
				folders[name] = true
			}
		}
	}
	var names []string
	for folder := range folders {
		names = append(names, folder)
	}
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		text, err := licence(filepath.Join(packages, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s\n\n%s\n\n", strings.TrimPrefix(path.Clean(name), "node_modules/"), bytes.TrimSpace(text))
	}
	return b.Bytes(), nil
}

// licence is the licence text of a package; of one without, what its package.json says.
func licence(folder string) ([]byte, error) {
	found, err := filepath.Glob(filepath.Join(folder, "[Ll][Ii][Cc][Ee][Nn]*"))
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return os.ReadFile(found[0])
	}
	about, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return nil, err
	}
	var p struct{ License, Author any }
	err = json.Unmarshal(about, &p)
	return fmt.Appendf(nil, "License: %v", p.License), err
}
