package bundle

import (
	"crypto/sha256"
	"io/fs"
	"sync"
)

// Cache has the scripts of the last build, so that the next one makes only those anew whose sources have changed.
// The zero value is empty and ready. One build at a time may use it; it makes several scripts at once.
type Cache struct {
	// Made counts the scripts that were made, not taken from the cache.
	Made    int
	mu      sync.Mutex
	scripts map[string]cached // by entry
}

// cached is a script of an entry, and what it was made of.
type cached struct {
	key    string // of the entry, see [cacheKey]
	sums   map[string][sha256.Size]byte
	script script
}

// get returns the script that was made of an entry the last time, if its key and all its sources are the same as then.
func (c *Cache) get(entry, key string, from fs.FS) (script, bool) {
	if c == nil {
		return script{}, false
	}
	c.mu.Lock()
	made := c.scripts[entry]
	c.mu.Unlock()
	if made.key != key {
		return script{}, false
	}
	for name, sum := range made.sums {
		content, err := fs.ReadFile(from, name)
		if err != nil || sha256.Sum256(content) != sum {
			return script{}, false
		}
	}
	return made.script, true
}

func (c *Cache) put(entry string, made cached) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.scripts == nil {
		c.scripts = map[string]cached{}
	}
	c.scripts[entry] = made
	c.Made++
}

// reader notes which files were read, and what was in them. esbuild reads several at a time.
type reader struct {
	fs.FS
	mu   sync.Mutex
	sums map[string][sha256.Size]byte
}

func (r *reader) read(name string) ([]byte, error) {
	content, err := fs.ReadFile(r.FS, name)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sums[name] = sha256.Sum256(content)
	}
	return content, err
}
