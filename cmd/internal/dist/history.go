package dist

import (
	"path"
	"slices"
	"strings"
)

// MostNewer is how many later ones may take the place of a launcher, or of a script that it loads, before it goes: so many times a site may
// be deployed with changes while a page of it has a pinned snippet from before the first.
const MostNewer = 3

// next returns the manifest of a build that makes the files, sorted by path, with these pictures, where m is what was there before: on
// the host, or in the folder.
//
// No launcher stays the same when a script that it loads changes. So a launcher has at least as many newer ones as each of its scripts,
// and what it loads stays as long as it does.
func (m Manifest) next(files []Entry, pictures map[string]string) Manifest {
	n := Manifest{Names: map[string]Entry{}, Files: files, Kept: []Entry{}}
	byPath, folders := map[string]Entry{}, map[string]bool{}
	for _, e := range n.Files {
		folders[path.Dir(e.Path)] = true
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
	shown := map[string]bool{}
	for _, e := range m.outliving(n) {
		// Compressed forms of what the account has are no older ones.
		_, made := byPath[uncompressed(e.Path)]
		if !made && e.Newer <= MostNewer && folders[path.Dir(e.Path)] && !isPicture(e.Path) {
			n.Kept = append(n.Kept, e)
			shown[e.Picture] = true
		}
	}
	for _, e := range m.outliving(n) {
		if _, made := byPath[e.Path]; !made && isPicture(e.Path) && shown[uncompressed(e.Path)] {
			e.Newer = 0
			n.Kept = append(n.Kept, e)
		}
	}
	slices.SortFunc(n.Kept, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return n
}

// outliving returns the files of m that may stay when n takes its place, with what they are to be kept for.
func (m Manifest) outliving(n Manifest) []Entry {
	var list []Entry
	for _, e := range m.Files {
		if outlives(e.Path) {
			e.Newer = 1
			if !isAsset(e.Path) {
				e.Picture = m.Names[path.Dir(e.Path)+"/picture"].Path
			}
			list = append(list, e)
		}
	}
	for _, e := range m.Kept {
		if !outlives(e.Path) {
			continue // No build keeps it: it would take the place of what this one makes.
		}
		if m.replaced(e.Path, n) {
			e.Newer++
		}
		list = append(list, e)
	}
	return list
}

// replaced reports whether n has another one than m of what the file once was.
func (m Manifest) replaced(kept string, n Manifest) bool {
	name := path.Dir(kept) + "/pinned"
	if isAsset(kept) {
		name, _, _ = strings.Cut(path.Base(kept), ".")
		if _, there := n.Names[name]; !there {
			name = "panel" // The SDK may come from elsewhere now.
		}
	}
	now, there := n.Names[name]
	return there && now.Path != m.Names[name].Path
}

// isPicture reports whether an asset is neither a script, nor goes with one as its source map and its licences do.
func isPicture(name string) bool {
	return isAsset(name) && !slices.Contains([]string{".js", ".map", ".txt"}, path.Ext(uncompressed(name)))
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
