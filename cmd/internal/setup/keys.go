package setup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"missive/widget"
)

// level is an option, or a section of options such as "chat", in the nested shape of chat.yaml.
type level struct {
	path     string
	option   *widget.Option // nil for a section
	keys     []string       // of the children that may stand in the file
	children map[string]*level
	pageOnly bool // nothing in it may stand in the file
}

// table is the root of the options, and byKey all levels by the last part of their path.
var table, byKey = func() (*level, map[string][]*level) {
	root, byKey := &level{pageOnly: true}, map[string][]*level{}
	for i := range widget.Options {
		o := &widget.Options[i]
		at := root
		for key := range strings.SplitSeq(o.Path, ".") {
			child := at.children[key]
			if child == nil {
				child = &level{path: join(at.path, key), pageOnly: true}
				at.add(key, child)
				byKey[key] = append(byKey[key], child)
			}
			at.pageOnly = at.pageOnly && o.Where == widget.PageOnly
			at = child
		}
		at.option, at.pageOnly = o, o.Where == widget.PageOnly
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

// mostListed is how many keys of a section are listed when none resembles what was written.
const mostListed = 12

// unknownHint tells what may have been meant by a key that the section doesn't have; and returns it, if it is another
// key of the section.
func unknownHint(in *level, key string) (hint, meant string) {
	if to := find(key); strings.Contains(key, ".") && to != nil {
		return "write it nested: " + nested(to.path), ""
	}
	if elsewhere := byKey[key]; elsewhere != nil {
		return elsewhereHint(elsewhere), ""
	}
	candidates := in.keys
	if in == table {
		candidates = append(slices.Clone(candidates), accountsKey)
	}
	if meant := widget.Suggest(key, candidates); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant), meant
	}
	if far := widget.SuggestNear(key, allKeys); far != "" {
		return elsewhereHint(byKey[far]), ""
	}
	if len(candidates) <= mostListed {
		return "these are known here: " + strings.Join(candidates, ", "), ""
	}
	return "widget/OPTIONS.md lists all options", ""
}

var allKeys = func() []string {
	var keys []string
	for key := range byKey {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}()

// elsewhereHint names where a key exists, of all places those in the file if there are any.
func elsewhereHint(levels []*level) string {
	var here, onPage []string
	for _, l := range levels {
		if l.pageOnly {
			onPage = append(onPage, strconv.Quote(l.path))
		} else {
			here = append(here, strconv.Quote(l.path))
		}
	}
	if here == nil {
		return strings.Join(onPage, " and ") + " can be set on the page only, in window.MissiveChatConfig"
	}
	return "did you mean " + strings.Join(here, " or ") + "?"
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

// nested is the path as it is written in YAML, on one line: chat: {position: …}.
func nested(path string) string {
	keys := strings.Split(path, ".")
	return strings.Join(keys[:len(keys)-1], ": {") + ": {" + keys[len(keys)-1] + ": …" + strings.Repeat("}", len(keys)-1)
}
