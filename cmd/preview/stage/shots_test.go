package stage

import (
	"slices"
	"testing"
)

func TestPicturesAreNamedAfterWhatTheyShow(t *testing.T) {
	var names []string
	for _, s := range shotsOf([]string{"ink", "paper"}) {
		names = append(names, s.file())
	}
	slices.Sort(names)
	if count := len(slices.Compact(slices.Clone(names))); count != 2*2*(len(States)+len(States)-2) || count != len(names) {
		t.Errorf("%d pictures with %d names", len(names), count)
	}
	for name, want := range map[string]bool{
		"ink-button-light-desktop.png":      true,
		"ink-button-light-phone.png":        false, // the same as on a desktop
		"paper-conversation-dark-phone.png": true,
		"paper-form-light-desktop.png":      true,
	} {
		if got := slices.Contains(names, name); got != want {
			t.Errorf("%s: taken %v, want %v", name, got, want)
		}
	}
}
