package notify

import (
	"context"
	"errors"
	"time"
)

// channel is one way to one receiver, so that a failure of one is not one of the others.
type channel struct {
	name string // in claims, in the log and in the health, which everybody can read: no address, no secret
	host string // for the log alone; "" for none
	send func(context.Context, Notice) error

	failures int
	pause    time.Time // not used before then
}

// channelTime is how long one channel may take.
const channelTime = 25 * time.Second

const (
	firstPause = time.Minute
	lastPause  = time.Hour
)

// unsent is why something was not sent. It tells nothing of who was written to, or of whom.
type unsent struct {
	cause string
	// retryAfter is when the receiver wants to be asked again; 0 when it hasn't said.
	retryAfter time.Duration
}

func (u *unsent) Error() string { return u.cause }

// went notes how it went. After a failure the channel rests, longer each time. A receiver that says when it wants to be asked again is
// believed the first time, as it only gets too much at once.
func (c *channel) went(err error, now time.Time) {
	if err == nil {
		c.failures, c.pause = 0, time.Time{}
		return
	}
	rest := min(firstPause<<min(c.failures, 10), lastPause)
	var u *unsent
	if errors.As(err, &u) && u.retryAfter > 0 {
		if c.failures == 0 {
			rest = 0
		}
		rest = max(rest, min(u.retryAfter, lastPause))
	}
	c.failures++
	c.pause = now.Add(rest)
}

func (c *channel) ready(now time.Time) bool { return !now.Before(c.pause) }
