package dist

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"missive/cmd/internal/bundle"
)

// Result says what a build changed on disk, by the names of the files.
type Result struct {
	Written []string // new, or with other content than before
	Removed []string // of the last build, and no longer made
	Kept    []string // assets of the last build that stay until the next one
}

// Write makes the folder hold the files and a manifest of them. Files that no manifest lists stay as they are.
//
// Everything is written beside its place first, so that a full disk or a missing permission changes nothing. Only then are the files
// renamed, those that others refer to first; what is no longer made goes when nothing refers to it; the manifest comes last.
// So a page that is served from the folder works at any moment, also after the build was killed, and the next build cleans up.
// Errors about a file are an [*Error].
func Write(dir string, files []bundle.File) (Result, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Result{}, newError(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, newError(dir, err)
	}
	defer root.Close()
	return write(&folder{root: root, path: filepath.Clean(dir)}, files)
}

func write(f *folder, files []bundle.File) (Result, error) {
	files = slices.Clone(files)
	inOrder(files)
	if err := check(files); err != nil {
		return Result{}, err
	}
	last, lastText, err := readManifest(f)
	if err != nil {
		return Result{}, err
	}
	if err := sweep(f); err != nil {
		return Result{}, err
	}
	changed, err := changes(f, files)
	if err != nil {
		return Result{}, err
	}
	next := last.next(files)
	r := Result{Written: names(changed), Removed: next.missing(last), Kept: paths(next.Kept)}

	p := plan{files: changed, gone: r.Removed}
	if added := last.missing(next); len(added) > 0 {
		last.Pending = append(last.Pending, added...)
		p.files = slices.Insert(p.files, 0, bundle.File{Name: ManifestName, Bytes: last.encode()})
	}
	if text := next.encode(); !bytes.Equal(text, lastText) {
		p.manifest = []bundle.File{{Name: ManifestName, Bytes: text}}
	}
	return r, p.apply(f, files)
}

// check refuses what would not make one folder.
func check(files []bundle.File) error {
	seen := map[string]bool{}
	for _, file := range files {
		// Many disks don't tell upper from lower case.
		key := strings.ToLower(file.Name)
		if !valid(file.Name) || seen[key] {
			return fmt.Errorf("the build would make %q, which is no name for a file or made twice", file.Name)
		}
		seen[key] = true
	}
	return nil
}

// changes returns the files that are not on disk as they should be. The others keep their time stamp.
func changes(f *folder, files []bundle.File) ([]bundle.File, error) {
	var list []bundle.File
	for _, file := range files {
		there, err := f.holds(file.Name, file.Bytes)
		if err != nil {
			return nil, err
		}
		if !there {
			list = append(list, file)
		}
	}
	return list, nil
}

func names(files []bundle.File) []string {
	var list []string
	for _, file := range files {
		list = append(list, file.Name)
	}
	return list
}

// readManifest returns the manifest of the last build and its text. One that can't be understood is an error: without it
// the files of earlier builds would stay for good, and it may not even be ours.
func readManifest(f *folder) (manifest, []byte, error) {
	text, err := f.read(ManifestName)
	if err != nil {
		return manifest{}, nil, err
	}
	if text == nil {
		return manifest{Files: []entry{}, Kept: []entry{}}, nil, nil
	}
	m, err := parseManifest(text)
	if err != nil {
		return manifest{}, nil, &Error{f.display(ManifestName), err,
			"if the folder is from a build, delete it and build again; if not, choose another one with -out"}
	}
	return m, text, nil
}

// sweep removes what a killed build left beside the places of its files. No build makes folders in folders.
func sweep(f *folder) error {
	folders := []string{"."}
	for _, e := range f.list(".") {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	for _, dir := range folders {
		for _, e := range f.list(dir) {
			if !strings.HasPrefix(e.Name(), temporaryPrefix) {
				continue
			}
			if err := f.remove(path.Join(dir, e.Name())); err != nil {
				return err
			}
			if err := f.removeEmpty(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// plan is what a build is going to change on disk.
type plan struct {
	files    []bundle.File // to write, in this order
	gone     []string      // to remove when they are in place
	manifest []bundle.File // to write at the very end, if it changes
}

func (p plan) apply(f *folder, all []bundle.File) error {
	staged, err := stage(f, slices.Concat(p.files, p.manifest))
	if err != nil {
		return err
	}
	n := len(p.files)
	if err = place(f, staged[:n], p.files); err == nil {
		err = clean(f, p.gone, all)
	}
	if err == nil {
		err = place(f, staged[n:], p.manifest)
	}
	if err != nil {
		unstage(f, staged, nil)
	}
	return err
}

// stage writes each file beside its place and returns under which names, or leaves everything as it was.
func stage(f *folder, files []bundle.File) ([]string, error) {
	var staged, folders []string
	for i, file := range files {
		dir := path.Dir(file.Name)
		made, err := f.mkdir(dir)
		if made {
			folders = append(folders, dir)
		}
		if err == nil {
			// Short, whatever the file is called.
			temporary := path.Join(dir, temporaryPrefix+strconv.Itoa(i))
			staged = append(staged, temporary)
			err = f.create(temporary, file)
		}
		if err != nil {
			unstage(f, staged, folders)
			return nil, err
		}
	}
	return staged, nil
}

// unstage removes what stage made. It does what it can: the error that led here is the one to tell.
func unstage(f *folder, staged, folders []string) {
	for _, name := range staged {
		_ = f.remove(name)
	}
	for _, name := range folders {
		_ = f.removeEmpty(name)
	}
}

func place(f *folder, staged []string, files []bundle.File) error {
	for i, file := range files {
		if err := f.rename(staged[i], file.Name); err != nil {
			return err
		}
	}
	return nil
}

// clean removes files that the build no longer makes, and folders that are empty without them.
func clean(f *folder, gone []string, all []bundle.File) error {
	made := map[string]string{}
	for _, file := range all {
		made[strings.ToLower(file.Name)] = file.Name
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
