package studio

import (
	"path/filepath"
	"slices"

	"missive/themes"
	"missive/widget/cssvalue"
	"missive/widget/option"
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

// groups are the style variables by what they style. A test compares them with the table of options, which has each once.
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
	{"Size and place", []string{"width", "height", "max-width", "max-height", "margin", "offset-x", "offset-bottom", "z-index"}},
	{"Motion", []string{"transition-duration", "transition-easing"}},
}

// kinds name the kinds of style variables for the page.
var kinds = map[cssvalue.Kind]string{
	cssvalue.Color: "color", cssvalue.Length: "length", cssvalue.Border: "border", cssvalue.Shadow: "shadow",
	cssvalue.Font: "font", cssvalue.Duration: "duration", cssvalue.Easing: "easing", cssvalue.Integer: "integer",
}

// table is what the studio's page is made of.
type table struct {
	Theme   string      `json:"theme"`   // that is opened first: the first account's
	Missing string      `json:"missing"` // the name of the account's theme, when it is no theme any more; else empty
	Themes  []themeName `json:"themes"`
	States  []string    `json:"states"` // that a stage can show
	Groups  []group     `json:"groups"`
	Folder  string      `json:"folder"` // with the user's themes
}

type themeName struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

func (s *Studio) table() table {
	shown, names := s.shown(), themes.Names(s.folder)
	t := table{Theme: "default", States: shown.States, Folder: filepath.ToSlash(s.folder)}
	if slices.Contains(names, shown.Theme) {
		t.Theme = shown.Theme
	} else {
		t.Missing = shown.Theme
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
		list := group{Title: g.title}
		for _, name := range g.names {
			o := option.Lookup(option.VariablesPath + name)
			list.Variables = append(list.Variables, variable{name, kinds[o.CSS], o.Doc, themes.HasDark(o), examples[name]})
		}
		t.Groups = append(t.Groups, list)
	}
	return t
}
