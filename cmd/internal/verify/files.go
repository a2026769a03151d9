package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
)

// checkFiles looks at missive.js and at all that it loads.
func (v *verifier) checkFiles(ctx context.Context, folder string) {
	expected := v.manifest(ctx, folder)
	name := v.id + "/missive.js"
	launcher := v.fetch(ctx, name, expected)
	if launcher == nil {
		return
	}
	account, ok := stampOf(launcher.body)
	switch {
	case !ok:
		v.problem(v.address(name), "is no missive.js of a build", "upload dist/ to this place")
		return
	case account.ID != v.id:
		v.problem(v.address(name), fmt.Sprintf("is the missive.js of the account %q", brief(account.ID)), "upload each folder of dist/ under its own name")
		return
	}
	if here := strings.TrimSuffix(v.base.String(), "/"); account.Host != here {
		v.warn(v.address(name), "was built for "+brief(account.Host)+", where its snippets load it from", "set host in chat.yaml to "+here)
	}
	v.launcher, v.account = launcher, account
	v.account.Host = strings.TrimSuffix(v.base.String(), "/")
	v.checkShort(v.address(name), launcher)
	v.checkAssets(ctx, expected, v.checkPinned(ctx, expected))
	v.checkPicture(ctx, expected)
}

var (
	// fileName matches what one script calls another that it loads.
	fileName = regexp.MustCompile(`\b(?:panel|connection|sdk)\.[0-9a-f]{10}\.js\b`)
	// sdkAddress matches where Twilio's SDK comes from, if not from the chat's host.
	sdkAddress = regexp.MustCompile(`https://sdk\.twilio\.com/[\w./-]+`)
)

// mostAssets is several times as many as there are.
const mostAssets = 20

// checkAssets looks at the files that missive.js and the page's pinned launcher load, and at those that they load in turn.
func (v *verifier) checkAssets(ctx context.Context, expected expectation, pinned *answer) {
	v.scripts = v.entries()
	most := len(v.scripts) + mostAssets
	loaders := []*answer{v.launcher}
	if pinned != nil {
		loaders = append(loaders, pinned)
	}
	for i := 0; i < len(loaders); i++ {
		for _, found := range fileName.FindAllString(string(loaders[i].body), -1) {
			name := "assets/" + found
			if slices.Contains(v.scripts, v.address(name)) {
				continue
			}
			if len(v.scripts) >= most {
				v.problem(loaders[i].url.String(), fmt.Sprintf("loads more than %d files", mostAssets), "no script of a build does: look at what the host sends there")
				return
			}
			v.scripts = append(v.scripts, v.address(name))
			if a := v.fetch(ctx, name, expected); a != nil {
				v.checkForever(v.address(name), a)
				loaders = append(loaders, a)
				if sdk := sdkAddress.Find(a.body); sdk != nil && v.account.Text("connection.tokenUrl") != "" && v.account.Text("connection.sdk") == "cdn" {
					v.scripts = append(v.scripts, string(sdk))
				}
			}
		}
	}
}

// entries are the addresses at which the page begins to load the chat.
func (v *verifier) entries() []string {
	var list []string
	for _, s := range v.chat.scripts {
		switch {
		case s.src != nil:
			list = append(list, s.src.String())
		case v.loads(s):
			list = append(list, v.address(v.id+"/missive.js"))
		}
	}
	if list == nil {
		list = append(list, v.address(v.id+"/missive.js"))
	}
	return list
}

func (v *verifier) checkPicture(ctx context.Context, expected expectation) {
	if picture, ok := strings.CutPrefix(v.account.Text("chat.avatarUrl"), "../assets/"); ok {
		if v.picture = v.fetch(ctx, "assets/"+picture, expected); v.picture != nil {
			v.checkForever(v.address("assets/"+picture), v.picture)
		}
	}
}

// expectation is what the host should have, by name.
type expectation struct {
	source string // where that is from, for people; empty when nothing is known
	hint   string
	files  map[string]dist.Entry
	pinned string // the account's launcher with a hash in its name; empty if nothing is known
}

