package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"missive/cmd/internal/token"
	"missive/widget/problem"
)

// setLimits changes limits as options say, each of which is like "newcomers.all=100/30s", or "newcomers.all=off".
func setLimits(limits *token.Limits, options []string) error {
	rates := limits.Rates()
	names := slices.Sorted(maps.Keys(rates))
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		rate, known := rates[name]
		if !known {
			hint := "there are " + strings.Join(names, ", ")
			if meant := problem.Suggest(name, names); meant != "" {
				hint = fmt.Sprintf("did you mean %s?", meant)
			}
			return problem.New(fmt.Sprintf("-limit %s: there is no limit %s", option, problem.Quote(name)), hint)
		}
		read, ok := readRate(value)
		if !ok {
			return problem.New(fmt.Sprintf("-limit %s: %s is no limit", option, problem.Quote(value)),
				fmt.Sprintf("write how many at once, and the time for each one after them, as in -limit %s=%s, or -limit %s=off", name, writeRate(*rate), name))
		}
		*rate = read
	}
	return nil
}

func readRate(text string) (token.Rate, bool) {
	if text == "off" {
		return token.Rate{}, true
	}
	count, each, _ := strings.Cut(text, "/")
	burst, err := strconv.Atoi(count)
	if err != nil || burst < 1 {
		return token.Rate{}, false
	}
	interval, err := time.ParseDuration(each)
	return token.Rate{Burst: burst, Interval: interval}, err == nil && interval > 0
}

// writeRate is the opposite of readRate.
func writeRate(r token.Rate) string {
	if r == (token.Rate{}) {
		return "off"
	}
	each := r.Interval.String()
	for _, zero := range []string{"m0s", "h0m"} { // 1m0s is 1m
		if strings.HasSuffix(each, zero) {
			each = each[:len(each)-2]
		}
	}
	return fmt.Sprintf("%d/%s", r.Burst, each)
}
