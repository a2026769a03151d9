package dist

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
)

// Result says what a build made, and what that changed on disk.
type Result struct {
	Files   []Entry  // all, in the order in which they are written
	Written []string // new, or with other content than before
	Removed []string // of the last build, and no longer made
	Kept    []string // of earlier builds, and not yet removed
}

// Writing says how a site gets into its folder.
type Writing struct {
	Progress Progress
	// Waiting is called if another build into the same folder has to end first. It may be nil.
	Waiting func()
	// Made is called with the files as they are made, those that belong together at once, from several goroutines. It may be nil.
	Made func(files []bundle.File)
	// Force replaces and removes what is not ours, and what was edited, if it is in the way.
	Force bool
	// Adopt takes files that look as those of a build for ours, though no manifest lists them.
	Adopt bool
	// Deployed is what is on the host. What is kept goes by that, instead of by what the folder has; nil if it isn't known.
	Deployed *Deployed
}

// Check makes every file of the site, and writes none.
func Check(s *Site, o Writing) (Result, error) {
	st := &staging{Writing: o}
	if err := s.Each(o.Progress, st.add); err != nil {
		return Result{}, err
	}
	sorted, all, _ := st.made()
	r := Result{Files: all}
	if o.Deployed == nil {
		return r, nil
	}
	kept := o.Deployed.next(sorted, s.names).Kept
	r.Kept = paths(kept)
	return r, o.Deployed.each(kept, func(bundle.File) error { return nil })
}

// Write makes the folder hold the site, and of each account a manifest. Files that no manifest lists stay as they are: if one is where
// a file of the site has to be, or a listed one has been edited since, the error is [Conflicts], and nothing has changed.
//
// Everything is written beside its place first, so that a full disk or a missing permission changes nothing. Only then are the files
// renamed, those that others refer to first; what is no longer made goes when nothing refers to it.
// So a page that is served from the folder works at any moment, also after the build was killed, and the next build cleans up.
// Errors about a file are problems with its path.
func Write(dir string, s *Site, o Writing) (Result, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Result{}, newError(dir, err)
	}
	unlock, err := lock(dir, o.Waiting)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, newError(dir, err)
	}
	defer root.Close()
	return write(&folder{root: root, path: filepath.Clean(dir)}, s, o)
}

func write(f *folder, s *Site, o Writing) (Result, error) {
	last, err := readLedger(f)
	if err != nil {
		return Result{}, err
	}
	if o.Adopt {
		last.adopt(f)
	}
	if err := sweep(f); err != nil {
		return Result{}, err
	}
	st := &staging{Writing: o, folder: f, last: last, fresh: map[string]string{}}
	r, err := st.build(s)
	if err != nil {
		st.undo()
	}
	return r, err
}

func (st *staging) build(s *Site) (Result, error) {
	if err := s.Each(st.Progress, st.add); err != nil {
		return Result{}, err
	}
	sorted, all, written := st.made()
	if err := check(all); err != nil {
		return Result{}, err
	}
	next := st.last.next(sorted, s.names)
	if st.Deployed != nil {
		next = st.Deployed.next(sorted, s.names)
		if err := st.carry(next.Kept); err != nil {
			return Result{}, err
		}
	}
	r := Result{Files: all, Written: written, Removed: next.missing(st.last.Manifest), Kept: paths(next.Kept)}
	old, err := st.manifests(next)
	if err != nil {
		return Result{}, err
	}
	gone := slices.Concat(r.Removed, old)
	if err := st.mayRemove(gone); err != nil {
		return Result{}, err
	}
	if len(st.conflicts) > 0 {
		return Result{}, st.conflicts.sorted()
	}
	return r, st.commit(next, gone, all)
}

// commit brings the folder from what it holds to what waits beside it.
func (st *staging) commit(next Manifest, gone []string, all []Entry) error {
	changed := slices.SortedFunc(slices.Values(st.staged), func(a, b staged) int { return inOrder(a.order(), b.order()) })
	if len(changed)+len(gone) > 0 {
		journal, err := st.journal(next)
		if err != nil {
			return err
		}
		changed = slices.Insert(changed, 0, journal)
	}
	if err := st.place(changed); err != nil {
		return err
	}
	if err := clean(st.folder, gone, all); err != nil {
		return err
	}
	return st.folder.remove(journalName)
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
		if strings.HasPrefix(e.Name(), temporaryPrefix) && e.Name() != journalName {
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
