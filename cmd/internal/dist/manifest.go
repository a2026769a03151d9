package dist

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
)

// ManifestName is the file that lists what a build made.
const ManifestName = "manifest.json"

// manifest lists every file of ours, from before it is there until after it is gone: a build that was
// killed at any moment leaves nothing behind that a later one would take for somebody else's.
type manifest struct {
	// Files are those of the last build that came to its end.
	Files []entry `json:"files"`
	// Kept are assets of the build before, for open tabs and cached scripts.
	Kept []entry `json:"kept"`
	// Pending are the paths that a build is about to add. A manifest that has some is of a build that was killed.
	Pending []string `json:"pending,omitempty"`
}

type entry struct {
	Path      string `json:"path"`
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"` // as in the integrity attribute of a script
}

// parseManifest is strict: manifest.json is a common name, of web apps for instance, and a manifest decides what gets deleted.
func parseManifest(text []byte) (manifest, error) {
	var m manifest
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&m)
	if _, end := d.Token(); err != nil || end != io.EOF || m.Files == nil {
		return manifest{}, errors.New("is not the manifest of a build")
	}
	for p := range m.paths() {
		if !valid(p) {
			return manifest{}, fmt.Errorf("lists %q, which no build makes", p)
		}
	}
	return m, nil
}

// valid reports whether a build may have made a file with the path: inside of the folder and spelled in the one usual way.
func valid(p string) bool {
	return filepath.IsLocal(filepath.FromSlash(p)) && path.Clean(p) == p && !strings.ContainsAny(p, "\\\x00") &&
		p != "." && !strings.EqualFold(p, ManifestName)
}

// next returns the manifest of a build that makes the files, after the build of m.
func (m manifest) next(files []bundle.File) manifest {
	n := manifest{Files: []entry{}, Kept: []entry{}}
	for _, f := range files {
		sum := sha512.Sum384(f.Bytes)
		n.Files = append(n.Files, entry{f.Name, len(f.Bytes), "sha384-" + base64.StdEncoding.EncodeToString(sum[:])})
	}
	slices.SortFunc(n.Files, func(a, b entry) int { return strings.Compare(a.Path, b.Path) })
	if slices.Equal(m.Files, n.Files) {
		// The same build again isn't one more: what is kept stays.
		n.Kept = append(n.Kept, m.Kept...)
		return n
	}
	made := n.paths()
	for _, e := range m.Files {
		if isAsset(e.Path) && !made[e.Path] {
			n.Kept = append(n.Kept, e)
		}
	}
	return n
}

// paths is the set of all that the manifest lists.
func (m manifest) paths() map[string]bool {
	set := map[string]bool{}
	for _, p := range slices.Concat(paths(m.Files), paths(m.Kept), m.Pending) {
		set[p] = true
	}
	return set
}

func paths(entries []entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.Path)
	}
	return list
}

// missing returns the paths that other lists and m doesn't, sorted.
func (m manifest) missing(other manifest) []string {
	var list []string
	have := m.paths()
	for p := range other.paths() {
		if !have[p] {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

func (m manifest) encode() []byte {
	// Strings and numbers always encode.
	text, _ := json.MarshalIndent(m, "", "  ")
	return append(text, '\n')
}
