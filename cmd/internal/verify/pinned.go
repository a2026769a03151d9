package verify

import (
	"context"
	"net/http"
	"path"
	"regexp"
	"strings"
)

// exactFile matches what a pinned launcher says of a file that it loads: its name and its integrity.
var exactFile = regexp.MustCompile(`"(` + fileName.String() + `)":"(sha256-[\w+/=]+)"`)

// pinned returns the script by which the page starts a launcher with a hash in its name, and that name; nil if there is none.
func (v *verifier) pinned() (s *script, name string) {
	for i := range v.chat.scripts {
		found := &v.chat.scripts[i]
		if found.src == nil || !isPinned(found.src.Path) {
			continue
		}
		other := v.id + "/" + path.Base(found.src.Path)
		switch {
		case origin(found.src) != origin(v.base) || found.src.Path != v.base.JoinPath(other).Path:
			v.warn(v.page.String(), "has a pinned snippet that loads from "+brief(found.src.String())+", which was not looked at",
				"if the account has moved, "+v.pasteAnew()+"; if not, verify it there")
		case s == nil:
			s, name = found, other
		case name != other:
			v.warn(v.page.String(), "has several pinned snippets of this account, of which the first was looked at", "leave that of the latest build")
			return s, name
		}
	}
	return s, name
}

// isPinned reports whether the path is that of a launcher with a hash in its name.
func isPinned(path string) bool {
	match := launcherPath.FindStringSubmatch(path)
	return match != nil && match[1] != ""
}

// checkPinned looks at the launchers with a hash in their name: that of the latest build, and the one that the page pins.
// It returns the latter, which may be older; nil if there is none.
func (v *verifier) checkPinned(ctx context.Context, expected expectation) (launcher *answer) {
	s, name := v.pinned()
	if s != nil {
		v.integrities = map[string]string{name: s.integrity}
		if v.foreign() && s.integrity != "" && !s.cors {
			v.problem(v.page.String(), "has a pinned snippet without crossorigin, so browsers refuse what it loads", v.pasteAnew())
		}
		if launcher = v.fetch(ctx, name, expected); launcher != nil {
			v.checkForever(v.address(name), launcher)
			v.checkLifetime(name, expected)
			for _, m := range exactFile.FindAllSubmatch(launcher.body, -1) {
				v.integrities["assets/"+string(m[1])] = string(m[2])
			}
		}
	}
	if latest := expected.pinned; latest != "" && latest != name {
		if a := v.fetch(ctx, latest, expected); a != nil {
			v.checkForever(v.address(latest), a)
			if a.header.Get("Access-Control-Allow-Origin") == "" {
				v.note(v.address(latest) + " comes without Access-Control-Allow-Origin: the pinned snippet, and it alone, needs that")
			}
		}
	}
	return launcher
}

func (v *verifier) pasteAnew() string {
	return "paste " + v.id + "/snippet-pinned.html from dist anew, as it is"
}

// checkIntegrity checks that browsers may read a file that the page's pinned snippet loads, and find in it what they were told.
func (v *verifier) checkIntegrity(address string, a *answer, integrity string) {
	if v.foreign() && !allows(a.header, origin(v.page)) {
		v.problem(address, "doesn't let pages of "+origin(v.page)+" read it, so the pinned snippet there can't use it",
			`send "Access-Control-Allow-Origin: *" with all files of dist/, as the host files do`)
	}
	if !hasIntegrity(integrity, a.body) {
		v.problem(address, "has another integrity than the pinned snippet of "+v.page.String()+" asks for, so browsers refuse it",
			"upload all of dist/ again, let nothing on the way change scripts, and "+v.pasteAnew())
	}
}

// hasIntegrity reports whether a browser takes the content: of several hashes those of the strongest kind count, as in
// Subresource Integrity, section 3.3.4.
func hasIntegrity(integrity string, content []byte) bool {
	for _, hash := range hashes(string(content)) {
		kind, _, _ := strings.Cut(hash, "-")
		known := false
		for one := range strings.FieldsSeq(integrity) {
			one, _, _ = strings.Cut(one, "?")
			if one == hash {
				return true
			}
			known = known || strings.HasPrefix(one, kind+"-")
		}
		if known {
			return false
		}
	}
	return true
}

// crossOrigin is the header that a browser sends when it loads a file for a pinned snippet: some hosts allow only the origins that ask.
// Without a page it is an example.
func (v *verifier) crossOrigin(name string) http.Header {
	_, exact := v.integrities[name]
	switch {
	case !exact && !isPinned(name):
		return nil
	case v.page == nil:
		return http.Header{"Origin": {"https://www.example.com"}}
	}
	return http.Header{"Origin": {origin(v.page)}}
}
