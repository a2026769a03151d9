package hosting

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/templates"
)

// AccountFiles returns the snippets for site generators and the like, and what a Content-Security-Policy has to allow for
// them and for the account's other snippets, which are among the given files.
func AccountFiles(set *templates.Set, a setup.Account, others []bundle.File) ([]bundle.File, error) {
	var files []bundle.File
	for _, name := range templates.Pipelines {
		text, err := set.Pipeline(name, templates.Data{ID: a.ID, Host: a.Host})
		if err != nil {
			return nil, err
		}
		files = append(files, bundle.File{Name: a.ID + "/" + name, Bytes: text})
	}
	text, err := policyText(set, a, inlineScripts(slices.Concat(others, files)))
	return append(files, bundle.File{Name: a.ID + "/csp.txt", Bytes: text}), err
}

// policyText tells what a policy has to allow for the account with these scripts. Most accounts differ by a hash alone.
func policyText(set *templates.Set, a setup.Account, scripts []inlineScript) ([]byte, error) {
	var files []string
	for _, s := range scripts {
		files = append(files, strings.Join(s.Files, " "))
	}
	n := needsOf(a)
	same := struct {
		needs
		files string
	}{n, strings.Join(files, "\n")}
	return set.Stamp("hosts/csp.txt", same, hashes(scripts), func(hashes []string) ([]byte, error) {
		inline := slices.Clone(scripts)
		for i, hash := range hashes {
			inline[i].Hash = hash
		}
		return set.Text("hosts/csp.txt", struct {
			Policy, TrustedTypes Policy
			Inline               []inlineScript
		}{n.policy(hashes), TrustedTypes, inline})
	})
}

// hostFiles are for all accounts. Their names have what no id has, but for _headers, which no account may be called.
var hostFiles = []string{"_headers", "nginx.conf", "caddy.conf", ".htaccess"}

// RootFiles returns the settings of hosts, which are for all accounts; the policy in their comments is that of one, as an example.
func RootFiles(set *templates.Set, example setup.Account) ([]bundle.File, error) {
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
		Path, Account, Short, Forever string
		Policy                        Policy
	}{
		u.EscapedPath(), example.ID,
		"public, max-age=300, must-revalidate", "public, max-age=31536000, immutable",
		PolicyOf(example, hashes(scripts)...),
	}
	var files []bundle.File
	for _, name := range hostFiles {
		text, err := set.Text("hosts/"+name, data)
		if err != nil {
			return nil, err
		}
		files = append(files, bundle.File{Name: name, Bytes: text})
	}
	return files, nil
}

// inlineScript is a script that stands in one or several snippets.
type inlineScript struct {
	Hash  string
	Files []string
	code  []byte
}

// injected are snippets that get into a page by a script of somebody else, whose business the policy is.
var injected = []string{"snippet-gtm.html"}

// inlineScripts returns the inline scripts of the snippets among the files.
func inlineScripts(files []bundle.File) []inlineScript {
	var list []inlineScript
	for _, f := range files {
		name := path.Base(f.Name)
		if !strings.HasPrefix(name, "snippet") || slices.Contains(injected, name) {
			continue
		}
		for _, script := range scriptsIn(f.Bytes) {
			i := slices.IndexFunc(list, func(s inlineScript) bool { return bytes.Equal(s.code, script) })
			if i < 0 {
				i = len(list)
				list = append(list, inlineScript{Hash: bundle.Integrity(script), code: script})
			}
			list[i].Files = append(list[i].Files, name)
		}
	}
	return list
}

// scriptsIn returns what stands in the script elements that browsers run as they are: one with a type is data, one with src a file.
func scriptsIn(snippet []byte) [][]byte {
	var list [][]byte
	for {
		_, rest, found := bytes.Cut(snippet, []byte("<script"))
		if !found {
			return list
		}
		attributes, rest, _ := bytes.Cut(rest, []byte(">"))
		script, rest, _ := bytes.Cut(rest, []byte("</script>"))
		if !bytes.Contains(attributes, []byte(" type=")) && !bytes.Contains(attributes, []byte(" src=")) {
			list = append(list, script)
		}
		snippet = rest
	}
}

func hashes(scripts []inlineScript) []string {
	var list []string
	for _, s := range scripts {
		list = append(list, s.Hash)
	}
	return list
}
