package setup

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/widget/option"
)

const accountsKey = "accounts"

// layer is what one map of the file sets: the shared values, or one account.
type layer struct {
	at     place
	meta   place              // of the key "meta"
	values map[string]setting // by dotted path; also sections that are no map, or misspelt, without a value
}

// walker goes through one file along the table.
type walker struct {
	*checker
	accounts *yaml.Node // the value of the key "accounts"
	inList   bool       // the walk is inside of the list of accounts
	whole    *whole
}

// layers returns the shared values and the accounts of the file, whose one account may be all of it.
func (w *walker) layers(root *yaml.Node) (shared *layer, accounts []*layer) {
	shared = w.layer(root)
	if shared == nil {
		return nil, nil
	}
	if w.accounts == nil {
		if _, misspelt := shared.values[accountsKey]; misspelt {
			return shared, nil
		}
		return &layer{}, []*layer{shared}
	}
	if id, ok := shared.values["id"]; ok {
		w.problem(id.at, "id", `has no place beside "accounts"`, "give each account of the list its own id")
	}
	list := w.follow(w.accounts)
	if list == nil {
		return shared, nil
	}
	if list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		w.problem(placeOf(w.accounts), accountsKey, "a list of accounts is expected here, not "+describe(list), `start each account with a dash: "- id: acme"`)
		return shared, nil
	}
	w.inList = true
	w.enter(list, func() {
		for _, item := range list.Content {
			if l := w.layer(item); l != nil {
				accounts = append(accounts, l)
			}
		}
	})
	return shared, accounts
}

// layer walks a map of options from the top level. It returns nil when there is no map.
func (w *walker) layer(n *yaml.Node) *layer {
	l := &layer{at: placeOf(n), values: map[string]setting{}}
	if !w.inList {
		l.at = place{1, 1} // what a missing option is told at
	}
	if !w.section(table, n, l) {
		return nil
	}
	return l
}

// section walks the map of a section into the layer. It returns false when there is no map.
func (w *walker) section(in *level, at *yaml.Node, into *layer) bool {
	n := w.follow(at)
	if n == nil {
		return false
	}
	if isNothing(n) {
		return true // whoever comments out all options of a section needn't comment out its name
	}
	if n.Kind != yaml.MappingNode {
		path := in.path
		if w.inList && in == table {
			path = accountsKey
		}
		w.problem(placeOf(at), path, "options are expected here, not "+describe(n), sectionHint(in, n))
		return false
	}
	w.enter(n, func() {
		for _, p := range w.pairs(in, n) {
			w.entry(in, p, into)
		}
	})
	return true
}

func sectionHint(in *level, n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "take out the dashes"
	case isNull(n):
		return "take it out: what is shared can be set to something else, but not unset"
	}
	return fmt.Sprintf("write them on lines of their own, indented: \"%s: …\"", in.keys[0])
}

// entry is one key of a section with its value.
func (w *walker) entry(in *level, p pair, into *layer) {
	l := in.children[p.key]
	switch {
	case in == table && p.key == accountsKey:
		w.takeAccounts(p)
	case in == table && slices.Contains(topKeys, p.key):
		w.takeWhole(p)
	case in == table && strings.HasPrefix(p.key, ownKeyPrefix):
	case w.report.full(w.file):
	case l == nil:
		w.unknown(in, p, into)
	case l.pageOnly:
		w.problem(placeOf(p.at), l.path, "belongs on the page, not in this file",
			"set it in window.MissiveChatConfig: this file is the same for all visitors")
	case l.option == nil:
		if !w.section(l, p.value, into) {
			into.values[l.path] = setting{at: placeOf(p.value)}
		}
	case l.option.Kind == option.Meta:
		if meta, ok := w.meta(p); ok {
			into.meta = placeOf(p.at)
			maps.Copy(into.values, meta)
		}
	default:
		into.values[l.path] = w.setting(l.option, p)
	}
}

func (w *walker) takeAccounts(p pair) {
	if w.inList {
		w.problem(placeOf(p.at), accountsKey, "an account can't hold accounts", "move them to the list at the top level")
		return
	}
	w.accounts = p.value
}
