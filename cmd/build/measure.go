package main

import (
	"compress/gzip"
	"io"
	"sync"

	"missive/cmd/internal/bundle"
)

// size is how many bytes a file has and, if visitors load it, how many of them travel.
type size struct {
	Raw    int `json:"raw"`
	Gzip   int `json:"gzip,omitzero"`
	Brotli int `json:"brotli,omitzero"`
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// gzips are reused: to make one takes longer than to compress most files.
var gzips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func gzipSize(content []byte) int {
	var n counter
	w := gzips.Get().(*gzip.Writer)
	defer gzips.Put(w)
	w.Reset(&n)
	compress(w, content)
	return int(n)
}

// compress can't fail: a counter takes everything.
func compress(w io.WriteCloser, content []byte) {
	_, _ = w.Write(content)
	_ = w.Close()
}

// measurer notes the sizes of files as they are made.
type measurer struct {
	compressor *bundle.Compressor
	mu         sync.Mutex
	sizes      map[string]size
}

// measure takes files that belong together. What -compress has made of one is beside it; else that is made here.
func (m *measurer) measure(files []bundle.File) {
	beside := map[string]int{}
	for _, f := range files {
		beside[f.Name] = len(f.Bytes)
	}
	list := make([]size, len(files))
	for i, f := range files {
		list[i].Raw = len(f.Bytes)
		if !bundle.Compressible(f.Name) {
			continue
		}
		if br, there := beside[f.Name+".br"]; there {
			list[i].Gzip, list[i].Brotli = beside[f.Name+".gz"], br
		} else {
			br, gz := m.compressor.Compress(f.Bytes)
			list[i].Gzip, list[i].Brotli = len(gz), len(br)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, f := range files {
		m.sizes[f.Name] = list[i]
	}
}
