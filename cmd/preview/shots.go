package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"missive/cmd/internal/chromium"
	"missive/themes"
	"missive/widget/problem"
)

// device is a screen that pictures are taken on; sizes are in CSS pixels.
type device struct {
	name          string
	width, height int64
	scale         float64
	touch         bool
}

var (
	// desktop is as narrow as one may be, so that there is more chat than page.
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
		for _, state := range states {
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
	return "http://" + host + "/" + stagePath + "?" + query.Encode()
}

var errNotBuilt error = problem.New("nothing to take pictures of", "mend what is told above, then try again")

// takeShots writes a picture of each state of each theme into the folder, and the contact sheet.
func takeShots(ctx context.Context, o options, folder string, out io.Writer) error {
	path, err := chromium.Find()
	if err != nil {
		return err
	}
	b := newBuilder(o)
	built, problems := b.build()
	for _, p := range problems {
		fmt.Fprintln(out, p)
	}
	if built == nil {
		return errNotBuilt
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	host := listener.Addr().String()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	serve(ctx, listener, newServer(newGate(strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil), built, nil))

	c := openCamera(ctx, path)
	defer c.close()
	shots := shotsOf(themes.Names(b.themesFolder()))
	if err := c.takeAll(shots, host, folder, newCount(out, len(shots))); err != nil {
		return err
	}
	sheet, err := c.takeSheet("http://" + host + "/" + stagePath)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, sheetName), sheet, 0o644)
	}
	if err == nil {
		fmt.Fprintf(out, "%d pictures and %s are in %s.\n", len(shots), sheetName, folder)
	}
	return err
}

// takeAll takes the pictures, several at a time, and calls done after each.
func (c *camera) takeAll(shots []shot, host, folder string, done func()) error {
	if err := c.start(); err != nil {
		return err
	}
	var (
		next    atomic.Int64
		workers errgroup.Group
	)
	for range tabs {
		workers.Go(func() error {
			tab := c.open()
			defer tab.close()
			for i := next.Add(1) - 1; i < int64(len(shots)); i = next.Add(1) - 1 {
				s := shots[i]
				picture, err := tab.take(s.address(host), s.device)
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
