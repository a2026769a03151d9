package main

import (
	"missive/cmd/internal/bundle"
	"missive/cmd/internal/desk"
	"missive/cmd/preview/host"
	"missive/cmd/preview/outbox"
	"missive/cmd/preview/stage"
	"missive/cmd/preview/studio"
)

// placeholderAddress stands in a missive.js for the address of the preview, which is only known with a request: a phone uses another one than
// this machine.
const placeholderAddress = "http://preview.invalid"

// site is one build, all of it in memory. It doesn't change once it is made.
type site struct {
	build     string // a hash of everything but the style variables
	files     map[string][]byte
	accounts  []string
	theme     string                       // of the first account
	variables map[string]map[string]string // all style variables of each account
	hosts     map[hostPage][]byte
	pages     map[string][]byte // those that are the same for everybody, by name
	stages    *stage.Stages     // nil before the first build
	desk      *desk.Files       // nil before the first build
	cdn       bool              // the pages load the SDK from Twilio's host
}

// hostPage is the host page of an account, as this machine sees it or others do.
type hostPage struct {
	account string
	local   bool
}

// host returns the host page of an account: the first one's if there is no such account (any more).
func (s *site) host(account string, local bool) []byte {
	if content, ok := s.hosts[hostPage{account, local}]; ok {
		return content
	}
	return s.hosts[hostPage{s.accounts[0], local}]
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

// newSite adds the preview's own pages to the files of a build with the name.
// Without accounts the host page has no chat.
func newSite(pages renderer, build string, accounts []string, files []bundle.File) (*site, error) {
	s := &site{build: build, files: map[string][]byte{}, hosts: map[hostPage][]byte{}, pages: map[string][]byte{}, accounts: accounts}
	if len(accounts) == 0 {
		s.accounts = []string{""}
	}
	for _, f := range files {
		s.files[f.Name] = f.Bytes
	}
	var err error
	for name, data := range map[string]any{studio.Page.Name(): nil, outbox.Page.Name(): outbox.Data{After: unreadText}} {
		if s.pages[name], err = pages.render(name, "page.html.tmpl", data); err != nil {
			return nil, err
		}
	}
	for _, account := range s.accounts {
		for _, local := range []bool{true, false} {
			data := host.Data{Build: build, Account: account, Accounts: s.accounts, Local: local}
			s.hosts[hostPage{account, local}], err = pages.render(host.Page.Name(), "page.html.tmpl", data)
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
