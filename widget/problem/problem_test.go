package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestAProblemTellsWhereWhatAndHowToFixIt(t *testing.T) {
	for want, err := range map[string]error{
		"is missing\n  hint: write it": New("is missing", "write it"),
		"is missing":                   New("is missing", ""),
		"a.yaml: is empty":             Problem{File: "a.yaml", Message: "is empty"},
		"a.yaml:3: chat: is odd":       Problem{File: "a.yaml", Line: 3, Path: "chat", Message: "is odd"},
		"a.yaml:3:5: warning: chat: is odd\n  hint: mend it":          Problem{File: "a.yaml", Line: 3, Column: 5, Path: "chat", Message: "is odd", Hint: "mend it", Warning: true},
		"file does not exist\n  hint: write it":                       Wrap(fs.ErrNotExist, "write it"),
		"file does not exist\n  hint: write it anew":                  Wrap(Wrap(fs.ErrNotExist, "write it"), "write it anew"),
		"opening: file does not exist\n  hint: write it anew":         Wrap(fmt.Errorf("opening: %w", Wrap(fs.ErrNotExist, "write it")), "write it anew"),
		"dist/a: file does not exist\n  hint: is it a USB stick?":     In("dist/a", fs.ErrNotExist, "is it a USB stick?"),
		"dist/a: file does not exist":                                 In("dist/a", fs.ErrNotExist, ""),
		"in the build: dist/a: file does not exist\n  hint: look for": fmt.Errorf("in the build: %w", In("dist/a", fs.ErrNotExist, "look for")),
	} {
		if got := err.Error(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestWhatIsWrappedIsFound(t *testing.T) {
	for _, err := range []error{Wrap(fs.ErrNotExist, "write it"), In("dist/a", fs.ErrNotExist, ""), fmt.Errorf("opening: %w", Wrap(fs.ErrNotExist, ""))} {
		if p := (*Problem)(nil); !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &p) || p.Message != "file does not exist" {
			t.Errorf("%v: %+v", err, p)
		}
	}
}

func TestAnyErrorIsAProblemOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Problem
	}{
		{errors.New("no"), Problem{Message: "no"}},
		{New("no", "do"), Problem{Message: "no", Hint: "do"}},
		{In("a", fs.ErrNotExist, "do"), Problem{File: "a", Message: "file does not exist", Hint: "do"}},
		{fmt.Errorf("well: %w", New("no", "do")), Problem{Message: "well: no", Hint: "do"}},
	} {
		if got := Of(c.err); got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.err, got, c.want)
		}
	}
}

func TestQuotedTextIsShortAndOnOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                               `""`,
		" a\n\tb\u00a0c ":                `"a b c"`,
		`say "so"`:                       `"say "so""`,
		"\x1b[31mred\u202e":              `"\x1b[31mred\u202e"`,
		"👩\u200d👩 é":                     "\"👩\u200d👩 é\"",
		strings.Repeat("é", 60):          `"` + strings.Repeat("é", 60) + `"`,
		strings.Repeat("é", 61):          `"` + strings.Repeat("é", 59) + `…"`,
		strings.Repeat("é ", 1<<20):      `"` + strings.Repeat("é ", 29) + `é…"`,
		strings.Repeat("x", 1<<20) + "é": `"` + strings.Repeat("x", 59) + `…"`,
	} {
		if got := Quote(text); got != want {
			t.Errorf("%.80q: got %s, want %s", text, got, want)
		}
	}
}

func TestSuggestionsAreCloseToWhatWasWritten(t *testing.T) {
	for _, c := range []struct{ word, suggest, near string }{
		{"postion", "position", "position"},
		{"Po_si-tion", "position", "position"},
		{"poistion", "position", "position"},
		{"psotiion", "position", ""},
		{"hiden", "hidden", "hidden"},
		{"x", "", ""},
		{"", "", ""},
	} {
		candidates := []string{"position", "hidden"}
		if got := Suggest(c.word, candidates); got != c.suggest {
			t.Errorf("%q: suggests %q, want %q", c.word, got, c.suggest)
		}
		if got := SuggestNear(c.word, candidates); got != c.near {
			t.Errorf("%q: suggests %q near, want %q", c.word, got, c.near)
		}
	}
}
