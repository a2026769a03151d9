package jsontext

import (
	"encoding/json"
	"testing"
)

func TestATextIsQuotedAsJSONDoesIt(t *testing.T) {
	for _, text := range []string{
		"", "assets/panel.0123456789.js", "two words ~", `say "hello"`, `a\b`, "a<b", "a>b", "a&b", "</script>",
		"\x00", "\n", "\x1f", "\x7f", "Zoë", "日本語", "🙂", "\u2028", "\u2029", "no \xff UTF-8",
	} {
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(Append([]byte("before "), text)); got != "before "+string(want) {
			t.Errorf("%q became %s, want %s behind what was there", text, got, want)
		}
	}
}
