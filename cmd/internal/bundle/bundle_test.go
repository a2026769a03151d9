package bundle

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"

	"missive/widget"
)

func brotliSize(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestSizes(t *testing.T) {
	b, problems := Build(Options{Sources: widget.Sources})
	for _, p := range problems {
		t.Error(p)
	}
	l := b.Launcher([]byte(`{"id":"acme","host":"https://chat.example.com","chat":{"name":"Acme"}}`))
	t.Logf("%s", l)
	t.Log(len(l), brotliSize(t, l))
	for _, a := range b.Assets {
		t.Log(a.Name, len(a.Bytes), brotliSize(t, a.Bytes))
	}
}
