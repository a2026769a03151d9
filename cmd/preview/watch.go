package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quietTime is how long no event must have come before a batch is complete: a save is several events, as many editors write beside the
// file and rename.
const quietTime = 20 * time.Millisecond

// watcher tells which files were saved, in batches.
type watcher struct {
	// Saved has the paths of each batch, sorted. It closes after close.
	Saved <-chan []string

	notify  *fsnotify.Watcher
	folders []string
	trees   []string
}

// watch watches the files in folders, and those anywhere in trees, which need not exist yet.
// It watches folders, never files: an editor that saves by renaming would leave us with a file that is gone.
func watch(folders, trees []string) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{notify: notify}
	for _, folder := range folders {
		path, err := filepath.Abs(folder)
		if err == nil {
			err = notify.Add(path)
		}
		if err != nil {
			notify.Close()
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		w.folders = append(w.folders, path)
	}
	for _, tree := range trees {
		path, err := filepath.Abs(tree)
		if err != nil {
			notify.Close()
			return nil, err
		}
		w.trees = append(w.trees, path)
		// Its parent has the event of its creation. An error is that there is no parent: then the tree can't be made either.
		notify.Add(filepath.Dir(path))
		w.follow(path)
	}
	saved := make(chan []string)
	w.Saved = saved
	go w.run(saved)
	return w, nil
}

func (w *watcher) close() { w.notify.Close() }

func (w *watcher) run(saved chan<- []string) {
	defer close(saved)
	var (
		pending = map[string]bool{}
		over    <-chan time.Time
		ready   chan<- []string // saved when a batch is complete, else nil
	)
	for {
		select {
		case event, ok := <-w.notify.Events:
			if !ok {
				return
			}
			// A change of mode or time alone changes no content.
			if event.Op == fsnotify.Chmod || !w.wants(event.Name) {
				break
			}
			pending[event.Name] = true
			if event.Has(fsnotify.Create) && w.inTree(event.Name) {
				for _, file := range w.follow(event.Name) {
					pending[file] = true
				}
			}
			over, ready = time.After(quietTime), nil
		case _, ok := <-w.notify.Errors:
			// There were too many events at once and some are lost: any file may have been saved.
			if ok {
				pending["."] = true
				over, ready = time.After(quietTime), nil
			}
		case <-over:
			ready = saved
		case ready <- slices.Sorted(maps.Keys(pending)):
			clear(pending)
			ready = nil
		}
	}
}

// follow watches a folder and those below, and returns the files in them: in a new folder they may have been written before it was
// watched. What can't be read is left out: if a build needs it, the build tells.
func (w *watcher) follow(root string) (files []string) {
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			w.notify.Add(path)
		} else if err == nil {
			files = append(files, path)
		}
		return nil
	})
	return files
}

func (w *watcher) wants(path string) bool {
	return slices.Contains(w.folders, filepath.Dir(path)) || w.inTree(path)
}

func (w *watcher) inTree(path string) bool {
	return slices.ContainsFunc(w.trees, func(tree string) bool {
		return path == tree || strings.HasPrefix(path, tree+string(os.PathSeparator))
	})
}
