package setup

import (
	"missive/widget/option"
)

// overrides are the options that have one, by path.
func (o Options) overrides() map[string]*Override {
	given := map[string]*Override{}
	for path, override := range map[string]Override{"host": o.Host, tokenURLPath: o.TokenURL} {
		if override.From != "" {
			given[path] = &override
		}
	}
	return given
}

const tokenURLPath = "connection.tokenUrl"

// checkOverrides checks the values as those of a file.
func (l *loader) checkOverrides() {
	l.overrides = l.options.overrides()
	for _, path := range []string{"host", tokenURLPath} {
		override := l.overrides[path]
		if override == nil {
			continue
		}
		c := &checker{document: &document{file: override.From, report: l.report}}
		s := setting{at: place{}}
		if f := option.Lookup(path).Check(override.Value); f != nil {
			c.problem(s.at, path, f.Message, f.Hint)
		} else if path == "host" {
			override.Value = c.host(override.Value, s.at)
		}
	}
}

// overridden puts the overrides into what the account says.
func (l *loader) overridden(own *layer) *layer {
	if len(l.overrides) == 0 {
		return own
	}
	values := make(map[string]setting, len(own.values)+len(l.overrides))
	for path, s := range own.values {
		values[path] = s
	}
	for path, override := range l.overrides {
		at := own.at
		if s, ok := values[path]; ok {
			at = s.at
		}
		values[path] = setting{override.Value, at}
	}
	return &layer{at: own.at, meta: own.meta, values: values}
}
