package studio

import (
	"fmt"
	"math"

	"missive/themes"
	"missive/widget/option"
	"missive/widget/problem"
)

// look is how a draft looks, and what is wrong with it.
type look struct {
	// Variables has every value for both schemes, by the short name, as stages take it.
	Variables map[string]palettes `json:"variables"`
	// Values has the same by key, with where each comes from.
	Values   map[string]value `json:"values"`
	Contrast contrasts        `json:"contrast"`
	Faults   map[string]words `json:"faults"`
}

type palettes struct {
	Light string `json:"light"`
	Dark  string `json:"dark"`
}

type value struct {
	Text string `json:"text"`
	Own  bool   `json:"own"`
	// From is the theme that it is inherited from; empty for a dark value that follows the draft's light one.
	From string `json:"from"`
	// Color is what a colour is in the end, as #rrggbbaa; empty when it depends on the page.
	Color string `json:"color,omitempty"`
}

type contrasts struct {
	Light []pair `json:"light"`
	Dark  []pair `json:"dark"`
}

type pair struct {
	Text       string  `json:"text"`
	Background string  `json:"background"`
	Ratio      float64 `json:"ratio"` // never rounded up
	Need       float64 `json:"need"`
	Passes     bool    `json:"passes"`
}

func lookOf(drafted themes.Theme, faults map[string]problem.Problem) look {
	l := look{
		Variables: map[string]palettes{}, Values: map[string]value{}, Faults: map[string]words{},
		Contrast: contrasts{pairsOf(drafted.Light), pairsOf(drafted.Dark)},
	}
	own := drafted.Own()
	for name, light := range drafted.Light {
		l.Variables[name] = palettes{light, drafted.Dark[name]}
		l.Values[name] = valueOf(drafted, own, name, false)
		if themes.HasDark(option.Lookup(option.VariablesPath + name)) {
			l.Values[themes.DarkPrefix+name] = valueOf(drafted, own, name, true)
		}
	}
	for key, f := range faults {
		l.Faults[key] = wordsOf(f)
	}
	return l
}

func valueOf(drafted themes.Theme, own map[string]string, name string, dark bool) value {
	key, values := name, drafted.Light
	if dark {
		key, values = themes.DarkPrefix+name, drafted.Dark
	}
	v := value{Text: values[name]}
	_, follows := own[name]
	if _, v.Own = own[key]; !v.Own && !(dark && follows) {
		from, _ := drafted.Place(name, dark)
		v.From = from.Theme
	}
	if color, ok := themes.Color(values, name); ok {
		channel := func(c float64) int { return int(math.Round(c * 255)) }
		v.Color = fmt.Sprintf("#%02x%02x%02x%02x", channel(color.R), channel(color.G), channel(color.B), channel(color.A))
	}
	return v
}

func pairsOf(values map[string]string) []pair {
	var list []pair
	for _, p := range themes.Contrast(values) {
		list = append(list, pair{p.Text, p.Background, p.Shown(), p.Need, p.Passes()})
	}
	return list
}
