package dist

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/hosting"
	"missive/templates"
)

// adopt takes the files of the folder for ours that look as those of a build and are in no manifest: folders of accounts, whose missive.js
// says which; assets whose names have the hash of their content; and settings of hosts that begin as ours do.
func (l *ledger) adopt(f *folder) {
	for _, e := range f.list(".") {
		switch name := e.Name(); {
		case name == "assets" && e.IsDir():
			l.adoptAssets(f)
		case e.IsDir():
			l.adoptAccount(f, name)
		default:
			if there, _, err := f.read(name); err == nil && hosting.IsOurs(name, there) {
				l.take(name, there)
			}
		}
	}
	l.index()
}

func (l *ledger) take(name string, content []byte) {
	if !l.lists(name) {
		l.Files = append(l.Files, newEntry(bundle.File{Name: name, Bytes: content}))
	}
}

func (l *ledger) adoptAssets(f *folder) {
	var names []string // with their hashes, of those that have the right one
	contents := map[string][]byte{}
	for _, e := range f.list("assets") {
		name := "assets/" + e.Name()
		there, _, err := f.read(name)
		if err != nil || there == nil {
			continue
		}
		contents[name] = there
		if m := hashedName.FindString(name); m != "" && strings.HasPrefix(bundle.Hashed("x.y", there).Name, "x."+m[len(m)-len("0123456789."):]) {
			names = append(names, m)
		}
	}
	for name, there := range contents {
		// Source maps, licences and compressed forms have the hash of what they go with.
		if slices.Contains(names, hashedName.FindString(name)) {
			l.take(name, there)
		}
	}
}

// hashedName matches a name up to behind its hash.
var hashedName = regexp.MustCompile(`^[^.]+\.[0-9a-f]{10}\.`)

// picture matches the picture that a launcher shows.
var picture = regexp.MustCompile(`"\.\./(assets/[\w.-]+)"`)

func (l *ledger) adoptAccount(f *folder, id string) {
	launcher, found, err := f.read(id + "/missive.js")
	retired := IsRetired(launcher)
	if err != nil || !found || !bytes.Contains(launcher, []byte(`"id":"`+id+`"`)) && !retired {
		return
	}
	for _, e := range f.list(id) {
		name := path.Join(id, e.Name())
		if there, _, err := f.read(name); err == nil && there != nil && (isLauncher(e.Name()) || !retired && isPage(e.Name())) {
			l.take(name, there)
		}
	}
	if m := picture.FindSubmatch(launcher); m != nil {
		l.Names[id+"/picture"] = Entry{Path: string(m[1])}
	}
}

// launcherName matches the names of an account's scripts.
var launcherName = regexp.MustCompile(`^missive(\.[0-9a-f]{10})?\.js(\.br|\.gz)?$`)

func isLauncher(name string) bool { return launcherName.MatchString(name) }

// isPage reports whether an account that is not retired has a file of the name beside its scripts. The owner may have others there, such as
// a snippet that was changed and has a name of its own.
func isPage(name string) bool {
	return slices.Contains([]string{"snippet.html", "snippet-csp.html", "snippet-pinned.html", "csp.txt", "index.html"}, name) ||
		slices.Contains(templates.Pipelines, name)
}
