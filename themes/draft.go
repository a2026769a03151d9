package themes

import (
	"maps"
	"slices"

	"missive/widget/problem"
)

// Own returns what the theme's own file sets, by the keys as in the file: "main-color", "dark-main-color". Values with a
// problem are left out.
func (t Theme) Own() map[string]string {
	own := maps.Clone(t.chain[0].values)
	for name, value := range t.chain[0].dark {
		own[DarkPrefix+name] = value
	}
	return own
}

// Source returns the text of the theme's own file. Shipped is true when the theme is one that came with the program, and has
// no file in the folders.
func (t Theme) Source() (text []byte, shipped bool) { return t.chain[0].data, t.chain[0].shipped }

// Extends returns the name of the theme that it starts from, "" for the base theme.
func (t Theme) Extends() string {
	if len(t.chain) == 1 {
		return ""
	}
	return t.chain[1].name
}

// With returns the theme as it would be with these values in its own file, by the keys as in the file, in place of all that
// it sets now. Faults are those of the values, by key; without them the theme has what it inherits.
func (t Theme) With(own map[string]string) (Theme, map[string]problem.Problem) {
	draft := *t.chain[0]
	draft.values, draft.dark, draft.places, draft.problems = map[string]string{}, map[string]string{}, map[string]place{}, nil
	if draft.isBase() {
		// The shipped file is below the draft, so that what the draft leaves out has its documented value.
		shipped := *t.chain[0]
		return t.drafted(&draft, []*file{&shipped}, own)
	}
	return t.drafted(&draft, t.chain[1:], own)
}

func (t Theme) drafted(draft *file, inherited []*file, own map[string]string) (Theme, map[string]problem.Problem) {
	for _, key := range slices.Sorted(maps.Keys(own)) {
		if option, _ := lookup(key); option == nil {
			draft.report(0, 0, key, "unknown variable", unknownHint(key))
			continue
		}
		draft.set(key, own[key])
	}
	theme := assemble(append([]*file{draft}, inherited...))
	faults := map[string]problem.Problem{}
	for _, p := range draft.problems {
		faults[p.Path] = *problem.New(p.Message, p.Hint)
	}
	return theme, faults
}

// Child returns what a file that extends the theme must set to look like another one, by key.
func (t Theme) Child(look Theme) map[string]string {
	own := map[string]string{}
	for _, name := range variables() {
		light, dark := look.Light[name], look.Dark[name]
		switch {
		case light != t.Light[name]:
			own[name] = light
			if dark != light {
				own[DarkPrefix+name] = dark
			}
		case dark != t.Dark[name]:
			own[DarkPrefix+name] = dark
		}
	}
	return own
}
