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

// A save is several events, and an editor may write beside the file and rename: they are over when it has been quiet for so long.
const quiet = 20 * time.Millisecond

// watcher tells which files were saved.
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
		// Its parent tells when it is made, or made anew. Without one there is nothing to wait for.
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
			over, ready = time.After(quiet), nil
		case _, ok := <-w.notify.Errors:
			// Too many events at once, some are lost: any file may have been saved.
			if ok {
				pending["."] = true
				over, ready = time.After(quiet), nil
			}
		case <-over:
			ready = saved
		case ready <- slices.Sorted(maps.Keys(pending)):
			clear(pending)
			ready = nil
		}
	}
}

// follow watches a folder and those below, and returns the files in them: of a new folder's they may have been
// written before it was watched. What can't be read is left out: a build will tell if it is needed.
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
