package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"missive/widget/problem"
)

// maxFileBytes is several times what ten thousand accounts take, and keeps a wrong file, such as a video, out of the memory.
const maxFileBytes = 16 << 20

// Read returns what a file of an owner's holds, or why it can't be read.
func Read(name string) ([]byte, *problem.Problem) {
	file, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, &problem.Problem{File: name, Message: "is a folder",
			Hint: fmt.Sprintf("name the file: %q", filepath.Join(name, "chat.yaml"))}
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return nil, unreadable(name, err)
	}
	if len(data) > maxFileBytes {
		return nil, &problem.Problem{File: name, Message: "is larger than 16 MB",
			Hint: "split the accounts between several files and name them all"}
	}
	return data, nil
}

func unreadable(name string, err error) *problem.Problem {
	p := &problem.Problem{File: name, Message: "no such file", Hint: "write it, or name another file behind the command"}
	if target, dangling := os.Readlink(name); dangling == nil && errors.Is(err, fs.ErrNotExist) {
		p.Message, p.Hint = fmt.Sprintf("is a link to %s, which is not there", problem.Quote(target)), "let it lead to the file, or name another file behind the command"
	}
	if !errors.Is(err, fs.ErrNotExist) {
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		p.Message, p.Hint = "can't be read: "+err.Error(), "check the permissions of the file"
	}
	return p
}

// Hints are for files in which there is no document, or more than one.
type Hints struct{ Empty, Second string }

// hints are those of chat.yaml.
var hints = Hints{
	Empty:  `it needs at least "host" and "id"`,
	Second: `take out the "---"; several accounts go into a list "accounts", or into several files`,
}

// Parse returns the one document of a YAML file, or why there is none. The problem has no file yet.
func Parse(data []byte, hints Hints) (*yaml.Node, *problem.Problem) {
	data = withoutVersion(data)
	if p := checkConflict(data); p != nil {
		return nil, p
	}
	if p := checkCharacters(data); p != nil {
		return nil, p
	}
	docs, lines, err := decode(data)
	switch {
	case err != nil:
		return nil, syntaxProblem(data, lines, err)
	case len(docs) == 0 || isNull(docs[0].Content[0]):
		return nil, &problem.Problem{Message: "is empty", Hint: hints.Empty}
	case len(docs) > 1:
		return nil, &problem.Problem{Line: docs[1].Line, Column: docs[1].Column, Message: "a second document starts here", Hint: hints.Second}
	}
	return docs[0].Content[0], nil
}

// yamlVersion matches the directive by which a file says that it is YAML 1.2.
var yamlVersion = regexp.MustCompile(`(?m)\A((?:[ \t]*(?:#.*)?\r?\n)*)%(YAML[ \t]+1\.[0-9]+[ \t]*(?:#.*)?\r?)$`)

// withoutVersion makes a comment of the directive: yaml.v3 refuses 1.2, though it reads what is in such a file.
func withoutVersion(data []byte) []byte { return yamlVersion.ReplaceAll(data, []byte("$1#$2")) }

// conflict matches the line with which version control begins what two people have written.
var conflict = regexp.MustCompile(`(?m)^<<<<<<<( |\r?$)`)

// checkConflict finds a merge that was not finished. YAML would tell of it in words about keys.
func checkConflict(data []byte) *problem.Problem {
	at := conflict.FindIndex(data)
	if at == nil {
		return nil
	}
	return &problem.Problem{Line: 1 + bytes.Count(data[:at[0]], []byte("\n")), Column: 1, Message: "a merge conflict is not resolved",
		Hint: "keep what is right of both sides, and take the lines out that begin with <<<<<<<, ======= and >>>>>>>"}
}

// checkCharacters finds the first character that YAML doesn't allow: an error of yaml.v3 doesn't say where it is.
func checkCharacters(data []byte) *problem.Problem {
	if bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.HasPrefix(data, []byte("\xff\xfe")) {
		return &problem.Problem{Message: "is encoded as UTF-16", Hint: "save it as UTF-8"}
	}
	line, column := 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return &problem.Problem{Line: line, Column: column, Message: "this is not UTF-8", Hint: "save the file with the encoding UTF-8"}
		case !allowed(r) && !(r == '\ufeff' && i == 0):
			return &problem.Problem{Line: line, Column: column, Message: fmt.Sprintf("the invisible character U+%04X is not allowed", r),
				Hint: fmt.Sprintf(`delete it, or write \u%04x between double quotes`, r)}
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
		i += size
	}
	return nil
}

// allowed reports whether the character may stand in YAML: c-printable in the specification.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r == 0x85 ||
		' ' <= r && r <= '~' || 0xa0 <= r && r != '\ufeff' && r != '\ufffe' && r != '\uffff'
}

// decode returns at most two documents, and the number of lines that yaml.v3 had seen when it stopped.
func decode(data []byte) (docs []*yaml.Node, lines int, err error) {
	in := &lineReader{rest: data}
	d := yaml.NewDecoder(in)
	for len(docs) < 2 {
		var doc yaml.Node
		if err := d.Decode(&doc); err == io.EOF {
			break
		} else if err != nil {
			return nil, in.lines, err
		}
		docs = append(docs, &doc)
	}
	return docs, in.lines, nil
}

// lineReader gives no more than a line at a time, so that its count tells how far its reader has come.
type lineReader struct {
	rest  []byte
	lines int
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	if end == 0 {
		end = len(r.rest)
	}
	n := copy(p, r.rest[:end])
	r.rest = r.rest[n:]
	if n == end {
		r.lines++
	}
	return n, nil
}

var yamlError = regexp.MustCompile(`^yaml: (line \d+: )?`)

// reason is an error of yaml.v3 without its line, which is of no use: it is that of the token before, of the block around it, or missing.
func reason(err error) string {
	return strings.ReplaceAll(yamlError.ReplaceAllString(err.Error(), ""), "'", `"`)
}

// nearLines are searched one by one for a syntax error, those further away by halving.
const nearLines = 16

// syntaxProblem finds the line with the error: the first with which the file fails for the same reason.
// The search goes back from where yaml.v3 stopped, because the file may hold brackets over several lines, which fail alike when cut in two.
func syntaxProblem(data []byte, seen int, err error) *problem.Problem {
	why := reason(err)
	fails := func(lines int) bool {
		_, _, err := decode(firstLines(data, lines))
		return err != nil && reason(err) == why
	}
	good, bad := 0, max(seen, 1)
	for step := 1; bad-step > 0; {
		if !fails(bad - step) {
			good = bad - step
			break
		}
		bad -= step
		if seen-bad >= nearLines {
			step *= 2
		}
	}
	line := good + 1 + sort.Search(bad-good-1, func(i int) bool { return fails(good + 1 + i) })
	message, hint := translate(why, lineAt(data, line))
	return &problem.Problem{Line: line, Message: message, Hint: hint}
}

func firstLines(data []byte, n int) []byte {
	end := 0
	for ; n > 0; n-- {
		i := bytes.IndexByte(data[end:], '\n')
		if i < 0 {
			return data
		}
		end += i + 1
	}
	return data[:end]
}

func lineAt(data []byte, n int) string {
	line, _, _ := bytes.Cut(data[len(firstLines(data, n-1)):], []byte("\n"))
	return string(line)
}
