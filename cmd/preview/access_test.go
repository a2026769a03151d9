package main

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

var homeAndOffice = []netip.Prefix{netip.MustParsePrefix("192.168.1.5/24"), netip.MustParsePrefix("10.20.30.40/16")}

const (
	strangeHost    = "the preview answers at its own addresses only, as it has printed them\n"
	strangePage    = "the preview answers to its own pages only\n"
	strangeMachine = "the preview answers to machines in its own network only\n"
	noDesk         = "the team desk, the outbox and the theme studio answer only on the machine that the preview runs on, at http://127.0.0.1:4400/\n"
)

func TestThePreviewAnswersToThisMachineAndWithLanToItsNetwork(t *testing.T) {
	const alone, lan = false, true
	access := map[bool]access{alone: newAccess("4400", nil), lan: newAccess("4400", homeAndOffice)}
	servers := map[bool]*server{}
	for network, a := range access {
		servers[network] = newServer(a, acme, backendOf(t, a))
	}
	for _, c := range []struct {
		lan                       bool
		from, host, origin, paths string
		want                      string // "": it is answered
	}{
		{alone, "127.0.0.1", "127.0.0.1:4400", "", "/ /acme/missive.js /desk/ /desk/page.js", ""},
		{alone, "127.0.0.1", "localhost:4400", "http://localhost:4400", "/ /desk/", ""},
		{alone, "::1", "[::1]:4400", "", "/ /desk/", ""},
		{alone, "127.0.0.1", "evil.example:4400", "", "/ /acme/missive.js", strangeHost},
		{alone, "127.0.0.1", "127.0.0.1.evil.example:4400", "", "/", strangeHost},
		{alone, "127.0.0.1", "127.0.0.1", "", "/", strangeHost},
		{alone, "127.0.0.1", "127.0.0.1:4401", "", "/", strangeHost},
		{alone, "127.0.0.1", "", "", "/", strangeHost},
		{alone, "127.0.0.1", "192.168.1.5:4400", "", "/", strangeHost},
		{alone, "127.0.0.1", "127.0.0.1:4400", "http://evil.example", "/ /acme/missive.js", strangePage},
		{alone, "127.0.0.1", "127.0.0.1:4400", "http://evil.example:4400", "/", strangePage},
		{alone, "127.0.0.1", "127.0.0.1:4400", "http://127.0.0.1:3000", "/", strangePage},
		{alone, "127.0.0.1", "127.0.0.1:4400", "http://localhost:4400", "/", strangePage},
		{alone, "127.0.0.1", "127.0.0.1:4400", "https://127.0.0.1:4400", "/", strangePage},
		{alone, "127.0.0.1", "127.0.0.1:4400", "null", "/", strangePage},
		{alone, "192.168.1.20", "127.0.0.1:4400", "", "/", strangeMachine},

		{lan, "127.0.0.1", "127.0.0.1:4400", "", "/ /acme/missive.js /desk/", ""},
		{lan, "::ffff:127.0.0.1", "127.0.0.1:4400", "", "/desk/", ""},
		{lan, "192.168.1.20", "192.168.1.5:4400", "", "/ /acme/missive.js /preview.css /mcs/v1/Services/IS1/Media", ""},
		{lan, "::ffff:192.168.1.20", "192.168.1.5:4400", "http://192.168.1.5:4400", "/", ""},
		{lan, "10.20.99.1", "10.20.30.40:4400", "", "/", ""},
		{lan, "192.168.1.20", "192.168.1.5:4400", "", "/desk/ /desk/page.js /desk/token /desk/vouched /desk /v1/Services /studio /preview.studio.js /preview.studio/save /outbox /preview.outbox.js /preview.outbox/events", noDesk},
		{lan, "192.168.1.5", "192.168.1.5:4400", "", "/desk/", noDesk},
		{lan, "192.168.1.20", "evil.example:4400", "", "/", strangeHost},
		{lan, "192.168.1.20", "192.168.1.6:4400", "", "/", strangeHost},
		{lan, "192.168.1.20", "192.168.1.5", "", "/", strangeHost},
		{lan, "192.168.1.20", "192.168.1.5:4400", "http://evil.example", "/", strangePage},
		{lan, "192.168.1.20", "192.168.1.5:4400", "http://127.0.0.1:4400", "/", strangePage},
		{lan, "192.168.2.20", "192.168.1.5:4400", "", "/", strangeMachine},
		{lan, "203.0.113.9", "192.168.1.5:4400", "", "/", strangeMachine},
		{lan, "2001:db8::9", "192.168.1.5:4400", "", "/", strangeMachine},
	} {
		for path := range strings.FieldsSeq(c.paths) {
			r := get(servers[c.lan], path, func(r *http.Request) {
				r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(c.from), 50000).String()
				r.Host = c.host
				if c.origin != "" {
					r.Header.Set("Origin", c.origin)
				}
			})
			// What takes files is asked otherwise than the rest, but those it doesn't know it doesn't tell so.
			answered, refused := r.StatusCode == 200 || r.StatusCode == 405, r.StatusCode == 403
			if got := body(t, r); c.want == "" && !answered || c.want != "" && (!refused || got != c.want) {
				t.Errorf("%s from %s with Host %q and Origin %q, lan %v: %d %q, want %q", path, c.from, c.host, c.origin, c.lan, r.StatusCode, got, c.want)
			}
		}
	}
}

