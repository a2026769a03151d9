package hosting

import (
	"bytes"
	"path"
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

// injected are snippets that get into a page by the script of a tag manager. A hash would not allow them: what the policy has to have
// for them is in the tag manager's documentation.
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
