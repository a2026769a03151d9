package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// progress says on a terminal how far a long build is. A nil progress is silent.
type progress struct{ w io.Writer }

// newProgress returns nil when w is no terminal: in a file or a pipe, lines that replace each other are only noise.
func newProgress(w io.Writer) *progress {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progress{w}
	}
	return nil
}

// fewestStepsShown is how many steps a stage must have to be shown. One with fewer ends before anybody could read it.
const fewestStepsShown = 100

// stage returns what to call after each step of a stage.
func (p *progress) stage(doing string) func(done, total int) {
	if p == nil {
		return nil
	}
	shown := 0
	return func(done, total int) {
		if percent := done * 100 / total; percent > shown {
			shown = percent
			p.show(total, fmt.Sprintf("%s: %d of %d", doing, done, total))
		}
	}
}

// show says what is being done, if it is done to many.
func (p *progress) show(total int, doing string) {
	if p != nil && total >= fewestStepsShown {
		fmt.Fprintf(p.w, "\r\x1b[K%s", doing)
	}
}

// clear takes away what stages have shown.
func (p *progress) clear() {
	if p != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
