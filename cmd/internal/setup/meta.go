package setup

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/widget/option"
)

// protoKey is a key that JavaScript takes for something else.
const protoKey = "__proto__"

// meta returns the site owner's own data, a map of texts, by dotted path, and whether there is such a map. There are no
// texts when they are too much.
func (c *checker) meta(p pair) (meta map[string]setting, ok bool) {
	at := find(metaKey)
	n := c.follow(p.value)
	if n == nil || isNothing(n) {
		return nil, false
	}
	if n.Kind != yaml.MappingNode {
		c.problem(placeOf(p.value), at.path, "a map of texts is expected here, not "+describe(n), `write them on lines of their own, indented: "plan: free"`)
		return nil, false
	}
	meta = map[string]setting{}
	c.enter(n, func() {
		for _, p := range c.pairs(at, n) {
			path := join(at.path, showKey(p.key))
			if p.key == protoKey || slices.Contains(option.BuiltinMeta, p.key) {
				c.problem(placeOf(p.at), path, "this key can't be set", metaHint(p.key))
				continue
			}
			entry := &option.Option{Path: path, Kind: option.Text}
			meta[join(at.path, p.key)] = setting{c.value(entry, p), placeOf(p.value)}
		}
	})
	if !c.fits(meta, placeOf(p.at)) {
		return nil, true
	}
	return meta, true
}

func metaHint(key string) string {
	if key == protoKey {
		return "choose another name"
	}
	return "each message carries it by itself; choose another name for your own"
}

// maxMetaBytes leaves room for the rest in the 4 KB of attributes that Twilio allows a message.
const maxMetaBytes = 3 << 10

// fits reports whether messages can carry the site owner's own data, and tells when they can't.
func (d *document) fits(meta map[string]setting, at place) bool {
	values := map[string]any{}
	for path, s := range meta {
		if key, ok := strings.CutPrefix(path, metaKey+"."); ok {
			values[key] = s.value
		}
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // can't happen: texts can be marshalled
	}
	if len(b) <= maxMetaBytes {
		return true
	}
	d.problem(at, metaKey, fmt.Sprintf("%d bytes are too much for a message to carry", len(b)),
		fmt.Sprintf("keep it below %d bytes, counted as JSON", maxMetaBytes))
	return false
}
