package conversations

import (
	"fmt"
	"testing"
	"time"

	rest "github.com/twilio/twilio-go/rest/conversations/v1"
)

// What tells in Twilio's list that somebody has written.
func TestAMessageMovesTheEndOfItsConversationAndNotWhenItWasUpdated(t *testing.T) {
	o := options()
	now := time.Now().Truncate(time.Millisecond)
	o.Now = func() time.Time { return now }
	_, url := serve(t, o)
	api := twilio(t, url, "secret")
	made, err := api.CreateServiceConversation("IS1", (&rest.CreateServiceConversationParams{}).SetState("active").SetTimersClosed("P30D"))
	if err != nil {
		t.Fatal(err)
	}
	closes := func() string {
		list, err := api.ListServiceConversation("IS1", (&rest.ListServiceConversationParams{}).SetState("active"))
		if err != nil || len(list) != 1 || !list[0].DateUpdated.Equal(*made.DateUpdated) {
			t.Fatalf("%+v, %v", list, err)
		}
		return fmt.Sprint((*list[0].Timers).(map[string]any)["date_closed"])
	}
	before := closes()
	now = now.Add(time.Hour)
	if _, err := api.CreateServiceConversationMessage("IS1", *made.Sid, (&rest.CreateServiceConversationMessageParams{}).SetBody("Hello?")); err != nil {
		t.Fatal(err)
	}
	after := closes()
	was, _ := time.Parse(time.RFC3339, before)
	is, err := time.Parse(time.RFC3339, after)
	if err != nil || is.Sub(was) != time.Hour {
		t.Errorf("it would have closed at %s, and closes at %s", before, after)
	}
}

func TestAConversationThatNobodyTakesPartInIsSeenByNobodyButTheAPI(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	note, err := api.CreateServiceConversation("IS1", (&rest.CreateServiceConversationParams{}).SetUniqueName("note").SetAttributes(`{"until":1}`))
	if err != nil {
		t.Fatal(err)
	}
	converse(t, s, "other", "jane")
	jane := connect(t, url, "jane")
	for _, id := range []string{"note", *note.Sid} {
		if status, body := jane.ask("GET", "/Client/v2/Conversations/"+id, nil); status != 403 && status != 404 {
			t.Errorf("%s: %d %v", id, status, body)
		}
	}
	if list, err := api.ListServiceUserConversation("IS1", "jane", (&rest.ListServiceUserConversationParams{}).SetPageSize(100)); err != nil || len(list) != 1 {
		t.Errorf("%d conversations, %v", len(list), err)
	}
	if err := api.DeleteServiceConversation("IS1", *note.Sid, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := api.CreateServiceConversation("IS1", (&rest.CreateServiceConversationParams{}).SetUniqueName("note")); err != nil {
		t.Error("a name is free once its conversation is deleted:", err)
	}
}

// As Twilio documents for the conversations of users: https://www.twilio.com/docs/conversations/api/user-conversation-resource
func TestAPageOfAUsersConversationsHasFifty(t *testing.T) {
	s, url := serve(t, options())
	api := twilio(t, url, "secret")
	for i := range 60 {
		converse(t, s, fmt.Sprint(i), "jane")
	}
	page, err := api.PageServiceUserConversation("IS1", "jane", (&rest.ListServiceUserConversationParams{}).SetPageSize(100), "", "")
	if err != nil || len(page.Conversations) != 50 {
		t.Errorf("%d, %v", len(page.Conversations), err)
	}
}
