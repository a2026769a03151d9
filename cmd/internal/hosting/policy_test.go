package hosting

import (
	"strings"
	"testing"

	"missive/cmd/internal/setup"
)

func TestThePolicyHasWhatTheAccountNeedsAndNoMore(t *testing.T) {
	token := "https://token.example.com/token"
	for _, c := range []struct {
		what   string
		host   string
		values map[string]any
		want   string
	}{
		{"without a token endpoint nothing is connected", "https://chat.example.com", nil,
			"script-src https://chat.example.com"},
		{"Twilio's host", "https://chat.example.com", map[string]any{"connection.tokenUrl": token},
			"script-src https://chat.example.com https://sdk.twilio.com/js/conversations/; " +
				"connect-src https://token.example.com/token wss://tsock.us1.twilio.com https://mcs.us1.twilio.com"},
		{"a bundled SDK, in another region", "https://chat.example.com",
			map[string]any{"connection.tokenUrl": token, "connection.sdk": "bundled", "connection.region": "ie1"},
			"script-src https://chat.example.com; connect-src https://token.example.com/token wss://tsock.ie1.twilio.com https://mcs.ie1.twilio.com"},
		{"a picture beside the chat", "https://chat.example.com", map[string]any{"chat.avatarUrl": "../assets/team.0123456789.png"},
			"script-src https://chat.example.com; img-src https://chat.example.com"},
		{"a picture elsewhere", "https://chat.example.com", map[string]any{"chat.avatarUrl": "https://cdn.example.net/t/a;b.png?size=2#x"},
			"script-src https://chat.example.com; img-src https://cdn.example.net/t/a%3Bb.png"},
		{"a host with a folder, whose other files stay out", "https://example.com/chat", map[string]any{"chat.avatarUrl": "../assets/team.png"},
			"script-src https://example.com/chat/; img-src https://example.com/chat/"},
		{"a port, and a query that does not count", "http://localhost:8080", map[string]any{"connection.tokenUrl": "http://[::1]:8081/t?a=b", "connection.sdk": "bundled"},
			"script-src http://localhost:8080; connect-src http://[::1]:8081/t wss://tsock.us1.twilio.com https://mcs.us1.twilio.com"},
		{"a host in another alphabet", "https://צאט.example", nil,
			"script-src https://xn--4dbq4b.example"},
		{"what would end a source or a directive", "https://example.com/a;b,c 'd'\"*", map[string]any{"connection.tokenUrl": token, "connection.region": "x; script-src *"},
			"script-src https://example.com/a%3Bb%2Cc%20%27d%27%22%2A/ https://sdk.twilio.com/js/conversations/; " +
				"connect-src https://token.example.com/token 'none' 'none'"},
	} {
		if got := PolicyOf(setup.Account{Host: c.host, Values: c.values}).String(); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.what, got, c.want)
		}
	}
}

func FuzzNoValueAddsToThePolicy(f *testing.F) {
	f.Add("https://chat.example.com", "https://token.example.com/token", "us1", "https://example.com/a.png")
	f.Add("https://example.com/a;b,c 'd'\"*\n", "http://a b/;x", "us1; script-src *", "//x y;z")
	f.Add("https://a;b.example", "wss://[::1%25z;]/", "'none'", "https://\x00/é\u2028")
	f.Fuzz(func(t *testing.T, host, token, region, picture string) {
		account := setup.Account{Host: host, Values: map[string]any{
			"connection.tokenUrl": "https://t/" + token, "connection.region": region, "chat.avatarUrl": "https:" + picture,
		}}
		got := PolicyOf(account, "sha256-abc=")
		text := got.String()
		directives := strings.Split(text, ";")
		if len(directives) != 3 {
			t.Fatalf("%d directives: %s", len(directives), text)
		}
		for i, want := range []int{4, 2, 4} { // the name, and sources
			if fields := strings.Fields(directives[i]); len(fields) != want {
				t.Errorf("%d words, want %d: %s", len(fields), want, directives[i])
			}
		}
		for _, r := range text {
			if r < ' ' || r > '~' || r == ',' {
				t.Errorf("%q can't stand in a header, or ends a policy: %s", r, text)
			}
		}
	})
}
