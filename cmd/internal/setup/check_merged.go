package setup

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"missive/themes"
	"missive/widget/option"
	"missive/widget/problem"
)

// maxSetupBytes is how large an account may be, as [size] counts: visitors load all of it before they see the chat.
const maxSetupBytes = 64 << 10

// checkMerged checks what can only be seen once shared values and those of the account are merged.
func (a *assembler) checkMerged(own *layer, values map[string]any) {
	a.checkSize(own, values)
	if own.meta.line > 0 && a.shared.meta.line > 0 {
		merged := maps.Clone(a.shared.values)
		maps.Copy(merged, own.values)
		a.document.fits(merged, own.meta)
	}
	a.checkReferences(own, values)
	a.checkTokenURL(own)
	a.checkPictures(own, values)
	a.warnHalfTranslated(own, values)
	for _, field := range []string{"Name", "Email"} {
		a.warnRequire(own, values, "visitor.require"+field, "visitor.ask"+field)
	}
}

func (a *assembler) checkSize(own *layer, values map[string]any) {
	if size(values) <= maxSetupBytes {
		return
	}
	at := own.at
	shared := map[string]any{}
	for path, s := range a.shared.values {
		shared[path] = s.value
	}
	if size(shared) > maxSetupBytes {
		at = a.shared.at
	}
	a.document.problem(at, "", fmt.Sprintf("the texts of an account take more than %d KB", maxSetupBytes>>10),
		"shorten them: visitors load all of them before they see the chat")
}

// size is about the number of bytes that the values take in missive.js.
func size(values map[string]any) int {
	total := 0
	for path, value := range values {
		total += len(path)
		switch v := value.(type) {
		case string:
			total += len(v)
		case []string:
			for _, text := range v {
				total += len(text)
			}
		}
	}
	return total
}

func (a *assembler) missing(path string, at place) {
	a.document.problem(at, path, "is missing", option.Lookup(path).Check("").Hint)
}

// requireHost tells of accounts without a host: once, at the start of the file, when none has one.
func (a *assembler) requireHost(layers []*layer) {
	without := a.without(layers, "host")
	if len(without) == len(layers) {
		a.missing("host", place{1, 1})
		return
	}
	for _, own := range without {
		a.missing("host", own.at)
	}
}

// without returns the accounts for which the option isn't set.
func (a *assembler) without(layers []*layer, path string) []*layer {
	return slices.DeleteFunc(slices.Clone(layers), func(own *layer) bool {
		_, ok := a.lookup(own, path)
		return ok
	})
}

// checkTokenURL finds a token endpoint that pages with https may not ask. The chat is for such pages if its own files have https.
// Of an endpoint on the same machine browsers don't mind.
func (a *assembler) checkTokenURL(own *layer) {
	const path = "connection.tokenUrl"
	address := a.text(own, path)
	s, _ := a.lookup(own, path)
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" || isLoopback(u.Hostname()) || !strings.HasPrefix(a.text(own, "host"), "https:") {
		return
	}
	a.document.problem(s.at, path, "browsers let no page with https ask an address with http", "write "+problem.Quote("https"+address[len("http"):]))
}

// isLoopback reports whether browsers trust the host without https.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// checkReferences finds variables that refer to each other in a circle, which browsers drop without a word.
// Themes are checked for themselves, so only a variable of the file can close one.
func (a *assembler) checkReferences(own *layer, values map[string]any) {
	if !refers(own) && !refers(a.shared) {
		return
	}
	variables := map[string]string{}
	for _, name := range find(strings.TrimSuffix(variablesPath, ".")).keys {
		value, ok := values[variablesPath+name]
		if !ok {
			value = standard()[variablesPath+name]
		}
		if text, _ := value.(string); mayRefer(text) {
			variables[name] = text
		}
	}
	for _, cycle := range themes.Cycles(variables) {
		for i, name := range cycle {
			if s, ok := a.lookup(own, variablesPath+name); ok {
				a.document.problem(s.at, variablesPath+name,
					"the variables refer to each other in a circle: "+strings.Join(slices.Concat(cycle[i:], cycle[:i+1]), ", "),
					"give one of them a value of its own")
				break
			}
		}
	}
}

// refers reports whether a style variable of the layer may refer to another one.
func refers(l *layer) bool {
	for path, s := range l.values {
		if text, _ := s.value.(string); strings.HasPrefix(path, variablesPath) && mayRefer(text) {
			return true
		}
	}
	return false
}

// mayRefer reports whether a value may hold a var(), so that only few values have to be parsed. In CSS the name may be in capitals, or
// written with escapes.
func mayRefer(value string) bool {
	return strings.Contains(value, `\`) || strings.Contains(strings.ToLower(value), "var(")
}

// warnRequire tells that a field is required but not asked for, if the file says that it is required: requireEmail is true by default.
func (a *assembler) warnRequire(own *layer, values map[string]any, require, ask string) {
	s, _ := a.lookup(own, require)
	if s.value != true || values[ask] != false {
		return
	}
	_, askKey, _ := strings.Cut(ask, ".")
	a.document.warn(s.at, require, "has no effect without "+ask, fmt.Sprintf(`set "%s: true", or take this line out`, askKey))
}

// warnTokenURL tells once what a chat without a token endpoint does.
func (a *assembler) warnTokenURL(layers []*layer) {
	const section, path = "connection", "connection.tokenUrl"
	var without []*layer
	for _, own := range layers {
		_, broken := a.lookup(own, section)
		if s, ok := a.lookup(own, path); !broken && (!ok || s.value == "") {
			without = append(without, own)
		}
	}
	if len(without) == 0 {
		return
	}
	at := place{1, 1}
	if s, ok := a.lookup(without[0], path); ok {
		at = s.at
	} else if len(without) < len(layers) {
		at = without[0].at
	}
	for _, own := range without {
		if s, ok := a.lookup(own, "chat.hideWhenOffline"); ok && s.value == true {
			a.document.warn(s.at, "chat.hideWhenOffline", "leaves no button at all: without connection.tokenUrl nobody is ever online",
				"set connection.tokenUrl, or take this line out until it is set")
		}
	}
	a.document.warn(at, path, "is not set, so the chat can't carry messages",
		"visitors see that it connects, then the error message with the support channels; set it once your token endpoint runs")
}
