package main

import (
	"fmt"
	"slices"

	"missive/cmd/internal/setup"
	"missive/templates"
	"missive/widget/problem"
)

// mostPagesFiles is how many files Cloudflare Pages takes of a site without a paid plan:
// https://developers.cloudflare.com/pages/platform/limits/
const mostPagesFiles = 20_000

// tooMany warns when the files come near what a host takes that dist/ is made for; nil if they don't.
func tooMany(files int, whole setup.Whole) *problem.Problem {
	if !slices.Contains(whole.Hosting, "cloudflare") || files < mostPagesFiles*9/10 {
		return nil
	}
	hint := "if you publish elsewhere, name your hosts, as in hosting: [nginx]"
	if len(whole.Snippets) == len(templates.Tools) {
		hint = "leave out snippets that you don't use, as in snippets: [hugo], or [] for none but those for any page; " + hint
	}
	p := problem.New(fmt.Sprintf("%d files are near what Cloudflare Pages takes without a paid plan, or more: %d", files, mostPagesFiles), hint)
	p.Warning = true
	return p
}

// without returns those of the list that are not among the others.
func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(text string) bool { return slices.Contains(others, text) })
}
