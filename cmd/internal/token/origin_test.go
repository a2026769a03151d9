package token

import (
	"net/http"
	"testing"
)

func TestScriptsOfTheSiteMayReadTheAnswer(t *testing.T) {
	b := newBench(t)
	preflight := b.send(http.MethodOptions, "/token", "", func(r *http.Request) {
		r.Header.Set("Access-Control-Request-Method", "POST")
		r.Header.Set("Access-Control-Request-Headers", "content-type")
	})
	same(t, "status", preflight.Code, 204)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": site, "Access-Control-Allow-Methods": "GET, POST, OPTIONS", "Access-Control-Allow-Headers": "Content-Type",
		"Access-Control-Max-Age": "7200", "Access-Control-Allow-Credentials": "", "Vary": "Origin", "Content-Type": "",
	} {
		same(t, name+" of the preflight", preflight.Header().Get(name), want)
	}
	for _, target := range []string{"/token?account=acme", "/token?account=unknown"} {
		got := b.send(http.MethodGet, target, "")
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin": site, "Vary": "Origin", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Type": "application/json",
		} {
			same(t, name+" of "+target, got.Header().Get(name), want)
		}
	}
}

func TestScriptsOfForeignSitesMayNot(t *testing.T) {
	b := newBench(t)
	for _, origin := range []string{"https://evil.example", "http://www.example.com", "https://www.example.com:8443", "https://WWW.example.com", "null"} {
		got := b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) { r.Header.Set("Origin", origin) })
		same(t, origin, got.Code, 403)
		same(t, "Access-Control-Allow-Origin", got.Header().Get("Access-Control-Allow-Origin"), "")
		same(t, "Vary", got.Header().Get("Vary"), "Origin")
	}
}

func TestARequestWithoutAnOriginIsAnswered(t *testing.T) {
	b := newBench(t)
	got := b.send(http.MethodGet, "/token?account=acme", "", func(r *http.Request) { r.Header.Del("Origin") })
	same(t, "status", got.Code, 200)
	same(t, "Vary", got.Header().Get("Vary"), "Origin")
}

func TestOriginsAreSpelledAsBrowsersDo(t *testing.T) {
	for origin, want := range map[string]string{
		"https://www.example.com":      "<nil>",
		"http://localhost:4400":        "<nil>",
		"http://[::1]:4400":            "<nil>",
		"https://xn--mller-kva.de":     "<nil>",
		"https://example.com/":         "is sent by browsers as https://example.com",
		"https://example.com/chat?x#y": "is sent by browsers as https://example.com",
		"HTTPS://Example.com:443":      "is sent by browsers as https://example.com",
		"https://example.com:":         "is sent by browsers as https://example.com",
		"http://example.com:80":        "is sent by browsers as http://example.com",
		"https://jane@example.com":     "is sent by browsers as https://example.com",
		"https://müller.de":            "has letters that browsers send in their ASCII form, xn--…",
		"https://*.example.com":        "has a *, but each origin must be named",
		"example.com":                  "is not an origin, such as https://www.example.com",
		"*":                            "is not an origin, such as https://www.example.com",
		"null":                         "is not an origin, such as https://www.example.com",
		"ftp://example.com":            "is not an origin, such as https://www.example.com",
		"https://":                     "is not an origin, such as https://www.example.com",
	} {
		same(t, origin, CheckOrigin(origin), want)
	}
}
