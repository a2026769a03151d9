package hosting

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"missive/cmd/internal/bundle"
)

// inlineScript is a script that stands in one or several snippets.
type inlineScript struct {
	Hash  string
	Files []string
	code  []byte
}

// scriptless are snippets that put no inline script into a page that a hash could allow. That of a tag manager gets in by its script:
// what the policy has to have for it is in the tag manager's documentation. Others are compiled.
var scriptless = []string{"snippet-gtm.html", "snippet-react.tsx", "snippet-vue.vue", "snippet-docusaurus.ts"}

// inlineScripts returns the inline scripts of the snippets among the files.
func inlineScripts(files []bundle.File) []inlineScript {
	var list []inlineScript
	for _, f := range files {
		name := path.Base(f.Name)
		if !strings.HasPrefix(name, "snippet") || slices.Contains(scriptless, name) {
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

// printed matches the script that a snippet in PHP hands to WordPress, with the line breaks that WordPress puts around it.
var printed = regexp.MustCompile(`(?s)<<<'MISSIVE_CHAT'(\n.*\n)MISSIVE_CHAT\n`)

// scriptsIn returns what stands in the script elements that browsers run as they are: one with a type is data, one with src a file.
func scriptsIn(snippet []byte) [][]byte {
	var list [][]byte
	if m := printed.FindSubmatch(snippet); m != nil {
		list = append(list, m[1])
	}
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
