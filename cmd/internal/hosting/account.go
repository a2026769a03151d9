package hosting

import (
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
	"missive/templates"
)

// AccountFiles returns the snippets for these tools, site generators and the like, and what a Content-Security-Policy has to allow for
// them and for the account's other snippets, which are among the given files, as is the launcher with a hash in its name.
func AccountFiles(set *templates.Set, a setup.Account, others []bundle.File, tools []string) ([]bundle.File, error) {
	var files []bundle.File
	for _, name := range templates.Pipelines {
		if !slices.Contains(tools, templates.ToolOf(name)) {
			continue
		}
		text, err := set.Pipeline(name, templates.Data{ID: a.ID, Host: a.Host})
		if err != nil {
			return nil, err
		}
		files = append(files, bundle.File{Name: a.ID + "/" + name, Bytes: text})
	}
	pinned := ""
	for _, f := range others {
		if strings.HasPrefix(path.Base(f.Name), "missive.") && path.Base(f.Name) != "missive.js" {
			pinned = f.Integrity
		}
	}
	text, err := policyText(set, a, inlineScripts(slices.Concat(others, files)), pinned)
	return append(files, bundle.File{Name: a.ID + "/csp.txt", Bytes: text}), err
}

// policyText tells what a policy has to allow for the account with these scripts. Most accounts differ by a hash alone.
func policyText(set *templates.Set, a setup.Account, scripts []inlineScript, pinned string) ([]byte, error) {
	var files []string
	for _, s := range scripts {
		files = append(files, strings.Join(s.Files, " "))
	}
	n := needsOf(a)
	same := struct {
		needs
		files string
	}{n, strings.Join(files, "\n")}
	return set.Stamp("hosts/csp.txt", same, append(hashes(scripts), pinned), func(values []string) ([]byte, error) {
		hashes, pinned := values[:len(scripts)], values[len(scripts)]
		inline := slices.Clone(scripts)
		for i, hash := range hashes {
			inline[i].Hash = hash
		}
		return set.Text("hosts/csp.txt", struct {
			Policy, TrustedTypes Policy
			Inline               []inlineScript
			Pinned               string
		}{n.policy(hashes), TrustedTypes, inline, pinned})
	})
}
