package verify

import (
	"encoding/json"
	"strings"

	"missive/cmd/internal/setup"
)

// stampOf returns the account that a missive.js was made for.
func stampOf(script []byte) (setup.Account, bool) {
	var stamp map[string]any
	// The setup is what the bundled function is called with. No text in it can hold the mark: its quote would be escaped.
	const mark = `})({"`
	i := strings.LastIndex(string(script), mark)
	if i < 0 || json.NewDecoder(strings.NewReader(string(script[i+len(mark)-2:]))).Decode(&stamp) != nil {
		return setup.Account{}, false
	}
	a := setup.Account{Values: map[string]any{}}
	flatten(a.Values, "", stamp)
	a.ID, _ = stamp["id"].(string)
	a.Host, _ = stamp["host"].(string)
	return a, a.ID != "" && a.Host != ""
}

// flatten puts what is set into values, by its dotted path.
func flatten(values map[string]any, prefix string, section map[string]any) {
	for key, value := range section {
		if below, ok := value.(map[string]any); ok {
			flatten(values, prefix+key+".", below)
		} else {
			values[prefix+key] = value
		}
	}
}
