package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

type note string

func (n note) data() any { return string(n) }

// numbers is a list with the items 0 to n-1; item i came with event i+1.
func numbers(n int) *collection[note] {
	c := newCollection[note]("ES1", 0, time.Time{})
	for i := range n {
		c.put(Position{Index: i}, note(fmt.Sprint(i)), int64(i+1), time.Time{})
	}
	return &c
}

func at(index int) *Position { return &Position{Index: index} }

func TestPages(t *testing.T) {
	tests := []struct {
		name  string
		query Query
		want  string // items, and whether there are some before and after
	}{
		{"from the first", Query{Size: 3}, "0 1 2 more"},
		{"from the last", Query{Size: 3, Descending: true}, "9 8 7 more"},
		{"from within, upwards", Query{Size: 3, From: at(4)}, "before 4 5 6 more"},
		{"from within, downwards", Query{Size: 3, From: at(4), Descending: true}, "before 4 3 2 more"},
		{"up to the last", Query{Size: 3, From: at(7)}, "before 7 8 9"},
		{"down to the first", Query{Size: 3, From: at(2), Descending: true}, "before 2 1 0"},
		{"all, upwards", Query{Size: 10}, "0 1 2 3 4 5 6 7 8 9"},
		{"all, downwards", Query{Size: 10, Descending: true}, "9 8 7 6 5 4 3 2 1 0"},
		{"from the last item, downwards", Query{Size: 2, From: at(9), Descending: true}, "9 8 more"},
		{"past the end", Query{Size: 3, From: at(10)}, "before"},
		{"past the end, downwards", Query{Size: 2, From: at(99), Descending: true}, "9 8 more"},
		{"before the first, downwards", Query{Size: 2, From: at(-1), Descending: true}, "before"},
		{"just one", Query{Size: 3, Only: at(4)}, "4"},
		{"just one that is not there", Query{Size: 3, Only: at(44)}, ""},
	}
	list := numbers(10)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			page := list.Page(test.query)
			var words []string
			if page.Previous {
				words = append(words, "before")
			}
			for _, item := range page.Items {
				words = append(words, item.Data.(string))
			}
			if page.Further {
				words = append(words, "more")
			}
			if got := strings.Join(words, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPagesSkipWhatWasRemoved(t *testing.T) {
	list := numbers(5)
	list.remove(Position{Index: 2}, 6, time.Time{})
	page := list.Page(Query{Size: 2, From: at(2), Descending: true})
	if len(page.Items) != 2 || page.Items[0].Index != 1 || page.Items[1].Index != 0 || !page.Previous || page.Further {
		t.Errorf("got %+v", page)
	}
}

func TestMapsAreInOrderOfTheirKeys(t *testing.T) {
	m := newCollection[note]("MP1", 0, time.Time{})
	for i, key := range []string{"c", "a", "b"} {
		m.put(Position{Key: key}, note(key), int64(i+1), time.Time{})
	}
	var keys []string
	for _, item := range m.Page(Query{Size: 9}).Items {
		keys = append(keys, item.Key)
	}
	if got := strings.Join(keys, ""); got != "abc" || m.Kind() != Map {
		t.Errorf("got %q of a %s", got, m.Kind())
	}
}

// history writes events in a line.
func history(events []Event) string {
	var lines []string
	for _, e := range events {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %s %d %v", e.ID, e.Type, e.Item, e.Data)))
	}
	return strings.Join(lines, "\n")
}

func TestAClientIsToldWhatItMissed(t *testing.T) {
	list := numbers(3)
	list.put(Position{Index: 0}, "zero", 4, time.Time{})
	list.remove(Position{Index: 1}, 5, time.Time{})
	list.put(Position{Index: 3}, "3", 6, time.Time{})
	list.put(Position{Index: 3}, "three", 7, time.Time{})
	tests := map[int64]string{
		7: "",
		6: "7 list_item_updated 3 three",
		2: "3 list_item_added 2 2\n4 list_item_updated 0 zero\n5 list_item_removed 1 <nil>\n6 list_item_added 3 three\n7 list_item_updated 3 three",
		0: "1 list_item_added 0 zero\n3 list_item_added 2 2\n4 list_item_updated 0 zero\n5 list_item_removed 1 <nil>\n6 list_item_added 3 three\n7 list_item_updated 3 three",
	}
	for since, want := range tests {
		if got := history(list.Since(since)); got != want {
			t.Errorf("since %d\ngot\n%s\nwant\n%s", since, got, want)
		}
	}
}

func TestAnItemThatCameBackIsNotRemovedAgain(t *testing.T) {
	list := numbers(1)
	list.remove(Position{}, 2, time.Time{})
	list.put(Position{}, "again", 3, time.Time{})
	if got, want := history(list.Since(1)), "3 list_item_added 0 again"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRemovalsAreForgottenAtLast(t *testing.T) {
	list := numbers(maxRemovals + 10)
	for i := range maxRemovals + 10 {
		if _, ok := list.remove(Position{Index: i}, int64(10_000+i), time.Time{}); !ok {
			t.Fatalf("item %d is not there", i)
		}
	}
	events := list.Since(0)
	if len(events) != maxRemovals || events[0].Item != 10 {
		t.Errorf("%d events, the first about item %d", len(events), events[0].Item)
	}
	if _, ok := list.remove(Position{Index: 0}, 99_999, time.Time{}); ok || list.Last == 99_999 {
		t.Error("an item was removed twice")
	}
}

func TestEventsAreInOrderWhateverTheItems(t *testing.T) {
	list := numbers(20)
	for i := 19; i >= 0; i -= 3 {
		list.put(Position{Index: i}, "changed", int64(100-i), time.Time{})
	}
	ordered := slices.IsSortedFunc(list.Since(0), func(a, b Event) int { return int(a.ID - b.ID) })
	if !ordered || len(list.Since(0)) != 27 {
		t.Errorf("got\n%s", history(list.Since(0)))
	}
}
