package cssvalue

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2/css"
	"golang.org/x/image/colornames"

	"missive/widget/problem"
)

// RGBA is an sRGB colour, each channel from 0 to 1, not premultiplied.
type RGBA struct{ R, G, B, A float64 }

// ParseColor returns the colour that a value of the kind Color stands for. It is false for values
// that are no colour by themselves: var(), currentColor, and what Variables.Check refuses.
func ParseColor(value string) (RGBA, bool) {
	if digits, ok := strings.CutPrefix(value, "#"); ok && isHex(digits) {
		return hex(digits), true // without parsing, as most colours are written so
	}
	nodes, fault := parseStyle(value)
	if fault != nil || len(nodes) != 1 {
		return RGBA{}, false
	}
	color, fault := parseColor(nodes[0])
	return color, fault == nil && !isCurrentColor(nodes[0])
}

func isCurrentColor(n node) bool { return n.isIdent() && n.name == "currentcolor" }

// parseColor is the colour of a node that is not var(). That of currentColor is not known here.
func parseColor(n node) (RGBA, *problem.Problem) {
	switch n.kind {
	case css.HashToken:
		return hexColor(n)
	case css.IdentToken:
		return namedColor(n)
	case css.FunctionToken:
		return colorFunction(n)
	}
	fault := problem.New(problem.Quote(n.text)+" is not a colour", colorHint)
	if isHex(n.text) {
		fault.Hint = "did you mean " + problem.Quote("#"+n.text) + "?"
	}
	return RGBA{}, fault
}

const colorHint = `use a colour such as "#2866d1", "rgb(40, 102, 209)" or "steelblue"`

func hexColor(n node) (RGBA, *problem.Problem) {
	digits := n.name
	if !isHex(digits) {
		return RGBA{}, problem.New(problem.Quote(n.text)+" is not a colour", `write 3, 4, 6 or 8 of the digits 0 to 9 and a to f after the "#"`)
	}
	return hex(digits), nil
}

// hex is the colour of 3, 4, 6 or 8 digits.
func hex(digits string) RGBA {
	width := 1 + len(digits)/6 // digits of a channel
	channel := func(i int) float64 {
		if i*width >= len(digits) {
			return 1 // no alpha
		}
		v, _ := strconv.ParseUint(strings.Repeat(digits[i*width:(i+1)*width], 3-width), 16, 8)
		return float64(v) / 255
	}
	return RGBA{channel(0), channel(1), channel(2), channel(3)}
}

// isHex reports whether the digits make a hex colour once a "#" is before them.
func isHex(digits string) bool {
	switch len(digits) {
	case 3, 4, 6, 8:
		return strings.Trim(digits, "0123456789abcdefABCDEF") == ""
	}
	return false
}

func namedColor(n node) (RGBA, *problem.Problem) {
	if c, ok := colornames.Map[n.name]; ok {
		return RGBA{float64(c.R) / 255, float64(c.G) / 255, float64(c.B) / 255, 1}, nil
	}
	switch n.name {
	case "rebeccapurple": // CSS Color 4; colornames has those of SVG 1.1
		return RGBA{0x66 / 255., 0x33 / 255., 0x99 / 255., 1}, nil
	case "transparent", "currentcolor":
		return RGBA{}, nil
	}
	hint := colorHint
	if isHex(n.name) {
		hint = "did you mean " + problem.Quote("#"+n.text) + "?"
	} else if name := problem.Suggest(n.name, colorNames); name != "" {
		hint = "did you mean " + problem.Quote(name) + "?"
	}
	return RGBA{}, problem.New(problem.Quote(n.text)+" is not a colour", hint)
}

var colorNames = func() []string {
	names := append([]string{"rebeccapurple", "transparent", "currentColor"}, colornames.Names...)
	sort.Strings(names)
	return names
}()

// newColorFunctions came after the oldest supported browsers.
var newColorFunctions = map[string]string{
	"lab": "Chrome 111", "lch": "Chrome 111", "oklab": "Chrome 111", "oklch": "Chrome 111",
	"color": "Chrome 111", "color-mix": "Chrome 111", "light-dark": "Chrome 123", "contrast-color": "Safari 26",
}

// colorForms is how each function is written.
var colorForms = map[string]string{
	"rgb": "rgb(40, 102, 209)", "rgba": "rgba(40, 102, 209, .5)",
	"hsl": "hsl(218, 68%, 49%)", "hsla": "hsla(218, 68%, 49%, .5)",
	"hwb": "hwb(218 16% 18%)",
}

