package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
	"missive/templates"
	"missive/widget"
)

// builder builds in memory what "go run ./cmd/build" writes, and a page to try it on.
type builder struct {
	files     []string // chat.yaml
	themesDir string
	sources   fs.FS // of the widget
	templates fs.FS
	tokenURL  string // of the conversations on this machine
	noSDK     bool   // npm doesn't work here: the SDK comes from Twilio's host
}

// site is one build, all of it in memory. It doesn't change once it is made.
type site struct {
	build    string // a hash of everything
	files    map[string][]byte
	accounts []string
	pages    map[string][]byte // the host page of each account
}

// page returns the host page of an account: the first one's if there is no such account (any more).
func (s *site) page(account string) []byte {
	if page, ok := s.pages[account]; ok {
		return page
	}
	return s.pages[s.accounts[0]]
}

// build returns the site, or nil if any of the problems is more than a warning.
func (b *builder) build() (*site, []widget.Problem) {
	accounts, problems := setup.Load(b.files, setup.Options{ThemesDir: b.themesDir})
	// Here the chat does carry messages, wherever the built one will connect to.
	problems = slices.DeleteFunc(problems, func(p widget.Problem) bool { return p.Warning && p.Path == "connection.tokenUrl" })
	bundled, more := bundle.Build(bundle.Options{Sources: b.sources, SourceMap: true, SDK: !b.noSDK})
	if len(more) == 1 && more[0].Path == "connection.sdk" {
		b.noSDK, more[0].Warning = true, true
		more[0].Hint = "the preview loads Twilio's SDK from Twilio's host instead"
		problems = append(problems, more...)
		bundled, more = bundle.Build(bundle.Options{Sources: b.sources, SourceMap: true})
	}
	problems = append(problems, more...)
	for _, a := range accounts {
		a.Values["connection.tokenUrl"] = b.tokenURL
		if !b.noSDK {
			a.Values["connection.sdk"] = "bundled"
		}
	}
	set, err := templates.Parse(b.templates)
	if err != nil {
		problems = append(problems, templateProblem(err))
	}
	if len(faults(problems)) > 0 {
		return nil, problems
	}
	desk, err := b.desk(set)
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	files, err := dist.Files(accounts, bundled, dist.Options{Templates: set})
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	var ids []string
	for _, a := range accounts {
		ids = append(ids, a.ID)
	}
	built, err := newSite(b.templates, ids, append(files, desk...))
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	return built, problems
}

// desk makes the team desk. Without npm there is none, as it has Twilio's SDK in it.
func (b *builder) desk(set *templates.Set) ([]bundle.File, error) {
	if b.noSDK {
		return nil, nil
	}
	script, problems := bundle.Desk(bundle.Options{Sources: b.sources})
	if len(problems) > 0 {
		return nil, errors.New(problems[0].String())
	}
	style, err := fs.ReadFile(b.templates, "desk.css")
	if err != nil {
		return nil, err
	}
	page, err := set.Desk()
	return []bundle.File{{Name: deskName, Bytes: page}, {Name: deskName + ".js", Bytes: script}, {Name: deskName + ".css", Bytes: style}}, err
}

// newSite adds the host page, from the templates, to the files of a build.
// Without accounts the page has no chat.
func newSite(from fs.FS, accounts []string, files []bundle.File) (*site, error) {
	s := &site{files: map[string][]byte{}, pages: map[string][]byte{}, accounts: accounts}
	if len(accounts) == 0 {
		s.accounts = []string{""}
	}
	for _, name := range []string{"preview.css", "preview.js"} {
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		files = append(files, bundle.File{Name: name, Bytes: content})
	}
	set, err := templates.Parse(from)
	if err != nil {
		return nil, err
	}
	// The page holds the name of its build, so the name derives from the page without it.
	page, err := set.Preview(templates.PreviewData{Accounts: accounts})
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	hash.Write(page)
	for _, f := range files {
		s.files[f.Name] = f.Bytes
		fmt.Fprintf(hash, "%q %d\n", f.Name, len(f.Bytes))
		hash.Write(f.Bytes)
	}
	s.build = hex.EncodeToString(hash.Sum(nil))[:16]
	for _, account := range s.accounts {
		s.pages[account], err = set.Preview(templates.PreviewData{Build: s.build, Account: account, Accounts: accounts})
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// faults returns the problems that are more than warnings.
func faults(problems []widget.Problem) []widget.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p widget.Problem) bool { return p.Warning })
}

// templateError takes apart what Go's template packages say: "template: page.html.tmpl:3:5: what is wrong".
var templateError = regexp.MustCompile(`template: ?([^:\s]+):(\d+)(?::(\d+))?: (.*)`)

func templateProblem(err error) widget.Problem {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return widget.Problem{File: "templates", Message: err.Error()}
	}
	line, _ := strconv.Atoi(m[2])
	column, err := strconv.Atoi(m[3])
	if err == nil {
		column++ // they count from 0
	}
	return widget.Problem{File: "templates/" + m[1], Line: line, Column: column, Message: m[4]}
}
