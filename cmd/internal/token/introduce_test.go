package token

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

func TestVisitorsSeeAgentsAsTheTeamIsConfigured(t *testing.T) {
	b, local := newLocalBench(t)
	ctx := t.Context()
	picture := "https://www.example.com/ann.jpg"
	set := func(name, attributes string) {
		t.Helper()
		p := &api.UpdateServiceUserParams{}
		if _, err := local.api(ctx).UpdateServiceUser(local.ServiceSID, url.PathEscape("ann"), p.SetFriendlyName(name).SetAttributes(attributes)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what, name, attributes string
		shown                  Shown
		want                   string
	}{
		{"nothing was there", "", `{}`, Shown{"ann", "Ann", picture}, `Ann {"avatarUrl":"` + picture + `"}`},
		{"another name", "Anna", `{"avatarUrl":"` + picture + `"}`, Shown{"ann", "Ann", picture}, `Ann {"avatarUrl":"` + picture + `"}`},
		{"another picture, and what others have written", "Ann", `{"at": "x", "avatarUrl":"data:image/png,"}`, Shown{"ann", "Ann", picture}, `Ann {"at":"x","avatarUrl":"` + picture + `"}`},
		{"no picture any more", "Ann", `{"at":"x","avatarUrl":"` + picture + `"}`, Shown{"ann", "Ann", ""}, `Ann {"at":"x"}`},
		{"no name is given", "Ann Smith", `{"at":"x"}`, Shown{"ann", "", picture}, `Ann Smith {"at":"x","avatarUrl":"` + picture + `"}`},
		{"attributes that are no object", "Ann", `"text"`, Shown{"ann", "Ann", picture}, `Ann {"avatarUrl":"` + picture + `"}`},
	} {
		set(c.name, c.attributes)
		if err := b.introduce(ctx, c.shown); err != nil {
			t.Fatal(err)
		}
		user, err := local.userRecord(ctx, "ann")
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.what, fmt.Sprintf("%s %s", user.FriendlyName, user.Attributes), c.want)
		updated := *user.Updated
		if err := b.introduce(ctx, c.shown); err != nil {
			t.Fatal(err)
		}
		again, err := local.userRecord(ctx, "ann")
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.what+": what is right is not written again", *again.Updated, updated)
	}
}

func TestAnAgentWhomTwilioDoesNotKnowIsToldOf(t *testing.T) {
	b, _ := newLocalBench(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		b.Introduce(ctx, []Shown{{"nobody", "Nobody", ""}, {"ann", "Ann", ""}})
		close(ended)
	}()
	local := newREST(b.credential)
	for { // Ann is next
		if user, err := local.userRecord(t.Context(), "ann"); err == nil && user.FriendlyName == "Ann" {
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	<-ended
	if log := b.logged.String(); !strings.Contains(log, `msg="visitors don't see an agent's name and picture yet" agent=nobody cause="Twilio answered with status 404, code 20404" hint="go run ./cmd/token setup makes`) {
		t.Errorf("logged %s", log)
	}
}
