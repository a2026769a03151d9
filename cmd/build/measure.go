package main

import (
	"compress/gzip"
	"io"
	"path"
	"sync"

	"github.com/andybalholm/brotli"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
)

// size is how many bytes a file has, and how many of them travel.
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

func brotliSize(content []byte) int {
	var n counter
	compress(brotli.NewWriterLevel(&n, onTheFlyLevel), content)
	return int(n)
}

// onTheFlyLevel is the brotli level with which servers compress what they have no .br of: the best one, 11, would take tens of
// milliseconds for each answer.
const onTheFlyLevel = 5

// compress can't fail: a counter takes everything.
func compress(w io.WriteCloser, content []byte) {
	_, _ = w.Write(content)
	_ = w.Close()
}

// measureFile returns what -compress makes of the file if it does, or else what a server makes of it.
func measureFile(f bundle.File, c *bundle.Compressor) size {
	switch ext := path.Ext(f.Name); {
	case ext == ".br" || ext == ".gz":
		return size{Raw: len(f.Bytes)}
	case bundle.Compressible(f.Name):
		br, gz := c.Compress(f.Bytes)
		return size{len(f.Bytes), len(gz), len(br)}
	}
	return size{len(f.Bytes), gzipSize(f.Bytes), brotliSize(f.Bytes)}
}

// measure returns the size of each file of the site, which is made once more for it.
func measure(s *dist.Site, c *bundle.Compressor, p dist.Progress) (map[string]size, error) {
	var mu sync.Mutex
	sizes := map[string]size{}
	err := s.Each(p, func(files []bundle.File) error {
		for _, f := range files {
			size := measureFile(f, c)
			mu.Lock()
			sizes[f.Name] = size
			mu.Unlock()
		}
		return nil
	})
	return sizes, err
}
