package studio

import (
	"strings"
	"testing"
)

func TestProblemsOfAThemeFileAreToldWithTheirPlace(t *testing.T) {
	d := newDesigner(t)
	d.write("odd", "width = '3'\n")
	got := d.open("odd")
	if len(got.Problems) != 1 || !strings.HasSuffix(got.Problems[0], "odd.toml:1:9: width: \"3\" has no unit\n  hint: use \"3px\"") {
		t.Errorf("problems %q", got.Problems)
	}
}
