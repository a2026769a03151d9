package notify

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"missive/cmd/internal/token"
)

// health is what fails.
type health struct {
	mu     sync.Mutex
	failed map[string]failure
}

type failure struct {
	since, last time.Time
	cause       string
}

// stale is when a failure was so long ago that it would have been tried again, if there were still something to send. Whether it
// would fail again isn't known then.
func (f failure) stale(now time.Time) bool { return now.Sub(f.last) > 2*lastPause }

// set notes how something went, and reports whether that is news.
func (h *health) set(name string, err error, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	last, was := h.failed[name]
	if err == nil {
		delete(h.failed, name)
		return was
	}
	if h.failed == nil {
		h.failed = map[string]failure{}
	}
	if last.stale(now) {
		last.since = now
	}
	h.failed[name] = failure{last.since, now, reason(err)}
	return !was || last.cause != reason(err)
}

func (h *health) problems(now time.Time) (texts []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(h.failed)) {
		f := h.failed[name]
		if f.stale(now) {
			continue
		}
		texts = append(texts, fmt.Sprintf("%s: since %s %s", name, f.since.UTC().Format(time.RFC3339), f.cause))
	}
	return texts
}

// reason tells of an error without what it was about.
func reason(err error) string {
	var u *unsent
	if errors.As(err, &u) {
		return u.cause
	}
	return token.Reason(err)
}
