package bundle

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"missive/cmd/internal/setup"
	"missive/widget"
)

func mustRead(t *testing.T, r io.Reader, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// filesToCompress are launchers with setups of all sorts, an asset, and what no launcher is.
func filesToCompress(t *testing.T, b *Bundle) map[string][]byte {
	long := func(n int) []byte { return []byte(`{"x":"` + strings.Repeat("0123456789abcdef", n/16) + `"}`) }
	return map[string][]byte{
		"a launcher":                       b.Launcher([]byte(`{"id":"acme","host":"https://chat.example.com"}`)),
		"one without a setup":              b.Launcher(nil),
		"a pinned one":                     b.Pinned([]byte(`{"id":"acme","host":"https://chat.example.com"}`)),
		"nothing but the head":             b.head,
		"one with other letters":           b.Launcher([]byte(`{"messages":{"title":"Größe 👋"}}`)),
		"other letters as they are":        append(bytes.Clone(b.head), "Größe 👋\x00\xff"...),
		"a setup of one block":             append(bytes.Clone(b.head), bytes.Repeat([]byte("x"), 1<<16)...),
		"a setup of 60 KB":                 b.Launcher(long(60_000)),
		"a setup of several blocks":        b.Launcher(long(200_000)),
		"an asset":                         asset(t, b, "assets/panel.").Bytes,
		"a file that ends within the head": b.head[:100],
		"an empty file":                    {},
	}
}

// decompress returns what a tool makes of its input.
func decompress(t *testing.T, tool string, compressed []byte) []byte {
	t.Helper()
	command := exec.Command(tool, "-dc")
	command.Stdin = bytes.NewReader(compressed)
	var problems bytes.Buffer
	command.Stderr = &problems
	content, err := command.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatalf("there is no %s here: install it, or as root on Debian let go run ./cmd/check do so", tool)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", tool, err, problems.Bytes())
	}
	return content
}

func TestTheStandardToolsDecompressEveryFileToTheSameBytes(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	for what, content := range filesToCompress(t, b) {
		br, gz := c.Compress(content)
		for tool, compressed := range map[string][]byte{"brotli": br, "gzip": gz} {
			if got := decompress(t, tool, compressed); !bytes.Equal(got, content) {
				t.Errorf("%s makes %d bytes of %s, not the %d that went in", tool, len(got), what, len(content))
			}
		}
	}
}

// By the test above other programs can decompress what Go can. So this one tries many more with Go alone, which takes less time.
func TestSetupsOfEverySizeAreTheSameAfterwards(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	text := strings.Repeat("Größe \x00 of 0123456789 things, https://chat.example.com/ ", 40)
	for n := range 600 {
		content := append(bytes.Clone(b.head), text[:n]...)
		br, gz := c.Compress(content)
		if got := mustRead(t, brotli.NewReader(bytes.NewReader(br)), nil); !bytes.Equal(got, content) {
			t.Errorf("brotli: another file comes out of a setup of %d bytes", n)
		}
		r, err := gzip.NewReader(bytes.NewReader(gz))
		if got := mustRead(t, r, err); !bytes.Equal(got, content) {
			t.Errorf("gzip: another file comes out of a setup of %d bytes", n)
		}
	}
}

func TestALargeSetupIsCompressedToo(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	setup, err := os.ReadFile("../../../chat.yaml") // words as they come
	if err != nil {
		t.Fatal(err)
	}
	launcher := b.Launcher(setup)
	if br, gz := c.Compress(launcher); len(br) > len(gz) {
		t.Errorf("missive.js.br has %d bytes, missive.js.gz %d", len(br), len(gz))
	}
}

func TestTheCompressedLauncherKeepsItsBudget(t *testing.T) {
	accounts, problems := setup.Load([]string{"../../../chat.yaml"}, setup.Options{})
	for _, p := range problems {
		if !p.Warning {
			t.Fatal(p)
		}
	}
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	br, gz := c.Compress(b.Launcher(accounts[0].Stamp()))
	t.Logf("missive.js.br: %d bytes of %d; missive.js.gz: %d", len(br), launcherBudgetBytes, len(gz))
	if len(br) > launcherBudgetBytes {
		t.Errorf("missive.js.br of the shipped account has %d bytes, its budget is %d", len(br), launcherBudgetBytes)
	}
	if _, whole := (&Compressor{}).Compress(b.Launcher(accounts[0].Stamp())); len(gz) > len(whole)+50 {
		t.Errorf("missive.js.gz has %d bytes, compressed as a whole it has %d", len(gz), len(whole))
	}
}

func TestOneCompressorServesManyAtOnce(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	t.Run("group", func(t *testing.T) {
		for i := range 8 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for range 20 {
					launcher := b.Launcher([]byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(i)}, 500*i))))
					br, gz := c.Compress(launcher)
					r, err := gzip.NewReader(bytes.NewReader(gz))
					if !bytes.Equal(mustRead(t, r, err), launcher) || !bytes.Equal(mustRead(t, brotli.NewReader(bytes.NewReader(br)), nil), launcher) {
						t.Fatal("another file comes out")
					}
				}
			})
		}
	})
}

func BenchmarkSplice(b *testing.B) {
	bundled, _ := Build(Options{Sources: widget.Sources})
	c := bundled.Compressor()
	launcher := bundled.Launcher([]byte(`{"chat":{"name":"Acme"},"host":"https://chat.example.com","id":"acme"}`))
	b.Run("tail", func(b *testing.B) {
		for b.Loop() {
			c.Compress(launcher)
		}
	})
	b.Run("head", func(b *testing.B) {
		for b.Loop() {
			bundled.Compressor()
		}
	})
}
