package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// progress says on a terminal how far a long build is. A nil progress is silent.
type progress struct{ w io.Writer }

// newProgress returns nil when nobody would watch.
func newProgress(w io.Writer) *progress {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progress{w}
	}
	return nil
}

// worthWatching is from how many steps on a stage is shown. Fewer are done before one could read it.
const worthWatching = 100

// stage returns what to call after each step of a stage.
func (p *progress) stage(doing string) func(done, total int) {
	if p == nil {
		return nil
	}
	shown := -1
	return func(done, total int) {
		percent := done * 100 / total
		if total < worthWatching || percent == shown {
			return
		}
		shown = percent
		fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d", doing, done, total)
	}
}

// clear takes away what stages have shown.
func (p *progress) clear() {
	if p != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
