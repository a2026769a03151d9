package main

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"

	"missive/widget/option"
)

// node is an option, or a section of options such as "chat", in the nested shape that users write.
type node struct {
	key      string
	option   *option.Option // nil for a section
	value    any            // the option's default; for a style variable that of the default theme
	children []*node
}

// tree nests the options by their paths, in the order of the table.
func tree(options []option.Option, variables map[string]string) *node {
	root := &node{}
	for i := range options {
		o := &options[i]
		at := root
		for key := range strings.SplitSeq(o.Path, ".") {
			at = at.child(key)
		}
		at.option, at.value = o, o.Default
		if o.Kind == option.Variable {
			at.value = variables[at.key]
		}
	}
	return root
}

// child returns the child with the key, a new one if there is none yet.
func (n *node) child(key string) *node {
	for _, c := range n.children {
		if c.key == key {
			return c
		}
	}
	c := &node{key: key}
	n.children = append(n.children, c)
	return c
}

// only returns a copy of the tree with the options that keep wants, and the sections that hold any.
func (n *node) only(keep func(*option.Option) bool) *node {
	kept := &node{key: n.key}
	for _, c := range n.children {
		if c.option != nil {
			if keep(c.option) {
				kept.children = append(kept.children, c)
			}
		} else if c = c.only(keep); len(c.children) > 0 {
			kept.children = append(kept.children, c)
		}
	}
	return kept
}

// all yields every section and option below the node with its path, a section before what is in it.
func (n *node) all() iter.Seq2[string, *node] {
	return func(yield func(string, *node) bool) { n.walk("", yield) }
}

func (n *node) walk(path string, yield func(string, *node) bool) bool {
	for _, c := range n.children {
		below := join(path, c.key)
		if !yield(below, c) || !c.walk(below, yield) {
			return false
		}
	}
	return true
}

// of returns the options of a kind, in the order of the table.
func (n *node) of(kind option.Kind) []*node {
	var found []*node
	for _, c := range n.all() {
		if c.option != nil && c.option.Kind == kind {
			found = append(found, c)
		}
	}
	return found
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func keys(nodes []*node) []string {
	var ks []string
	for _, n := range nodes {
		ks = append(ks, n.key)
	}
	return ks
}

// literal is the value as JSON, which is TypeScript as well. Unlike json.Marshal it leaves <, > and & alone.
func literal(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // can't happen: values of the table are strings and bools
	}
	return strings.TrimSpace(b.String())
}
