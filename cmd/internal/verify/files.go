package verify

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
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
	case dist.IsRetired(launcher.body):
		v.warn(v.address(name), "is that of a retired account, which shows no chat", "take its snippet out of your pages, or paste that of another account")
		return
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
	fileName = regexp.MustCompile(`\b[a-z]+\.[0-9a-f]{10}\.js\b`)
	// sdkAddress matches where Twilio's SDK comes from, if not from the chat's host.
	sdkAddress = regexp.MustCompile(`https://sdk\.twilio\.com/[\w./-]+`)
)

// mostAssets is how many files a launcher and its files may load: several times as many as those of a build do. More are of a host that
// answers each name with one more.
const mostAssets = 20

// checkAssets looks at the files that missive.js and the page's pinned launcher load, and at those that they load in turn.
func (v *verifier) checkAssets(ctx context.Context, expected expectation, pinned *answer) {
	v.scripts = v.entries()
	mostScripts := len(v.scripts) + mostAssets
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
			if len(v.scripts) >= mostScripts {
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

// fetch gets a file of the build, and checks what holds for all of them. It returns nil if the file isn't there.
func (v *verifier) fetch(ctx context.Context, name string, expected expectation) *answer {
	address := v.address(name)
	v.checked(address)
	integrity, exact := v.integrities[name]
	a, f := v.get(ctx, address, maxFileBytes, v.crossOrigin(name))
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
		hint := expected.hint
		if a.encoding != "" {
			hint += "; or delete the .br and .gz files there, if an earlier build with -compress has left them"
		}
		v.problem(address, "is not the one in "+expected.source, hint)
	}
	v.checkType(address, a)
	if a.encoding == "" && bundle.Compressible(name) && len(a.body) > 1000 {
		v.warn(address, fmt.Sprintf("is sent as it is, %d bytes", len(a.body)), `switch compression on, or build with -compress and let the host send the .br and .gz files`)
	}
	switch {
	case exact:
		v.checkIntegrity(address, a, integrity)
	case !isPinned(name):
		v.checkResourcePolicy(address, a)
	}
	return a
}

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
