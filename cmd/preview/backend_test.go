package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/desk"
	"missive/cmd/internal/token"
)

// A visitor of the preview must be able to do no more than one in production, else nobody would notice what doesn't work there.
func TestThePreviewsConversationsAreSetUpAsInProduction(t *testing.T) {
	state := t.TempDir()
	for _, agents := range []string{"", "jo, team", "sam"} { // each after a restart
		t.Setenv("MISSIVE_AGENTS", agents)
		b, err := newBackend(t.Context(), newAccess("4400", nil), state)
		if err != nil {
			t.Fatal(err)
		}
		var lacks []string
		_, err = token.Setup(t.Context(), b.options.Twilio, token.SetupOptions{
			Agents: b.options.Agents, CheckOnly: true, Tell: func(line string) { lacks = append(lacks, line) },
		})
		if err != nil || lacks != nil {
			t.Errorf("with the agents %q: %v\n%s", agents, err, strings.Join(lacks, "\n"))
		}
		if err := b.setAccounts([]string{"acme"}); err != nil {
			t.Fatal(err)
		}
		if err := b.close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheDeskIsToldOfTheTeamAndWhatIsVouchedFor(t *testing.T) {
	t.Setenv("MISSIVE_AGENTS", "jo, team,,jo")
	b, err := newBackend(t.Context(), newAccess("4400", nil), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close() })
	if err := b.setAccounts([]string{"acme"}); err != nil {
		t.Fatal(err)
	}
	ask := func(path, body string, into any) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4400"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", "http://127.0.0.1:4400")
		w := httptest.NewRecorder()
		if desk.Covers(path) {
			b.desk(r.Host).ServeHTTP(w, r)
		} else if !b.serve(w, r) {
			t.Fatalf("%s is not served", path)
		}
		if w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), into) != nil {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	var agent struct {
		Identity string
		Socket   string
		Agents   []struct{ Identity string }
	}
	ask("/desk/token", "", &agent)
	if agent.Identity != "team" || agent.Socket != "ws://127.0.0.1:4400/v3/wsconnect" || fmt.Sprint(agent.Agents) != "[{team} {jo}]" {
		t.Errorf("the desk is told %+v", agent)
	}
	t.Setenv("MISSIVE_AGENTS", "agents: [{identity: jo, name: Jo, picture: 'data:image/gif,GIF89a'}]")
	named := backendOf(t, newAccess("4400", nil))
	got, err := json.Marshal(named.team.Agents)
	if want := `[{"Identity":"team","Name":"","Picture":"","Email":"","Password":""},{"Identity":"jo","Name":"Jo","Picture":"data:image/gif,GIF89a","Email":"","Password":""}]`; string(got) != want || err != nil {
		t.Errorf("the team is %s, %v", got, err)
	}
	t.Setenv("MISSIVE_AGENTS", "agents: [{identiti: jo, nam: Jo}]")
	if _, err := readTeam(); err == nil || !strings.HasPrefix(err.Error(), "MISSIVE_AGENTS:1:11: agents[0].identiti: unknown option") || !strings.Contains(err.Error(), "\nMISSIVE_AGENTS:1:25: agents[0].nam: unknown option") {
		t.Errorf("what is wrong with it is told as %v", err)
	}
	var visitor struct{ Token string }
	ask("/preview.token", `{"account":"acme"}`, &visitor)
	if visitor.Token == "" {
		t.Error("a visitor is not let in")
	}
	var answer struct{ Vouched []bool }
	ask("/desk/vouched", `{"conversations":[{"uniqueName":"visitor-x-1","seal":"made up"}]}`, &answer)
	if !slices.Equal(answer.Vouched, []bool{false}) {
		t.Errorf("the desk is told %+v", answer)
	}
}
