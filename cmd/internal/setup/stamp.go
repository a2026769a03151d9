package setup

import (
	"encoding/json"
	"slices"
	"strings"

	"missive/cmd/internal/jsontext"
)

// leaf is a value with the keys that lead to it.
type leaf struct {
	keys  []string
	value any
}

// Stamp returns the account as it is baked into missive.js: one JSON object with sorted keys, safe inside of a script.
//
// It is written from sorted paths: to make maps of maps first and to marshal those takes several times as long.
func (a Account) Stamp() []byte {
	leaves := make([]leaf, 0, len(a.Values)+2)
	leaves = append(leaves, leaf{[]string{"id"}, a.ID}, leaf{[]string{"host"}, a.Host})
	for path, value := range a.Values {
		keys := strings.Split(path, ".")
		if keys[0] == metaKey {
			keys = strings.SplitN(path, ".", 2)
		}
		leaves = append(leaves, leaf{keys, value})
	}
	slices.SortFunc(leaves, func(a, b leaf) int { return slices.Compare(a.keys, b.keys) })
	return appendObject(nil, leaves, 0)
}

// appendObject appends the object of these leaves, whose keys are the same up to the depth.
func appendObject(out []byte, leaves []leaf, depth int) []byte {
	before := byte('{')
	for len(leaves) > 0 {
		key := leaves[0].keys[depth]
		out = append(appendJSON(append(out, before), key), ':')
		before = ','
		n := 1
		if len(leaves[0].keys) == depth+1 {
			out = appendJSON(out, leaves[0].value)
		} else {
			for n < len(leaves) && leaves[n].keys[depth] == key {
				n++
			}
			out = appendObject(out, leaves[:n], depth+1)
		}
		leaves = leaves[n:]
	}
	return append(out, '}')
}

func appendJSON(out []byte, value any) []byte {
	if text, ok := value.(string); ok {
		return jsontext.Append(out, text)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // can't happen: bools and lists of texts can be marshalled
	}
	return append(out, text...)
}
