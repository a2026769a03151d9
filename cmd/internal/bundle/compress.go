package bundle

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/andybalholm/brotli/flate"
	"github.com/andybalholm/brotli/matchfinder"
)

// Compressor makes the compressed forms of files, with the best levels of brotli and gzip.
//
// That takes tens of milliseconds a file. All launchers begin with the same bytes, though, so these are compressed once,
// up to the end of a byte, and what follows is put behind them, which takes a tenth of a millisecond and a few bytes more.
type Compressor struct{ heads []*head }

// head is what launchers begin with.
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
	h.tails.New = func() any { return newTails(content) }
	return h
}

// Compress returns the content as a brotli stream, RFC 7932, and as a gzip file, RFC 1952.
func (c *Compressor) Compress(content []byte) (br, gz []byte) {
	for _, h := range c.heads {
		if tail, ok := bytes.CutPrefix(content, h.content); ok && len(h.content) > 0 {
			return h.compress(tail)
		}
	}
	var one, other bytes.Buffer
	compress(brotli.NewWriterLevel(&one, brotli.BestCompression), (*brotli.Writer).Close, content)
	compress(newGzip(&other), (*gzip.Writer).Close, content)
	return one.Bytes(), other.Bytes()
}

// compress returns the same of the head and what comes behind it.
func (h *head) compress(tail []byte) (br, gz []byte) {
	t := h.tails.Get().(*tails)
	defer h.tails.Put(t)
	matches := t.find(tail)
	br = slices.Concat(h.brotli, t.brotli(tail, matches))
	gz = slices.Concat(h.gzip, t.deflate(tail, matches))
	gz = binary.LittleEndian.AppendUint32(gz, crc32.Update(h.crc, crc32.IEEETable, tail))
	return br, binary.LittleEndian.AppendUint32(gz, uint32(len(h.content)+len(tail)))
}

// tails compresses what comes behind the head, one after the other.
type tails struct {
	knows, finder matchfinder.ZFast // one that has seen the head alone, and a copy of it that is used for a tail
	deflater      matchfinder.Encoder
}

func newTails(head []byte) *tails {
	// Deflate looks back at most 32 KiB: RFC 1951, section 2.
	t := &tails{knows: matchfinder.ZFast{MaxDistance: 32 << 10}, deflater: flate.NewEncoder()}
	t.knows.FindMatches(nil, head)
	return t
}

// find returns what of the tail was there before, in the head or the tail itself.
func (t *tails) find(tail []byte) []matchfinder.Match {
	t.finder = t.knows // Only the copy looks at what is behind the head, in the history that both share.
	return t.finder.FindMatches(nil, tail)
}

// brotli returns the end of a stream. It refers to the head by the matches, and to nothing else of what came before: neither
// to last distances nor to a static dictionary, and its literals have no context. So it goes behind any stream of the head.
func (t *tails) brotli(tail []byte, matches []matchfinder.Match) []byte {
	out := (&brotli.Encoder{}).Encode(nil, tail, matches, true)
	// The encoder begins each stream with its window size, which takes four bits. This one has begun.
	for i := range out {
		out[i] >>= 4
		if i+1 < len(out) {
			out[i] |= out[i+1] << 4
		}
	}
	if n := len(out) - 1; out[n] == 0 { // The last bits of a stream are ones, so this byte was only the shift's.
		out = out[:n]
	}
	if plain := uncompressed(tail); len(plain) < len(out) {
		return plain
	}
	return out
}

// uncompressed returns the end of a brotli stream that holds the tail as it is, in meta-blocks as in section 9.2 of RFC 7932.
func uncompressed(tail []byte) []byte {
	var out []byte
	for block := range slices.Chunk(tail, 1<<16) {
		// From the lowest bit on: ISLAST 0, MNIBBLES 00 for a length of four nibbles, MLEN-1, ISUNCOMPRESSED 1, and
		// zeros to the end of the byte.
		header := uint32(len(block)-1)<<3 | 1<<19
		out = append(out, byte(header), byte(header>>8), byte(header>>16))
		out = append(out, block...)
	}
	return append(out, 0b11) // a meta-block with ISLAST and ISLASTEMPTY
}

// deflate returns the end of a deflate stream.
func (t *tails) deflate(tail []byte, matches []matchfinder.Match) []byte {
	t.deflater.Reset()
	return t.deflater.Encode(nil, tail, matches, true)
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

// mustWork panics on errors that can't happen: of a compression level that doesn't exist, of writing into memory, or of marshalling texts.
func mustWork(err error) {
	if err != nil {
		panic(err)
	}
}
