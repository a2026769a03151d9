package verify

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
)

var update = flag.Bool("update", false, "write what is told into testdata")

// wrongs are all ways in which a host, a token endpoint or a page may be wrong. What is told of each is in testdata.
var wrongs = map[string]func(w *world){
	// Files.
	"missive.js is missing":    func(w *world) { delete(w.files, "acme/missive.js") },
	"the window is missing":    func(w *world) { delete(w.files, w.asset("panel")) },
	"the picture is forbidden": func(w *world) { w.answers[w.asset("team")] = status(http.StatusForbidden) },
	"missive.js is of an older build": func(w *world) {
		old := w.files
		w.buildNamed("Acme")
		w.files = old
	},
	"the host has another file than its manifest": func(w *world) {
		w.options.Dist = "nowhere"
		w.files["acme/missive.js"] = append(slices.Clone(w.files["acme/missive.js"]), "// changed by hand\n"...)
	},
	"nobody knows the latest build": func(w *world) {
		w.options.Dist = "nowhere"
		delete(w.files, dist.ManifestName)
	},
	"the manifest is somebody else's": func(w *world) {
		w.options.Dist = "nowhere"
		w.files[dist.ManifestName] = []byte(`{"name": "An app"}`)
	},
	"the local manifest can't be read": func(w *world) {
		w.options.Dist = filepath.Join(w.dist, "unreadable")
		mustDo(w.t, os.MkdirAll(filepath.Join(w.options.Dist, dist.ManifestName), 0o755))
	},
	"a page answers for what isn't there": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/html")
			fmt.Fprint(out, "<!doctype html><title>Home</title>")
		}
	},
	"the file is another account's": func(w *world) {
		w.options.Dist = "nowhere"
		w.files["acme/missive.js"] = scripts().Launcher([]byte(`{"host":"https://chat.example.com","id":"shop"}`))
	},
	"it was built for another host": func(w *world) {
		other := acme()
		other.Host = "https://other.example.com"
		w.build(other)
	},
	"it was never built but for its name": func(w *world) { w.options.Account = "https://chat.example.com/shop/" },

	// How files are sent.
	"scripts are plain text": func(w *world) { w.headers["acme/missive.js: Content-Type"] = "text/plain" },
	"files have no type": func(w *world) {
		w.answers[w.asset("team")] = func(out http.ResponseWriter, r *http.Request) {
			out.Header()["Content-Type"] = nil
			out.Header().Set("Cache-Control", "max-age=31536000")
			_, _ = out.Write(w.files[w.asset("team")])
		}
	},
	"missive.js is kept for a year":     func(w *world) { w.headers["acme/missive.js: Cache-Control"] = "public, max-age=31536000, immutable" },
	"missive.js may not be kept":        func(w *world) { w.headers["acme/missive.js: Cache-Control"] = "no-store, max-age=0" },
	"missive.js must be asked for anew": func(w *world) { w.headers["acme/missive.js: Cache-Control"] = "no-cache" },
	"nothing is said about caching": func(w *world) {
		w.headers["acme/missive.js: Cache-Control"], w.headers[w.asset("panel")+": Cache-Control"] = "", "public"
	},
	"assets are kept for an hour":        func(w *world) { w.headers[w.asset("panel")+": Cache-Control"] = "max-age=3600" },
	"assets are kept for a year as text": func(w *world) { w.headers[w.asset("panel")+": Cache-Control"] = `max-age="31536000"` },
	"nothing is compressed":              func(w *world) { w.headers["acme/missive.js: Content-Encoding"] = "" },
	"plain bytes are called brotli":      func(w *world) { w.headers["acme/missive.js: Content-Encoding"] = "br" },
	"an encoding that nobody knows":      func(w *world) { w.headers["acme/missive.js: Content-Encoding"] = "rot13" },
	"files are for their own site alone": func(w *world) { w.headers[w.asset("panel")+": Cross-Origin-Resource-Policy"] = "same-origin" },
	"files are for their own site alone, and no page is named": func(w *world) {
		w.options.Page = ""
		w.headers["acme/missive.js: Cross-Origin-Resource-Policy"] = "same-origin"
	},
	"files are for pages of their domain": func(w *world) { w.headers["acme/missive.js: Cross-Origin-Resource-Policy"] = "same-site" },
	"files are for pages of their domain, not others": func(w *world) {
		w.headers["acme/missive.js: Cross-Origin-Resource-Policy"] = "Same-Site"
		w.hosts["www.example.org"], w.hosts[tokenHost] = w.servePage, w.serveAnyone
		w.options.Page = "http://www.example.org/"
	},
	"a pinned snippet, if there was one, would find no CORS": func(w *world) {
		name := w.pin()
		w.page = snippet
		w.headers[name+": Access-Control-Allow-Origin"], w.headers[name+": Cache-Control"] = "", "max-age=60"
	},

	// What the page's pinned snippet takes.
	"the page pins the latest build": func(w *world) { w.pin() },
	"the page pins the build before": func(w *world) {
		w.pin()
		w.buildNamed("Acme")
	},
	"the page pins an older build": func(w *world) {
		w.pin()
		w.buildNamed("Acme")
		w.buildNamed("Acme Inc.")
	},
	"the page pins two builds": func(w *world) {
		w.pin()
		before := w.page
		w.buildNamed("Acme")
		w.pin()
		w.page += before
	},
	"the page pins what the host doesn't have": func(w *world) {
		w.pin()
		w.page = integrity.ReplaceAllString(w.page, `integrity="`+bundle.Integrity([]byte("another"))+`"`)
	},
	"the pinned snippet was pasted without crossorigin": func(w *world) {
		w.pin()
		w.page = strings.Replace(w.page, `crossorigin="anonymous"`, "", 1)
	},
	"a proxy changes what a pinned launcher loads": func(w *world) {
		w.pin()
		w.files[w.asset("panel")] = append(slices.Clone(w.files[w.asset("panel")]), "// hello\n"...)
	},
	"the pinned snippet may not read its files": func(w *world) {
		for _, name := range []string{w.pin(), w.asset("panel"), w.asset("connection")} {
			w.headers[name+": Access-Control-Allow-Origin"] = "https://www.example.org"
		}
	},
	"the pinned snippet may read its files, as it asks": func(w *world) {
		for _, name := range []string{w.pin(), w.asset("panel"), w.asset("connection")} {
			w.headers[name+": Cross-Origin-Resource-Policy"] = "same-origin"
			w.answers[name] = func(out http.ResponseWriter, r *http.Request) {
				w.headers[name+": Access-Control-Allow-Origin"] = r.Header.Get("Origin")
				w.send(out, name, w.files[name])
			}
		}
	},

	// What never ends, leads astray, or isn't there at all.
	"missive.js has no end": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := out.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}
	},
	"a few compressed bytes have no end": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, _ *http.Request) {
			w.send(out, "acme/missive.js", make([]byte, maxBody+1))
		}
	},
	"missive.js loads no end of files": func(w *world) {
		w.options.Dist = "nowhere"
		delete(w.files, dist.ManifestName)
		names := "// "
		for i := range 2 * mostAssets {
			name := fmt.Sprintf("panel.%010d.js", i)
			names += name + " "
			w.files["assets/"+name] = nil
		}
		w.files["acme/missive.js"] = slices.Concat([]byte(names+"\n"), w.files["acme/missive.js"])
	},
	"the host's manifest has no end": func(w *world) {
		w.options.Dist, w.options.Timeout = "nowhere", time.Minute
		w.answers[dist.ManifestName] = func(out http.ResponseWriter, _ *http.Request) {
			w.send(out, dist.ManifestName, make([]byte, maxManifest+1))
		}
	},
	"missive.js redirects to another scheme": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "file:///etc/passwd", http.StatusFound)
		}
	},
	"missive.js redirects in a circle": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "/acme/missive.js", http.StatusFound)
		}
	},
	"missive.js redirects to where it is": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "/moved/missive.js", http.StatusFound)
		}
		w.files["moved/missive.js"] = w.files["acme/missive.js"]
	},
	"the host never answers": func(w *world) {
		w.options.Timeout, w.options.Page = 50*time.Millisecond, "" // or the page might take as long
		w.answers["acme/missive.js"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	},
	"missive.js stops halfway": func(w *world) {
		w.options.Timeout, w.options.Page = 50*time.Millisecond, "" // or the page might take as long
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, r *http.Request) {
			_, _ = out.Write(w.files["acme/missive.js"][:5000])
			_ = http.NewResponseController(out).Flush()
			<-r.Context().Done()
		}
	},
	"missive.js is cut off": func(w *world) {
		w.answers["acme/missive.js"] = func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Content-Length", "9000")
			_, _ = out.Write(w.files["acme/missive.js"][:5000])
		}
	},
	"the host is not there": func(w *world) { w.hosts[chatHost] = nil },

	// The token endpoint.
	"there is no token endpoint":       func(w *world) { w.build(setup.Account{ID: "acme", Host: "https://chat.example.com"}) },
	"the token endpoint is not there":  func(w *world) { w.hosts[tokenHost] = nil },
	"the token endpoint never answers": func(w *world) { w.slow = tokenHost },
	"the token endpoint doesn't know the account": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, _ *http.Request) {
			out.WriteHeader(http.StatusNotFound)
			fmt.Fprint(out, `{"code": "unknown-account", "message": "The token server has no MISSIVE_SECRET_<ID> for this account."}`)
		}
	},
	"the token endpoint is a page": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "<!doctype html>") }
	},
	"the token endpoint says it is well": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, `{"ok": true}`) }
	},
	"the site is not let in": func(w *world) { w.hosts[tokenHost] = status(http.StatusForbidden) },
	"the token endpoint sends no CORS": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(out, `{"online": true}`)
		}
	},
	"a proxy answers before the token endpoint": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Access-Control-Allow-Origin", "*")
			if r.Method == http.MethodOptions {
				out.WriteHeader(http.StatusMethodNotAllowed)
			}
			fmt.Fprint(out, `{"online": true}`)
		}
	},
	"the team is offline": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Access-Control-Allow-Origin", "*")
			out.Header().Set("Access-Control-Allow-Headers", "*")
			fmt.Fprint(out, `{"online": false}`)
		}
	},
	"the token endpoint writes to terminals": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, _ *http.Request) {
			out.WriteHeader(http.StatusTeapot)
			fmt.Fprint(out, `{"message": "\u001b[31mred\r\n", "code": 7}`)
		}
	},
	"the token endpoint redirects": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://www.example.com/token/", http.StatusPermanentRedirect)
		}
	},
	"the token endpoint redirects what is not asked first": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodOptions {
				http.Redirect(out, r, "/token/", http.StatusPermanentRedirect)
			}
			w.serveAnyone(out, r)
		}
	},
	"no page is named": func(w *world) { w.options.Page = "" },

	// The page.
	"the page is not there": func(w *world) { w.hosts[siteHost] = http.NotFound },
	"the page is a picture": func(w *world) { w.hosts[siteHost] = w.serveFile; w.options.Page += w.asset("team") },
	"the page is elsewhere now": func(w *world) {
		w.hosts["old.example.com"] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://"+siteHost+"/", http.StatusFound)
		}
		w.options.Page = "https://old.example.com/"
	},
	"the page's address turns text around": func(w *world) { w.options.Page += "?\u202egpj.exe"; w.page = "" },
	"the page has no snippet":              func(w *world) { w.page = "<!doctype html><p>missive.js is mentioned</p>" },
	"the page has another account's":       func(w *world) { w.page = strings.ReplaceAll(w.page, "/acme/", "/shop/") },
	"the page's host wants embedding allowed": func(w *world) {
		w.hosts[siteHost] = func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
			w.servePage(out, r)
		}
	},
	"the page has https and the rest has not": func(w *world) {
		w.options.Account = "http://chat.example.com/acme/"
		plain := acme()
		plain.Host, plain.Values["connection.tokenUrl"] = "http://chat.example.com", "http://token.example.com/token"
		w.build(plain)
	},

	// The page's policy.
	"scripts of its own alone": func(w *world) { w.policy = "default-src 'self'" },
	"scripts of the folder alone": func(w *world) {
		w.policy = "script-src " + "https://chat.example.com" + "/acme/ https://sdk.twilio.com"
	},
	"no SDK":      func(w *world) { w.policy = "script-src-elem " + "https://chat.example.com" + "; script-src 'none'" },
	"no socket":   func(w *world) { w.policy = "connect-src " + "https://token.example.com" },
	"no pictures": func(w *world) { w.policy = "img-src data:" },
	"no inline script": func(w *world) {
		w.policy = "script-src " + "https://chat.example.com" + " https://sdk.twilio.com"
		w.page = w.inline()
	},
	"'unsafe-inline' with a nonce": func(w *world) { w.policy = "script-src 'unsafe-inline' 'nonce-abc' http: https:"; w.page = w.inline() },
	"nonces that the page lacks":   func(w *world) { w.policy = "script-src 'strict-dynamic' 'nonce-abc'" },
	"a policy in the page": func(w *world) {
		w.page = `<meta http-equiv="content-security-policy" content="img-src 'none'; sandbox">` + w.page
	},
	"two policies, of which one is": func(w *world) { w.policy = "img-src *, img-src 'none'" },
	"a sandbox":                     func(w *world) { w.policy = "sandbox allow-forms" },
	"a nonce for missive.js alone": func(w *world) {
		w.policy = "script-src 'nonce-abc' https://sdk.twilio.com"
		w.page = strings.Replace(w.page, "<script", "<script nonce=abc", 1)
	},
	"Trusted Types of others":       func(w *world) { w.policy = "trusted-types dompurify 'allow-duplicates'" },
	"Trusted Types and the snippet": func(w *world) { w.policy = "require-trusted-types-for 'script'"; w.page = w.inline() },
}

