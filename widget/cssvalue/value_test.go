package cssvalue

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// variables has one of each kind, and what the cases below refer to.
var variables = Variables{
	{"main-color", Color}, {"text-color", Color}, {"border-color", Color}, {"width", Length}, {"margin", Length}, {"border", Border},
	{"box-shadow", Shadow}, {"badge-box-shadow", Shadow}, {"font-family", Font}, {"transition-duration", Duration}, {"transition-easing", Easing},
	{"z-index", Integer},
}

// cases are values of each kind, by the kinds' names: those that fit, and those that don't. The browser judges the values of a page;
// widget/e2e/variables.spec.ts holds it to the same.
func cases(t *testing.T) map[string]struct{ Fits, Faults []string } {
	t.Helper()
	content, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct{ Fits, Faults []string }
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != len(nouns) {
		t.Fatalf("there are cases of %d kinds, want %d", len(all), len(nouns))
	}
	return all
}

func TestStyleValuesThatBrowsersUnderstandPassAndNoOthers(t *testing.T) {
	for name, values := range cases(t) {
		kind := kindOf(t, name)
		for _, value := range values.Fits {
			if fault := variables.Check(kind, value); fault != nil {
				t.Errorf("%s %q: %s", name, value, fault.Message)
			}
		}
		for _, value := range values.Faults {
			if fault := variables.Check(kind, value); fault == nil {
				t.Errorf("%s %q passes", name, value)
			}
		}
	}
}

func kindOf(t *testing.T, name string) Kind {
	t.Helper()
	for kind := range nouns {
		if kind.String() == name {
			return kind
		}
	}
	t.Fatalf("%q is no kind", name)
	return 0
}

