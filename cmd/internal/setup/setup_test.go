package setup

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"missive/widget/problem"
)

var update = flag.Bool("update", false, "write what is told into testdata")

// Each file of testdata holds files and, as "told", what is told about its *.yaml files:
// all problems as they are printed, and if none of them is an error the accounts.
func TestFilesOfTestdataTellWhatTheySay(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no test data", err)
	}
	for _, name := range names {
		name, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := &archive.Files[len(archive.Files)-1]
			if want.Name != "told" {
				t.Fatalf("the last file is %s, not told", want.Name)
			}
			t.Chdir(t.TempDir())
			var files []string
			for _, f := range archive.Files[:len(archive.Files)-1] {
				write(t, f.Name, f.Data)
				if filepath.Ext(f.Name) == ".yaml" {
					files = append(files, f.Name)
				}
			}
			got := told(Load(files, Options{}))
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got != string(want.Data) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want.Data)
			}
		})
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// told is everything that Load returns, as text.
func told(accounts []Account, problems []problem.Problem) string {
	var b strings.Builder
	usable := true
	for _, p := range problems {
		fmt.Fprintln(&b, p)
		usable = usable && p.Warning
	}
	if !usable {
		return b.String()
	}
	for _, a := range accounts {
		fmt.Fprintf(&b, "%s (%s): %s\n", a.ID, a.Theme, a.Stamp())
		for _, image := range a.Images {
			fmt.Fprintf(&b, "  %s, %d bytes\n", image.Name, len(image.Bytes))
		}
	}
	return b.String()
}
