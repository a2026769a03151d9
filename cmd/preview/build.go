package main

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/setup"
	"missive/cmd/preview/host"
	"missive/templates"
	"missive/widget/problem"
)

// builder builds in memory what "go run ./cmd/build" writes, and a page to try it on.
type builder struct {
	files     []string // chat.yaml
	themesDir string
	sources   fs.FS // of the widget
	templates fs.FS
	pages     []ownPage
	memory    bundle.Memory
	parts     *parts            // of the last build; nil before the first
	noSDK     []problem.Problem // why npm doesn't bring the SDK: then it comes from Twilio's host; nil if it does
}

// anyAddress stands in a missive.js for the address that the preview is asked at, which is another one for a phone.
const anyAddress = "http://preview.invalid"

// site is one build, all of it in memory. It doesn't change once it is made.
type site struct {
	build     string // a hash of everything but the style variables
	files     map[string][]byte
	accounts  []string
	variables map[string]map[string]string // all style variables of each account
	pages     map[hostPage][]byte
	stages    *stages // nil before the first build
	cdn       bool    // the pages load the SDK from Twilio's host
}

// hostPage is the host page of an account, as this machine sees it or others do.
type hostPage struct {
	account string
	local   bool
}

// page returns the host page of an account: the first one's if there is no such account (any more).
func (s *site) page(account string, local bool) []byte {
	if content, ok := s.pages[hostPage{account, local}]; ok {
		return content
	}
	return s.pages[hostPage{s.accounts[0], local}]
}

// policy returns the Content-Security-Policy of the pages: the strictest one that the widget must work under, so that
// whoever works on it notices. Only pictures may come from anywhere, as a team's avatar does.
func (s *site) policy(host string) string {
	scripts := "'self'"
	if s.cdn {
		scripts += " https://sdk.twilio.com"
	}
	return "default-src 'none'; script-src " + scripts + "; style-src 'self'; img-src * data:; connect-src 'self' ws://" + host
}

// parts are what a build is made of besides accounts and themes.
type parts struct {
	bundle   *bundle.Bundle
	set      *templates.Set
	pages    renderer
	sum      []byte // a hash of all of them
	problems []problem.Problem
}

// build returns the site, or nil if any of the problems is more than a warning.
func (b *builder) build() (*site, []problem.Problem) {
	b.parts = b.makeParts()
	return b.stamp()
}

// restyle does what build does when nothing but themes was saved since: scripts and templates stay as they are.
func (b *builder) restyle() (*site, []problem.Problem) {
	if b.parts == nil {
		return b.build()
	}
	return b.stamp()
}

func (b *builder) makeParts() *parts {
	p := &parts{}
	p.bundle, p.problems = b.bundle()
	var err error
	p.set, err = templates.Parse(b.templates)
	if err == nil {
		p.pages, err = newRenderer(b.pages)
	}
	if err == nil && p.bundle != nil {
		p.sum, err = sumOf(b.templates, b.pages, p.bundle)
	}
	if err != nil {
		p.problems = append(p.problems, templateProblem(err))
	}
	return p
}

// stamp makes the site of the parts, and of accounts and themes as they are now.
func (b *builder) stamp() (*site, []problem.Problem) {
	bundled, set := b.parts.bundle, b.parts.set
	accounts, problems := setup.Load(b.files, setup.Options{ThemesDir: b.themesDir})
	// Here the chat does carry messages, wherever the built one will connect to.
	problems = slices.DeleteFunc(problems, func(p problem.Problem) bool { return p.Warning && p.Path == "connection.tokenUrl" })
	problems = append(append(problems, b.parts.problems...), hidden(accounts)...)
	if len(faults(problems)) > 0 {
		return nil, problems
	}
	sdk := "bundled"
	if b.noSDK != nil {
		sdk = "cdn"
	}
	var ids []string
	for _, a := range accounts {
		ids = append(ids, a.ID)
		a.Values["connection.tokenUrl"] = anyAddress + "/" + tokenName
		a.Values["connection.sdk"] = sdk
	}
	files, err := dist.Files(accounts, bundled, dist.Options{Templates: set})
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	own, err := served(b.pages, bundled.Pages)
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	built, err := newSite(b.parts.pages, nameOf(b.parts.sum, accounts), ids, append(files, own...))
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	built.stages = newStages(accounts[0], bundled, b.parts.pages, b.themesFolder())
	built.variables = variablesOf(accounts)
	built.cdn = b.noSDK != nil
	return built, problems
}

