package conversations

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"

	"missive/cmd/internal/conversations/store"
)

// contents keeps what is in files, by SID: in a folder beside the state, or in memory where the state isn't kept.
type contents struct {
	folder string // "": memory
	mu     sync.Mutex
	memory map[string][]byte
}

func (c *contents) put(sid string, content []byte) error {
	if c.folder != "" {
		return store.Save(filepath.Join(c.folder, sid), content)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.memory == nil {
		c.memory = map[string][]byte{}
	}
	c.memory[sid] = content
	return nil
}

// open returns a content, which must be closed.
func (c *contents) open(sid string) (io.ReadSeekCloser, error) {
	if c.folder != "" {
		return os.Open(filepath.Join(c.folder, sid))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	content, ok := c.memory[sid]
	if !ok {
		return nil, errors.New("there is no content of " + sid)
	}
	return unclosed{bytes.NewReader(content)}, nil
}

// unclosed is a reader that holds nothing open.
type unclosed struct{ io.ReadSeeker }

func (unclosed) Close() error { return nil }

// sweep removes what is left of a state that was deleted, or lost when the server was killed.
func (c *contents) sweep(known func(sid string) bool) {
	files, _ := os.ReadDir(c.folder) // none: nothing to sweep
	for _, f := range files {
		if !known(f.Name()) {
			c.remove(f.Name())
		}
	}
}

// remove forgets a content. What can't be removed stays, and is in nobody's way.
func (c *contents) remove(sid string) {
	if c.folder != "" {
		os.Remove(filepath.Join(c.folder, sid))
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.memory, sid)
}
