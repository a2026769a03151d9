package store

import (
	"regexp"
	"strconv"
	"time"
)

// Timers say how long after its last message a conversation becomes inactive and closes, as ISO 8601 durations; empty: never.
type Timers struct {
	Inactive string `json:"inactive,omitempty"`
	Closed   string `json:"closed,omitempty"`
}

// TimersChange sets timers; nil stays as it is, an empty one or "PT0S" takes the timer away.
type TimersChange struct{ Inactive, Closed *string }

func (t TimersChange) check() error {
	if err := checkTimer(t.Inactive, time.Minute, errInactiveTimer, errShortInactiveTimer); err != nil {
		return err
	}
	return checkTimer(t.Closed, 10*time.Minute, errClosedTimer, errShortClosedTimer)
}

var (
	errShortInactiveTimer = &Error{400, 50375, "TimeToInactive should be greater or equal to 1 minute"}
	errShortClosedTimer   = &Error{400, 50376, "TimeToClosed should be greater or equal to 10 minutes"}
	errInactiveTimer      = &Error{400, 50379, "TimeToInactive format is invalid"}
	errClosedTimer        = &Error{400, 50380, "TimeToClosed format is invalid"}
)

func checkTimer(value *string, least time.Duration, format, short *Error) error {
	if value == nil || *value == "" {
		return nil
	}
	d, ok := parseDuration(*value)
	switch {
	case !ok:
		return format
	case d == 0:
		*value = ""
	case d < least:
		return short
	}
	return nil
}

// apply reports whether a timer was set.
func (t TimersChange) apply(to *Timers) bool {
	set(&to.Inactive, t.Inactive)
	set(&to.Closed, t.Closed)
	return t.Inactive != nil || t.Closed != nil
}

// At returns when the timers run out for a conversation whose last message came at the time; zero for never.
func (t Timers) At(activity time.Time) (inactive, closed time.Time) {
	if d, ok := parseDuration(t.Inactive); ok && d > 0 {
		inactive = activity.Add(d)
	}
	if d, ok := parseDuration(t.Closed); ok && d > 0 {
		closed = activity.Add(d)
	}
	return inactive, closed
}

// RingTimers changes the state of the conversations whose timers have run out since the last call.
func (s *Store) RingTimers() {
	now := s.time()
	rung := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	for _, c := range s.state.Conversations {
		inactive, closed := c.Timers.At(c.Activity)
		switch {
		case c.State != Closed && rung(closed):
			s.setState(c, Closed)
		case c.State == Active && rung(inactive):
			s.setState(c, Inactive)
		default:
			continue
		}
		s.changed(c)
	}
}

var isoDuration = regexp.MustCompile(`^P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$`)

// parseDuration reads an ISO 8601 duration without years and months, whose length varies.
func parseDuration(text string) (time.Duration, bool) {
	parts := isoDuration.FindStringSubmatch(text)
	if parts == nil || text[len(text)-1] == 'P' || text[len(text)-1] == 'T' {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(parts[i+1]) // absent: 0
		d += time.Duration(n) * unit
	}
	return d, true
}
