package dist

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"missive/widget/problem"
)

// newError is the problem of a file or a folder that could not be read or written.
func newError(file string, err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err
	}
	if l := (*os.LinkError)(nil); errors.As(err, &l) {
		err = l.Err
	}
	hint := ""
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		hint = "make it writable for you, or choose another folder with -out"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "make room on the disk and build again"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR):
		hint = "files and folders of the build can't replace what stands there; move it away, or choose another folder with -out"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist):
		hint = "is another build writing to the same folder? wait for it and build again"
	case strings.Contains(err.Error(), "escapes"):
		// os.Root has no exported error for it.
		hint = "a symbolic link leads out of the folder; remove it and build again"
	}
	return problem.In(file, err, hint)
}

// temporaryPrefix begins the names under which files are written before they are moved to their place.
const temporaryPrefix = ".missive-build."

// folder is dist/ on disk. Nothing it does leaves the folder, whatever a name or a symbolic link says.
type folder struct {
	root *os.Root
	path string
	// before is called ahead of each change, and an error keeps it from being made; nil for none. Tests use it to end a build anywhere.
	before func(o operation) error
}

type operation string

const (
	mkdir  operation = "mkdir"
	create operation = "create"
	fill   operation = "fill"
	rename operation = "rename"
	remove operation = "remove"
)

func (f *folder) change(o operation, name string, do func() error) error {
	if f.before != nil {
		if err := f.before(o); err != nil {
			return newError(f.display(name), err)
		}
	}
	if err := do(); err != nil {
		return newError(f.display(name), err)
	}
	return nil
}

func (f *folder) display(name string) string {
	return filepath.Join(f.path, filepath.FromSlash(name))
}

// read returns what is in the file, and whether there is anything of the name. The content is nil if that is no file that a build has
// written. What can't be replaced by a file is an error.
func (f *folder) read(name string) (content []byte, found bool, err error) {
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, newError(f.display(name), err)
	case info.IsDir():
		return nil, true, newError(f.display(name), syscall.EISDIR)
	case !info.Mode().IsRegular():
		return nil, true, nil
	}
	content, err = f.root.ReadFile(name)
	if err != nil {
		return nil, true, newError(f.display(name), err)
	}
	return append([]byte{}, content...), true, nil
}

// has reports whether there is anything of the name.
func (f *folder) has(name string) bool {
	_, err := f.root.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// isFolder reports whether there is a folder of the name.
func (f *folder) isFolder(name string) bool {
	info, err := f.root.Lstat(name)
	return err == nil && info.IsDir()
}

// enter opens a folder in the folder, which is to be closed again. Errors in it are told as if it was called as.
func (f *folder) enter(name, as string) (*folder, error) {
	root, err := f.root.OpenRoot(name)
	if err != nil {
		if info, found := f.root.Stat(name); found == nil && !info.IsDir() {
			err = syscall.ENOTDIR // os.Root has an error of its own for this
		}
		return nil, newError(f.display(as), err)
	}
	return &folder{root: root, path: f.display(as), before: f.before}, nil
}

// create writes what will be the file as, under a temporary name.
func (f *folder) create(temporary, as string, content func(io.Writer) error) error {
	var out *os.File
	err := f.change(create, as, func() (err error) {
		// Exclusively, so that two builds at once never write to one file.
		out, err = f.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		return err
	})
	if err != nil {
		return err
	}
	return f.change(fill, as, func() error {
		// Close may be the first to tell that the disk is full.
		return errors.Join(content(out), out.Close())
	})
}

func (f *folder) rename(from, to string) error {
	return f.change(rename, to, func() error { return f.root.Rename(from, to) })
}

// mkdir makes what will be the folder as.
func (f *folder) mkdir(name, as string) error {
	return f.change(mkdir, as, func() error { return f.root.Mkdir(name, 0o755) })
}

// removeAll deletes what a build has left, if it is there.
func (f *folder) removeAll(name string) error {
	return f.change(remove, name, func() error { return f.root.RemoveAll(name) })
}

// remove deletes a file. One that is gone already is fine, and a folder stays.
func (f *folder) remove(name string) error {
	info, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || err == nil && info.IsDir() {
		return nil
	}
	return f.change(remove, name, func() error { return f.root.Remove(name) })
}

// removeEmpty deletes the folder if it is one and nothing is in it.
func (f *folder) removeEmpty(name string) error {
	info, err := f.root.Lstat(name)
	if err != nil || !info.IsDir() || name == "." {
		return nil
	}
	entries, err := fs.ReadDir(f.root.FS(), name)
	if err != nil || len(entries) > 0 {
		return nil
	}
	return f.change(remove, name, func() error { return f.root.Remove(name) })
}

// list returns what is in a folder; nothing when it can't be read.
func (f *folder) list(name string) []fs.DirEntry {
	entries, _ := fs.ReadDir(f.root.FS(), name)
	return entries
}

// same reports whether two names lead to one file, as "Acme" and "acme" do where case doesn't count.
func (f *folder) same(a, b string) bool {
	one, err := f.root.Lstat(a)
	if err != nil {
		return false
	}
	other, err := f.root.Lstat(b)
	return err == nil && os.SameFile(one, other)
}
