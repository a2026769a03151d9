package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"sync"

	"github.com/andybalholm/brotli"
	"golang.org/x/sync/errgroup"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/widget"
)

// size is how many bytes a file has, and how many of them travel.
type size struct {
	Raw    int `json:"raw"`
	Gzip   int `json:"gzip"`
	Brotli int `json:"brotli"`
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func gzipSize(content []byte) int {
	var n counter
	compress(gzip.NewWriter(&n), content)
	return int(n)
}

func brotliSize(content []byte) int {
	var n counter
	compress(brotli.NewWriterLevel(&n, brotli.BestCompression), content)
	return int(n)
}

// compress can't fail: a counter takes everything.
func compress(w io.WriteCloser, content []byte) {
	_, _ = w.Write(content)
	_ = w.Close()
}

// measure returns the size of each file. Brotli takes the longest by far.
func measure(files []bundle.File, done func(done, total int)) []size {
	sizes := make([]size, len(files))
	var (
		workers  errgroup.Group
		mu       sync.Mutex
		measured int
	)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range files {
		workers.Go(func() error {
			sizes[i] = size{len(f.Bytes), gzipSize(f.Bytes), brotliSize(f.Bytes)}
			mu.Lock()
			defer mu.Unlock()
			if measured++; done != nil {
				done(measured, len(files))
			}
			return nil
		})
	}
	_ = workers.Wait()
	return sizes
}

// printJSON prints the build as one object, also when it failed.
func printJSON(w io.Writer, b built, p *progress) error {
	type account struct {
		ID    string `json:"id"`
		Host  string `json:"host"`
		Theme string `json:"theme"`
	}
	type file struct {
		Path  string `json:"path"`
		Bytes size   `json:"bytes"`
	}
	object := struct {
		Accounts []account        `json:"accounts"`
		Files    []file           `json:"files"`
		Problems []widget.Problem `json:"problems"`
	}{[]account{}, []file{}, append([]widget.Problem{}, b.problems...)}
	for _, a := range b.accounts {
		object.Accounts = append(object.Accounts, account{a.ID, a.Host, a.Theme})
	}
	for i, s := range measure(b.files, p.stage("measuring files")) {
		object.Files = append(object.Files, file{b.files[i].Name, s})
	}
	p.clear()
	if b.failure != nil {
		object.Problems = append(object.Problems, problem(b.failure))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(object)
}

// problem is a failure in the form of the other problems.
func problem(failure error) widget.Problem {
	if e := (*dist.Error)(nil); errors.As(failure, &e) {
		return widget.Problem{File: e.Path, Message: e.Err.Error(), Hint: e.Hint}
	}
	if e := (refusal{}); errors.As(failure, &e) {
		return widget.Problem{Message: e.message, Hint: e.hint}
	}
	return widget.Problem{Message: failure.Error()}
}