func colorFunction(n node) (RGBA, *problem.Problem) {
	form, known := colorForms[n.name]
	switch since := newColorFunctions[n.name]; {
	case n.name == "light-dark":
		return RGBA{}, problem.New("light-dark() does not work in all supported browsers; it needs "+since,
			`use one colour here; a theme has another for the dark under the same name with "dark-" before it`)
	case since != "":
		return RGBA{}, problem.New(n.name+"() does not work in all supported browsers; it needs "+since, `use a hex colour, "rgb()" or "hsl()"`)
	case strings.HasSuffix(n.name, "gradient"):
		return RGBA{}, problem.New(n.name+"() is a picture, not a colour", colorHint)
	case !known:
		return RGBA{}, problem.New(problem.Quote(n.text)+" is not a colour", colorHint)
	}
	for _, arg := range n.args {
		if arg.isFunc("var") {
			return RGBA{}, problem.New(problem.Quote(arg.text)+" is a whole value and can't stand inside "+n.name+"()", `write the numbers out, as in "`+form+`"`)
		}
	}
	channels, ok := colorChannels(n)
	if !ok {
		return RGBA{}, problem.New(problem.Quote(n.text)+" is not a colour", `write it as in "`+form+`"`)
	}
	return mixChannels(n.name, channels), nil
}

// colorChannels are the three channels and the alpha of a colour function as numbers: red, green and
// blue from 0 to 255, hues in degrees, all else from 0 to 1.
func colorChannels(n node) (channels [4]float64, ok bool) {
	args, commas := colorArguments(n)
	if len(args) < 3 || len(args) > 4 || commas && n.name == "hwb" {
		return channels, false
	}
	rgb := strings.HasPrefix(n.name, "rgb")
	if rgb && (args[0].kind != args[1].kind || args[1].kind != args[2].kind) {
		return channels, false // only newer browsers take numbers and percentages side by side
	}
	channels[3] = 1
	for i, arg := range args {
		hue := i == 0 && !rgb
		perUnit, angle := degrees[arg.unit]
		switch {
		case hue && angle && arg.isNumeric():
			channels[i] = arg.number * perUnit
		case !hue && arg.kind == css.PercentageToken && rgb && i < 3:
			channels[i] = arg.number / 100 * 255
		case !hue && arg.kind == css.PercentageToken:
			channels[i] = arg.number / 100
		case arg.kind == css.NumberToken && (rgb || i == 3):
			channels[i] = arg.number
		default:
			return channels, false
		}
	}
	return channels, true
}

// degrees per unit of an angle; a bare number is in degrees.
var degrees = map[string]float64{"": 1, "deg": 1, "grad": .9, "rad": 180 / math.Pi, "turn": 360}

// colorArguments are the channels of "1, 2, 3, .5" or "1 2 3 / .5"; none when they are neither.
func colorArguments(n node) (args []node, commas bool) {
	if parts := split(n.args); len(parts) > 1 {
		for _, part := range parts {
			if len(part) != 1 {
				return nil, true
			}
			args = append(args, part[0])
		}
		return args, true
	}
	args = fields(n.args)
	if len(args) == 5 && args[3].isDelim("/") {
		return append(args[:3:3], args[4]), false
	}
	if len(args) != 3 {
		return nil, false
	}
	return args, false
}

// mixChannels computes the colour, with channels out of range clamped as browsers do.
func mixChannels(function string, c [4]float64) RGBA {
	clamp := func(v float64) float64 { return min(max(v, 0), 1) }
	hue := math.Mod(math.Mod(c[0]/360, 1)+1, 1)
	x, y, alpha := clamp(c[1]), clamp(c[2]), clamp(c[3])
	switch strings.TrimSuffix(function, "a") {
	case "hsl":
		r, g, b := css.HSL2RGB(hue, x, y)
		return RGBA{clamp(r), clamp(g), clamp(b), alpha}
	case "hwb":
		if x+y >= 1 {
			gray := x / (x + y)
			return RGBA{gray, gray, gray, alpha}
		}
		r, g, b := css.HSL2RGB(hue, 1, .5)
		tint := func(v float64) float64 { return clamp(v*(1-x-y) + x) }
		return RGBA{tint(r), tint(g), tint(b), alpha}
	}
	return RGBA{clamp(c[0] / 255), clamp(c[1] / 255), clamp(c[2] / 255), alpha}
}
