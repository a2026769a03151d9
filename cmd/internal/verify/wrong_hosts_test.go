package verify

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
)

const manifest = "acme/" + dist.ManifestName

// wrongHosts are ways in which the chat's host may be wrong.
var wrongHosts = map[string]func(w *world){
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
		delete(w.files, manifest)
	},
	"the manifest is somebody else's": func(w *world) {
		w.options.Dist = "nowhere"
		w.files[manifest] = []byte(`{"name": "An app"}`)
	},
	"the local manifest can't be read": func(w *world) {
		w.options.Dist = filepath.Join(w.dist, "unreadable")
		mustDo(w.t, os.MkdirAll(filepath.Join(w.options.Dist, manifest), 0o755))
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
	"the account is retired": func(w *world) {
		w.options.Dist = "nowhere"
		delete(w.files, manifest)
		w.files["acme/missive.js"] = []byte("/* Missive Chat: this account is retired. */\n")
	},
	"the pinned launcher is not in what will be uploaded": func(w *world) {
		old := w.files
		name := w.pin()
		w.dist = w.t.TempDir()
		w.options.Dist = w.dist
		w.buildNamed("Fresh")
		w.files[name] = old[name]
	},
	"the pinned launcher is the oldest that is kept": func(w *world) {
		w.pin()
		page := w.page
		for _, name := range []string{"B", "C", "D"} {
			w.buildNamed(name)
		}
		w.page = page
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
		w.hosts["www.example.org"], w.hosts[tokenHost] = w.servePage, toAnyone(`{"online": true}`)
		w.options.Page = "http://www.example.org/"
	},
	"files are for pages of their domain, but not for those without https": func(w *world) {
		w.headers["acme/missive.js: Cross-Origin-Resource-Policy"] = "same-site"
		w.hosts[tokenHost] = toAnyone(`{"online": true}`)
		w.options.Page = "http://www.example.com/"
	},
	"a pinned launcher may be read by who asks": func(w *world) {
		name := w.pin()
		w.page = snippet
		w.headers[name+": Cross-Origin-Resource-Policy"] = "same-origin"
		w.allowWhoAsks(name)
	},
	"a pinned launcher may be read by who asks, and no page is named": func(w *world) {
		w.allowWhoAsks(w.pin())
		w.options.Page = ""
	},
	"a pinned snippet, if there was one, would find no CORS": func(w *world) {
		name := w.pin()
		w.page = snippet
		w.headers[name+": Access-Control-Allow-Origin"], w.headers[name+": Cache-Control"] = "", "max-age=60"
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
			w.send(out, "acme/missive.js", make([]byte, maxFileBytes+1))
		}
	},
	"missive.js loads no end of files": func(w *world) {
		w.options.Dist = "nowhere"
		delete(w.files, manifest)
		w.files["acme/missive.js"] = slices.Concat([]byte(w.tooMany()+"\n"), w.files["acme/missive.js"])
	},
	"a pinned launcher loads no end of files": func(w *world) {
		name := w.pin()
		w.page += snippet
		w.options.Dist = "nowhere"
		delete(w.files, manifest)
		w.files[name] = []byte(w.tooMany())
		w.page = integrity.ReplaceAllString(w.page, `integrity="`+bundle.Integrity(w.files[name])+`"`)
	},
	"the host's manifest has no end": func(w *world) {
		w.options.Dist, w.options.Timeout = "nowhere", time.Minute
		w.answers[manifest] = func(out http.ResponseWriter, _ *http.Request) {
			w.send(out, manifest, make([]byte, maxManifestBytes+1))
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
}

// tooMany adds more assets than a launcher loads, and returns code that names them.
func (w *world) tooMany() string {
	code := "// "
	for i := range 2 * mostAssets {
		asset := fmt.Sprintf("panel.%010d.js", i)
		code += asset + " "
		w.files["assets/"+asset] = nil
	}
	return code
}
