package setup

import (
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/widget/option"
	"missive/widget/problem"
)

const accountsKey = "accounts"

// layer is what one map of the file sets: the shared values, or one account.
type layer struct {
	at     place
	meta   place              // of the key "meta"
	values map[string]setting // by dotted path; also sections that are no map, or misspelt, without a value
}

type setting struct {
	value any // string, bool or []string; nil when it has a problem
	at    place
}

// place counts from 1. Line 0 is no place.
type place struct{ line, column int }

func placeOf(n *yaml.Node) place { return place{n.Line, n.Column} }

// walker goes through one file along the table.
type walker struct {
	file   string
	images *images
	report *report

	// Maps and lists reached by aliases are walked anew each time. visits counts what is in them,
	// most ends the walk: a hostile file of a few lines can unfold to more than any machine holds.
	visits, most int
	// open are the maps and lists around the current one; an alias to one of them would never end.
	open     map[*yaml.Node]bool
	accounts *yaml.Node // the value of the key "accounts"
	inList   bool       // the walk is inside of the list of accounts
}

// Each account of a file may inherit all options from an anchor, at the price of the twenty bytes that an account has at least.
const (
	visitsPerByte = 10
	leastVisits   = 10_000
	mostVisits    = 20_000_000
)

func newWalker(file string, size int, images *images, r *report) *walker {
	return &walker{
		file: file, images: images, report: r,
		most: min(leastVisits+visitsPerByte*size, mostVisits),
		open: map[*yaml.Node]bool{},
	}
}

func (w *walker) problem(at place, path, message, hint string) {
	w.report.add(problem.Problem{File: w.file, Line: at.line, Column: at.column, Path: path, Message: message, Hint: hint})
}

func (w *walker) warn(at place, path, message, hint string) {
	w.report.add(problem.Problem{File: w.file, Line: at.line, Column: at.column, Path: path, Message: message, Hint: hint, Warning: true})
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
		l.at = place{1, 1} // what is missing is missing from the file
	}
	if !w.section(table, n, l) {
		return nil
	}
	return l
}

// enter calls walk for what is in a map or list, unless the file unfolds to too much.
func (w *walker) enter(n *yaml.Node, walk func()) {
	if w.visits > w.most {
		return
	}
	w.visits += 1 + len(n.Content)
	if w.visits > w.most {
		w.problem(placeOf(n), "", "the anchors of this file unfold to too much", "use fewer aliases: each one repeats all that is behind its anchor")
		return
	}
	w.open[n] = true
	walk()
	delete(w.open, n)
}

// follow returns the node that an alias stands for, nil when it stands for what is around it.
func (w *walker) follow(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.AliasNode {
		return n
	}
	if w.open[n.Alias] {
		w.problem(placeOf(n), "", fmt.Sprintf("the anchor %s contains itself", problem.Quote(n.Value)), "write out what is meant here")
		return nil
	}
	return n.Alias
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
		w.meta(p, into)
	default:
		into.values[l.path] = w.setting(l.option, p)
	}
}

// unknown tells of a key that is no option. The one that it was meant for counts as given, so that it isn't told as
// missing as well.
func (w *walker) unknown(in *level, p pair, into *layer) {
	hint, meant := unknownHint(in, p.key)
	w.problem(placeOf(p.at), join(in.path, showKey(p.key)), "unknown option", hint)
	path := join(in.path, meant)
	if _, given := into.values[path]; meant != "" && !given {
		into.values[path] = setting{at: placeOf(p.at)}
	}
}

func (w *walker) takeAccounts(p pair) {
	if w.inList {
		w.problem(placeOf(p.at), accountsKey, "an account can't hold accounts", "move them to the list at the top level")
		return
	}
	w.accounts = p.value
}

// setting is the value of an option as the widget needs it.
func (w *walker) setting(o *option.Option, p pair) setting {
	s := setting{value: w.value(o, p), at: placeOf(p.value)}
	text, _ := s.value.(string)
	switch {
	case o.Path == "host" && text != "":
		s.value = w.host(text, s.at)
	case o.Kind == option.Image && option.IsFile(text):
		s.value = w.image(o, text, s.at)
	}
	return s
}

func (w *walker) image(o *option.Option, name string, at place) any {
	address, fault := w.images.add(filepath.Join(filepath.Dir(w.file), filepath.FromSlash(name)))
	if fault != nil {
		w.problem(at, o.Path, fault.Message, fault.Hint)
		return nil
	}
	return address
}

func (w *walker) host(address string, at place) string {
	if u, err := url.Parse(address); err == nil && u.Scheme == "http" && !isNear(u.Hostname()) {
		w.warn(at, "host", "pages with https can't load the chat from an address with http", "write "+problem.Quote("https"+strings.TrimPrefix(address, "http")))
	}
	return strings.TrimRight(address, "/")
}

// isNear reports whether a server is on this machine or in a private network, where http is usual.
func isNear(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return !strings.Contains(host, ".") || slices.Contains([]string{"localhost", "local", "test", "internal"}, host[strings.LastIndexByte(host, '.')+1:])
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

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,60}$`)

// showKey is a key in a path: in quotes unless it looks like one of ours.
func showKey(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return problem.Quote(key)
}
