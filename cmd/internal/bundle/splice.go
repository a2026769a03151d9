package bundle

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"
)

// Compressor makes the compressed forms of files, as small as they get.
//
// That takes tens of milliseconds a file. All launchers begin with the same bytes, though, so these are compressed once,
// up to the end of a byte, and what follows is put behind them: in a tenth of a millisecond, for a few bytes more.
type Compressor struct{ heads []*head }

// head is what all launchers begin with.
type head struct {
	content      []byte
	brotli, gzip []byte // compressed, a stream that goes on
	crc          uint32
	tails        sync.Pool
}

// Compressible reports whether visitors' browsers load files of this kind, and compressing makes them smaller.
func Compressible(name string) bool {
	return slices.Contains([]string{".js", ".css", ".svg", ".json"}, path.Ext(name))
}

// Compressor returns one that knows the bundle's launchers.
func (b *Bundle) Compressor() *Compressor {
	return &Compressor{[]*head{newHead(b.head), newHead(b.pinnedHead)}}
}

func newHead(content []byte) *head {
	h := &head{content: content, crc: crc32.ChecksumIEEE(content)}
	var br, gz bytes.Buffer
	compress(brotli.NewWriterLevel(&br, brotli.BestCompression), (*brotli.Writer).Flush, content)
	compress(newGzip(&gz), (*gzip.Writer).Flush, content)
	h.brotli, h.gzip = br.Bytes(), gz.Bytes()
	// Deflate looks back at most 32 KiB: RFC 1951, section 2.
	window := content[max(0, len(content)-32<<10):]
	h.tails.New = func() any {
		w, err := flate.NewWriterDict(nil, flate.BestCompression, window)
		mustWork(err)
		return w
	}
	return h
}

// Brotli returns the content as a brotli stream, RFC 7932.
func (c *Compressor) Brotli(content []byte) []byte {
	h, tail := c.cut(content)
	if h == nil {
		var out bytes.Buffer
		compress(brotli.NewWriterLevel(&out, brotli.BestCompression), (*brotli.Writer).Close, content)
		return out.Bytes()
	}
	out := bytes.Clone(h.brotli)
	for block := range slices.Chunk(tail, 1<<16) {
		// An uncompressed meta-block as in section 9.2, from the lowest bit on: ISLAST 0, MNIBBLES 00 for a length
		// of four nibbles, MLEN-1, ISUNCOMPRESSED 1, and zeros to the end of the byte.
		header := uint32(len(block)-1)<<3 | 1<<19
		out = append(out, byte(header), byte(header>>8), byte(header>>16))
		out = append(out, block...)
	}
	return append(out, 0b11) // a meta-block with ISLAST and ISLASTEMPTY
}

// Gzip returns the content as a gzip file, RFC 1952.
func (c *Compressor) Gzip(content []byte) []byte {
	var out bytes.Buffer
	h, tail := c.cut(content)
	if h == nil {
		compress(newGzip(&out), (*gzip.Writer).Close, content)
		return out.Bytes()
	}
	out.Write(h.gzip)
	w := h.tails.Get().(*flate.Writer)
	defer h.tails.Put(w)
	w.Reset(&out) // with the head as what came before
	compress(w, (*flate.Writer).Close, tail)
	end := binary.LittleEndian.AppendUint32(nil, crc32.Update(h.crc, crc32.IEEETable, tail))
	end = binary.LittleEndian.AppendUint32(end, uint32(len(content)))
	out.Write(end)
	return out.Bytes()
}

// cut returns the head of a launcher and what comes behind it; no head of anything else.
func (c *Compressor) cut(content []byte) (h *head, tail []byte) {
	for _, h := range c.heads {
		if tail, ok := bytes.CutPrefix(content, h.content); ok {
			return h, tail
		}
	}
	return nil, nil
}

func newGzip(w io.Writer) *gzip.Writer {
	gz, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	mustWork(err)
	return gz
}

// compress writes the content and ends, into memory.
func compress[W io.Writer](w W, end func(W) error, content []byte) {
	_, err := w.Write(content)
	mustWork(err)
	mustWork(end(w))
}

// mustWork panics on what only a level that doesn't exist or a full buffer could bring about.
func mustWork(err error) {
	if err != nil {
		panic(err)
	}
}
