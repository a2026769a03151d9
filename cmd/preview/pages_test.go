package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"missive/cmd/preview/outbox"
	"missive/cmd/preview/studio"
)

// A page under a strict policy must not hold what that would block without a word.
func TestEachPageIsServedUnderItsPolicyAndWithoutInlineCode(t *testing.T) {
	b, _ := builderOf(t, oneAccount)
	a := newAccess("4400", nil)
	s := newServer(a, mustBuild(t, b), backendOf(t, a))
	const sites = "default-src 'none'; script-src 'self'; style-src 'self'; img-src * data:; connect-src 'self' ws://127.0.0.1:4400"
	for _, c := range []struct{ address, title, policy string }{
		{"/", "Acme Pottery", sites},
		{"/desk/", "Team desk", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data: blob:; media-src 'self' data: blob:; " +
			"connect-src 'self' ws://127.0.0.1:4400/v3/wsconnect http://127.0.0.1:4400; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
		{"/studio", "Theme studio", studio.Policy},
		{"/outbox", "Outbox", outbox.Policy},
		{"/stage/", "Themes", sites + "; frame-src 'self'"},
		{"/stage/?theme=ink&state=badge", "badge, ink", sites},
	} {
		r := get(s, c.address, nil)
		page := body(t, r)
		if r.StatusCode != http.StatusOK || !strings.Contains(page, "<title>"+c.title+"</title>") || r.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %s\n%s", c.address, r.StatusCode, r.Header, page)
		}
		if got := r.Header.Get("Content-Security-Policy"); got != c.policy {
			t.Errorf("%s may do %q, want %q", c.address, got, c.policy)
		}
		for _, inline := range []string{"<script>", "<style", " style=", " onclick="} {
			if strings.Contains(page, inline) {
				t.Errorf("%s has %s", c.address, inline)
			}
		}
	}
}

func TestWhatPagesLoadIsServed(t *testing.T) {
	b, _ := builderOf(t, oneAccount)
	a := newAccess("4400", nil)
	s := newServer(a, mustBuild(t, b), backendOf(t, a))
	for _, address := range []string{
		"/preview.css", "/preview.js", "/preview.base.css", "/desk/base.css", "/desk/page.css", "/desk/page.js", "/preview.studio.css", "/preview.studio.js", "/preview.outbox.css", "/preview.outbox.js",
		"/preview.stage/stage.css", "/preview.stage/sheet.css", "/preview.stage/stage.js", "/preview.stage/acme/missive.js?theme=ink",
	} {
		want := "text/css; charset=utf-8"
		if strings.Contains(address, ".js") {
			want = "text/javascript; charset=utf-8"
		}
		if r := get(s, address, nil); r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != want || body(t, r) == "" {
			t.Errorf("%s: %d %s", address, r.StatusCode, r.Header)
		}
	}
}

func TestWhatTheStudioDoesNotAnswerIsNotThereOrNotAllowed(t *testing.T) {
	s := newServer(newAccess("4400", nil), acme, nil)
	s.studio = studio.New(t.TempDir(), s.shown)
	for call, code := range map[string]int{"GET table": 200, "GET save": 404, "GET other": 404, "POST table": 405, "POST other": 405} {
		method, name, _ := strings.Cut(call, " ")
		r := httptest.NewRequest(method, "http://127.0.0.1:4400/preview.studio/"+name, nil)
		r.RemoteAddr = "127.0.0.1:50000"
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != code {
			t.Errorf("%s: %d, want %d", call, w.Code, code)
		}
	}
}
