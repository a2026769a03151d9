package setup

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"missive/widget/problem"
)

// mostNamesListed is how many names, of keys or themes, a hint lists when none resembles what was written.
const mostNamesListed = 14

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
		candidates = slices.Concat(candidates, topKeys)
	}
	if meant := problem.Suggest(key, candidates); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant), meant
	}
	if far := problem.SuggestNear(key, allKeys); far != "" {
		return elsewhereHint(byKey[far]), ""
	}
	if len(candidates) <= mostNamesListed {
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

// nested is the path as it is written in YAML, on one line: chat: {position: …}.
func nested(path string) string {
	keys := strings.Split(path, ".")
	return strings.Join(keys[:len(keys)-1], ": {") + ": {" + keys[len(keys)-1] + ": …" + strings.Repeat("}", len(keys)-1)
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,60}$`)

// showKey is a key in a path: in quotes unless it looks like one of ours.
func showKey(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return problem.Quote(key)
}
