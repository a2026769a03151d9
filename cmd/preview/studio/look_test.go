package studio

import (
	"net/http"
	"slices"
	"testing"
)

func TestADraftIsLookedAtWithoutBeingSaved(t *testing.T) {
	d := newDesigner(t)
	var got look
	own := map[string]string{"main-color": "#12345680", "dark-text-color": "var(--main-color)", "light-text-color": "#999", "width": "380"}
	if code := d.ask("look", draft{Theme: "brand", Own: own}, &got); code != http.StatusOK {
		t.Fatal(code)
	}
	for key, want := range map[string]value{
		"main-color":       {Text: "#12345680", Own: true, Color: "#12345680"},
		"dark-main-color":  {Text: "#12345680", Color: "#12345680"},
		"dark-text-color":  {Text: "var(--main-color)", Own: true, Color: "#12345680"},
		"background-color": {Text: "#fdf8ee", From: "paper", Color: "#fdf8eeff"},
		"width":            {Text: "370px", From: "paper"},
		"margin":           {Text: "20px", From: "default"},
	} {
		if got.Values[key] != want {
			t.Errorf("%s is %+v, want %+v", key, got.Values[key], want)
		}
	}
	if want := (words{`"380" has no unit`, `use "380px"`}); len(got.Faults) != 1 || got.Faults["width"] != want {
		t.Errorf("faults %v", got.Faults)
	}
	if want := (palettes{"#12345680", "#12345680"}); got.Variables["main-color"] != want || len(got.Variables) != 36 {
		t.Errorf("%d variables, main-color %v", len(got.Variables), got.Variables["main-color"])
	}
	faint := pair{"light-text-color", "background-color", 2.69, 4.5, false}
	if !slices.Contains(got.Contrast.Light, faint) {
		t.Errorf("contrast %v, want %v in it", got.Contrast.Light, faint)
	}
	if d.file("brand") != brand {
		t.Error("a look has changed the file")
	}
}
