package setup

import (
	"slices"
	"strings"

	"missive/widget/option"
)

// level is an option, or a section of options such as "chat", in the nested shape of chat.yaml.
type level struct {
	path     string
	option   *option.Option // nil for a section
	keys     []string       // of the children that may stand in the file
	children map[string]*level
	pageOnly bool // nothing in it may stand in the file
}

// table is the root of the options, and byKey all levels by the last part of their path.
var table, byKey = func() (*level, map[string][]*level) {
	root, byKey := &level{pageOnly: true}, map[string][]*level{}
	for i := range option.Table {
		o := &option.Table[i]
		at := root
		for key := range strings.SplitSeq(o.Path, ".") {
			child := at.children[key]
			if child == nil {
				child = &level{path: join(at.path, key), pageOnly: true}
				at.add(key, child)
				byKey[key] = append(byKey[key], child)
			}
			at.pageOnly = at.pageOnly && o.Where == option.PageOnly
			at = child
		}
		at.option, at.pageOnly = o, o.Where == option.PageOnly
	}
	root.listKeys()
	return root, byKey
}()

func (l *level) add(key string, child *level) {
	if l.children == nil {
		l.children = map[string]*level{}
	}
	l.children[key] = child
	l.keys = append(l.keys, key)
}

// listKeys leaves in keys what may stand in the file.
func (l *level) listKeys() {
	l.keys = slices.DeleteFunc(l.keys, func(key string) bool { return l.children[key].pageOnly })
	for _, child := range l.children {
		child.listKeys()
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// find returns the level with the path, nil when there is none.
func find(path string) *level {
	at := table
	for key := range strings.SplitSeq(path, ".") {
		if at = at.children[key]; at == nil {
			return nil
		}
	}
	return at
}
