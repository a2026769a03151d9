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

// ManifestName is the file in each account's folder that lists what a build made for the account. It is uploaded with the rest, so it names
// no other account.
const ManifestName = "manifest.json"

// Manifest lists the files of a build: all of them, or those that one account has, with what it shares with others.
type Manifest struct {
	// Names has the files that a page or a program may ask for, by what they are: "panel", "connection", "faults", "early", "sdk",
	// and of each account "<id>/launcher", "<id>/pinned" (the same with a hash in its name) and "<id>/picture".
	Names map[string]Entry `json:"names"`
	// Files are those of the last build that came to its end.
	Files []Entry `json:"files"`
	// Kept are files with a hash in their name that later ones have replaced, for open tabs, cached scripts and pinned snippets.
	Kept []Entry `json:"kept"`
	// Pending are what a build is about to add or to change. A manifest that has some is of a build that was killed.
	Pending []Entry `json:"pending,omitempty"`
}

// Entry is a file of a build.
type Entry struct {
	Path      string `json:"path"`
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"` // as in the integrity attribute of a script
	// Picture is the path of the picture that a kept launcher shows. It stays as long as that one; empty for none, and for others.
	Picture string `json:"picture,omitempty"`
	// Newer is how many later ones have taken the place of a kept script.
	Newer int `json:"newer,omitempty"`
}

func newEntry(f bundle.File) Entry {
	e := Entry{Path: f.Name, Bytes: len(f.Bytes), Integrity: f.Integrity}
	if e.Integrity == "" {
		e.Integrity = bundle.Integrity(f.Bytes)
	}
	return e
}

// errForeign is of a manifest that no build made for the folder that it is in.
var errForeign = errors.New("is not the manifest of a build")

// ReadManifest reads the manifest of a build. It refuses all others: manifest.json is a common name, of web apps for instance, and what a
// manifest lists may be deleted.
func ReadManifest(r io.Reader) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	err := m.decode(d)
	if _, end := d.Token(); err != nil || end != io.EOF || m.Files == nil {
		return Manifest{}, errForeign
	}
	for e := range m.all() {
		if !valid(e.Path) {
			return Manifest{}, fmt.Errorf("%w: lists %q, which no build makes", errForeign, e.Path)
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
			m.Pending, err = decodeList[Entry](d)
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
		p != "." && !strings.EqualFold(path.Base(p), ManifestName)
}

// all yields every entry that the manifest lists.
func (m Manifest) all() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, list := range [][]Entry{m.Files, m.Kept, m.Pending} {
			for _, e := range list {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// missing returns the paths that other lists and m doesn't, sorted.
func (m Manifest) missing(other Manifest) []string {
	have := map[string]bool{}
	for e := range m.all() {
		have[e.Path] = true
	}
	list := slices.Sorted(func(yield func(string) bool) {
		for e := range other.all() {
			if !have[e.Path] && !yield(e.Path) {
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
		section(w, "pending", "[]", texts(m.Pending, Entry.json))
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
	if e.Newer > 0 {
		out = strconv.AppendInt(append(out, `,"newer":`...), int64(e.Newer), 10)
	}
	return string(append(out, '}'))
}

func quoted(text string) string { return string(jsontext.Append(nil, text)) }
