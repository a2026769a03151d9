package verify

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// How long browsers may keep a file, as Cache-Control says with max-age.
const (
	maxShortAge   = 24 * time.Hour      // of a file whose address stays when its content changes
	minForeverAge = 30 * 24 * time.Hour // of a file with a hash of its content in its name

	shortHint   = `send "Cache-Control: public, max-age=300, must-revalidate" with it`
	foreverHint = `send "Cache-Control: public, max-age=31536000, immutable" with it: another content would have another name`
)

// checkShort checks the caching of a file whose address stays.
func (v *verifier) checkShort(address string, a *answer) {
	kept := freshness(a.header)
	switch {
	case !kept.told:
		v.warn(address, "doesn't say how long it may be kept, so browsers guess", shortHint)
	case kept.age > maxShortAge:
		v.problem(address, fmt.Sprintf("may be kept for %s: visitors would have an old chat for so long", days(kept.age)), shortHint)
	case kept.never:
		v.warn(address, "may not be kept at all, so each page loads it anew", shortHint)
	}
}

// checkForever checks the caching of a file with a hash in its name.
func (v *verifier) checkForever(address string, a *answer) {
	kept := freshness(a.header)
	switch {
	case !kept.told:
		v.warn(address, "doesn't say how long it may be kept, so browsers guess", foreverHint)
	case kept.age < minForeverAge:
		v.warn(address, fmt.Sprintf("may be kept for %s only", days(kept.age)), foreverHint)
	}
}

// caching is what Cache-Control says to a browser.
type caching struct {
	told, never bool
	age         time.Duration
}

func freshness(h http.Header) caching {
	var c caching
	for part := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), "=")
		switch name {
		case "max-age":
			seconds, err := strconv.Atoi(strings.Trim(value, `"`))
			if err == nil && seconds >= 0 {
				c.told, c.age = true, time.Duration(min(seconds, 10*365*24*3600))*time.Second
			}
		case "no-store":
			c.told, c.never = true, true
		case "no-cache":
			c.told = true
		}
	}
	if c.never {
		c.age = 0
	}
	return c
}

// days is a time as people say it.
func days(d time.Duration) string {
	say := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch {
	case d >= 48*time.Hour:
		return say(int(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return say(int(d/time.Hour), "hour")
	case d >= 2*time.Minute:
		return say(int(d/time.Minute), "minute")
	}
	return say(int(d/time.Second), "second")
}
