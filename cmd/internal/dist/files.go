// Package dist makes the folder that a site owner uploads: the files of a build, and how they get to disk, whole or not at all.
//
// Which files there are (files.go), what is noted of them (manifest.go), and how they are written (write.go, staging.go, folder.go)
// belongs here, and no other package writes to the folder. What is in a file is made elsewhere: scripts in bundle, the setup in setup,
// HTML in templates, what hosts need in hosting.
package dist

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/hosting"
	"missive/cmd/internal/setup"
	"missive/templates"
)

// Options says how the files are made.
type Options struct {
	// Minify makes the HTML small. Without it people can read what they paste.
	Minify bool
	// Templates make the HTML: the embedded ones if nil.
	Templates *templates.Set
	// Hosting are the hosts that the folder has settings for.
	Hosting []string
	// Leave are the tools that accounts get no snippets for.
	Leave []string
	// Retired are ids of accounts that are gone. Each keeps a missive.js, which does nothing.
	Retired []string
	// Compressor adds a .br and a .gz to each file that visitors load, if set.
	Compressor *bundle.Compressor
}

// Site is every file of a build but the manifest. The files of an account are made when they are asked for, so that ten thousand
// accounts need hardly more memory than one.
type Site struct {
	shared   []group // of all accounts
	accounts []group
	names    map[string]string // of pictures: their paths by what the manifest calls them
}

// retiredLauncher takes the place of an account's missive.js on pages that still load it: nothing happens there.
var retiredLauncher = []byte("/* Missive Chat: this account is retired. */\n")

// IsRetired reports whether a missive.js is that of a retired account.
func IsRetired(launcher []byte) bool { return bytes.Equal(launcher, retiredLauncher) }

// group makes files that belong together.
type group func() ([]bundle.File, error)

// New returns the site of the accounts. It fails if two of their pictures would have one name.
func New(accounts []setup.Account, b *bundle.Bundle, o Options) (*Site, error) {
	s := &Site{names: map[string]string{}}
	share := func(f bundle.File) {
		s.shared = append(s.shared, func() ([]bundle.File, error) { return o.compressed(f), nil })
	}
	for _, f := range b.Assets {
		share(f)
	}
	if len(accounts) > 0 {
		more, err := hosting.RootFiles(cmp.Or(o.Templates, templates.Embedded), accounts[0], o.Hosting)
		if err != nil {
			return nil, err
		}
		for _, f := range more {
			share(f)
		}
	}
	for _, id := range o.Retired {
		share(bundle.File{Name: id + "/missive.js", Bytes: retiredLauncher})
	}
	images := map[string][]byte{}
	for _, a := range slices.SortedFunc(slices.Values(accounts), func(a, b setup.Account) int { return strings.Compare(a.ID, b.ID) }) {
		for _, image := range a.Images {
			before, there := images[image.Name]
			if there && !bytes.Equal(before, image.Bytes) {
				return nil, fmt.Errorf("account %s: two pictures are called %s", a.ID, image.Name)
			}
			if !there {
				images[image.Name] = image.Bytes
				share(bundle.File{Name: image.Name, Bytes: image.Bytes})
			}
			s.names[a.ID+"/picture"] = image.Name
		}
		s.accounts = append(s.accounts, func() ([]bundle.File, error) {
			files, err := accountFiles(a, b, o)
			if err != nil {
				return nil, fmt.Errorf("account %s: %w", a.ID, err)
			}
			return o.compressed(files...), nil
		})
	}
	return s, nil
}

// Files returns every file of the build but the manifest, in the order in which they are written.
func Files(accounts []setup.Account, b *bundle.Bundle, o Options) ([]bundle.File, error) {
	s, err := New(accounts, b, o)
	if err != nil {
		return nil, err
	}
	return s.First(len(accounts))
}

// First returns the files that all accounts share and those of the first accounts, n at most, in the order in which they
// are written.
func (s *Site) First(n int) ([]bundle.File, error) {
	var (
		mu  sync.Mutex
		all []bundle.File
	)
	part := &Site{shared: s.shared, accounts: s.accounts[:min(n, len(s.accounts))]}
	err := part.Each(nil, func(files []bundle.File) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, files...)
		return nil
	})
	slices.SortFunc(all, func(a, b bundle.File) int { return inOrder(a.Name, b.Name) })
	return all, err
}

