package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"missive/cmd/internal/token"
)

func TestLimitsAreOptions(t *testing.T) {
	limits := token.ProductionLimits
	if err := setLimits(&limits, []string{"newcomers.all=5/2m", "requests.client=off", "messages.each=1/100ms"}); err != nil {
		t.Fatal(err)
	}
	want := token.ProductionLimits
	want.Newcomers.All = token.Rate{Burst: 5, Interval: 2 * time.Minute}
	want.Requests.Each = token.Rate{}
	want.Messages.Each = token.Rate{Burst: 1, Interval: 100 * time.Millisecond}
	if limits != want {
		t.Errorf("got %+v\nwant %+v", limits, want)
	}
	for option, wrong := range map[string]string{
		"newcomers.al=5/2m":  "-limit newcomers.al=5/2m: there is no limit \"newcomers.al\"\n  hint: did you mean newcomers.all?",
		"":                   "-limit : there is no limit \"\"\n  hint: there are messages.all, messages.each, newcomers.all, newcomers.client, newcomers.network, requests.all, requests.client, requests.network, unproven.all, visitors.all, visitors.client, visitors.each, visitors.network",
		"newcomers.all":      wrongRate("newcomers.all", ""),
		"newcomers.all=5":    wrongRate("newcomers.all=5", "5"),
		"newcomers.all=0/1s": wrongRate("newcomers.all=0/1s", "0/1s"),
		"newcomers.all=5/0s": wrongRate("newcomers.all=5/0s", "5/0s"),
		"newcomers.all=a/1s": wrongRate("newcomers.all=a/1s", "a/1s"),
	} {
		limits := token.ProductionLimits
		if err := setLimits(&limits, []string{option}); err == nil || err.Error() != wrong {
			t.Errorf("%s:\n%v\nwant\n%s", option, err, wrong)
		}
	}
}

func wrongRate(option, value string) string {
	return fmt.Sprintf("-limit %s: %q is no limit\n  hint: write how many at once, and the time for each one after them, as in -limit newcomers.all=100/30s, or -limit newcomers.all=off", option, value)
}

func TestRatesAreReadAsTheyAreWritten(t *testing.T) {
	for _, text := range []string{"off", "1/1s", "20/1m", "3/1h", "7/1h1m", "400/20ms", "1/1m30s"} {
		if rate, ok := readRate(text); !ok || writeRate(rate) != text {
			t.Errorf("%s is written as %s", text, writeRate(rate))
		}
	}
}

// The numbers stand once, in token.ProductionLimits. What people read has to follow.
func TestTheDefaultsOfLimitsAreInTheUsageAndInTheReadme(t *testing.T) {
	limits := token.ProductionLimits
	readme := read(t, "README.md")
	for name, rate := range limits.Rates() {
		if want := name + "=" + writeRate(*rate); !strings.Contains(usage, want) {
			t.Errorf("the usage has no %s", want)
		}
		if want := fmt.Sprintf("| `%s` | `%s` |", name, writeRate(*rate)); !strings.Contains(readme, want) {
			t.Errorf("README.md has no %s", want)
		}
	}
}