// hidden warns of an account whose setup page is where the preview has a page of its own.
func hidden(accounts []setup.Account) []problem.Problem {
	if !slices.ContainsFunc(accounts, func(a setup.Account) bool { return a.ID+"/" == stagePath }) {
		return nil
	}
	return []problem.Problem{{
		File: "/" + stagePath, Warning: true,
		Message: "the preview has the themes here, so the setup page of the account of this name can't be seen",
		Hint:    "all else of the account works, and the built files have the page",
	}}
}

// themesFolder returns where the user's themes are: those of the first chat.yaml, which stages and studio show.
func (b *builder) themesFolder() string { return b.themesFolders()[0] }

// themesFolders returns where themes are looked for, of each chat.yaml.
func (b *builder) themesFolders() []string {
	if b.themesDir != "" {
		return []string{b.themesDir}
	}
	var folders []string
	for _, file := range b.files {
		folders = append(folders, filepath.Join(filepath.Dir(file), "themes"))
	}
	return folders
}

// isTheme tells whether a file is in one of the folders with themes: a theme, or what an editor writes beside one while it saves.
func (b *builder) isTheme(path string) bool {
	return slices.ContainsFunc(b.themesFolders(), func(folder string) bool {
		absolute, err := filepath.Abs(folder)
		return err == nil && filepath.Dir(path) == absolute
	})
}

// watched returns what a build reads: folders, and folders with all below.
func (b *builder) watched() (folders, trees []string) {
	for _, file := range b.files {
		// The pictures that it names lie beside it.
		folders = append(folders, filepath.Dir(file))
	}
	trees = b.themesFolders()
	if inModule() {
		folders = append(folders, "widget")
		trees = append(trees, "widget/src", "widget/option", "widget/cssvalue", "widget/problem", "templates", "themes", "cmd")
	}
	return folders, trees
}

// bundle makes the scripts. Where npm doesn't bring the SDK that is a warning, now and from then on.
func (b *builder) bundle() (*bundle.Bundle, []problem.Problem) {
	o := bundle.Options{Sources: b.sources, SourceMap: true, SDK: b.noSDK == nil, Pages: scripts(b.pages), Memory: &b.memory}
	bundled, problems := bundle.Build(o)
	if len(problems) == 1 && problems[0].Path == "connection.sdk" {
		problems[0].Warning = true
		problems[0].Hint = "the preview loads Twilio's SDK from Twilio's host instead"
		b.noSDK, o.SDK = problems, false
		bundled, problems = bundle.Build(o)
	}
	return bundled, append(slices.Clone(b.noSDK), problems...)
}

// newSite adds the preview's own pages to the files of a build with the name.
// Without accounts the host page has no chat.
func newSite(pages renderer, build string, accounts []string, files []bundle.File) (*site, error) {
	s := &site{build: build, files: map[string][]byte{}, pages: map[hostPage][]byte{}, accounts: accounts}
	if len(accounts) == 0 {
		s.accounts = []string{""}
	}
	desk, err := pages.render("desk", "page.html.tmpl", nil)
	if err != nil {
		return nil, err
	}
	studio, err := pages.render("studio", "page.html.tmpl", nil)
	if err != nil {
		return nil, err
	}
	files = append(files, bundle.File{Name: deskName, Bytes: desk}, bundle.File{Name: studioFiles + "html", Bytes: studio})
	for _, f := range files {
		s.files[f.Name] = f.Bytes
	}
	for _, account := range s.accounts {
		for _, local := range []bool{true, false} {
			s.pages[hostPage{account, local}], err = pages.render("host", "page.html.tmpl", host.Data{Build: build, Account: account, Accounts: s.accounts, Local: local})
			if err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// emptySite is what there is before the first build: a host page without a chat.
func emptySite() (*site, error) {
	pages, err := newRenderer(ownPages)
	if err != nil {
		return nil, err
	}
	files, err := served(ownPages, nil)
	if err != nil {
		return nil, err
	}
	return newSite(pages, "", nil, files)
}

// faults returns the problems that are more than warnings.
func faults(problems []problem.Problem) []problem.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p problem.Problem) bool { return p.Warning })
}

// templateError takes apart what Go's template packages say: "template: page.html.tmpl:3:5: what is wrong".
var templateError = regexp.MustCompile(`template: ?([^:\s]+):(\d+)(?::(\d+))?: (.*)`)

func templateProblem(err error) problem.Problem {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return problem.Problem{File: "templates", Message: err.Error()}
	}
	line, _ := strconv.Atoi(m[2])
	column, err := strconv.Atoi(m[3])
	if err == nil {
		column++ // they count from 0
	}
	file := m[1]
	if !strings.Contains(file, "/") {
		file = "templates/" + file
	}
	return problem.Problem{File: file, Line: line, Column: column, Message: m[4]}
}
