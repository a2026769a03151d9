package setup

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// pair is a key with its value, the map's own or a merged one.
type pair struct {
	key   string
	at    *yaml.Node // the key's place
	value *yaml.Node
}

// collector gathers the pairs of a map: its own, and those merged by "<<", which replace nothing.
type collector struct {
	*document
	in     *level
	taken  map[string]owner
	merged map[*yaml.Node]bool // a map that is merged again adds nothing, however deep it is nested
	pairs  []pair
}

// owner tells where a key was found, and in which map.
type owner struct{ key, in *yaml.Node }

func (d *document) pairs(in *level, n *yaml.Node) []pair {
	c := collector{
		document: d, in: in,
		taken:  make(map[string]owner, len(n.Content)/2),
		merged: map[*yaml.Node]bool{},
		pairs:  make([]pair, 0, len(n.Content)/2),
	}
	c.collect(n)
	return c.pairs
}

func (c *collector) collect(n *yaml.Node) {
	var merged *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		at, value := n.Content[i], n.Content[i+1]
		key, ok := c.key(at)
		if !ok {
			continue
		}
		first, taken := c.taken[key]
		switch {
		case taken && first.in == n:
			c.problem(placeOf(at), join(c.in.path, showKey(key)), "given twice", fmt.Sprintf("keep one; the first is on line %d", first.key.Line))
		case isMerge(at):
			c.taken[key] = owner{at, n}
			merged = value
		case !taken:
			c.taken[key] = owner{at, n}
			c.pairs = append(c.pairs, pair{key, at, value})
		}
	}
	if merged != nil {
		c.merge(merged)
	}
}

// merge takes a map, or a list of maps of which the earlier win.
func (c *collector) merge(at *yaml.Node) {
	n := c.follow(at)
	if n == nil {
		return
	}
	if n.Kind == yaml.SequenceNode {
		c.enter(n, func() {
			for _, item := range n.Content {
				if n := c.follow(item); n != nil {
					c.mergeMap(item, n)
				}
			}
		})
		return
	}
	c.mergeMap(at, n)
}

func (c *collector) mergeMap(at, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		c.problem(placeOf(at), c.in.path, `"<<" merges maps, not `+describe(n), `name the anchor of a map: "<<: *name"`)
		return
	}
	if !c.merged[n] {
		c.merged[n] = true
		c.enter(n, func() { c.collect(n) })
	}
}

// key returns the text of a key.
func (c *collector) key(n *yaml.Node) (string, bool) {
	k := c.follow(n)
	if k == nil {
		return "", false
	}
	if k.Kind != yaml.ScalarNode {
		c.problem(placeOf(n), c.in.path, "a key is one text, not "+describe(k), `put it in quotes if it starts with "{" or "["`)
		return "", false
	}
	return k.Value, true
}

func isMerge(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge" }
