package store

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Kind is the kind of a Sync object.
type Kind string

// The kinds of Sync objects.
const (
	Document Kind = "document"
	List     Kind = "list"
	Map      Kind = "map"
)

// Object is what clients open and follow through Sync. Its data is live: read it before the store changes.
type Object interface {
	SID() string
	Kind() Kind
	LastEvent() int64
	UpdatedAt() time.Time
	// Since lists what happened after an event, oldest first, so that a client which missed it can catch up.
	Since(event int64) []Event
}

// Items is an object with items: a list or a map.
type Items interface {
	Object
	Page(Query) Page
}

// Event is a change of an object or of one of its items.
type Event struct {
	ID   int64
	Type string // "document_updated", "list_item_added" ...
	At   time.Time
	Key  string // maps
	Item int    // lists: the index
	Data any    // nil for what was removed
}

// Query asks for some items of an object.
type Query struct {
	Descending bool
	From       *Position // where to start, with that item; nil: at the beginning
	Only       *Position // just this item
	Size       int       // at most that many
}

// Position is the place of an item: in a map its key, in a list its index.
type Position struct {
	Key   string `json:"key,omitempty"`
	Index int    `json:"index,omitempty"`
}

func (p Position) compare(other Position) int {
	return cmp.Or(cmp.Compare(p.Index, other.Index), strings.Compare(p.Key, other.Key))
}

// Page is an answer to a Query.
type Page struct {
	Items             []Item
	Previous, Further bool // whether there are items before the first and after the last one, in the order of the query
}

// Item is one item of a list or map.
type Item struct {
	Position
	LastEvent int64
	UpdatedAt time.Time
	Data      any
}

// value is what an item holds; data is how clients see it.
type value interface{ data() any }

// collection is a list or a map, always in order. Instead of a log of all events it keeps for each item when it came and when
// it changed last, which is all that a client has to be told. A log would grow for ever.
type collection[T value] struct {
	ID      string      `json:"sid"`
	Last    int64       `json:"last"`
	At      time.Time   `json:"at"`
	Entries []*entry[T] `json:"entries"`
	Removed []removal   `json:"removed,omitempty"`
}

type entry[T value] struct {
	Position
	Added   int64     `json:"added"`
	Changed int64     `json:"changed"`
	At      time.Time `json:"at"`
	Value   T         `json:"value"`
}

// removal is what is remembered of an item that was removed.
type removal struct {
	Position
	Event int64     `json:"event"`
	At    time.Time `json:"at"`
}

// maxRemovals is how many removed items a collection remembers. Older ones are forgotten, as Twilio forgets events after some days.
const maxRemovals = 1000

func newCollection[T value](sid string, id int64, at time.Time) collection[T] {
	return collection[T]{ID: sid, Last: id, At: at}
}

func (c *collection[T]) SID() string          { return c.ID }
func (c *collection[T]) LastEvent() int64     { return c.Last }
func (c *collection[T]) UpdatedAt() time.Time { return c.At }

func (c *collection[T]) Kind() Kind {
	if strings.HasPrefix(c.ID, "ES") {
		return List
	}
	return Map
}

func (c *collection[T]) event(change string, p Position, id int64, at time.Time) Event {
	return Event{ID: id, Type: string(c.Kind()) + "_item_" + change, At: at, Key: p.Key, Item: p.Index}
}

func (c *collection[T]) find(p Position) (int, bool) {
	return slices.BinarySearchFunc(c.Entries, p, func(e *entry[T], p Position) int { return e.compare(p) })
}

func (c *collection[T]) get(p Position) (T, bool) {
	if i, ok := c.find(p); ok {
		return c.Entries[i].Value, true
	}
	var none T
	return none, false
}

// put adds an item, or notes that it changed.
func (c *collection[T]) put(p Position, v T, id int64, at time.Time) Event {
	c.Last, c.At = id, at
	i, ok := c.find(p)
	if ok {
		e := c.Entries[i]
		e.Changed, e.At, e.Value = id, at, v
		return c.withData(c.event("updated", p, id, at), v)
	}
	c.Removed = slices.DeleteFunc(c.Removed, func(r removal) bool { return r.Position == p })
	c.Entries = slices.Insert(c.Entries, i, &entry[T]{Position: p, Added: id, Changed: id, At: at, Value: v})
	return c.withData(c.event("added", p, id, at), v)
}

// remove takes an item away. It reports false when there is none.
func (c *collection[T]) remove(p Position, id int64, at time.Time) (Event, bool) {
	i, ok := c.find(p)
	if !ok {
		return Event{}, false
	}
	c.Last, c.At = id, at
	c.Entries = slices.Delete(c.Entries, i, i+1)
	c.Removed = append(c.Removed, removal{Position: p, Event: id, At: at})
	if extra := len(c.Removed) - maxRemovals; extra > 0 {
		c.Removed = slices.Delete(c.Removed, 0, extra)
	}
	return c.event("removed", p, id, at), true
}

func (c *collection[T]) withData(e Event, v T) Event {
	e.Data = v.data()
	return e
}

// Since lists what happened after an event. An item that came and changed gives two events, so that they keep their order.
func (c *collection[T]) Since(event int64) []Event {
	var events []Event
	for _, e := range c.Entries {
		if e.Added > event {
			events = append(events, c.withData(c.event("added", e.Position, e.Added, e.At), e.Value))
		}
		if e.Changed > event && e.Changed > e.Added {
			events = append(events, c.withData(c.event("updated", e.Position, e.Changed, e.At), e.Value))
		}
	}
	for _, r := range c.Removed {
		if r.Event > event {
			events = append(events, c.event("removed", r.Position, r.Event, r.At))
		}
	}
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	return events
}

// Page answers a query.
func (c *collection[T]) Page(q Query) Page {
	start, end := 0, len(c.Entries) // in ascending order; the page lies within
	if q.Only != nil {
		i, ok := c.find(*q.Only)
		start, end = i, i
		if ok {
			end++
		}
	} else if q.From != nil {
		i, ok := c.find(*q.From)
		switch {
		case !q.Descending:
			start = i
		case ok:
			end = i + 1
		default:
			end = i
		}
	}
	page := Page{Previous: q.Only == nil && (q.Descending && end < len(c.Entries) || !q.Descending && start > 0)}
	if end-start > q.Size {
		page.Further = true
		if q.Descending {
			start = end - q.Size
		} else {
			end = start + q.Size
		}
	}
	for _, e := range c.Entries[start:end] {
		page.Items = append(page.Items, Item{Position: e.Position, LastEvent: e.Changed, UpdatedAt: e.At, Data: e.Value.data()})
	}
	if q.Descending {
		slices.Reverse(page.Items)
	}
	return page
}

// sound tells whether the items are in order and, where wanted, each has a value: what a file holds may be damaged.
func (c *collection[T]) sound(values bool) bool {
	for i, e := range c.Entries {
		if e == nil || i > 0 && c.Entries[i-1].compare(e.Position) >= 0 {
			return false
		}
		if values && any(e.Value) == any(*new(T)) {
			return false
		}
	}
	return true
}
