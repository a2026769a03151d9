package main

import (
	"strings"
	"testing"

	"missive/cmd/internal/hosting/hosts"
	"missive/cmd/internal/setup"
	"missive/templates"
)

func TestFilesNearTheLimitOfAHostAreToldIfItIsOneOfTheHosts(t *testing.T) {
	all := setup.Whole{Hosting: hosts.Names, Snippets: templates.Tools}
	few := setup.Whole{Hosting: hosts.Names, Snippets: []string{"hugo"}}
	for _, c := range []struct {
		files int
		whole setup.Whole
		want  string
	}{
		{17_999, all, ""},
		{18_000, all, "warning: 18000 files are near what Cloudflare Pages takes without a paid plan, or more: 20000\n  hint: leave out snippets that you don't use"},
		{20_000, few, "warning: 20000 files are near what Cloudflare Pages takes without a paid plan, or more: 20000\n  hint: if you publish elsewhere, name your hosts"},
		{20_000, setup.Whole{Hosting: []string{"nginx"}}, ""},
	} {
		got := ""
		if p := tooMany(c.files, c.whole); p != nil {
			got = p.Error()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%d files: got %q, want %q", c.files, got, c.want)
		}
	}
}