// Progress is called after each account, one call at a time. It may be nil.
type Progress func(done, total int)

// Each makes all files, those of several accounts at once, and calls use with those that belong together, from several goroutines at
// once. It stops at the first error, and returns it.
func (s *Site) Each(p Progress, use func(files []bundle.File) error) error {
	workers, ctx := errgroup.WithContext(context.Background())
	workers.SetLimit(runtime.GOMAXPROCS(0))
	var (
		mu   sync.Mutex
		done int
	)
	for i, group := range slices.Concat(s.shared, s.accounts) {
		workers.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			files, err := group()
			if err == nil {
				err = use(files)
			}
			if err != nil || i < len(s.shared) || p == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			p(done, len(s.accounts))
			return nil
		})
	}
	return workers.Wait()
}

// compressed adds the compressed forms of files that visitors load.
func (o Options) compressed(files ...bundle.File) []bundle.File {
	if o.Compressor == nil {
		return files
	}
	var all []bundle.File
	for _, f := range files {
		all = append(all, f)
		if bundle.Compressible(f.Name) {
			br, gz := o.Compressor.Compress(f.Bytes)
			all = append(all, bundle.File{Name: f.Name + ".br", Bytes: br}, bundle.File{Name: f.Name + ".gz", Bytes: gz})
		}
	}
	return all
}

// tools are those that accounts get snippets for.
func (o Options) tools() []string {
	return slices.DeleteFunc(slices.Clone(templates.Tools), func(tool string) bool { return slices.Contains(o.Leave, tool) })
}

func accountFiles(a setup.Account, b *bundle.Bundle, o Options) ([]bundle.File, error) {
	d := templates.Data{ID: a.ID, Host: a.Host, Name: a.Text("chat.name"), HasToken: a.Text("connection.tokenUrl") != ""}
	set := cmp.Or(o.Templates, templates.Embedded)
	minify := func(html []byte, err error) ([]byte, error) {
		if err != nil || !o.Minify {
			return html, err
		}
		html, err = bundle.HTML(html)
		return append(html, '\n'), err
	}
	snippet, err := minify(set.Snippet(d))
	if err != nil {
		return nil, err
	}
	snippetCSP, err := minify(set.SnippetCSP(d))
	if err != nil {
		return nil, err
	}
	page, err := minify(set.Page(d, snippet, snippetCSP))
	if err != nil {
		return nil, err
	}
	stamp := a.Stamp()
	exact := bundle.Hashed(a.ID+"/missive.js", b.Pinned(stamp))
	snippetPinned, err := minify(set.SnippetPinned(d, templates.Pinned{Path: exact.Name, Integrity: exact.Integrity}))
	if err != nil {
		return nil, err
	}
	files := []bundle.File{
		{Name: a.ID + "/missive.js", Bytes: b.Launcher(stamp)},
		exact,
		{Name: a.ID + "/snippet.html", Bytes: snippet},
		{Name: a.ID + "/snippet-pinned.html", Bytes: snippetPinned},
		{Name: a.ID + "/snippet-csp.html", Bytes: snippetCSP},
		{Name: a.ID + "/index.html", Bytes: page},
	}
	more, err := hosting.AccountFiles(set, a, files, o.tools())
	return append(files, more...), err
}

// inOrder compares names of files so that each comes after those that it refers to.
func inOrder(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) }

// rank puts assets first, then scripts, then pages.
func rank(name string) int {
	switch {
	case isAsset(name):
		return 0
	case strings.HasPrefix(path.Base(name), "missive."):
		return 1
	}
	return 2
}

// isAsset reports whether accounts share the file. It has a hash of its content in its name.
func isAsset(name string) bool { return strings.HasPrefix(name, "assets/") }

// pinned matches the launcher of an account that has such a hash, too.
var pinned = regexp.MustCompile(`/missive\.[0-9a-f]{10}\.js(\.br|\.gz)?$`)

// outlives reports whether the file may stay after later builds: with a hash in its name it is in no other file's way.
func outlives(name string) bool { return isAsset(name) || pinned.MatchString(name) }
