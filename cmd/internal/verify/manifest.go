package verify

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"missive/cmd/internal/dist"
)

// expectation is what the host should have, by name.
type expectation struct {
	source string // where that is from, for people; empty when nothing is known
	hint   string
	files  map[string]dist.Entry
	pinned string // the account's launcher with a hash in its name; empty if nothing is known
	kept   map[string]dist.Entry
}

// manifest returns what the local build holds, if it has the account, and else what the host's own manifest lists.
func (v *verifier) manifest(ctx context.Context, folder string) expectation {
	name := v.id + "/" + dist.ManifestName
	file := filepath.Join(folder, filepath.FromSlash(name))
	text, err := os.ReadFile(file)
	if err == nil {
		if e, ok := v.expect(text, folder, "upload "+folder+" again, and clear the cache of a CDN in front of the host"); ok {
			return e
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		v.problem(file, "can't be read", "check its permissions, or name another folder with -out")
	}
	address := v.address(name)
	a, f := v.get(ctx, address, maxManifestBytes, nil)
	if f != nil {
		v.problem(address, f.Message, f.Hint)
	} else if a.status == http.StatusOK {
		if e, ok := v.expect(a.body, "the host's "+name, "upload all of dist/ again, and clear the cache of a CDN in front of the host"); ok {
			return e
		}
	}
	v.note("neither " + file + " nor " + address + " lists its files, so it is not known whether they are the latest")
	return expectation{}
}

func (v *verifier) expect(text []byte, source, hint string) (expectation, bool) {
	m, err := dist.ReadManifest(bytes.NewReader(text))
	if err != nil {
		return expectation{}, false
	}
	e := expectation{source, hint, map[string]dist.Entry{}, m.Names[v.id+"/pinned"].Path, map[string]dist.Entry{}}
	for _, entry := range m.Kept {
		e.kept[entry.Path] = entry
	}
	for _, entry := range m.Files {
		e.files[entry.Path] = entry
	}
	_, ok := e.files[v.id+"/missive.js"]
	return e, ok
}

// checkLifetime tells when the launcher that the page pins, which is there, is about to go.
func (v *verifier) checkLifetime(name string, expected expectation) {
	if expected.source == "" || name == expected.pinned {
		return
	}
	switch kept, ok := expected.kept[name]; {
	case !ok:
		v.warn(v.page.String(), "has a pinned snippet whose missive.js is not in "+expected.source+": it goes when that takes the place of all that is on the host",
			"build with -keep "+strings.TrimSuffix(v.base.String(), "/")+", or "+v.pasteAnew())
	case kept.Newer >= dist.MostNewer:
		v.warn(v.page.String(), "has a pinned snippet whose missive.js goes with the next change of the account", v.pasteAnew())
	}
}
