package setup

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"missive/widget/problem"
)

// document is the YAML of one file: what its nodes mean, whatever the options are.
type document struct {
	file   string
	report *report

	// Maps and lists reached by aliases are walked anew each time. visits counts what is in them, and the walk ends at
	// maxVisits: a hostile file of a few lines can unfold to more than any memory holds.
	visits, maxVisits int
	// open are the maps and lists around the current one; an alias to one of them would never end.
	open map[*yaml.Node]bool
}

// How much a file may unfold to, as the number of maps, lists and values in them. An account takes twenty bytes at least, and with an
// anchor it may inherit all options: about two hundred visits.
const (
	visitsPerByte = 10
	leastVisits   = 10_000
	mostVisits    = 20_000_000
)

func newDocument(file string, size int, r *report) *document {
	return &document{file: file, report: r, maxVisits: min(leastVisits+visitsPerByte*size, mostVisits), open: map[*yaml.Node]bool{}}
}

// enter calls walk for what is in a map or list, unless the file unfolds to too much.
func (d *document) enter(n *yaml.Node, walk func()) {
	if d.visits > d.maxVisits {
		return
	}
	d.visits += 1 + len(n.Content)
	if d.visits > d.maxVisits {
		d.problem(placeOf(n), "", "the anchors of this file unfold to too much", "use fewer aliases: each one repeats all that is behind its anchor")
		return
	}
	d.open[n] = true
	walk()
	delete(d.open, n)
}

// follow returns the node that an alias stands for, nil when it stands for what is around it.
func (d *document) follow(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.AliasNode {
		return n
	}
	if d.open[n.Alias] {
		d.problem(placeOf(n), "", fmt.Sprintf("the anchor %s contains itself", problem.Quote(n.Value)), "write out what is meant here")
		return nil
	}
	return n.Alias
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// isNothing reports whether nothing is written behind the key; a written null means that something is to be taken away.
func isNothing(n *yaml.Node) bool { return isNull(n) && n.Value == "" }

// describe names what a node is, in the user's words.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a map"
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		return "an empty list"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return "a text"
}
