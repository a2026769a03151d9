package verify

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"missive/cmd/internal/dist"
)

// expectation is what the host should have, by name.
type expectation struct {
	source string // where that is from, for people; empty when nothing is known
	hint   string
	files  map[string]dist.Entry
	pinned string // the account's launcher with a hash in its name; empty if nothing is known
}

// manifest returns what the local build holds, if it has the account, and else what the host's own manifest lists.
func (v *verifier) manifest(ctx context.Context, folder string) expectation {
	file := filepath.Join(folder, dist.ManifestName)
	text, err := os.ReadFile(file)
	if err == nil {
		if e, ok := v.expect(text, folder, "upload "+folder+" again, and clear the cache of a CDN in front of the host"); ok {
			return e
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		v.problem(file, "can't be read", "check its permissions, or name another folder with -out")
	}
	address := v.address(dist.ManifestName)
	a, f := v.get(ctx, address, maxManifestBytes, nil)
	if f != nil {
		v.problem(address, f.Message, f.Hint)
	} else if a.status == http.StatusOK {
		if e, ok := v.expect(a.body, "the host's manifest.json", "upload all of dist/ again, and clear the cache of a CDN in front of the host"); ok {
			return e
		}
	}
	v.note("neither " + file + " nor " + address + " lists the account, so it is not known whether its files are the latest")
	return expectation{}
}

func (v *verifier) expect(text []byte, source, hint string) (expectation, bool) {
	m, err := dist.ReadManifest(bytes.NewReader(text))
	if err != nil {
		return expectation{}, false
	}
	e := expectation{source, hint, map[string]dist.Entry{}, m.Names[v.id+"/pinned"].Path}
	for _, entry := range m.Files {
		e.files[entry.Path] = entry
	}
	_, ok := e.files[v.id+"/missive.js"]
	return e, ok
}
