package bundle

import (
	"crypto/sha256"
	"io/fs"
	"sync"
)

// Memory has the scripts of the last build, so that the next one makes only those anew whose sources have changed.
// The zero value is empty and ready. One build at a time may use it; it makes several scripts at once.
type Memory struct {
	// Made counts the scripts that were made, not remembered.
	Made  int
	mu    sync.Mutex
	memos map[string]memo
}

// memo is a script of an entry, and what it was made of.
type memo struct {
	way    string // how it was made: the options
	sums   map[string][sha256.Size]byte
	script script
}

// recall returns what was made of an entry the last time, if the same way leads to the same again.
func (m *Memory) recall(entry, way string, from fs.FS) (script, bool) {
	if m == nil {
		return script{}, false
	}
	m.mu.Lock()
	made := m.memos[entry]
	m.mu.Unlock()
	if made.way != way {
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

func (m *Memory) keep(entry string, made memo) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.memos == nil {
		m.memos = map[string]memo{}
	}
	m.memos[entry] = made
	m.Made++
}

// reader remembers which files were read, and what was in them. esbuild reads several at a time.
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
