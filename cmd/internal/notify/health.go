package notify

import (
	"cmp"
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
	since time.Time
	cause string
}

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
	h.failed[name] = failure{cmp.Or(last.since, now), reason(err)}
	return !was || last.cause != reason(err)
}

func (h *health) problems() (texts []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(h.failed)) {
		f := h.failed[name]
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
