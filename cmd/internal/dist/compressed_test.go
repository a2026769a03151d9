package dist

import (
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
)

func TestCompressedFilesGoTheWayOfTheirSources(t *testing.T) {
	dir := t.TempDir()
	build := func(compress bool, panel string, accounts ...setup.Account) *Site {
		b := &bundle.Bundle{Assets: []bundle.File{
			{Name: "assets/panel." + panel + ".js", Bytes: []byte(strings.Repeat("panel ", 9) + panel)},
			{Name: "assets/panel." + panel + ".js.map", Bytes: []byte("map")},
		}}
		o := Options{}
		if compress {
			o.Compressor = b.Compressor()
		}
		s, err := New(accounts, b, o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	compressed := func() string {
		var names []string
		for name := range tree(t, dir) {
			if strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
				names = append(names, hash.ReplaceAllString(name, ".HASH."))
			}
		}
		slices.Sort(names)
		return strings.Join(names, " ")
	}
	picture := setup.Image{Name: "assets/team.1.svg", Bytes: []byte("<svg/>")}
	a, b := setup.Account{ID: "a", Images: []setup.Image{picture}}, setup.Account{ID: "b"}
	for _, step := range []struct {
		site *Site
		want string
	}{
		{build(true, "1", a, b), "a/missive.HASH.js.br a/missive.HASH.js.gz a/missive.js.br a/missive.js.gz assets/panel.1.js.br assets/panel.1.js.gz assets/team.1.svg.br assets/team.1.svg.gz b/missive.HASH.js.br b/missive.HASH.js.gz b/missive.js.br b/missive.js.gz"},
		{build(true, "1", b), "assets/panel.1.js.br assets/panel.1.js.gz b/missive.HASH.js.br b/missive.HASH.js.gz b/missive.js.br b/missive.js.gz"},
		{build(true, "2", b), "assets/panel.1.js.br assets/panel.1.js.gz assets/panel.2.js.br assets/panel.2.js.gz b/missive.HASH.js.br b/missive.HASH.js.gz b/missive.js.br b/missive.js.gz"},
		{build(false, "3", b), "assets/panel.1.js.br assets/panel.1.js.gz assets/panel.2.js.br assets/panel.2.js.gz"},
		{build(false, "4", b), "assets/panel.1.js.br assets/panel.1.js.gz assets/panel.2.js.br assets/panel.2.js.gz"},
		{build(false, "5", b), "assets/panel.2.js.br assets/panel.2.js.gz"},
		{build(false, "6", b), ""},
	} {
		if _, err := Write(dir, step.site, Writing{}); err != nil {
			t.Fatal(err)
		}
		if got := compressed(); got != step.want {
			t.Errorf("compressed files\n%s\nwant\n%s", got, step.want)
		}
		if faults := works(t, dir); faults != nil {
			t.Errorf("%q", faults)
		}
	}
}
