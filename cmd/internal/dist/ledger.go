package dist

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/hosting"
)

// journalName is where the whole manifest is while a build changes the folder, and after one that was killed. Then the accounts' own are
// partly old and partly new.
const journalName = temporaryPrefix + "journal"

// ledger is what is known of a folder from the builds before.
type ledger struct {
	Manifest           // of all accounts
	manifests []string // the paths of those that were read
	// integrities are those that a file may have, by its path in small letters: where case doesn't count, "Acme" is now "acme".
	integrities map[string][]string
}

// readLedger puts together what the manifests of the folder list. What no manifest lists is not ours.
func readLedger(f *folder) (ledger, error) {
	l := ledger{Manifest: Manifest{Names: map[string]Entry{}}}
	parts := []Manifest{}
	for _, name := range append([]string{ManifestName}, manifestsBelow(f)...) {
		m, err := readManifest(f, name)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, errForeign):
			continue // A web app's, for instance.
		case err != nil:
			return ledger{}, err
		}
		l.manifests = append(l.manifests, name)
		parts = append(parts, m)
	}
	switch journal, err := readManifest(f, journalName); {
	case err == nil:
		l.Manifest = journal
	case errors.Is(err, fs.ErrNotExist):
		l.Manifest = merged(parts)
	default:
		return ledger{}, err
	}
	l.index()
	return l, nil
}

func (l *ledger) index() {
	l.integrities = map[string][]string{}
	for e := range l.all() {
		key := strings.ToLower(e.Path)
		l.integrities[key] = append(l.integrities[key], e.Integrity)
	}
}

// lists reports whether a build made the file.
func (l *ledger) lists(name string) bool {
	return len(l.integrities[strings.ToLower(name)]) > 0 || slices.Contains(l.manifests, name)
}

// holds reports whether the file of a build is as the build made it.
func (l *ledger) holds(name string, content []byte) bool {
	return slices.Contains(l.manifests, name) || slices.Contains(l.integrities[strings.ToLower(name)], bundle.Integrity(content))
}

// knows reports whether a build has left a manifest for what is in the folder.
func (l *ledger) knows(folder string) bool {
	if folder == "." || folder == "assets" {
		return len(l.manifests) > 0
	}
	return slices.Contains(l.manifests, path.Join(folder, ManifestName))
}

// manifestsBelow returns where accounts may have their manifests.
func manifestsBelow(f *folder) []string {
	var list []string
	for _, e := range f.list(".") {
		if e.IsDir() && !strings.HasPrefix(e.Name(), temporaryPrefix) {
			list = append(list, path.Join(e.Name(), ManifestName))
		}
	}
	return list
}

func readManifest(f *folder, name string) (Manifest, error) {
	file, err := f.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, err
	}
	if err != nil {
		return Manifest{}, newError(f.display(name), err)
	}
	defer file.Close()
	m, err := ReadManifest(file)
	if err == nil && name != journalName {
		err = m.belongs(path.Dir(name))
	}
	return m, err
}

// belongs refuses a manifest that lists more than an account can have: what it lists may be deleted.
func (m Manifest) belongs(id string) error {
	if id == "." {
		return nil // It is from before each account had its own.
	}
	for e := range m.all() {
		if dir := path.Dir(e.Path); dir != id && dir != "assets" && !slices.Contains(hosting.Files, e.Path) {
			return fmt.Errorf("%w: lists %q, which is no file of the account %s", errForeign, e.Path, id)
		}
	}
	return nil
}

// merged is the manifest of all accounts.
func merged(parts []Manifest) Manifest {
	all := Manifest{Names: map[string]Entry{}}
	files, kept := map[string]Entry{}, map[string]Entry{}
	for _, part := range parts {
		maps.Copy(all.Names, part.Names)
		for _, e := range part.Files {
			files[e.Path] = e
		}
		for _, e := range part.Kept {
			kept[e.Path] = e
		}
	}
	all.Files, all.Kept = byPath(files), byPath(kept)
	return all
}

func byPath(entries map[string]Entry) []Entry {
	return slices.SortedFunc(maps.Values(entries), func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
}

// split returns the manifests of the accounts, by their ids: each has the account's own files, and those that all share.
func (m Manifest) split() map[string]Manifest {
	names := map[string]map[string]Entry{}
	for name, e := range m.Names {
		if dir := path.Dir(name); names[dir] == nil {
			names[dir] = map[string]Entry{name: e}
		} else {
			names[dir][name] = e
		}
	}
	files, kept := inFolders(m.Files), inFolders(m.Kept)
	parts := map[string]Manifest{}
	for id := range files.own {
		part := Manifest{Names: map[string]Entry{}}
		maps.Copy(part.Names, names["."])
		maps.Copy(part.Names, names[id])
		shown := map[string]bool{part.Names[id+"/picture"].Path: true}
		for _, e := range kept.own[id] {
			shown[e.Picture] = true
		}
		part.Files, part.Kept = files.of(id, shown), kept.of(id, shown)
		parts[id] = part
	}
	return parts
}

// inFolders are entries by whose they are.
type entriesByOwner struct {
	own      map[string][]Entry // of an account, by its id
	pictures map[string][]Entry // with their compressed forms, by path
	shared   []Entry
}

func inFolders(entries []Entry) entriesByOwner {
	by := entriesByOwner{own: map[string][]Entry{}, pictures: map[string][]Entry{}}
	for _, e := range entries {
		dir := path.Dir(e.Path)
		switch {
		case isPicture(e.Path):
			by.pictures[uncompressed(e.Path)] = append(by.pictures[uncompressed(e.Path)], e)
		case isAsset(e.Path) || dir == ".":
			by.shared = append(by.shared, e)
		default:
			by.own[dir] = append(by.own[dir], e)
		}
	}
	return by
}

// of returns those of an account with these pictures, sorted by path.
func (by entriesByOwner) of(id string, pictures map[string]bool) []Entry {
	list := slices.Concat(by.own[id], by.shared)
	for p := range pictures {
		list = append(list, by.pictures[p]...)
	}
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return append([]Entry{}, list...)
}

// journal is the manifest for as long as the folder is on the way from m to next.
func (m Manifest) journal(next Manifest) Manifest {
	known := map[Entry]bool{}
	plain := func(e Entry) Entry { return Entry{Path: e.Path, Integrity: e.Integrity} }
	for e := range m.all() {
		known[plain(e)] = true
	}
	j := m
	j.Pending = slices.Clone(m.Pending)
	for e := range next.all() {
		if !known[plain(e)] {
			j.Pending = append(j.Pending, e)
		}
	}
	return j
}

func (m Manifest) bytes() []byte {
	var b strings.Builder
	w := bufio.NewWriter(&b)
	m.encode(w)
	_ = w.Flush() // A builder takes everything.
	return []byte(b.String())
}
