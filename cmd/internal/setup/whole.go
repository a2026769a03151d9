package setup

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/cmd/internal/hosting/hosts"
	"missive/templates"
	"missive/widget/option"
	"missive/widget/problem"
)

// Whole is what the files say about dist/ as a whole, beside its accounts. It stands at the top level of a file, and several files count
// together.
type Whole struct {
	// Hosting are the hosts that dist/ has settings for: those that a file names, or all if none does.
	Hosting []string
	// Snippets are the tools that accounts get snippets for: those that a file names, or all if none does.
	Snippets []string
	// Retired are ids of accounts that are gone. Each keeps a missive.js, which does nothing, for pages that still load it.
	Retired []string
}

// The keys of the top level that are for dist/ as a whole.
const (
	hostingKey  = "hosting"
	snippetsKey = "snippets"
	retiredKey  = "retired"
)

// ownKeyPrefix begins keys of the site owner's own, for anchors for instance, as in other formats.
const ownKeyPrefix = "x-"

// topKeys are those that are no options.
var topKeys = []string{accountsKey, hostingKey, snippetsKey, retiredKey}

// takeWhole reads a key that is for dist/ as a whole.
func (w *walker) takeWhole(p pair) {
	if w.inList {
		w.problem(placeOf(p.at), p.key, "is for all of dist/, not for one account", "move it to the top level of the file")
		return
	}
	switch p.key {
	case hostingKey:
		w.choose(p, &w.whole.Hosting, hosts.Names, "[nginx]")
	case snippetsKey:
		w.choose(p, &w.whole.Snippets, templates.Tools, "[hugo]")
	case retiredKey:
		for _, item := range w.texts(p, "[old-id]", option.Lookup("id").Check) {
			w.whole.retired = append(w.whole.retired, idPlace{item.value.(string), w.file, item.at})
		}
	}
}

// choose adds those of the choices that the key names to the list, which is no longer nil then.
func (w *walker) choose(p pair, chosen *[]string, choices []string, example string) {
	o := &option.Option{Kind: option.Choice, Choices: choices}
	named := w.texts(p, example, o.Check)
	if n := w.follow(p.value); n != nil && n.Kind == yaml.SequenceNode && *chosen == nil {
		*chosen = []string{}
	}
	for _, item := range named {
		if text := item.value.(string); !slices.Contains(*chosen, text) {
			*chosen = append(*chosen, text)
		}
	}
}

// texts returns the texts of a list that have no problem.
func (w *walker) texts(p pair, example string, check func(any) *problem.Problem) (texts []setting) {
	n := w.follow(p.value)
	if n == nil || isNothing(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		w.problem(placeOf(p.value), p.key, "a list is expected here, not "+describe(n), fmt.Sprintf(`write it in brackets: "%s: %s"`, p.key, example))
		return nil
	}
	w.enter(n, func() {
		for _, item := range n.Content {
			one := w.follow(item)
			if one == nil {
				continue
			}
			text, ok := w.scalar(&option.Option{Path: p.key}, pair{value: item}, one)
			if !ok {
				continue
			}
			if f := check(text); f != nil {
				w.problem(placeOf(item), p.key, f.Message, f.Hint)
				continue
			}
			texts = append(texts, setting{text, placeOf(item)})
		}
	})
	return texts
}

// whole collects what several files say.
type whole struct {
	Whole
	retired []idPlace
}

// finish checks what can only be seen once all files are read.
func (l *loader) finish() Whole {
	result := l.whole.Whole
	if result.Hosting == nil {
		result.Hosting = hosts.Names
	}
	if result.Snippets == nil {
		result.Snippets = templates.Tools
	}
	for _, r := range l.whole.retired {
		if account, lives := l.ids[strings.ToLower(r.id)]; lives {
			l.report.add(problem.Problem{File: r.file, Line: r.at.line, Column: r.at.column, Path: retiredKey,
				Message: fmt.Sprintf("%s is an account, at %s", problem.Quote(r.id), account), Hint: "take one of the two out"})
		} else if !slices.ContainsFunc(result.Retired, func(id string) bool { return strings.EqualFold(id, r.id) }) {
			result.Retired = append(result.Retired, r.id)
		}
	}
	return result
}