// Each line is what a person wrote, and all that they are told.
func TestStyleFaultsTellHowToFixThem(t *testing.T) {
	for _, tt := range []struct {
		kind                 Kind
		value, message, hint string
	}{
		{Integer, "1.5", `"1.5" is not a whole number`, `use one such as "1000"`},
		{Integer, "1e3", `"1e3" is not a whole number`, `use one such as "1000"`},
		{Integer, "auto", `"auto" is not a whole number`, `use one such as "1000"`},
		{Integer, "10px", `"10px" is not a whole number`, `use one such as "1000"`},
		{Integer, "1 2", `"1 2" is not a whole number`, `use one such as "1000"`},
		{Integer, "99999999999", `"99999999999" is larger than browsers can reckon with`, `use "2147483647" or less`},
		{Integer, "var(--width)", `"var(--width)" is a length, not a whole number`, `refer to another variable, or write the value itself`},
		// Of every kind.
		{Color, "", `the value is empty`, `leave the variable out to keep the theme's value`},
		{Color, " \n", `the value is empty`, `leave the variable out to keep the theme's value`},
		{Font, strings.Repeat("é", 1001), `the value is longer than 1,000 characters`, `shorten it`},
		{Color, "red\x00", `the value has a character that is not text`, `write it anew; it may have been copied from a damaged file`},
		{Color, "\xff", `the value has a character that is not text`, `write it anew; it may have been copied from a damaged file`},
		{Color, "#fff;", `";" is not allowed`, `write the value alone, without a ";"`},
		{Color, "red}*{color:red", `"}" is not allowed`, `write the value alone, without rules around it`},
		{Color, "red/**/", `comments are not allowed in a value`, `put the comment on a line of its own, after a "#"`},
		{Color, "red /* open", `comments are not allowed in a value`, `put the comment on a line of its own, after a "#"`},
		{Color, "red !important", `"!important" is not allowed`, `leave it out: nothing on the page overrides a style variable`},
		{Font, `"Segoe UI`, `a quote is not closed`, `close it with the same character that opens it`},
		{Font, `"Segoe UI\"`, `a quote is not closed`, `close it with the same character that opens it`},
		{Font, `"Segoe UI\`, `a quote is not closed`, `close it with the same character that opens it`},
		{Font, "'Segoe\nUI'", `a quote is not closed`, `close it with the same character that opens it`},
		{Color, "rgb(1, 2, 3", `"rgb(" is not closed`, `add the missing ")"`},
		{Color, "rgb(1, 2, 3))", `")" closes nothing`, `take it out, or open the bracket before it`},
		{Color, "rgb([1, 2)", `")" closes nothing`, `take it out, or open the bracket before it`},
		{Color, "url(x.png)", `url() is not allowed: a style variable must not load anything`, `use a plain value, such as a colour or a length`},
		{Color, `\75rl(x.png)`, `url() is not allowed: a style variable must not load anything`, `use a plain value, such as a colour or a length`},
		{Color, `\55 \52 \4c("x.png")`, `url() is not allowed: a style variable must not load anything`, `use a plain value, such as a colour or a length`},
		{Font, `-WebKit-Image-Set("x" 1x)`, `-webkit-image-set() is not allowed: a style variable must not load anything`, `use a plain value, such as a colour or a length`},
		{Color, `var(--main-color, src("x"))`, `src() is not allowed: a style variable must not load anything`, `use a plain value, such as a colour or a length`},
		{Length, "calc(1px + attr(data-x))", `attr() is not allowed`, `write the value itself`},
		{Length, "expression(alert(1))", `expression() is not allowed`, `write the value itself`},
		{Color, `\72 ed`, `"\" is not allowed, not even in quotes`, `write the character itself, or leave it out`},
		{Font, `"a; b {"`, `";" is not allowed, not even in quotes`, `write the character itself, or leave it out`},
		{Font, `"url(x)"`, `"url(" is not allowed, not even in quotes`, `write the character itself, or leave it out`},
		{Color, "inherit", `"inherit" would take over what the page says`, `write the value itself`},
		{Length, "1e999px", `"1e999px" is too large`, `use a smaller number`},

		// References.
		{Color, "var(--man-color)", `"--man-color" is not a variable`, `did you mean "var(--main-color)"?`},
		{Color, "var(main-color)", `"main-color" is not a variable`, `did you mean "var(--main-color)"?`},
		{Color, "var(--brand)", `"--brand" is not a variable`, `name one of chat.variables, as in "var(--main-color)"`},
		{Color, "var()", `"" is not a variable`, `name one of chat.variables, as in "var(--main-color)"`},
		{Color, "var(--width)", `"var(--width)" is a length, not a colour`, `refer to another variable, or write the value itself`},
		{Color, "var(--main-color, 14px)", `"14px" is not a colour`, colorHint},
		{Color, "var(--main-color,)", `a value is missing`, `write one, or take out what is before it`},

		// Colours.
		{Color, "bleu", `"bleu" is not a colour`, `did you mean "blue"?`},
		{Color, "2866D1", `"2866D1" is not a colour`, `did you mean "#2866D1"?`},
		{Color, "fff", `"fff" is not a colour`, `did you mean "#fff"?`},
		{Color, "#ffg", `"#ffg" is not a colour`, `write 3, 4, 6 or 8 of the digits 0 to 9 and a to f after the "#"`},
		{Color, "#12345", `"#12345" is not a colour`, `write 3, 4, 6 or 8 of the digits 0 to 9 and a to f after the "#"`},
		{Color, "red blue", `"red blue" is not a colour`, colorHint},
		{Color, "rgb(1, 2)", `"rgb(1, 2)" is not a colour`, `write it as in "rgb(40, 102, 209)"`},
		{Color, "rgb(1, 2 3)", `"rgb(1, 2 3)" is not a colour`, `write it as in "rgb(40, 102, 209)"`},
		{Color, "rgb(1, 2, 3%)", `"rgb(1, 2, 3%)" is not a colour`, `write it as in "rgb(40, 102, 209)"`},
		{Color, "rgb(1 2 3 4)", `"rgb(1 2 3 4)" is not a colour`, `write it as in "rgb(40, 102, 209)"`},
		{Color, "hsl(218, 68, 49)", `"hsl(218, 68, 49)" is not a colour`, `write it as in "hsl(218, 68%, 49%)"`},
		{Color, "hsl(a, 68%, 49%)", `"hsl(a, 68%, 49%)" is not a colour`, `write it as in "hsl(218, 68%, 49%)"`},
		{Color, "hwb(218, 16%, 18%)", `"hwb(218, 16%, 18%)" is not a colour`, `write it as in "hwb(218 16% 18%)"`},
		{Color, "rgba(var(--main-color), .5)", `"var(--main-color)" is a whole value and can't stand inside rgba()`, `write the numbers out, as in "rgba(40, 102, 209, .5)"`},
		{Color, "oklch(60% .1 250)", `oklch() does not work in all supported browsers; it needs Chrome 111`, `use a hex colour, "rgb()" or "hsl()"`},
		{Color, "color-mix(in srgb, red, blue)", `color-mix() does not work in all supported browsers; it needs Chrome 111`, `use a hex colour, "rgb()" or "hsl()"`},
		{Color, "linear-gradient(red, blue)", `linear-gradient() is a picture, not a colour`, colorHint},

		// Lengths.
		{Length, "14", `"14" has no unit`, `use "14px"`},
		{Length, "14 px", `"14 px" is not a length`, `use "14px"`},
		{Length, "14pxx", `"pxx" is not a known unit`, `did you mean "14px"?`},
		{Length, "14bananas", `"bananas" is not a known unit`, `use one of px, em, rem`},
		{Length, "-4px", `"-4px" is negative`, `use "4px"`},
		{Length, "1px 2px", `"1px 2px" is more than one length`, lengthHint},
		{Length, "auto", `"auto" is not a length`, lengthHint},
		{Length, "calc(100%-40px)", `"100%-40px" can't be calculated`, `put spaces around "+" and "-", as in "calc(100% - 40px)"`},
		{Length, "calc(100% +(40px))", `"100% +(40px)" can't be calculated`, `put spaces around "+" and "-", as in "calc(100% - 40px)"`},
		{Length, "calc(100% - 40)", `"100% - 40" mixes lengths with bare numbers`, `give every number that is added a unit, as in "calc(100% - 40px)"`},
		{Length, "min(100%, 40)", `"min(100%, 40)" mixes lengths with bare numbers`, `give every number in it a unit`},
		{Length, "calc(2 * 3)", `"calc(2 * 3)" is a number without a unit`, lengthHint},
		{Length, "calc(2px * 3px)", `lengths can't be multiplied with or divided by lengths`, `multiply or divide by a bare number, as in "calc(2 * 10px)"`},
		{Length, "calc(6 / 3px)", `lengths can't be multiplied with or divided by lengths`, `multiply or divide by a bare number, as in "calc(2 * 10px)"`},
		{Length, "calc(1px * )", `a calculation is not complete`, `write it as in "calc(100% - 40px)"`},
		{Length, "calc()", `a calculation is not complete`, `write it as in "calc(100% - 40px)"`},
		{Length, "clamp(1px, 2px)", `clamp() takes three values`, `write it as in "clamp(300px, 50vw, 400px)"`},
		{Length, "calc(1px + var(--main-color))", `"var(--main-color)" is a colour, not a length`, `refer to another variable, or write the value itself`},
		{Length, "round(1px, 2px)", `round() is not a length`, `use calc(), min(), max() or clamp()`},
		{Length, "env(1)", `"env(1)" is not a length`, `write it as in "env(safe-area-inset-bottom)"`},
		{Length, "env(safe-area-inset-top, 20)", `"20" has no unit`, `use "20px"`},

		// The others.
		{Border, "1px #ddd", `"1px #ddd" has no style, so no border would be drawn`, borderHint},
		{Border, "1px 2px solid", `"1px 2px solid" has more than one width`, borderHint},
		{Border, "1 solid red", `"1" has no unit`, `use "1px"`},
		{Border, "10% solid red", `"10%" is a percentage, which has no meaning here`, lengthHint},
		{Border, "1px sold red", `"sold" is not a colour`, `did you mean "gold"?`},
		{Border, "1px solid var(--border)", `"var(--border)" is a border, not a colour`, `refer to another variable, or write the value itself`},
		{Shadow, "5px", `"5px" is not a shadow`, shadowHint},
		{Shadow, "0 red 5px", `"0 red 5px" is not a shadow`, shadowHint},
		{Shadow, "0 0 0 0 0 red", `"0 0 0 0 0 red" is not a shadow`, shadowHint},
		{Shadow, "none, 0 1px", `"none" is not a colour`, colorHint},
		{Shadow, "0 0 -1px red", `"-1px" is negative`, `use "1px"`},
		{Shadow, "0 5 30 red", `"5" has no unit`, `use "5px"`},
		{Shadow, "0 1px,", `"" is not a shadow`, shadowHint},
		{Font, "Source Sans 3, serif", `"Source Sans 3" is not a font`, fontHint},
		{Font, `"Segoe UI" Roboto`, `""Segoe UI" Roboto" is not a font`, fontHint},
		{Font, "serif Georgia", `"serif Georgia" is not a font`, fontHint},
		{Font, "Georgia,,serif", `"Georgia,,serif" has a comma without a font beside it`, `take the comma out`},
		{Duration, "225", `"225" has no unit`, `use "225ms"`},
		{Duration, "0", `"0" has no unit`, `use "0ms"`},
		{Duration, "-1s", `"-1s" is negative`, `use "1s"`},
		{Duration, "2sec", `"sec" is not a known unit`, `use one of ms, s`},
		{Duration, "fast", `"fast" is not a duration`, `use milliseconds or seconds, such as "225ms" or ".2s"`},
		{Easing, "ease-inout", `"ease-inout" is not an easing`, `did you mean "ease-in-out"?`},
		{Easing, "bouncy", `"bouncy" is not an easing`, easingHint},
		{Easing, "cubic-bezier(.4, 0, .2)", `"cubic-bezier(.4, 0, .2)" is not an easing`, `cubic-bezier() takes four numbers, as in "cubic-bezier(.4, 0, .2, 1)"`},
		{Easing, "cubic-bezier(.4, 0, 1.2, 1)", `"1.2" is a time outside of the animation`, `the first and third number of cubic-bezier() go from 0 to 1`},
		{Easing, "steps(0)", `"steps(0)" is not an easing`, `steps() takes a whole number from 1, as in "steps(4)" or "steps(4, jump-start)"`},
		{Easing, "steps(1, jump-none)", `"steps(1, jump-none)" is not an easing`, `steps() takes a whole number from 1, as in "steps(4)" or "steps(4, jump-start)"`},
		{Easing, "linear(0, 1)", `linear() does not work in all supported browsers; it needs Safari 17.2`, `use "cubic-bezier()" or "linear"`},
	} {
		fault := variables.Check(tt.kind, tt.value)
		if fault == nil {
			t.Errorf("%s %q passes", nouns[tt.kind], tt.value)
		} else if fault.Message != tt.message || fault.Hint != tt.hint {
			t.Errorf("%s %q:\n got: %s\nwant: %s\n hint: %s\nwant: %s", nouns[tt.kind], tt.value, fault.Message, tt.message, fault.Hint, tt.hint)
		}
	}
}

func TestNoStyleValueTakesAnAddress(t *testing.T) {
	for _, name := range []string{"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "element", "-moz-element"} {
		want := name + "() is not allowed: a style variable must not load anything"
		for kind := range nouns {
			for _, value := range []string{name + `("x")`, strings.ToUpper(name) + "(x)", "var(--main-color, " + name + "(x))", `\` + strconv.FormatInt(int64(name[0]), 16) + " " + name[1:] + "(x)"} {
				if fault := variables.Check(kind, value); fault == nil || fault.Message != want {
					t.Errorf("%s %q: got %v, want %s", nouns[kind], value, fault, want)
				}
			}
		}
	}
}

func TestReferencesAreFoundAtAnyDepth(t *testing.T) {
	got := References(`0 0 calc(var(--margin) * 2) var(--main-color, var( --text-color ))`)
	want := []string{"margin", "main-color", "text-color"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestColoursAreComputedAsBrowsersDo(t *testing.T) {
	for value, want := range map[string]string{ // the right side is what Chromium's getComputedStyle says
		"#28f":                   "34 136 255 1",
		"#2866D180":              "40 102 209 0.5",
		"rebeccapurple":          "102 51 153 1",
		"transparent":            "0 0 0 0",
		"rgb(300 -2 0 / 50%)":    "255 0 0 0.5",
		"rgb(10%, 20%, 30%)":     "26 51 77 1",
		"hsl(218, 68%, 49%)":     "40 102 210 1",
		"hsl(-142, 68%, 49%)":    "40 102 210 1",
		"hsl(.5turn 100% 20%)":   "0 102 102 1",
		"hwb(218 16% 18%)":       "41 103 209 1",
		"hwb(90 80% 80%)":        "128 128 128 1",
		"hsla(0, 0%, 100%, .65)": "255 255 255 0.65",
	} {
		c, ok := ParseColor(value)
		got := fmt.Sprint(math.Round(c.R*255), math.Round(c.G*255), math.Round(c.B*255), math.Round(c.A*100)/100)
		if !ok || got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
	for _, value := range []string{"currentColor", "var(--main-color)", "blu", "red blue", ""} {
		if _, ok := ParseColor(value); ok {
			t.Errorf("%q is no colour by itself", value)
		}
	}
}

func FuzzStyleValuesThatPassLoadNothingAndStayInTheirDeclaration(f *testing.F) {
	for _, value := range []string{
		"var(--main-color, rgba(0,0,0, .05))", "calc(100% - 40px)", "solid 1px red", "0 5px 30px #fff, inset 0 0", `"Segoe UI", a\;b`,
		"cubic-bezier(.4,0,.2,1)", "225ms", `u\72l(x)`, `"\"`, "url(", "a/**/b", "(((((", "--x", "u+1-2", `\`, "<!-- -->", "1e3\\65m",
	} {
		f.Add(value)
	}
	allowed := strings.Fields("rgb rgba hsl hsla hwb var calc min max clamp env cubic-bezier steps")
	escape := regexp.MustCompile(`\\([0-9a-fA-F]{1,6})\s?`)
	f.Fuzz(func(t *testing.T, value string) {
		for kind := range nouns {
			if variables.Check(kind, value) != nil {
				continue
			}
			lexer := css.NewLexer(parse.NewInputString(value))
			for token, text := lexer.Next(); token != css.ErrorToken; token, text = lexer.Next() {
				switch token {
				case css.SemicolonToken, css.LeftBraceToken, css.RightBraceToken, css.CommentToken, css.CDOToken, css.CDCToken,
					css.BadStringToken, css.URLToken, css.BadURLToken, css.AtKeywordToken:
					t.Errorf("%s %q passes with %s %q", nouns[kind], value, token, text)
				case css.FunctionToken:
					name := escape.ReplaceAllStringFunc(string(text), func(e string) string {
						code, _ := strconv.ParseInt(strings.TrimSpace(e[1:]), 16, 32)
						return string(rune(code))
					})
					name = strings.ToLower(strings.NewReplacer(`\`, "", "(", "").Replace(name))
					if !slices.Contains(allowed, name) {
						t.Errorf("%s %q passes with the function %q", nouns[kind], value, name)
					}
				}
			}
		}
	})
}
