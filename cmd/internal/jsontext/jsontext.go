// Package jsontext writes texts as JSON, fast: a build writes hundreds of thousands, and hardly one of them needs escapes.
//
// Only texts belong here. Other values are few enough for encoding/json.
package jsontext

import "encoding/json"

// Append appends the text with quotes around, just as json.Marshal makes it: it is safe inside of a script, too.
func Append(out []byte, text string) []byte {
	if isPlain(text) {
		return append(append(append(out, '"'), text...), '"')
	}
	quoted, _ := json.Marshal(text) // texts always encode
	return append(out, quoted...)
}

// isPlain reports whether JSON has the text as it is between quotes.
func isPlain(text string) bool {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}
