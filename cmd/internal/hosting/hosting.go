// Package hosting makes what a site and a host need to know of the chat: the snippets for site generators, the
// Content-Security-Policy of the site's pages, and the settings of the servers that dist/ may be on, _headers and nginx.conf among them.
//
// What such a file says of an account or of a host belongs here; the texts themselves are templates, below templates/hosts and
// templates/pipelines. Whether a host and a site follow it is found out by package verify.
package hosting

import (
	"bytes"
	"net/url"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/hosting/hosts"
	"missive/cmd/internal/setup"
	"missive/templates"
)

// Files are the names of all settings of hosts.
var Files = hosts.Files(hosts.Names)

// RootFiles returns the settings of these hosts, which are for all accounts; the policy in their comments is that of one,
// as an example. Hosts may serve the files to everybody, so they name no account.
func RootFiles(set *templates.Set, example setup.Account, names []string) ([]bundle.File, error) {
	u, err := url.Parse(example.Host)
	if err != nil {
		return nil, err
	}
	const name = "snippet-hugo.html" // one of those that share an inline script
	snippet, err := set.Pipeline(name, templates.Data{ID: example.ID, Host: example.Host})
	if err != nil {
		return nil, err
	}
	scripts := inlineScripts([]bundle.File{{Name: name, Bytes: snippet}})
	data := struct {
		Path, Short, Forever string
		Policy               Policy
	}{
		u.EscapedPath(),
		"public, max-age=300, must-revalidate", "public, max-age=31536000, immutable",
		withSelf(PolicyOf(example, hashes(scripts)...)),
	}
	var files []bundle.File
	for _, name := range hosts.Files(names) {
		text, err := set.Text("hosts/"+name, data)
		if err != nil {
			return nil, err
		}
		files = append(files, bundle.File{Name: name, Bytes: text})
	}
	return files, nil
}

// withSelf allows the site's own files as well.
func withSelf(p Policy) Policy {
	for i := range p {
		p[i].Sources = append([]string{"'self'"}, p[i].Sources...)
	}
	return p
}

// IsOurs reports whether a file of one of the [Files]' names is one that a build has made.
func IsOurs(name string, content []byte) bool {
	begin, known := begins[name]
	return known && bytes.HasPrefix(content, []byte(begin))
}

// begins are the first words of each file, which stay from version to version.
var begins = map[string]string{
	"_headers":   "# Netlify and Cloudflare Pages read this file",
	"nginx.conf": "# The chat's files in nginx.",
	"caddy.conf": "# The chat's files in Caddy.",
	".htaccess":  "# The chat's files in Apache,",
}
