package themes

import (
	"math"

	"missive/widget/cssvalue"
)

// The least contrasts of WCAG 2.2, level AA.
const (
	textContrast     = 4.5 // 1.4.3, for text of normal size
	graphicsContrast = 3.0 // 1.4.11, for parts of the interface
)

// Pair is a text, or something else that must be seen, and the background that it stands on in the widget, as names of style variables.
type Pair struct {
	Text, Background string
	// Ratio is the contrast, from 1 to 21, and Need the least that WCAG AA asks for.
	Ratio, Need float64
}

// Passes reports whether the contrast is enough.
func (p Pair) Passes() bool { return p.Ratio >= p.Need }

// Shown is the ratio with two digits behind the point, rounded down: 4.498 must not look as if it passed 4.5.
func (p Pair) Shown() float64 { return math.Floor(p.Ratio*100) / 100 }

// pairs are the texts of the widget, and what else must be seen, on their backgrounds.
var pairs = []Pair{
	{Text: "text-color", Background: "background-color", Need: textContrast},
	{Text: "text-color", Background: "bubble-light-color", Need: textContrast},
	{Text: "light-text-color", Background: "background-color", Need: textContrast},                      // borders of fields, too
	{Text: "header-title-text-color", Background: "header-opened-background-color", Need: textContrast}, // and the ring around the status
	{Text: "header-title-text-color", Background: "main-color", Need: textContrast},                     // buttons
	{Text: "header-title-text-color", Background: "bubble-dark-color", Need: textContrast},              // the visitor's messages
	{Text: "header-subtitle-text-color", Background: "header-opened-background-color", Need: textContrast},
	{Text: "close-button-color", Background: "header-opened-background-color", Need: graphicsContrast},
	{Text: "main-color", Background: "background-color", Need: textContrast},   // buttons without a background, focus
	{Text: "main-color", Background: "bubble-light-color", Need: textContrast}, // links in the team's messages
	{Text: "badge-color", Background: "badge-background-color", Need: textContrast},
	{Text: "status-offline-color", Background: "background-color", Need: graphicsContrast}, // what is wrong
}

// Contrast returns every pair of text and background with its contrast. Pairs are left out when a
// colour depends on the page, as currentColor does, or refers to nothing.
func Contrast(values map[string]string) []Pair {
	var known []Pair
	p := newPalette(values)
	for _, pair := range pairs {
		if ratio, ok := p.contrast(pair.Text, pair.Background); ok {
			pair.Ratio = ratio
			known = append(known, pair)
		}
	}
	return known
}

// palette is a set of variables with the colours that are known of them: most stand in several pairs.
type palette struct {
	values map[string]string
	colors map[string]color
}

func newPalette(values map[string]string) palette { return palette{values, map[string]color{}} }

type color struct {
	cssvalue.RGBA
	ok bool
}

// contrast is that of one variable on another, which stands on the window, which stands on white.
func (p palette) contrast(text, background string) (ratio float64, ok bool) {
	layers := [3]color{}
	for i, name := range []string{"background-color", background, text} {
		if layers[i] = p.color(name); !layers[i].ok {
			return 0, false
		}
	}
	window := over(layers[0].RGBA, cssvalue.RGBA{R: 1, G: 1, B: 1, A: 1})
	behind := over(layers[1].RGBA, window)
	return ratioOf(over(layers[2].RGBA, behind), behind), true
}

func (p palette) color(name string) color {
	c, known := p.colors[name]
	if !known {
		c.RGBA, c.ok = Color(p.values, name)
		p.colors[name] = c
	}
	return c
}

// Color returns the colour of a variable: it follows var(). It is false for what is no colour by itself, as one that
// depends on the page. The value of a colour variable is one colour or one var();
// the fallback of a var() counts only when its variable has no value.
func Color(values map[string]string, name string) (cssvalue.RGBA, bool) {
	for range values { // more steps than variables would be a circle
		// Without references first: most values are a colour by themselves, which is faster to find out.
		if c, ok := cssvalue.ParseColor(values[name]); ok {
			return c, true
		}
		references := cssvalue.References(values[name])
		if len(references) == 0 {
			return cssvalue.RGBA{}, false
		}
		name = references[0]
	}
	return cssvalue.RGBA{}, false
}

// over is what is seen of a colour in front of an opaque one.
func over(front, back cssvalue.RGBA) cssvalue.RGBA {
	mix := func(f, b float64) float64 { return f*front.A + b*(1-front.A) }
	return cssvalue.RGBA{R: mix(front.R, back.R), G: mix(front.G, back.G), B: mix(front.B, back.B), A: 1}
}

// ratioOf is the contrast ratio of WCAG 2.2.
func ratioOf(a, b cssvalue.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c cssvalue.RGBA) float64 {
	linear := func(v float64) float64 {
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*linear(c.R) + .7152*linear(c.G) + .0722*linear(c.B)
}
