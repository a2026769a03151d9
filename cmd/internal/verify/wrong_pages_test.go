package verify

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
)

// wrongPages are ways in which a page of the site may be wrong.
var wrongPages = map[string]func(w *world){
	"no browser of today runs the snippet": func(w *world) {
		w.page = `<!doctype html><script nomodule src="https://` + chatHost + `/acme/missive.js"></script>`
	},
	"the options have an id of something else": func(w *world) {
		w.page = strings.Replace(w.inline(), "id: 'acme',", "id: 'acme', meta: { id: '42' },", 1)
	},
	// What the page's pinned snippet takes.
	"the page pins the latest build": func(w *world) { w.pin() },
	"the page pins the build before": func(w *world) {
		w.pin()
		w.buildNamed("Acme")
	},
	"the page pins an older build": func(w *world) {
		w.pin()
		page := w.page
		for _, name := range []string{"Acme", "Acme Inc.", "Acme Ltd.", "Acme Plc."} {
			w.buildNamed(name)
		}
		w.page = page
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
			w.allowWhoAsks(name)
		}
	},
	"the page pins what is on another host": func(w *world) {
		w.pin()
		w.page = strings.ReplaceAll(w.page, chatHost, "old.example.com")
	},
	"the page pins what is elsewhere on the host": func(w *world) {
		w.pin()
		w.page = strings.ReplaceAll(w.page, chatHost+"/", chatHost+"/v1/")
	},
	"the page spells the address of what it pins in its own way": func(w *world) {
		w.pin()
		w.page = integrity.ReplaceAllString(w.page, `integrity="`+bundle.Integrity([]byte("another"))+`"`)
		w.page = strings.NewReplacer(chatHost, "Chat.Example.Com:443", ".js\"", ".js?v=1\"").Replace(w.page)
	},
	"the page pins an account, and files are offered to none": func(w *world) {
		w.pin()
		w.embedder("require-corp")
	},
	"the page pins an account without a picture, and files are offered to none": func(w *world) {
		a := acme()
		a.Images = nil
		delete(a.Values, "chat.avatarUrl")
		w.build(a)
		w.pin()
		w.embedder("require-corp")
	},
	"the page pins an account, and its picture alone is offered": func(w *world) {
		w.pin()
		w.embedder("require-corp")
		w.headers[w.asset("team")+": Cross-Origin-Resource-Policy"] = "cross-origin"
	},

	// The page.
	"the page is not there": func(w *world) { w.hosts[siteHost] = http.NotFound },
	"the page is a picture": func(w *world) { w.hosts[siteHost] = w.serveFile; w.options.Page += w.asset("team") },
	"the page is elsewhere now": func(w *world) {
		w.hosts["old.example.com"] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://"+siteHost+"/", http.StatusFound)
		}
		w.options.Page = "https://old.example.com/"
	},
	"the page is for members, who log in elsewhere": func(w *world) {
		w.hosts[siteHost] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://login.example.com/", http.StatusFound)
		}
		w.hosts["login.example.com"], w.page = w.servePage, "<!doctype html><title>Log in</title>"
		w.hosts[tokenHost] = func(out http.ResponseWriter, r *http.Request) {
			if origin := r.Header.Get("Origin"); origin != "" && origin != "https://"+siteHost {
				out.WriteHeader(http.StatusForbidden)
			}
			w.serveToken(out, r)
		}
	},
	"the page is elsewhere now, and not let in there": func(w *world) {
		w.hosts["old.example.com"] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://"+siteHost+"/", http.StatusFound)
		}
		w.options.Page = "https://old.example.com/"
		w.hosts[tokenHost] = status(http.StatusForbidden)
	},
	"the page's address turns text around": func(w *world) { w.options.Page += "?\u202egpj.exe"; w.page = "" },
	"the page has no snippet":              func(w *world) { w.page = "<!doctype html><p>missive.js is mentioned</p>" },
	"the page has another account's":       func(w *world) { w.page = strings.ReplaceAll(w.page, "/acme/", "/shop/") },
	"the page has the snippet of an account whose id begins so": func(w *world) {
		w.page = strings.ReplaceAll(w.inline(), "id: 'acme'", "id: 'acmee'")
	},
	"the page has the snippet of another host": func(w *world) {
		w.page = strings.ReplaceAll(w.inline(), chatHost, "old.example.com")
	},
	"the page has the element of another host": func(w *world) {
		w.page = strings.ReplaceAll(w.page, chatHost, "old.example.com")
	},
	"the page has the snippet of another account for the tag manager": func(w *world) {
		w.page = "<script>\n" + `s.src = 'https:\/\/chat.example.com/shop/missive.js';` + "</script>"
	},
	"the page has the snippet in a comment and in a template": func(w *world) {
		w.page = "<!doctype html><!-- " + w.page + " --><template>" + w.page + "</template><textarea>" + w.page + "</textarea>"
	},
	"the page has another base": func(w *world) {
		w.page = `<base href="https://chat.example.com/help/"><script async src="../acme/missive.js"></script>`
	},
	"the page has a snippet whose options anything may replace": func(w *world) {
		w.page = "<script>(function(d, w) { var block = d.getElementById('missive-chat-config'); w.MissiveChatConfig = {}; })(document, window)</script>" + w.page
	},
	"a consent tool starts the element": func(w *world) {
		w.page = strings.Replace(w.page, "<script async", `<script type="text/plain" data-cookieconsent="marketing" async`, 1)
	},
	"a consent tool starts the snippet": func(w *world) {
		w.page = strings.Replace(w.inline(), "<script>", `<script type="text/plain" class="optanon-category-C0004">`, 1)
	},
	"a consent tool has taken the address": func(w *world) {
		w.page = strings.Replace(w.page, "<script async src", `<script type="text/plain" data-type="application/javascript" data-src`, 1)
	},
	"a consent tool starts another account's": func(w *world) {
		w.page = strings.Replace(strings.ReplaceAll(w.page, "/acme/", "/shop/"), "<script", `<script type="text/plain"`, 1)
	},
	"the page's host wants embedding allowed": func(w *world) {
		w.embedder("require-corp")
	},
	"the page's host wants embedding allowed, as all but the picture are": func(w *world) {
		w.embedder("require-corp")
		w.headers["acme/missive.js: Cross-Origin-Resource-Policy"] = "same-site"
	},
	"the page's host wants embedding allowed, as all are": func(w *world) {
		w.embedder("require-corp")
		w.headers["acme/missive.js: Cross-Origin-Resource-Policy"] = "same-site"
		w.headers[w.asset("team")+": Cross-Origin-Resource-Policy"] = "cross-origin"
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
	"'strict-dynamic' with the integrity of what is pinned": func(w *world) {
		hash := bundle.Integrity(w.files[w.pin()])
		w.page = pinnedElement.FindString(w.page)
		w.policy = "script-src 'strict-dynamic' '" + hash + "'"
	},
	"'strict-dynamic' with another integrity": func(w *world) {
		w.pin()
		w.page = pinnedElement.FindString(w.page)
		w.policy = "script-src 'strict-dynamic' '" + bundle.Integrity([]byte("another")) + "'"
	},
	"the integrity of what is pinned, and no host": func(w *world) {
		hash := bundle.Integrity(w.files[w.pin()])
		w.page = pinnedElement.FindString(w.page)
		w.policy = "script-src https://sdk.twilio.com '" + hash + "'"
	},
	"two snippets, of which the second is blocked": func(w *world) {
		w.policy = "script-src 'self' https://chat.example.com https://sdk.twilio.com"
		w.page += strings.ReplaceAll(snippet, chatHost, "old.example.com")
	},
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

var (
	integrity     = regexp.MustCompile(`integrity="[^"]*"`)
	pinnedElement = regexp.MustCompile(`<script [^>]*integrity=[^>]*></script>`)
)

// embedder gives the page a Cross-Origin-Embedder-Policy.
func (w *world) embedder(policy string) {
	w.hosts[siteHost] = func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Cross-Origin-Embedder-Policy", policy)
		w.servePage(out, r)
	}
}

// inline is a page with the snippet for pages that allow inline script.
func (w *world) inline() string { return "<!doctype html>" + string(w.files["acme/snippet.html"]) }
