package verify

import (
	"fmt"
	"net/http"

	"missive/cmd/internal/setup"
)

// wrongTokens are ways in which a token endpoint may be wrong.
var wrongTokens = map[string]func(w *world){
	"there is no token endpoint":       func(w *world) { w.build(setup.Account{ID: "acme", Host: "https://chat.example.com"}) },
	"the token endpoint is not there":  func(w *world) { w.hosts[tokenHost] = nil },
	"the token endpoint never answers": func(w *world) { w.slow = tokenHost },
	"the token endpoint doesn't know the account": func(w *world) {
		w.hosts[tokenHost] = refusing(http.StatusNotFound, `{"code": "unknown-account", "message": "The token server has no MISSIVE_SECRET_<ID> for this account."}`)
	},
	"the token endpoint waits for setup": func(w *world) {
		w.hosts[tokenHost] = refusing(http.StatusServiceUnavailable, `{"code": "roles-too-wide", "message": "Nobody is let in."}`)
	},
	"the token endpoint can't ask Twilio": func(w *world) {
		w.hosts[tokenHost] = refusing(http.StatusServiceUnavailable, `{"code": "not-ready", "message": "Twilio could not be asked yet."}`)
	},
	"the token endpoint is elsewhere on the token server": func(w *world) {
		w.hosts[tokenHost] = refusing(http.StatusNotFound, `{"code": "not-found", "message": "There is nothing at this address."}`)
	},
	"nobody is behind the proxy of the token endpoint": func(w *world) { w.hosts[tokenHost] = status(http.StatusBadGateway) },
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
		w.hosts[tokenHost] = toAnyone(`{"online": false}`)
	},
	"the token endpoint doesn't know of a proxy": func(w *world) {
		w.hosts[tokenHost] = toAnyone(`{"online": true, "problem": {"code": "proxy-not-trusted", "message": "A proxy stands in front."}}`)
	},
	"the proxy of the token endpoint says nothing of visitors": func(w *world) {
		w.hosts[tokenHost] = toAnyone(`{"online": true, "problem": {"code": "proxy-silent", "message": "The proxy is silent."}}`)
	},
	"a file stands where the token endpoint should be": func(w *world) {
		w.post = func(out http.ResponseWriter, r *http.Request) { w.hosts[r.Host](out, r) }
	},
	"a host for files stands where the token endpoint should be": func(w *world) { w.post = status(http.StatusMethodNotAllowed) },
	"what visitors send is redirected": func(w *world) {
		w.post = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://token.example.com/token/", http.StatusMovedPermanently)
		}
	},
	"what visitors send gets no answer": func(w *world) {
		w.post = func(out http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
	},
	"the token endpoint is of another region": func(w *world) {
		w.hosts[tokenHost] = toAnyone(`{"online": true, "region": "ie1"}`)
	},
	"the token endpoint is of the region that the account names": func(w *world) {
		a := acme()
		a.Values["connection.region"] = "ie1"
		w.build(a)
		w.hosts[tokenHost] = toAnyone(`{"online": true, "region": "ie1"}`)
	},
	"the token endpoint writes to terminals": func(w *world) {
		w.hosts[tokenHost] = refusing(http.StatusTeapot, `{"message": "\u001b[31mred\r\n", "code": 7}`)
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
			toAnyone(`{"online": true}`)(out, r)
		}
	},
	"the token endpoint on the page's host redirects": func(w *world) {
		w.moveToken(http.StatusTemporaryRedirect, "/token/?account=acme")
	},
	"the token endpoint on the page's host redirects with a GET": func(w *world) {
		w.moveToken(http.StatusSeeOther, "/token/?account=acme")
	},
	"the token endpoint on the page's host redirects to another": func(w *world) {
		w.moveToken(http.StatusPermanentRedirect, "https://token.example.com/token?account=acme")
	},
	"the token endpoint on the page's host has moved": func(w *world) {
		w.moveToken(http.StatusMovedPermanently, "/token/?account=acme")
	},
	"the token endpoint is another one now": func(w *world) {
		w.hosts[tokenHost] = func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, "https://new.example.com/token", http.StatusMovedPermanently)
		}
	},
	"the token endpoint redirects in a circle": func(w *world) {
		w.moveToken(http.StatusPermanentRedirect, "/token")
	},
	"the token endpoint redirects, and no page is named": func(w *world) {
		w.moveToken(http.StatusPermanentRedirect, "/token/?account=acme")
		w.options.Page = ""
	},
	"no page is named": func(w *world) { w.options.Page = "" },
}

// moveToken puts the token endpoint on the site's host, where it redirects.
func (w *world) moveToken(code int, to string) {
	a := acme()
	a.Values["connection.tokenUrl"] = "https://" + siteHost + "/token"
	w.build(a)
	w.hosts[siteHost] = func(out http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/token":
			http.Redirect(out, r, to, code)
		case "/token/":
			fmt.Fprint(out, `{"online": true}`)
		default:
			w.servePage(out, r)
		}
	}
}

// refusing is a token endpoint that answers with a status and why.
func refusing(code int, why string) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) {
		out.WriteHeader(code)
		fmt.Fprint(out, why)
	}
}

// toAnyone is a token endpoint that lets all sites in.
func toAnyone(answer string) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Access-Control-Allow-Origin", "*")
		out.Header().Set("Access-Control-Allow-Headers", "*")
		fmt.Fprint(out, answer)
	}
}
