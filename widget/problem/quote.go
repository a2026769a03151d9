package problem

import (
	"strconv"
	"strings"
	"unicode"
)

// mostQuotedRunes is how many characters of the user's text a message repeats. The place tells where to find the rest.
const mostQuotedRunes = 60

// Quote shows a piece of the user's text in a message: in quotes, and shortened.
func Quote(text string) string { return `"` + Shorten(text) + `"` }

// Shorten makes a piece of the user's text fit into a message: on one line, with all characters to be seen, and cut if it is long.
func Shorten(text string) string {
	// First by bytes, as a text of megabytes would take long below. A character has 4 bytes at most; the others are for spaces.
	if maxBytes := 16 * mostQuotedRunes; len(text) > maxBytes {
		text = strings.ToValidUTF8(text[:maxBytes], "")
	}
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > mostQuotedRunes {
		text = string(r[:mostQuotedRunes-1]) + "…"
	}
	return visible(text)
}

// visible escapes characters that a terminal would obey, or that can't be seen.
func visible(text string) string {
	if strings.IndexFunc(text, invisible) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if invisible(r) {
			escaped := strconv.QuoteRuneToASCII(r)
			b.WriteString(escaped[1 : len(escaped)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func invisible(r rune) bool {
	const joiner, nonJoiner = '\u200d', '\u200c' // of emoji, and of letters
	return !unicode.IsGraphic(r) && r != joiner && r != nonJoiner
}
