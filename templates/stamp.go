package templates

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// stamps keeps rendered files, so that a build of many accounts renders each once. Few values in a file are one account's alone: it is
// rendered with stand-ins for them, and then each account's values are put in their places.
type stamps struct {
	mu    sync.Mutex
	forms map[formKey]form
}

type formKey struct {
	file string
	same any // what the file depends on besides those values; the same for many accounts
}

// form is a file with gaps: behind each text but the last is the value of this number.
type form struct {
	texts [][]byte
	gaps  []int
}

// mostForms is how many rendered files are kept. Each account may have a host of its own, and so be rendered by itself.
const mostForms = 100

// standIn matches what stands for a value, by its number. It is a text that is in no template, that no language escapes, and that no
// owner would choose as a name.
var standIn = regexp.MustCompile(`0-missive-stands-in-for-([0-9]+)-0`)

// Stamp returns what render makes of the values, which have to be escaped for all places where the file has them. What else
// render uses must be in same, which has to be comparable.
func (s *Set) Stamp(file string, same any, values []string, render func(values []string) ([]byte, error)) ([]byte, error) {
	key := formKey{file, same}
	s.stamps.mu.Lock()
	f, known := s.stamps.forms[key]
	s.stamps.mu.Unlock()
	if !known {
		others := make([]string, len(values))
		for i := range others {
			others[i] = fmt.Sprintf("0-missive-stands-in-for-%d-0", i)
		}
		text, err := render(others)
		if err != nil {
			return nil, err
		}
		f = newForm(text)
		s.stamps.keep(key, f)
	}
	return f.fill(values), nil
}

func (s *stamps) keep(key formKey, f form) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.forms) >= mostForms || s.forms == nil {
		s.forms = map[formKey]form{}
	}
	s.forms[key] = f
}

func newForm(text []byte) form {
	var f form
	from := 0
	for _, at := range standIn.FindAllSubmatchIndex(text, -1) {
		n, _ := strconv.Atoi(string(text[at[2]:at[3]]))
		f.texts, f.gaps = append(f.texts, text[from:at[0]]), append(f.gaps, n)
		from = at[1]
	}
	f.texts = append(f.texts, text[from:])
	return f
}

func (f form) fill(values []string) []byte {
	size := 0
	for _, text := range f.texts {
		size += len(text)
	}
	for _, gap := range f.gaps {
		size += len(values[gap])
	}
	out := make([]byte, 0, size)
	for i, gap := range f.gaps {
		out = append(out, f.texts[i]...)
		out = append(out, values[gap]...)
	}
	return append(out, f.texts[len(f.gaps)]...)
}

// isPlain reports whether no language escapes the text, as it does no id that setup lets through, and no path of a file of ours.
func isPlain(text string) bool {
	for _, c := range []byte(text) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_-./", c) >= 0) {
			return false
		}
	}
	return text != ""
}

// inHTML escapes text as html/template does between tags and inside of quotes.
var inHTML = strings.NewReplacer("\x00", "\ufffd", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")