func TestNoOtherSiteLoadsAnythingFromThePreviewButItsLinksLeadThere(t *testing.T) {
	a := newAccess("4400", nil)
	s := newServer(a, acme, backendOf(t, a))
	for _, c := range []struct {
		site, mode, dest, origin string
		answered                 bool
	}{
		{"", "", "", "", true},
		{"none", "navigate", "document", "", true},
		{"same-origin", "no-cors", "script", "", true},
		{"same-origin", "navigate", "iframe", "", true},
		{"same-origin", "cors", "empty", "http://127.0.0.1:4400", true},
		{"cross-site", "navigate", "document", "", true},
		{"same-site", "navigate", "document", "", true},
		{"cross-site", "websocket", "websocket", "http://127.0.0.1:4400", true}, // compared with ws:, which is no site of ours
		{"cross-site", "no-cors", "script", "", false},
		{"same-site", "no-cors", "script", "", false},
		{"cross-site", "cors", "script", "http://evil.example", false},
		{"cross-site", "no-cors", "image", "", false},
		{"cross-site", "no-cors", "style", "", false},
		{"cross-site", "no-cors", "empty", "", false},
		{"cross-site", "navigate", "iframe", "", false},
		{"same-site", "navigate", "frame", "", false},
		{"cross-site", "navigate", "object", "", false},
		{"cross-site", "navigate", "embed", "", false},
	} {
		for _, path := range []string{"/", "/acme/missive.js", "/desk/"} {
			r := get(s, path, func(r *http.Request) {
				r.Host = "127.0.0.1:4400"
				for name, value := range map[string]string{"Sec-Fetch-Site": c.site, "Sec-Fetch-Mode": c.mode, "Sec-Fetch-Dest": c.dest, "Origin": c.origin} {
					if value != "" {
						r.Header.Set(name, value)
					}
				}
			})
			got := body(t, r)
			if r.StatusCode == 200 != c.answered || !c.answered && got != strangePage {
				t.Errorf("%s with %+v: %d %q", path, c, r.StatusCode, got)
			}
		}
	}
}

func TestOthersSeeAPageOfTheirOwn(t *testing.T) {
	s := newServer(newAccess("4400", homeAndOffice), acme, nil)
	for from, want := range map[string]string{"127.0.0.1:50000": "acme's page", "192.168.1.20:50000": "acme's page on a phone"} {
		if got := body(t, get(s, "/", func(r *http.Request) { r.RemoteAddr = from })); got != want {
			t.Errorf("%s sees %q, want %q", from, got, want)
		}
	}
}
