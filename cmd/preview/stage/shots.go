package stage

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// device is a screen that pictures are taken on; sizes are in CSS pixels.
type device struct {
	name          string
	width, height int64
	scale         float64
	touch         bool
}

var (
	// desktop is narrow, so that the picture shows more of the chat than of the page.
	desktop = device{"desktop", 600, 680, 2, false}
	phone   = device{"phone", 390, 844, 2, true}
)

// sheetName is the file with the contact sheet.
const sheetName = "contact-sheet.png"

// shot is a picture of the widget in one of its states.
type shot struct {
	theme, state, scheme string
	device               device
}

// shotsOf returns the pictures of the themes. The button is the same on all devices; the open window fills a phone.
func shotsOf(names []string) []shot {
	var all []shot
	for _, theme := range names {
		for _, state := range States {
			for _, scheme := range schemes {
				all = append(all, shot{theme, state, scheme, desktop})
				if state != "button" && state != "badge" {
					all = append(all, shot{theme, state, scheme, phone})
				}
			}
		}
	}
	return all
}

func (s shot) file() string {
	return fmt.Sprintf("%s-%s-%s-%s.png", s.theme, s.state, s.scheme, s.device.name)
}

// address is that of the stage, on a preview at the host.
func (s shot) address(host string) string {
	query := url.Values{"theme": {s.theme}, "state": {s.state}, "scheme": {s.scheme}}
	return "http://" + host + Path + "?" + query.Encode()
}

// Pictures are what is to be taken, where to, and with what.
type Pictures struct {
	// Browser is the path of a Chromium.
	Browser string
	// Host is the name and port of a preview.
	Host string
	// Themes are the names of those that are shown.
	Themes []string
	// Folder is where the pictures go.
	Folder string
}

// Take writes a picture of each state of each theme into the folder, and the contact sheet. It prints its progress to out. An error
// names the picture that could not be taken; those before it are in the folder.
func (p Pictures) Take(ctx context.Context, out io.Writer) error {
	first := openTab(ctx, p.Browser)
	defer first.close()
	shots := shotsOf(p.Themes)
	if err := first.takeAll(shots, p.Host, p.Folder, newCount(out, len(shots))); err != nil {
		return err
	}
	sheet, err := first.screenshotSheet("http://" + p.Host + Path)
	if err == nil {
		err = os.WriteFile(filepath.Join(p.Folder, sheetName), sheet, 0o644)
	}
	if err == nil {
		fmt.Fprintf(out, "%d pictures and %s are in %s.\n", len(shots), sheetName, p.Folder)
	}
	return err
}

// takeAll starts the browser and writes the pictures into the folder, several at a time. It calls done after each.
func (t *tab) takeAll(shots []shot, host, folder string, done func()) error {
	if err := t.start(); err != nil {
		return err
	}
	var (
		next    atomic.Int64
		workers errgroup.Group
	)
	for range parallelTabs {
		workers.Go(func() error {
			other := t.another()
			defer other.close()
			for i := next.Add(1) - 1; i < int64(len(shots)); i = next.Add(1) - 1 {
				s := shots[i]
				picture, err := other.screenshot(s.address(host), s.device)
				if err == nil {
					err = os.WriteFile(filepath.Join(folder, s.file()), picture, 0o644)
				}
				if err != nil {
					next.Store(int64(len(shots))) // the other tabs need not go on
					return fmt.Errorf("%s: %w", s.file(), err)
				}
				done()
			}
			return nil
		})
	}
	return workers.Wait()
}

// newCount returns what to call after each picture: it says how many there are, at every tenth of them.
func newCount(out io.Writer, total int) func() {
	var taken atomic.Int64
	return func() {
		now := int(taken.Add(1))
		if now*10/total > (now-1)*10/total {
			fmt.Fprintf(out, "%d of %d pictures\n", now, total)
		}
	}
}
