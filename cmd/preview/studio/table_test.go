package studio

import (
	"slices"
	"strings"
	"testing"

	"missive/themes"
	"missive/widget/option"
)

func TestTheStudioHasAControlForEachVariableOnce(t *testing.T) {
	var shown, all []string
	var got table
	d := newDesigner(t)
	d.ask("table", nil, &got)
	for _, g := range got.Groups {
		for _, v := range g.Variables {
			shown = append(shown, v.Name)
			o := option.Lookup(option.VariablesPath + v.Name)
			if v.Doc != o.Doc || v.Kind == "" || v.Dark != themes.HasDark(o) || len(v.Examples) == 0 {
				t.Errorf("%s is shown as %+v", v.Name, v)
			}
		}
	}
	for _, o := range option.Table {
		if o.Kind == option.Variable {
			all = append(all, strings.TrimPrefix(o.Path, option.VariablesPath))
		}
	}
	slices.Sort(shown)
	slices.Sort(all)
	if !slices.Equal(shown, all) {
		t.Errorf("there are controls for\n%q\nwant\n%q", shown, all)
	}
	if !slices.Equal(got.States, d.shown.States) || len(got.Themes) != len(themes.Names())+1 {
		t.Errorf("states %q, themes %v", got.States, got.Themes)
	}
}

func TestTheStudioBeginsWithTheThemeOfTheFirstAccountOrSaysThatItIsGone(t *testing.T) {
	d := newDesigner(t)
	for name, want := range map[string]table{"brand": {Theme: "brand"}, "ink": {Theme: "ink"}, "gone": {Theme: "default", Missing: "gone"}, "": {Theme: "default"}} {
		d.shown.Theme = name
		var got table
		d.ask("table", nil, &got)
		if got.Theme != want.Theme || got.Missing != want.Missing {
			t.Errorf("with %q it begins with %q, and misses %q", name, got.Theme, got.Missing)
		}
	}
}
