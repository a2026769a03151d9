package bundle

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
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

func TestWhatIsCompressedIsTheSameAfterwards(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	for what, content := range filesToCompress(t, b) {
		if got := mustRead(t, brotli.NewReader(bytes.NewReader(c.Brotli(content))), nil); !bytes.Equal(got, content) {
			t.Errorf("brotli of %s: %d bytes come out, not the %d that went in", what, len(got), len(content))
		}
		r, err := gzip.NewReader(bytes.NewReader(c.Gzip(content)))
		if got := mustRead(t, r, err); !bytes.Equal(got, content) {
			t.Errorf("gzip of %s: %d bytes come out, not the %d that went in", what, len(got), len(content))
		}
	}
}

// Node.js carries Google's brotli and zlib, as browsers do.
const decode = `
const zlib = require("node:zlib");
const files = JSON.parse(require("node:fs").readFileSync(0));
for (const file of Object.values(files)) {
	file.Brotli = zlib.brotliDecompressSync(Buffer.from(file.Brotli, "base64")).toString("base64");
	file.Gzip = zlib.gunzipSync(Buffer.from(file.Gzip, "base64")).toString("base64");
}
console.log(JSON.stringify(files));
`

func TestOtherToolsDecompressIt(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources})
	c := b.Compressor()
	type forms struct{ Brotli, Gzip []byte }
	compressed := map[string]forms{}
	for what, content := range filesToCompress(t, b) {
		compressed[what] = forms{c.Brotli(content), c.Gzip(content)}
	}
	input, err := json.Marshal(compressed)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "-e", decode)
	node.Stdin = bytes.NewReader(input)
	output, err := node.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, output)
	}
	var got map[string]forms
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatal(err)
	}
	for what, content := range filesToCompress(t, b) {
		if !bytes.Equal(got[what].Brotli, content) || !bytes.Equal(got[what].Gzip, content) {
			t.Errorf("%s: node makes %d bytes of brotli and %d of gzip, not %d", what, len(got[what].Brotli), len(got[what].Gzip), len(content))
		}
	}
	// And the tools on the command line, where they are.
	for tool, form := range map[string]func([]byte) []byte{"brotli": c.Brotli, "gzip": c.Gzip} {
		if _, err := exec.LookPath(tool); err != nil {
			continue
		}
		for what, content := range filesToCompress(t, b) {
			command := exec.Command(tool, "-dc")
			command.Stdin = bytes.NewReader(form(content))
			if got, err := command.Output(); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%s -dc of %s: %v, %d bytes, not %d", tool, what, err, len(got), len(content))
			}
		}
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
	launcher := b.Launcher(accounts[0].Stamp())
	t.Logf("missive.js.br: %d bytes of %d; missive.js.gz: %d", len(c.Brotli(launcher)), launcherBudget, len(c.Gzip(launcher)))
	if size := len(c.Brotli(launcher)); size > launcherBudget {
		t.Errorf("missive.js.br of the shipped account has %d bytes, its budget is %d", size, launcherBudget)
	}
	whole := (&Compressor{}).Gzip(launcher)
	if spliced := c.Gzip(launcher); len(spliced) > len(whole)+50 {
		t.Errorf("missive.js.gz has %d bytes, compressed as a whole it has %d", len(spliced), len(whole))
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
					r, err := gzip.NewReader(bytes.NewReader(c.Gzip(launcher)))
					if got := mustRead(t, r, err); !bytes.Equal(got, launcher) {
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
	b.Run("brotli", func(b *testing.B) {
		for b.Loop() {
			c.Brotli(launcher)
		}
	})
	b.Run("gzip", func(b *testing.B) {
		for b.Loop() {
			c.Gzip(launcher)
		}
	})
	b.Run("head", func(b *testing.B) {
		for b.Loop() {
			bundled.Compressor()
		}
	})
}