// manifest returns what the local build holds, if it has the account, and else what the host's own manifest lists.
func (v *verifier) manifest(ctx context.Context, folder string) expectation {
	file := filepath.Join(folder, dist.ManifestName)
	text, err := os.ReadFile(file)
	if err == nil {
		if e, ok := v.expect(text, folder, "upload "+folder+" again, and clear the cache of a CDN in front of the host"); ok {
			return e
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		v.problem(file, "can't be read", "check its permissions, or name another folder with -out")
	}
	address := v.address(dist.ManifestName)
	a, f := v.get(ctx, address, maxManifest, nil)
	if f != nil {
		v.problem(address, f.Message, f.Hint)
	} else if a.status == http.StatusOK {
		if e, ok := v.expect(a.body, "the host's manifest.json", "upload all of dist/ again, and clear the cache of a CDN in front of the host"); ok {
			return e
		}
	}
	v.note("neither " + file + " nor " + address + " lists the account, so nobody knows whether its files are the latest")
	return expectation{}
}

func (v *verifier) expect(text []byte, source, hint string) (expectation, bool) {
	m, err := dist.ReadManifest(bytes.NewReader(text))
	if err != nil {
		return expectation{}, false
	}
	e := expectation{source, hint, map[string]dist.Entry{}, m.Names[v.id+"/pinned"].Path}
	for _, entry := range m.Files {
		e.files[entry.Path] = entry
	}
	_, ok := e.files[v.id+"/missive.js"]
	return e, ok
}

// fetch gets a file of the build, and checks what holds for all of them. It returns nil if the file isn't there.
func (v *verifier) fetch(ctx context.Context, name string, expected expectation) *answer {
	address := v.address(name)
	v.checked(address)
	integrity, exact := v.exact[name]
	a, f := v.get(ctx, address, maxBody, v.crossOrigin(name))
	switch {
	case f != nil:
		v.problem(address, f.Message, f.Hint)
		return nil
	case a.status == http.StatusNotFound || a.status == http.StatusGone:
		hint := "upload all of dist/, and its assets first"
		if name == v.id+"/missive.js" {
			hint = "if the account has the id " + v.id + ", upload all of dist/"
		} else if exact {
			hint = "upload all of dist/; if that doesn't have it, the pinned snippet of " + v.page.String() + " is too old: " + v.pasteAnew()
		}
		v.problem(address, "is not there", hint)
		return nil
	case a.status != http.StatusOK:
		v.problem(address, "answers "+a.statusText(), "let everybody read the files of dist/")
		return nil
	}
	if isHTML(a) {
		v.problem(address, "is a page, not the file", "some hosts answer so where they have no file: upload all of dist/, and its assets first")
		return nil
	}
	if entry, known := expected.files[name]; known && bundle.Integrity(a.body) != entry.Integrity {
		v.problem(address, "is not the one in "+expected.source, expected.hint)
	}
	v.checkType(address, a)
	if a.encoding == "" && bundle.Compressible(name) && len(a.body) > 1000 {
		v.warn(address, fmt.Sprintf("is sent as it is, %d bytes", len(a.body)), `switch compression on, or build with -compress and let the host send the .br and .gz files`)
	}
	switch {
	case exact:
		v.checkExact(address, a, integrity)
	case !isPinned(name):
		v.checkResourcePolicy(address, a)
	}
	return a
}

// checkResourcePolicy checks that other sites may use the file. Those that ask whether they may, as pinned snippets do, need no such policy.
func (v *verifier) checkResourcePolicy(address string, a *answer) {
	policy := resourcePolicy(a)
	if policy != "same-origin" && policy != "same-site" || v.offered(a) || !v.foreign() {
		return
	}
	tell := v.problem
	if v.page == nil { // which may well be on the same host
		tell = v.warn
	}
	tell(address, fmt.Sprintf(`has "Cross-Origin-Resource-Policy: %s", so no other site may use it`, policy), `send "cross-origin" instead, or leave the header out`)
}

func resourcePolicy(a *answer) string {
	return strings.ToLower(strings.TrimSpace(a.header.Get("Cross-Origin-Resource-Policy")))
}

// offered reports whether the file's policy lets the page use it. What has https is for pages with https alone.
func (v *verifier) offered(a *answer) bool {
	policy := resourcePolicy(a)
	near := v.page != nil && sameSite(v.page.Hostname(), v.base.Hostname()) && (v.page.Scheme == "https" || v.base.Scheme == "http")
	return policy == "cross-origin" || policy == "same-site" && near
}

// sameSite reports whether browsers take two hosts for one site: they are of one registered domain.
func sameSite(a, b string) bool {
	one, err := publicsuffix.EffectiveTLDPlusOne(a)
	other, otherErr := publicsuffix.EffectiveTLDPlusOne(b)
	return a == b || err == nil && otherErr == nil && one == other && net.ParseIP(a) == nil
}

// foreign reports whether the site is elsewhere than the chat's files; without a page it is taken to be.
func (v *verifier) foreign() bool { return v.page == nil || origin(v.page) != origin(v.base) }

// types are the content types of files, of which the first is the right one.
var types = map[string][]string{
	".js":  {"text/javascript", "application/javascript", "application/x-javascript"},
	".png": {"image/png"}, ".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".gif": {"image/gif"},
	".webp": {"image/webp"}, ".avif": {"image/avif"}, ".svg": {"image/svg+xml"},
}

func (v *verifier) checkType(address string, a *answer) {
	extension := path.Ext(address)
	right := types[extension]
	got, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if len(right) == 0 || slices.Contains(right, got) {
		return
	}
	message := fmt.Sprintf("has the content type %q, with which browsers may refuse it", brief(got))
	if got == "" {
		message = "has no content type, so browsers may refuse it"
	}
	v.problem(address, message, fmt.Sprintf(`serve %s files with "Content-Type: %s"`, extension, right[0]))
}

func isHTML(a *answer) bool {
	got, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return got == "text/html"
}

const (
	longestShort    = 24 * time.Hour
	shortestForever = 30 * 24 * time.Hour
	shortHint       = `send "Cache-Control: public, max-age=300, must-revalidate" with it`
	foreverHint     = `send "Cache-Control: public, max-age=31536000, immutable" with it: another content would have another name`
)

// checkShort checks the caching of a file whose address stays.
func (v *verifier) checkShort(address string, a *answer) {
	kept := freshness(a.header)
	switch {
	case !kept.told:
		v.warn(address, "doesn't say how long it may be kept, so browsers guess", shortHint)
	case kept.age > longestShort:
		v.problem(address, fmt.Sprintf("may be kept for %s: visitors would have an old chat for so long", days(kept.age)), shortHint)
	case kept.never:
		v.warn(address, "may not be kept at all, so each page loads it anew", shortHint)
	}
}

// checkForever checks the caching of a file with a hash in its name.
func (v *verifier) checkForever(address string, a *answer) {
	kept := freshness(a.header)
	switch {
	case !kept.told:
		v.warn(address, "doesn't say how long it may be kept, so browsers guess", foreverHint)
	case kept.age < shortestForever:
		v.warn(address, fmt.Sprintf("may be kept for %s only", days(kept.age)), foreverHint)
	}
}

// caching is what Cache-Control says to a browser.
type caching struct {
	told, never bool
	age         time.Duration
}

func freshness(h http.Header) caching {
	var c caching
	for part := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), "=")
		switch name {
		case "max-age":
			seconds, err := strconv.Atoi(strings.Trim(value, `"`))
			if err == nil && seconds >= 0 {
				c.told, c.age = true, time.Duration(min(seconds, 10*365*24*3600))*time.Second
			}
		case "no-store":
			c.told, c.never = true, true
		case "no-cache":
			c.told = true
		}
	}
	if c.never {
		c.age = 0
	}
	return c
}

