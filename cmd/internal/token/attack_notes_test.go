package token

import (
	"strings"
	"testing"
	"time"
)

// Notes keep servers from telling the team twice, and who could make one in advance would keep them from telling it at all. What is known
// of agents to whoever has a token is what visitors see.
func TestNobodyWithATokenReachesTheServersNotesOrMoreOfAnAgentThanIsShown(t *testing.T) {
	b, local := newLocalBench(t)
	visitor := b.ask(hello())
	inbox := b.Inbox(100)
	noted := NotePrefix + visitor.Conversation + "-0-1"
	sid, err := inbox.Note(t.Context(), noted, `{"told":"ann@secret.example"}`)
	if err != nil {
		t.Fatal(err)
	}
	agent, err := local.AccessToken("ann", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	before := all(t, local)
	for who, token := range map[string]string{visitor.Identity: visitor.Token, "ann": agent} {
		s := connect(t, local, token)
		for _, attack := range []attack{
			{"GET /Client/v2/Conversations/" + sid, ""},
			{"GET /Client/v2/Conversations/" + noted, ""},
			{"GET /Client/v2/MyConversations/" + sid, ""},
			{"POST /Client/v2/Conversations/" + sid, `{"attributes":"{}"}`},
			{"POST /Client/v2/Conversations/" + sid + "/Participants", `{"identity":"` + who + `"}`},
			{"POST /Client/v2/Conversations/" + sid + "/Messages", `{"body":"Hello"}`},
			{"DELETE /Client/v2/Conversations/" + sid, ""},
			{"POST /Client/v2/Conversations", `{"unique_name":"` + NotePrefix + visitor.Conversation + `-1-1"}`},
			{"POST /Client/v2/Conversations", `{"unique_name":"` + visitor.Identity + `-2"}`},
			{"POST /Client/v2/Conversations/" + visitor.Conversation, `{"unique_name":"` + noted + `"}`},
			{"POST /Client/v2/Users/bob", `{"friendly_name":"Nobody"}`},
			{"POST /Client/v2/Users/bob", `{"attributes":"{\"avatarUrl\":\"https://evil.example/\"}"}`},
		} {
			if status := s.ask(attack.request, attack.body, nil); status < 300 || status > 499 {
				t.Errorf("%s: %s %s: %d %s", who, attack.request, attack.body, status, s.payload)
			}
		}
		if text := s.heard.String(); strings.Contains(text, "secret.example") || strings.Contains(text, noted) {
			t.Errorf("%s has heard of a note", who)
		}
	}
	same(t, "all that there is", all(t, local), before)
	if _, err := inbox.Note(t.Context(), NotePrefix+visitor.Conversation+"-1-1", "{}"); err != nil {
		t.Errorf("the server can't make its next note: %v", err)
	}
	s := connect(t, local, visitor.Token)
	same(t, "an agent", s.ask("GET /Client/v2/Users/ann", "", nil), 200)
	if text := string(s.payload); strings.Contains(text, "@") || strings.Contains(text, "argon2") {
		t.Errorf("of an agent a visitor reads %s", text)
	}
}
