// Package hosts has the names of the hosts that dist/ can have settings for. What is in the settings belongs to package hosting.
package hosts

import "slices"

// Names are the hosts, as chat.yaml names them.
var Names = []string{"netlify", "cloudflare", "nginx", "caddy", "apache"}

// files are the settings of each host, by its name.
var files = map[string]string{"netlify": "_headers", "cloudflare": "_headers", "nginx": "nginx.conf", "caddy": "caddy.conf", "apache": ".htaccess"}

// Files returns the names of the files with the settings of these hosts, each once. None of them can be an account's id: they have a
// dot, and setup refuses _headers.
func Files(names []string) []string {
	var list []string
	for _, name := range Names {
		if slices.Contains(names, name) && !slices.Contains(list, files[name]) {
			list = append(list, files[name])
		}
	}
	return list
}
