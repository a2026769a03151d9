package token

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"
	"testing/synctest"
)

// visit is what a widget of the first version has asked, what it was answered at the start of 2000, and what its conversation was then.
type visit struct {
	Visitor      string
	Request      map[string]any
	Answer       map[string]any
	Conversation struct{ UniqueName, FriendlyName, Attributes string }
}

// firstVersion has been recorded with the code of that version, and stays: its widgets, sessions and conversations are out there.
func firstVersion(t *testing.T) (visits []visit) {
	t.Helper()
	text, err := os.ReadFile("testdata/version-1.json")
	if err == nil {
		err = json.Unmarshal(text, &visits)
	}
	if err != nil {
		t.Fatal(err)
	}
	return visits
}

// found puts the visit's conversation into the service, as it was.
func (v visit) found(b bench) *conversation {
	c := &conversation{
		SID: v.Answer["conversation"].(string), name: v.Conversation.UniqueName,
		friendlyName: v.Conversation.FriendlyName, attributes: v.Conversation.Attributes,
	}
	b.service.byName[c.name] = c
	return c
}

func TestWhoCameWithTheFirstVersionGoesOn(t *testing.T) {
	for _, v := range firstVersion(t) {
		t.Run(v.Visitor, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				c := v.found(b)
				if _, known := v.Request["session"]; !known {
					// They were new then, and are not any more.
					v.Request["session"] = v.Answer["session"]
				}
				body, _ := json.Marshal(v.Request)
				w := b.send(http.MethodPost, "/token", string(body))
				var got map[string]any
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatal(err)
				}
				same(t, "fields", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(v.Answer)))
				for name, want := range v.Answer {
					if name == "token" {
						same(t, "claims", claims(t, got[name].(string)), claims(t, want.(string)))
					} else {
						same(t, name, got[name], want)
					}
				}
				// The team sees them as before.
				same(t, "friendly name", c.friendlyName, v.Conversation.FriendlyName)
				var before, now map[string]any
				if json.Unmarshal([]byte(v.Conversation.Attributes), &before) != nil || json.Unmarshal([]byte(c.attributes), &now) != nil {
					t.Fatal(c.attributes)
				}
				for name, want := range before {
					same(t, name+" of the conversation", now[name], want)
				}
			})
		})
	}
}
