package dist

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/jsontext"
)

// ManifestName is the file that lists what a build made.
const ManifestName = "manifest.json"

// Manifest lists every file of ours, from before it is written until after it is removed: so a build that is killed at any moment leaves
// no file behind that a later one would take for the owner's, and never remove.
type Manifest struct {
	// Names has the files that a page or a program may ask for, by what they are: "panel", "connection", "faults", "scheme", "sdk",
	// and of each account "<id>/launcher", "<id>/pinned" (the same with a hash in its name) and "<id>/picture".
	Names map[string]Entry `json:"names"`
	// Files are those of the last build that came to its end.
	Files []Entry `json:"files"`
	// Kept are files with a hash in their name of the build before, for open tabs and cached scripts; and for pinned snippets
	// the launcher that each account had before the one it has, with the scripts and the picture that it loads.
	Kept []Entry `json:"kept"`
	// Pending are the paths that a build is about to add. A manifest that has some is of a build that was killed.
	Pending []string `json:"pending,omitempty"`
}

// Entry is a file of a build.
type Entry struct {
	Path      string `json:"path"`
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"` // as in the integrity attribute of a script
	// Picture is the path of the picture that a kept launcher shows. It stays as long as that one; empty for none, and for others.
	Picture string `json:"picture,omitempty"`
}

func newEntry(f bundle.File) Entry {
	e := Entry{Path: f.Name, Bytes: len(f.Bytes), Integrity: f.Integrity}
	if e.Integrity == "" {
		e.Integrity = bundle.Integrity(f.Bytes)
	}
	return e
}

// ReadManifest reads the manifest of a build. It refuses all others: manifest.json is a common name, of web apps for instance, and what a
// manifest lists may be deleted.
func ReadManifest(r io.Reader) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	err := m.decode(d)
	if _, end := d.Token(); err != nil || end != io.EOF || m.Files == nil {
		return Manifest{}, errors.New("is not the manifest of a build")
	}
	for p := range m.all() {
		if !valid(p) {
			return Manifest{}, fmt.Errorf("lists %q, which no build makes", p)
		}
	}
	return m, nil
}

// decode reads an entry at a time: there may be very many.
func (m *Manifest) decode(d *json.Decoder) error {
	if err := delimiter(d, '{'); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		switch key {
		case "names":
			err = d.Decode(&m.Names)
		case "files":
			m.Files, err = decodeList[Entry](d)
		case "kept":
			m.Kept, err = decodeList[Entry](d)
		case "pending":
			m.Pending, err = decodeList[string](d)
		default:
			err = errors.New("unknown key")
		}
		if err != nil {
			return err
		}
	}
	return delimiter(d, '}')
}