func status(code int) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(code) }
}

var integrity = regexp.MustCompile(`integrity="[^"]*"`)

// pin puts the pinned snippet into the page, and returns the name of its launcher.
func (w *world) pin() string {
	w.page = "<!doctype html>" + string(w.files["acme/snippet-pinned.html"])
	return regexp.MustCompile(`acme/missive\.[0-9a-f]{10}\.js`).FindString(w.page)
}

// buildNamed builds the account anew, with another name.
func (w *world) buildNamed(name string) {
	a := acme()
	a.Values["chat.name"] = name
	w.build(a)
}

// serveAnyone is a token endpoint that lets all sites in.
func (w *world) serveAnyone(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Access-Control-Allow-Origin", "*")
	out.Header().Set("Access-Control-Allow-Headers", "*")
	fmt.Fprint(out, `{"online": true}`)
}

// inline is a page with the snippet for pages that allow inline script.
func (w *world) inline() string { return "<!doctype html>" + string(w.files["acme/snippet.html"]) }

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachThingThatIsWrongIsToldWithAHint(t *testing.T) {
	const file = "testdata/findings.txtar"
	text, err := os.ReadFile(file)
	mustDo(t, err)
	want := map[string]string{}
	for _, f := range txtar.Parse(text).Files {
		want[f.Name] = string(f.Data)
	}
	got := map[string]string{}
	for name, make := range wrongs {
		w := newWorld(t)
		make(w)
		got[name] = w.report()
		if got[name] != want[name] {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got[name], want[name])
		}
	}
	if *update {
		var a txtar.Archive
		for _, name := range slices.Sorted(maps.Keys(got)) {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		mustDo(t, os.WriteFile(file, txtar.Format(&a), 0o644))
	} else if len(want) != len(got) {
		t.Errorf("%s has %d findings, there are %d: see the change with go test ./cmd/internal/verify -update && git diff", file, len(want), len(got))
	}
}
