package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"missive/widget/problem"
)

// eventsPath is where open pages hear of builds.
const eventsPath = "/preview.events"

// events tells a page which build is served, what is wrong, and the style variables of what it shows: now and when any
// of it changes.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	var told []byte
	for {
		s.mu.Lock()
		site, problems, updated := s.site, s.problems, s.updated
		s.mu.Unlock()
		state, err := json.Marshal(struct {
			Build     string            `json:"build"`
			Problems  []problem.Problem `json:"problems"`
			Variables map[string]string `json:"variables,omitempty"`
		}{site.build, problems, site.variablesFor(r)})
		if err == nil && !bytes.Equal(state, told) {
			fmt.Fprintf(w, "data: %s\n\n", state)
			err = http.NewResponseController(w).Flush()
		}
		if err != nil {
			return
		}
		told = state
		select {
		case <-updated:
		case <-r.Context().Done():
			return
		}
	}
}