func decodeList[T any](d *json.Decoder) ([]T, error) {
	if err := delimiter(d, '['); err != nil {
		return nil, err
	}
	list := []T{}
	for d.More() {
		var item T
		if err := d.Decode(&item); err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, delimiter(d, ']')
}

func delimiter(d *json.Decoder, want json.Delim) error {
	if token, err := d.Token(); err != nil || token != want {
		return errors.New("another token")
	}
	return nil
}

// valid reports whether a build may have made a file with the path: inside of the folder and spelled in the one usual way.
func valid(p string) bool {
	return filepath.IsLocal(filepath.FromSlash(p)) && path.Clean(p) == p && !strings.ContainsAny(p, "\\\x00") &&
		p != "." && !strings.EqualFold(p, ManifestName)
}

// next returns the manifest of a build that makes the files, sorted by path, with these pictures, after the build of m.
func (m Manifest) next(files []Entry, pictures map[string]string) Manifest {
	n := Manifest{Names: map[string]Entry{}, Files: files, Kept: []Entry{}}
	byPath := map[string]Entry{}
	for _, e := range n.Files {
		if name := logicalName(e.Path); name != "" {
			n.Names[name] = e
		}
		if outlives(e.Path) {
			byPath[e.Path] = e
		}
	}
	for name, p := range pictures {
		n.Names[name] = byPath[p]
	}
	if slices.Equal(m.Files, n.Files) {
		// The same files again are not a newer build, so what is kept for the one before stays.
		n.Kept = append(n.Kept, m.Kept...)
		return n
	}
	for _, e := range m.Files {
		if _, made := byPath[e.Path]; outlives(e.Path) && !made {
			e.Picture = m.Names[path.Dir(e.Path)+"/picture"].Path // none for assets, which are no account's
			n.Kept = append(n.Kept, e)
		}
	}
	for _, e := range m.stillPinned(n) {
		if _, made := byPath[e.Path]; !made {
			n.Kept = append(n.Kept, e)
		}
	}
	return n
}

// stillPinned returns what m keeps for pages whose snippets pin an older launcher. That one stays until its account gets
// another once more, whatever else a build changes; and so do its picture, and all scripts, as it is not known which of
// them it loads. Those are few: no account's launcher stays the same when a script that it loads changes.
func (m Manifest) stillPinned(n Manifest) []Entry {
	var still []Entry // launchers first
	pictures := map[string]bool{}
	for _, e := range m.Kept {
		name := path.Dir(e.Path) + "/pinned"
		now, there := n.Names[name]
		// Compressed forms of what the account has are no older ones.
		if !isAsset(e.Path) && there && now == m.Names[name] && !strings.HasPrefix(e.Path, now.Path) {
			still = append(still, e)
			pictures[e.Picture] = true
		}
	}
	if still == nil {
		return nil
	}
	for _, e := range m.Kept {
		if isAsset(e.Path) && (ofScript(e.Path) || pictures[uncompressed(e.Path)]) {
			still = append(still, e)
		}
	}
	return still
}

// ofScript reports whether an asset is a script, or goes with one: its source map, or its licences.
func ofScript(asset string) bool {
	return slices.Contains([]string{".js", ".map", ".txt"}, path.Ext(uncompressed(asset)))
}

// uncompressed is the name of the file of which p may be a compressed form.
func uncompressed(p string) string { return strings.TrimSuffix(strings.TrimSuffix(p, ".br"), ".gz") }

// logicalName is what a file is called in [Manifest.Names], which stays the same from build to build; "" for files without such a name.
func logicalName(p string) string {
	dir, base := path.Split(p)
	switch {
	case base == "missive.js":
		return dir + "launcher"
	case pinned.MatchString(p) && path.Ext(p) == ".js":
		return dir + "pinned"
	case isAsset(p) && path.Ext(p) == ".js":
		name, _, _ := strings.Cut(base, ".")
		return name
	}
	return ""
}

// all yields every path that the manifest lists.
func (m Manifest) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, list := range [][]Entry{m.Files, m.Kept} {
			for _, e := range list {
				if !yield(e.Path) {
					return
				}
			}
		}
		for _, p := range m.Pending {
			if !yield(p) {
				return
			}
		}
	}
}

// missing returns the paths that other lists and m doesn't, sorted.
func (m Manifest) missing(other Manifest) []string {
	have := map[string]bool{}
	for p := range m.all() {
		have[p] = true
	}
	list := slices.Sorted(func(yield func(string) bool) {
		for p := range other.all() {
			if !have[p] && !yield(p) {
				return
			}
		}
	})
	return slices.Compact(list)
}

func paths(entries []Entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.Path)
	}
	return list
}

// encode writes one entry a line, for people and for version control. The writer keeps its first error.
func (m Manifest) encode(w *bufio.Writer) {
	w.WriteString("{\n")
	section(w, "names", "{}", func(yield func(string) bool) {
		for _, name := range slices.Sorted(maps.Keys(m.Names)) {
			if !yield(quoted(name) + ": " + m.Names[name].json()) {
				return
			}
		}
	})
	w.WriteString(",\n")
	section(w, "files", "[]", texts(m.Files, Entry.json))
	w.WriteString(",\n")
	section(w, "kept", "[]", texts(m.Kept, Entry.json))
	if len(m.Pending) > 0 {
		w.WriteString(",\n")
		section(w, "pending", "[]", texts(m.Pending, quoted))
	}
	w.WriteString("\n}\n")
}

func section(w *bufio.Writer, name, brackets string, items iter.Seq[string]) {
	fmt.Fprintf(w, "  %q: %c", name, brackets[0])
	before, after := "\n    ", ""
	for item := range items {
		w.WriteString(before)
		w.WriteString(item)
		before, after = ",\n    ", "\n  "
	}
	w.WriteString(after + brackets[1:])
}

func texts[T any](list []T, text func(T) string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, item := range list {
			if !yield(text(item)) {
				return
			}
		}
	}
}

// json returns the entry as json.Marshal does, which takes five times as long.
func (e Entry) json() string {
	out := jsontext.Append([]byte(`{"path":`), e.Path)
	out = strconv.AppendInt(append(out, `,"bytes":`...), int64(e.Bytes), 10)
	out = jsontext.Append(append(out, `,"integrity":`...), e.Integrity)
	if e.Picture != "" {
		out = jsontext.Append(append(out, `,"picture":`...), e.Picture)
	}
	return string(append(out, '}'))
}

func quoted(text string) string { return string(jsontext.Append(nil, text)) }
