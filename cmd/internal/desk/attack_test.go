package desk

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// private are the names of what is for agents alone.
var private = []string{"token", "vouched", "done", "reopen", "closed", "messages", "file"}

func TestNoSpellingOfAnAddressLeadsPastSigningIn(t *testing.T) {
	b := newBench(t)
	sid := b.write("", "A secret").Conversation
	body := `{"conversation":"` + sid + `","conversations":[]}`
	for _, path := range []string{
		"/desk/%s", "/desk//%s", "//desk/%s", "/desk/./%s", "/desk/../desk/%s", "/desk/x/../%s", "/desk/sign-in/../%s", "/desk/sign-in/%s", "/desk/%%2e%%2e/desk/%s", "/desk/..%%2fdesk/%s",
		"/desk/%s/", "/desk/%s%%2f", "/desk/%s/sign-in", "/desk/%s;sign-in", "/desk/%s%%00", "/desk/%s%%20", "/desk%%2f%s", "/Desk/%s", "/desk/%s?sign-in", "/desk/%s%%3fsign-in", "/desk/page.css/../%s", `/desk/\%s`,
	} {
		for _, name := range append(slices.Clone(private), strings.ToUpper(private[0]), "%%74oken") {
			address := strings.ReplaceAll(strings.Replace(path, "%s", name, 1), "%%", "%")
			for _, method := range []string{"POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "post"} {
				r := httptest.NewRequest("POST", "https://chat.example.com"+address, strings.NewReader(body))
				r.Method = method
				r.Header.Set("X-HTTP-Method-Override", "POST")
				r.Header.Set("X-Original-URL", "/desk/"+name)
				w := httptest.NewRecorder()
				b.desk.ServeHTTP(w, r)
				if w.Code/100 == 2 || strings.Contains(w.Body.String(), "A secret") || strings.Contains(w.Body.String(), "eyJ") {
					t.Errorf("%s %s: %d %s", method, address, w.Code, w.Body)
				}
			}
		}
	}
	same(t, "the conversation", b.state(sid), "active")
}

func TestNoAnswerIsKeptByABrowserOrAProxyButWhatIsEverybodys(t *testing.T) {
	b := newBench(t)
	public := []string{"page.js", "page.css", "base.css", "desk.webmanifest", "icon.svg"}
	for _, name := range slices.Concat(private, public, []string{"", "sign-in", "nothing", "../desk"}) {
		for _, agent := range []string{"", "ann"} {
			for _, method := range []string{"GET", "POST"} {
				header := b.send(method, Path+name, agent, `{"conversations":[]}`).Header()
				want := "no-store"
				if method == "GET" && slices.Contains(public, name) {
					want = "no-cache"
				}
				same(t, method+" "+name+" as "+agent, header.Get("Cache-Control")+" "+header.Get("X-Content-Type-Options")+" "+header.Get("Referrer-Policy"), want+" nosniff same-origin")
			}
		}
	}
}

func TestNoAnswerLeadsToAnotherSite(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{
		"/desk?//evil.example", "/desk?next=https://evil.example", "/desk/?to=//evil.example", "/desk//evil.example", "/desk//evil.example/%2e%2e", "/desk/%2f%2fevil.example", `/desk/\\evil.example`,
		"/desk?%0d%0aLocation:%20https://evil.example", "/desk/%0d%0aLocation:%20https:%2f%2fevil.example",
	} {
		w := b.send(http.MethodGet, path, "", "")
		if to := w.Header().Get("Location"); to != "" && to != "sign-in" && !strings.HasPrefix(to, "desk/") || strings.ContainsAny(to, "\r\n") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}

func TestWhatIsNoProperRequestIsRefused(t *testing.T) {
	b := newBench(t)
	for _, body := range []string{
		"{", "[]", `"x"`, "7", `{"conversation":["x"]}`, `{"conversation":null}`, strings.Repeat("[", 5000), `{"conversation":"` + strings.Repeat("x", 1<<20) + `"}`, "\xff\xfe", `{"before":"` + strings.Repeat("&", 3000) + `"}`,
		`{"before":"PageToken=../../Users&Page=1"}`, `{"before":"%zz"}`, `{"before":-1,"conversation":"CH1"}`, `{"before":1e99}`,
	} {
		for _, what := range private {
			w := b.send(http.MethodPost, Path+what, "ann", body)
			var said any
			if w.Code >= 500 || w.Code != http.StatusNoContent && json.Unmarshal(w.Body.Bytes(), &said) != nil {
				t.Errorf("%s %.60s: %d %s", what, body, w.Code, w.Body)
			}
		}
	}
}
