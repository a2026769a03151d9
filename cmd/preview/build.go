package main

import (
	"io/fs"
	"slices"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/desk"
	"missive/cmd/internal/dist"
	"missive/cmd/internal/page"
	"missive/cmd/internal/setup"
	"missive/cmd/preview/stage"
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
	cache     bundle.Cache
	parts     *parts            // of the last build; nil before the first
	noSDK     []problem.Problem // why npm can't install the SDK, so that pages load it from Twilio's host; nil while it can
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
		p.sum, err = partsHash(b.templates, b.pages, p.bundle)
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
	// The preview has a token endpoint of its own, so the chat carries messages here without one.
	problems = slices.DeleteFunc(problems, func(p problem.Problem) bool { return p.Warning && p.Path == "connection.tokenUrl" })
	problems = append(append(problems, b.parts.problems...), warnHidden(accounts)...)
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
		a.Values["connection.tokenUrl"] = placeholderAddress + "/" + tokenName
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
	built, err := newSite(b.parts.pages, buildHash(b.parts.sum, accounts), ids, append(files, own...))
	if err != nil {
		return nil, append(problems, templateProblem(err))
	}
	built.stages = stage.New(stage.Options{
		Build: built.build, Account: accounts[0], Bundle: bundled, Templates: b.parts.pages[stage.Page.Name()],
		ThemesFolder: b.themesFolder(), Policy: built.policy, File: built.file,
	})
	if built.desk, err = desk.NewFiles(named(b.pages, desk.Page.Name()), named(b.pages, page.Base.Name()), bundled, desk.Data{Preview: true}); err != nil {
		return nil, append(problems, templateProblem(err))
	}
	built.theme, built.variables = accounts[0].Theme, variablesOf(accounts)
	built.cdn = b.noSDK != nil
	return built, problems
}

// warnHidden warns of accounts of which the preview has pages of its own where theirs would be.
func warnHidden(accounts []setup.Account) (warnings []problem.Problem) {
	for _, a := range accounts {
		switch address := "/" + a.ID + "/"; address {
		case stage.Path:
			warnings = append(warnings, problem.Problem{
				File: address, Warning: true,
				Message: "the preview has the themes here, so the setup page of the account of this name can't be seen",
				Hint:    "all else of the account works, and the built files have the page",
			})
		case desk.Path:
			warnings = append(warnings, problem.Problem{
				File: address, Warning: true,
				Message: "the preview has the team's desk here, so the account of this name has no chat in it",
				Hint:    "give it another id to try it out; the built files have all of it",
			})
		}
	}
	return warnings
}

// bundle makes the scripts. If npm can't install the SDK that is a warning, and npm isn't asked again at later builds, which warn, too.
func (b *builder) bundle() (*bundle.Bundle, []problem.Problem) {
	o := bundle.Options{Sources: b.sources, SourceMap: true, SDK: b.noSDK == nil, Pages: scripts(b.pages), Cache: &b.cache}
	bundled, problems := bundle.Build(o)
	if len(problems) == 1 && problems[0].Path == "connection.sdk" {
		problems[0].Warning = true
		problems[0].Hint = "the preview loads Twilio's SDK from Twilio's host instead"
		b.noSDK, o.SDK = problems, false
		bundled, problems = bundle.Build(o)
	}
	return bundled, append(slices.Clone(b.noSDK), problems...)
}
