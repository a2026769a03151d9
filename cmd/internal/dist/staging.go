package dist

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"missive/cmd/internal/bundle"
)

// staging takes the files of a build as they are made, and keeps no content: what isn't on disk as it should be, it writes
// beside its place. Files of a folder that isn't there yet it writes into a new one, which then gets its name: that is one
// move for all files of an account. Without a folder it writes nothing.
type staging struct {
	Writing
	folder *folder
	last   ledger

	mu        sync.Mutex
	conflicts Conflicts
	taken     []taken
	staged    []staged          // files and new folders
	fresh     map[string]string // new folders: their temporary names by their names
	next      int               // number of the next temporary name
}

// taken is a file of the build.
type taken struct {
	Entry
	rank    int // as in [inOrder]
	written bool
}

// staged is a file or a folder that waits beside its place.
type staged struct {
	name, temporary string
	folder          bool
}

// order is the file that says when it is moved. In a new folder that is its script.
func (s staged) order() string {
	if path.Dir(s.name) == "." && s.folder {
		return s.name + "/missive.js"
	}
	return s.name
}

// add takes files that belong together. Several accounts may come at once.
func (st *staging) add(files []bundle.File) error {
	if st.Made != nil {
		st.Made(files)
	}
	list := make([]taken, len(files))
	for i, file := range files {
		if !valid(file.Name) {
			return fmt.Errorf("the build would make %q, which is no name for a file", file.Name)
		}
		list[i] = taken{Entry: newEntry(file), rank: rank(file.Name)}
	}
	for from := 0; st.folder != nil && from < len(files); {
		dir := path.Dir(files[from].Name)
		to := from + 1
		for to < len(files) && path.Dir(files[to].Name) == dir {
			to++
		}
		if err := st.put(dir, files[from:to], list[from:to]); err != nil {
			return err
		}
		from = to
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.taken = append(st.taken, list...)
	return nil
}

// put writes those files of one folder that aren't there, and notes which.
func (st *staging) put(dir string, files []bundle.File, list []taken) error {
	folder, fresh, err := st.enter(dir)
	if err != nil {
		return err
	}
	defer folder.root.Close()
	for i, file := range files {
		base := path.Base(file.Name)
		content := func(w io.Writer) error {
			_, err := w.Write(file.Bytes)
			return err
		}
		create := func() error { return st.create(folder, file.Name, content) }
		if fresh {
			create = func() error { return folder.create(base, base, content) }
		} else if write, err := st.mayWrite(folder, file); err != nil {
			return err
		} else if !write {
			continue // so that it keeps its time stamp
		}
		if err := create(); err != nil {
			return err
		}
		list[i].written = true
	}
	return nil
}

// mayWrite reports whether the file is to be written into its folder: it isn't there, or as a build before has left it. What is there and
// isn't ours is a conflict.
func (st *staging) mayWrite(in *folder, file bundle.File) (bool, error) {
	base := path.Base(file.Name)
	there, found, err := in.read(base)
	switch {
	case err != nil:
		return false, err
	case !found:
	case !st.last.lists(file.Name) && !st.Force:
		st.conflict(file.Name, replacedForeign)
		return false, nil
	case there != nil && bytes.Equal(there, file.Bytes):
		return false, nil
	case (there == nil || !st.last.holds(file.Name, there)) && !st.Force:
		st.conflict(file.Name, replacedEdited)
		return false, nil
	}
	return len(st.conflicts) == 0, nil
}

// enter opens a folder for its files, or the new one that will have its name.
func (st *staging) enter(dir string) (f *folder, fresh bool, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	temporary, fresh := st.fresh[dir]
	if !fresh && !st.folder.has(dir) {
		temporary, fresh = st.temporary(), true
		st.fresh[dir] = temporary
		st.staged = append(st.staged, staged{dir, temporary, true})
		if err := st.folder.mkdir(temporary, dir); err != nil {
			return nil, false, err
		}
	}
	if !fresh {
		temporary = dir
	}
	f, err = st.folder.enter(temporary, dir)
	return f, fresh, err
}

// temporary returns a name that nothing else has. It is short, so that it is allowed wherever the file's own name is.
func (st *staging) temporary() string {
	st.next++
	return temporaryPrefix + strconv.Itoa(st.next)
}

// create writes a file beside its place, which is in the folder.
func (st *staging) create(in *folder, name string, content func(io.Writer) error) error {
	st.mu.Lock()
	temporary := st.temporary()
	st.staged = append(st.staged, staged{name, path.Join(path.Dir(name), temporary), false})
	st.mu.Unlock()
	return in.create(temporary, path.Base(name), content)
}

// manifests writes the manifests of the accounts beside their places, and returns those of the builds before that are no longer needed.
func (st *staging) manifests(next Manifest) (old []string, err error) {
	parts := next.split()
	for _, name := range st.last.manifests {
		if _, still := parts[path.Dir(name)]; !still {
			old = append(old, name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		file := bundle.File{Name: id + "/" + ManifestName, Bytes: parts[id].bytes()}
		if err := st.put(id, []bundle.File{file}, make([]taken, 1)); err != nil {
			return nil, err
		}
	}
	return old, nil
}

// journal writes the manifest of the way to the next one beside its place, piece by piece: with many accounts it is too large to be held
// in memory.
func (st *staging) journal(next Manifest) (staged, error) {
	err := st.create(st.folder, journalName, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		st.last.journal(next).encode(b)
		return b.Flush()
	})
	return st.staged[len(st.staged)-1], err
}

// carry brings those kept files of the host into the folder that it lacks.
func (st *staging) carry(kept []Entry) error {
	var lacking []Entry
	for _, e := range kept {
		there, found, err := st.folder.read(e.Path)
		if err != nil {
			return err
		}
		if !found || there == nil || bundle.Integrity(there) != e.Integrity {
			lacking = append(lacking, e)
		}
	}
	return st.Deployed.each(lacking, func(file bundle.File) error {
		return st.put(path.Dir(file.Name), []bundle.File{file}, make([]taken, 1))
	})
}

// made returns what the stage took, sorted by path and in the order in which it may appear, and the paths that were written.
func (st *staging) made() (sorted, all []Entry, written []string) {
	slices.SortFunc(st.taken, func(a, b taken) int { return strings.Compare(a.Path, b.Path) })
	sorted = make([]Entry, len(st.taken))
	for i, t := range st.taken {
		sorted[i] = t.Entry
	}
	all = make([]Entry, 0, len(sorted))
	for r := 0; len(all) < len(sorted); r++ {
		for _, t := range st.taken {
			if t.rank != r {
				continue
			}
			all = append(all, t.Entry)
			if t.written {
				written = append(written, t.Path)
			}
		}
	}
	st.taken = nil
	return sorted, all, written
}

// place moves what waits to where it belongs.
func (st *staging) place(waiting []staged) error {
	for _, s := range waiting {
		if err := st.folder.rename(s.temporary, s.name); err != nil {
			return err
		}
	}
	return nil
}

// undo removes what still waits. Its own errors are ignored: the one that led here is told.
func (st *staging) undo() {
	for _, s := range st.staged {
		_ = st.folder.removeAll(s.temporary)
	}
}