// days is a time as people say it.
func days(d time.Duration) string {
	say := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch {
	case d >= 48*time.Hour:
		return say(int(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return say(int(d/time.Hour), "hour")
	case d >= 2*time.Minute:
		return say(int(d/time.Minute), "minute")
	}
	return say(int(d/time.Second), "second")
}

// stampOf returns the account that a missive.js was made for.
func stampOf(script []byte) (setup.Account, bool) {
	var stamp map[string]any
	// The setup is what the bundled function is called with. No text in it can hold the mark: its quote would be escaped.
	const mark = `})({"`
	i := strings.LastIndex(string(script), mark)
	if i < 0 || json.NewDecoder(strings.NewReader(string(script[i+len(mark)-2:]))).Decode(&stamp) != nil {
		return setup.Account{}, false
	}
	a := setup.Account{Values: map[string]any{}}
	flatten(a.Values, "", stamp)
	a.ID, _ = stamp["id"].(string)
	a.Host, _ = stamp["host"].(string)
	return a, a.ID != "" && a.Host != ""
}

// flatten puts what is set into values, by its dotted path.
func flatten(values map[string]any, prefix string, section map[string]any) {
	for key, value := range section {
		if below, ok := value.(map[string]any); ok {
			flatten(values, prefix+key+".", below)
		} else {
			values[prefix+key] = value
		}
	}
}
