package problem

import (
	"strings"
	"unicode/utf8"
)

// Suggest returns the candidate that word was most likely meant to be, or "".
// Case, "_" and "-" don't count; of the rest at most a third may differ (Levenshtein, two letters swapped count once).
func Suggest(word string, candidates []string) string {
	return Closest(word, candidates, utf8.RuneCountInString(word)/3)
}

// SuggestNear is Suggest for candidates that are less likely meant, as they belong elsewhere: at most one letter may differ.
func SuggestNear(word string, candidates []string) string {
	return Closest(word, candidates, min(1, utf8.RuneCountInString(word)/3))
}

// Closest returns the first of the candidates that differ least from word, or "" when all differ in more letters than mostTypos.
func Closest(word string, candidates []string, mostTypos int) string {
	best, bestDistance := "", mostTypos+1
	folded := fold(word)
	for _, c := range candidates {
		other := fold(c)
		// The lengths alone may differ too much. Then there is no comparison, which would take very long with a key of megabytes.
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
