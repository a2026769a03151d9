package themes

import (
	"maps"
	"math"
	"slices"
	"testing"
)

// exempt are the pairs for which the documented values are too weak. A pair that passes must not be here.
var exempt = map[string][]string{
	"default": {
		"light-text-color on background-color",
		"header-subtitle-text-color on header-opened-background-color",
		"badge-color on badge-background-color",
	},
}

func TestTextOfShippedThemesPassesAA(t *testing.T) {
	for _, name := range Names() {
		theme, _, _ := Load(name)
		for scheme, values := range map[string]map[string]string{"light": theme.Light, "dark": theme.Dark} {
			checked := Contrast(values)
			if len(checked) != len(pairs) {
				t.Errorf("%s, %s: the colours of only %d of %d pairs are known", name, scheme, len(checked), len(pairs))
			}
			for _, pair := range checked {
				on := pair.Text + " on " + pair.Background
				if isExempt := scheme == "light" && slices.Contains(exempt[name], on); pair.Passes() == isExempt {
					t.Errorf("%s, %s: %s has %.2f of %.1f, exempt: %t", name, scheme, on, pair.Ratio, pair.Need, isExempt)
				}
				// What is text is also a border, a ring, the focus.
				if pair.Ratio < graphicsContrast {
					t.Errorf("%s, %s: %s has %.2f of %.1f", name, scheme, on, pair.Ratio, graphicsContrast)
				}
			}
		}
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, tt := range []struct {
		text, background, window string
		want                     float64
	}{
		{"#000", "#fff", "#fff", 21},
		{"white", "#fff", "#000", 1},
		{"#777", "#fff", "#fff", 4.48}, // the well-known near miss
		{"#767676", "#fff", "#fff", 4.54},
		{"rgba(0, 0, 0, .5)", "#fff", "#fff", 3.98},        // grey 127.5 on white
		{"#fff", "rgba(0, 0, 0, .5)", "#fff", 3.98},        // on a veil over the window
		{"#fff", "transparent", "rgba(0, 0, 0, .5)", 3.98}, // on a window with a veil over white
		{"hsl(0, 0%, 100%)", "var(--main-color)", "#fff", 5.37},
		{"var(--background-color)", "var(--text-color, red)", "#fff", 1}, // text-color is the text itself
	} {
		theme, _, _ := Load(base)
		values := maps.Clone(theme.Light)
		values["text-color"], values["bubble-light-color"], values["background-color"] = tt.text, tt.background, tt.window
		got, ok := newPalette(values).contrast("text-color", "bubble-light-color")
		if !ok || math.Abs(got-tt.want) > .005 {
			t.Errorf("%s on %s on %s: got %.3f, want %.2f", tt.text, tt.background, tt.window, got, tt.want)
		}
	}
}

func TestPairsWithUnknownColoursAreLeftOut(t *testing.T) {
	theme, _, _ := Load(base)
	for _, value := range []string{"currentColor", "var(--badge-color)", "var(--no-such)", "", "red blue"} {
		values := maps.Clone(theme.Light)
		values["badge-color"] = value
		if got := Contrast(values); len(got) != len(pairs)-1 {
			t.Errorf("badge-color %q: %d of %d pairs are known", value, len(got), len(pairs))
		}
	}
}
