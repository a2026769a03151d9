package stage

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/themes"
)

// newStages returns stages of an account with the values, whose launcher is its stamp alone, and whose user has the theme "brand".
func newStages(t *testing.T, values map[string]any) *Stages {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "brand.toml"), []byte("description = 'Ours'\nmain-color = '#123456'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	templates, err := Page.Parse()
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{
		Build: "first", Account: setup.Account{ID: "acme", Values: values}, Templates: templates, ThemesFolder: folder,
		Bundle: &bundle.Bundle{Pages: map[string][]byte{"stage": []byte("play()")}},
		Policy: func(host string) string { return "default-src " + host },
		File:   func(w http.ResponseWriter, _ *http.Request, name string) { fmt.Fprint(w, "file ", name) },
	})
}

func get(s *Stages, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+address, nil))
	return w
}

func TestAStageTellsItsScriptWhatToShow(t *testing.T) {
	s := newStages(t, map[string]any{})
	for query, want := range map[string]string{
		"theme=brand&state=badge":                            `<html lang="en" dir="ltr" data-build="first" data-theme="brand" data-scheme="light" data-state="badge">`,
		"theme=ink&state=form&scheme=dark&dir=rtl&long=1":    `<html lang="ar" dir="rtl" data-build="first" data-theme="ink" data-scheme="dark" data-state="form" data-long="1">`,
		"theme=ink&state=button&scheme=dim&dir=down&long=no": `<html lang="en" dir="ltr" data-build="first" data-theme="ink" data-scheme="light" data-state="button">`,
	} {
		w := get(s, "/stage/?"+query)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || w.Header().Get("Content-Security-Policy") != "default-src localhost" {
			t.Errorf("%s: %d %s\n%s\nwant %s", query, w.Code, w.Header(), w.Body, want)
		}
	}
}

func TestTheSheetShowsAllThemesInBothSchemes(t *testing.T) {
	for position, body := range map[string]string{"bottom-right": "<body>", "bottom-left": `<body class="left">`} {
		s := newStages(t, map[string]any{"chat.position": position})
		w := get(s, "/stage/")
		page := w.Body.String()
		names := append(themes.Names(), "brand")
		if got := strings.Count(page, "<figure>"); got != len(names) || !strings.Contains(page, "<strong>brand</strong>Ours") || !strings.Contains(page, body) {
			t.Errorf("%d themes, want %d and a %s:\n%s", got, len(names), body, page)
		}
		for _, scheme := range schemes {
			if address := "/stage/?theme=brand&amp;state=badge&amp;scheme=" + scheme; !strings.Contains(page, address) {
				t.Errorf("there is no frame with %s", address)
			}
		}
		if got := w.Header().Get("Content-Security-Policy"); got != "default-src localhost; frame-src 'self'" {
			t.Errorf("the sheet may do %q", got)
		}
	}
}

func TestWhatIsNotThereIsNamed(t *testing.T) {
	s := newStages(t, map[string]any{})
	noTheme := `there is no theme "brnad": the themes are ` + strings.Join(s.themes(), ", ") + "\n"
	for address, want := range map[string]string{
		"/stage/?theme=brnad&state=button":           noTheme,
		"/preview.stage/acme/missive.js?theme=brnad": noTheme,
		"/stage/?theme=brand&state=sleeping":         `there is no state "sleeping": the states are ` + strings.Join(States, ", ") + "\n",
		"/stage/?theme=..%2Fbrand":                   strings.Replace(noTheme, "brnad", "../brand", 1),
	} {
		if w := get(s, address); w.Code != http.StatusNotFound || w.Body.String() != want {
			t.Errorf("%s: %d %q, want %q", address, w.Code, w.Body, want)
		}
	}
	if !slices.Contains(s.themes(), "brand") {
		t.Errorf("the user's own theme is not among %q", s.themes())
	}
}

func TestAStageLoadsTheFilesOfTheBuildAndPlaysTheConversationItself(t *testing.T) {
	s := newStages(t, map[string]any{})
	for address, want := range map[string]string{
		"/preview.stage/stage.css":                        "file preview.stage/stage.css",
		"/preview.stage/assets/panel.0123.js":             "file assets/panel.0123.js",
		"/preview.stage/assets/connection.0123.js.map":    "file assets/connection.0123.js.map",
		"/preview.stage/assets/connection.0123.js":        "play()",
		"/preview.stage/assets/team-connection.0123.js":   "file assets/team-connection.0123.js",
		"/preview.stage/other/assets/connection.0123.js":  "file preview.stage/other/assets/connection.0123.js",
		"/preview.stage/acme/missive.js.map":              "file preview.stage/acme/missive.js.map",
		"/preview.stage/assets/connection.0123/picture.x": "file assets/connection.0123/picture.x",
	} {
		if got := get(s, address).Body.String(); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
}

func TestTheWidgetWearsTheThemeAndNothingOfItsAccounts(t *testing.T) {
	values := map[string]any{
		"chat.variables.width": "222px", "chat.name": "Acme", "support.email": "team@acme.example", "connection.tokenUrl": "https://acme.example/token",
	}
	w := get(newStages(t, values), "/preview.stage/acme/missive.js?theme=brand")
	stamp := w.Body.String()
	for _, part := range []string{"#123456", "Acme", "team@acme.example", "+1 555 0123"} {
		if !strings.Contains(stamp, part) {
			t.Errorf("%s is missing in %s", part, stamp)
		}
	}
	for _, part := range []string{"222px", "token"} {
		if strings.Contains(stamp, part) {
			t.Errorf("%s is in %s", part, stamp)
		}
	}
	if got := w.Header().Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("it is %s", got)
	}
	if values["chat.variables.width"] != "222px" || len(values) != 4 {
		t.Errorf("the account itself was changed: %v", values)
	}
}
