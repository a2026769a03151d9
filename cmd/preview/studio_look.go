package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"slices"

	"missive/themes"
	"missive/widget/cssvalue"
	"missive/widget/option"
	"missive/widget/problem"
)

// group is a part of the studio's list of controls.
type group struct {
	Title     string     `json:"title"`
	Variables []variable `json:"variables"`
}

// variable is a style variable as its control needs it.
type variable struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Doc  string `json:"doc"`
	// Dark is true when it may have a value for the dark palette alone.
	Dark bool `json:"dark"`
	// Examples are the values that it has in other themes.
	Examples []string `json:"examples"`
}

// groups are the style variables in the order in which one thinks of them. A test holds them against the table.
var groups = []struct {
	title string
	names []string
}{
	{"Brand and text", []string{"main-color", "background-color", "text-color", "light-text-color", "font-family", "font-size"}},
	{"Header", []string{"header-opened-background-color", "header-title-text-color", "header-subtitle-text-color", "close-button-color",
		"status-online-color", "status-connecting-color", "status-offline-color"}},
	{"Bubbles", []string{"bubble-dark-color", "bubble-light-color"}},
	{"Badge", []string{"badge-background-color", "badge-color", "badge-size", "badge-border-radius", "badge-box-shadow"}},
	{"Lines, corners and shadow", []string{"border", "border-color", "box-shadow", "opened-border-radius", "closed-border-radius", "button-border-radius"}},
	{"Size and place", []string{"width", "height", "max-width", "max-height", "margin"}},
	{"Motion", []string{"transition-duration", "transition-easing"}},
}

// kinds name the kinds of style variables for the page.
var kinds = map[cssvalue.Kind]string{
	cssvalue.Color: "color", cssvalue.Length: "length", cssvalue.Border: "border", cssvalue.Shadow: "shadow",
	cssvalue.Font: "font", cssvalue.Duration: "duration", cssvalue.Easing: "easing",
}

// table is what the studio's page is made of.
type table struct {
	Theme   string      `json:"theme"`   // that of the first account, to begin with
	Missing string      `json:"missing"` // what the account names instead, when there is no such theme any more
	Themes  []themeName `json:"themes"`
	States  []string    `json:"states"` // that a stage can show
	Groups  []group     `json:"groups"`
	Folder  string      `json:"folder"` // with the user's themes
}

type themeName struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

func (s *studio) table() table {
	t := table{Theme: "default", States: states, Folder: filepath.ToSlash(s.folder)}
	names := themes.Names(s.folder)
	if stages := s.site().stages; stages != nil && slices.Contains(names, stages.account.Theme) {
		t.Theme = stages.account.Theme
	} else if stages != nil {
		t.Missing = stages.account.Theme
	}
	examples := map[string][]string{}
	for _, name := range names {
		theme, _, _ := themes.Load(name, s.folder)
		t.Themes = append(t.Themes, themeName{name, theme.Description})
		for variable, light := range theme.Light {
			for _, value := range []string{light, theme.Dark[variable]} {
				if !slices.Contains(examples[variable], value) {
					examples[variable] = append(examples[variable], value)
				}
			}
		}
	}
	for _, g := range groups {
		shown := group{Title: g.title}
		for _, name := range g.names {
			o := option.Lookup(variablesPath + name)
			shown.Variables = append(shown.Variables, variable{name, kinds[o.CSS], o.Doc, themes.HasDark(o), examples[name]})
		}
		t.Groups = append(t.Groups, shown)
	}
	return t
}

// opened is a theme as it is read for the page.
type opened struct {
	Name    string `json:"name"`
	Extends string `json:"extends"`
	// File is its path; empty for a shipped theme, which can't be saved but as another one.
	File string `json:"file"`
	// Version names what is in the file.
	Version  string            `json:"version"`
	Own      map[string]string `json:"own"`
	Problems []string          `json:"problems"`
}

func (s *studio) opened(theme themes.Theme, problems []problem.Problem) opened {
	text, shipped := theme.Source()
	sum := sha256.Sum256(text)
	o := opened{Name: theme.Name, Extends: theme.Extends(), Version: hex.EncodeToString(sum[:8]), Own: theme.Own()}
	if !shipped {
		o.File = path.Join(filepath.ToSlash(s.folder), theme.Name+".toml")
	}
	for _, p := range problems {
		o.Problems = append(o.Problems, p.Error())
	}
	return o
}

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
		if themes.HasDark(option.Lookup(variablesPath + name)) {
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
