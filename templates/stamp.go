package templates

import (
	"bytes"
	"sync"
)

// stamps spares most of the work for many accounts. A snippet differs between those of one host by the id alone, which
// no language escapes: it is rendered once, with another id, of which each takes the place.
type stamps struct {
	mu     sync.Mutex
	blanks map[blank][]byte
}

// blank is a file for any id.
type blank struct {
	file string
	data Data // without an id
}

// standIn is an id that no template holds and nobody chooses.
const standIn = "0-missive-stands-in-for-an-id-0"

// mostBlanks bounds the memory, should each account have a host of its own.
const mostBlanks = 100

// stamp returns what render makes of the data, which must hold nothing that isn't told to render.
func (s *stamps) stamp(file string, d Data, render func(Data) ([]byte, error)) ([]byte, error) {
	if !plainID(d.ID) {
		return render(d)
	}
	key := blank{file, d}
	key.data.ID = ""
	s.mu.Lock()
	text, known := s.blanks[key]
	s.mu.Unlock()
	if !known {
		other := d
		other.ID = standIn
		var err error
		if text, err = render(other); err != nil {
			return nil, err
		}
		s.mu.Lock()
		if len(s.blanks) >= mostBlanks || s.blanks == nil {
			s.blanks = map[blank][]byte{}
		}
		s.blanks[key] = text
		s.mu.Unlock()
	}
	return bytes.ReplaceAll(text, []byte(standIn), []byte(d.ID)), nil
}

// plainID reports whether the id is one that setup lets through.
func plainID(id string) bool {
	for _, c := range []byte(id) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return id != ""
}
