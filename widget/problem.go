package widget

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Problem is one thing wrong with what the user wrote: where, what, and how to fix it.
// A warning is told but stops nothing.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`   // from 1; 0 when the file as a whole is meant
	Column  int    `json:"column,omitempty"` // from 1, in characters; 0 when unknown
	Path    string `json:"path,omitempty"`   // the option's full path
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

// String is the problem as it is printed: the place, the path and the message, and the hint on a second line.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("\n  hint: " + p.Hint)
	}
	return b.String()
}

// Fault is what is wrong with one value, before it is known where the value stands.
type Fault struct{ Message, Hint string }

// Suggest returns the candidate that word was most likely meant to be, or "".
// Case, "_" and "-" don't count; of the rest at most a third may differ (Levenshtein, two letters swapped count once).
func Suggest(word string, candidates []string) string {
	return closest(word, candidates, utf8.RuneCountInString(word)/3)
}

// SuggestNear is Suggest for candidates that are less likely meant, as they belong elsewhere: at most one letter may differ.
func SuggestNear(word string, candidates []string) string {
	return closest(word, candidates, min(1, utf8.RuneCountInString(word)/3))
}

// closest returns the first of the candidates that differ least from word, or "" when all differ in more letters than most.
func closest(word string, candidates []string, most int) string {
	best, bestDistance := "", most+1
	folded := fold(word)
	for _, c := range candidates {
		other := fold(c)
		// Words of too different lengths need no comparison, which would take forever with a key of megabytes.
		if max(len(folded)-len(other), len(other)-len(folded)) >= bestDistance {
			continue
		}
		if d := distance(folded, other); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

func fold(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(s)))
}

// distance is the optimal string alignment distance.
func distance(a, b []rune) int {
	// Three rows are enough: a swap looks two back.
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
