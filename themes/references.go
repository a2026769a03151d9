package themes

import (
	"maps"
	"slices"
	"strings"

	"missive/widget/cssvalue"
)

// Cycles returns the variables that refer to each other by var() in a circle, so that browsers drop
// them all. Each circle is a list of names: each refers to the next, and the last to the first.
func Cycles(values map[string]string) [][]string {
	var cycles [][]string
	var trail []string
	done := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		if i := slices.Index(trail, name); i >= 0 {
			cycles = append(cycles, slices.Clone(trail[i:]))
			return
		}
		if done[name] {
			return
		}
		done[name] = true
		trail = append(trail, name)
		for _, next := range cssvalue.References(values[name]) {
			follow(next)
		}
		trail = trail[:len(trail)-1]
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		follow(name)
	}
	return cycles
}

// reportCycle tells of a circle where the most derived theme of the chain closes it.
func reportCycle(cycle []string, chain []*file, dark bool) {
	for _, f := range chain {
		for i, name := range cycle {
			key, sets := f.sets(name, dark)
			if !sets {
				continue
			}
			circle := slices.Concat(cycle[i:], cycle[:i+1])
			f.reportValue(key, "the variables refer to each other in a circle: "+strings.Join(circle, ", "),
				"give one of them a value of its own")
			return
		}
	}
	panic("themes: a circle of variables that no theme sets")
}
