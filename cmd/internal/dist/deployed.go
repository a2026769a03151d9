package dist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"missive/cmd/internal/bundle"
	"missive/widget/problem"
)

// Deployed is what a host has of some accounts, where pages may have pinned snippets.
type Deployed struct {
	Manifest
	source source
}

// source has what was deployed.
type source interface {
	// read returns a file, or an error that wraps fs.ErrNotExist if the source is there and has none of the name.
	read(name string) ([]byte, error)
	// display is what the file is called in messages.
	display(name string) string
}

// How a host is asked.
const (
	askTimeout       = 30 * time.Second
	asksAtOnce       = 8
	maxDeployedBytes = 8 << 20 // more than any file of a build has
)

// ReadDeployed reads the manifests of the accounts with these ids where they were deployed: the address of a host, or a folder with what
// is on it. An account without one was not deployed before.
func ReadDeployed(from string, ids []string) (*Deployed, error) {
	d := &Deployed{source: folderSource(from)}
	if strings.HasPrefix(from, "https://") || strings.HasPrefix(from, "http://") {
		d.source = &hostSource{strings.TrimRight(from, "/"), http.Client{Timeout: askTimeout}}
	} else if info, err := os.Stat(from); err != nil || !info.IsDir() {
		return nil, problem.New("-keep "+from+" is no folder", "name the address of the host, such as https://chat.example.com, or a folder with what is on it")
	}
	parts := make([]Manifest, len(ids))
	var workers errgroup.Group
	workers.SetLimit(asksAtOnce)
	for i, id := range ids {
		workers.Go(func() (err error) {
			parts[i], err = d.manifest(id)
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	d.Manifest = merged(parts)
	// Compressed forms are for servers, and hosts differ in what they answer to who asks for one.
	isForm := func(e Entry) bool { return uncompressed(e.Path) != e.Path }
	d.Files, d.Kept = slices.DeleteFunc(d.Files, isForm), slices.DeleteFunc(d.Kept, isForm)
	return d, nil
}

// withoutKeep is the way on when what was deployed can't be had.
const withoutKeep = "; without -keep the build goes on, and pages with older pinned snippets lose the chat"

func (d *Deployed) manifest(id string) (Manifest, error) {
	name := path.Join(id, ManifestName)
	content, err := d.source.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, nil
	}
	if err != nil {
		return Manifest{}, d.error(name, err)
	}
	m, err := ReadManifest(bytes.NewReader(content))
	if err == nil {
		err = m.belongs(id)
	}
	if err != nil {
		return Manifest{}, problem.In(d.source.display(name), err, "look at what is there: before the first deploy it is a 404"+withoutKeep)
	}
	return m, nil
}

// each calls use with these files, several at once. It stops at the first that is not there as the manifest says.
func (d *Deployed) each(entries []Entry, use func(bundle.File) error) error {
	var (
		mu      sync.Mutex
		workers errgroup.Group
	)
	workers.SetLimit(asksAtOnce)
	for _, e := range entries {
		workers.Go(func() error {
			content, err := d.source.read(e.Path)
			if errors.Is(err, fs.ErrNotExist) {
				err = errors.New("is not there, though its manifest lists it")
			}
			if err == nil && bundle.Integrity(content) != e.Integrity {
				err = errors.New("is another one than its manifest says")
			}
			if err != nil {
				return d.error(e.Path, err)
			}
			mu.Lock()
			defer mu.Unlock()
			return use(bundle.File{Name: e.Path, Bytes: content, Integrity: e.Integrity})
		})
	}
	return workers.Wait()
}

func (d *Deployed) error(name string, err error) error {
	return problem.In(d.source.display(name), err, "mend the host, or what is between it and here, and build again"+withoutKeep)
}

// folderSource is a folder with what was deployed.
type folderSource string

func (f folderSource) display(name string) string {
	return filepath.Join(string(f), filepath.FromSlash(name))
}

func (f folderSource) read(name string) ([]byte, error) {
	content, err := os.ReadFile(f.display(name))
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err
	}
	return content, err
}

// hostSource is a host that files were deployed to.
type hostSource struct {
	address string // without a slash at its end
	client  http.Client
}

func (h *hostSource) display(name string) string { return h.address + "/" + name }

func (h *hostSource) read(name string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, h.display(name), nil)
	if err != nil {
		return nil, errors.New("is no address")
	}
	// An older answer of a cache would have an older pin.
	request.Header.Set("Cache-Control", "no-cache")
	response, err := h.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("can't be reached: %w", errors.Unwrap(err))
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusGone:
		return nil, fs.ErrNotExist
	default:
		return nil, fmt.Errorf("answers %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxDeployedBytes+1))
	if err == nil && len(content) > maxDeployedBytes {
		err = errors.New("is larger than any file of a build")
	}
	return content, err
}
