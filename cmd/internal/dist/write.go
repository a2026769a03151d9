package dist

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"missive/widget/problem"
)

// Result says what a build made, and what that changed on disk.
type Result struct {
	Files   []Entry  // all, in the order in which they are written
	Written []string // new, or with other content than before
	Removed []string // of the last build, and no longer made
	Kept    []string // of earlier builds, and not yet removed
}

// Check makes every file of the site, and writes none.
func Check(s *Site, p Progress) (Result, error) {
	st := &staging{}
	err := s.Each(p, st.add)
	_, all, _ := st.made()
	return Result{Files: all}, err
}

// Write makes the folder hold the site and a manifest of it. Files that no manifest lists stay as they are.
//
// Everything is written beside its place first, so that a full disk or a missing permission changes nothing. Only then are the files
// renamed, those that others refer to first; what is no longer made goes when nothing refers to it; the manifest comes last.
// So a page that is served from the folder works at any moment, also after the build was killed, and the next build cleans up.
// Errors about a file are problems with its path.
func Write(dir string, s *Site, p Progress) (Result, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Result{}, newError(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, newError(dir, err)
	}
	defer root.Close()
	return write(&folder{root: root, path: filepath.Clean(dir)}, s, p)
}

func write(f *folder, s *Site, p Progress) (Result, error) {
	last, err := readManifest(f)
	if err != nil {
		return Result{}, err
	}
	if err := sweep(f); err != nil {
		return Result{}, err
	}
	st := &staging{folder: f, fresh: map[string]string{}}
	r, err := st.build(s, last, p)
	if err != nil {
		st.undo()
	}
	return r, err
}

func (st *staging) build(s *Site, last Manifest, p Progress) (Result, error) {
	if err := s.Each(p, st.add); err != nil {
		return Result{}, err
	}
	sorted, all, written := st.made()
	if err := check(all); err != nil {
		return Result{}, err
	}
	changed := slices.SortedFunc(slices.Values(st.staged), func(a, b staged) int { return inOrder(a.order(), b.order()) })
	next := last.next(sorted, s.names)
	r := Result{Files: all, Written: written, Removed: next.missing(last), Kept: paths(next.Kept)}

	if added := last.missing(next); len(added) > 0 {
		last.Pending = append(last.Pending, added...)
		first, err := st.manifest(last)
		if err != nil {
			return Result{}, err
		}
		changed = slices.Insert(changed, 0, first)
	}
	var end []staged
	if !reflect.DeepEqual(last, next) {
		manifest, err := st.manifest(next)
		if err != nil {
			return Result{}, err
		}
		end = append(end, manifest)
	}
	if err := st.place(changed); err != nil {
		return Result{}, err
	}
	if err := clean(st.folder, r.Removed, all); err != nil {
		return Result{}, err
	}
	return r, st.place(end)
}

// check refuses two files whose names differ in case at most: on many disks they would be one file.
func check(files []Entry) error {
	seen := map[string]bool{}
	for _, file := range files {
		key := strings.ToLower(file.Path)
		if seen[key] {
			return fmt.Errorf("the build would make %q twice", file.Path)
		}
		seen[key] = true
	}
	return nil
}

// readManifest returns the manifest of the last build, an empty one if there was none. One that can't be understood is an
// error: the files of earlier builds would never be removed, and it may be another program's.
func readManifest(f *folder) (Manifest, error) {
	file, err := f.root.Open(ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, nil
	}
	if err != nil {
		return Manifest{}, newError(f.display(ManifestName), err)
	}
	defer file.Close()
	m, err := ReadManifest(file)
	if err != nil {
		return Manifest{}, problem.In(f.display(ManifestName), err,
			"if the folder is from a build, delete it and build again; if not, choose another one with -out")
	}
	return m, nil
}

// sweep removes what a killed build left beside the places of its files. No build makes folders in folders.
func sweep(f *folder) error {
	left := temporaries(f, ".")
	for _, e := range f.list(".") {
		if e.IsDir() {
			left = append(left, temporaries(f, e.Name())...)
		}
	}
	for _, name := range left {
		if err := f.removeAll(name); err != nil {
			return err
		}
	}
	return nil
}

func temporaries(f *folder, dir string) []string {
	var list []string
	for _, e := range f.list(dir) {
		if strings.HasPrefix(e.Name(), temporaryPrefix) {
			list = append(list, path.Join(dir, e.Name()))
		}
	}
	return list
}

// clean removes files that the build no longer makes, and folders that are empty without them.
func clean(f *folder, gone []string, all []Entry) error {
	if len(gone) == 0 {
		return nil
	}
	made := map[string]string{}
	for _, file := range all {
		made[strings.ToLower(file.Path)] = file.Path
	}
	for _, name := range gone {
		// An account "Acme" that is now "acme" has the same files as before where case doesn't count.
		if other, ok := made[strings.ToLower(name)]; ok && f.same(name, other) {
			continue
		}
		if err := f.remove(name); err != nil {
			return err
		}
	}
	for _, name := range gone {
		if err := f.removeEmpty(path.Dir(name)); err != nil {
			return err
		}
	}
	return nil
}
