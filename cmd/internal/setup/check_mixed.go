package setup

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"missive/widget/option"
	"missive/widget/problem"
)

// checkPictures refuses pictures that pages with https can't show.
func (a *assembler) checkPictures(own *layer, values map[string]any) {
	if !strings.HasPrefix(a.text(own, "host"), "https:") {
		return
	}
	for _, path := range imagePaths {
		address, _ := values[path].(string)
		if rest, plain := strings.CutPrefix(address, "http:"); plain {
			s, _ := a.lookup(own, path)
			a.document.problem(s.at, path, problem.Quote(address)+" is not https, so browsers don't show it beside what is", "write "+problem.Quote("https:"+rest)+", or name a file beside this one")
		}
	}
}

const messagesPath = "messages."

// messagePaths are the options with texts, as far as the file may set them.
var messagePaths = func() []string {
	var list []string
	for i := range option.Table {
		if o := &option.Table[i]; strings.HasPrefix(o.Path, messagesPath) && o.Where != option.PageOnly {
			list = append(list, o.Path)
		}
	}
	return list
}()

// warnHalfTranslated names the texts that are still in English where others are in another language.
func (a *assembler) warnHalfTranslated(own *layer, values map[string]any) {
	var rest []string
	at, foreign := place{}, 0
	for _, path := range messagePaths {
		s, set := a.lookup(own, path)
		if !set {
			rest = append(rest, strings.TrimPrefix(path, messagesPath))
			continue
		}
		if at.line == 0 || s.at.line < at.line {
			at = s.at
		}
		if isForeign(values[path]) {
			foreign++
		}
	}
	set := len(messagePaths) - len(rest)
	language, _ := values["chat.language"].(string)
	translated := foreign >= leastForeign || 2*set >= len(messagePaths) || set > 0 && !isEnglish(language)
	if len(rest) == 0 || !translated {
		return
	}
	a.document.warn(at, strings.TrimSuffix(messagesPath, "."), fmt.Sprintf("%d texts are still those of the shipped English: %s", len(rest), strings.Join(rest, ", ")),
		"translate them, too; widget/OPTIONS.md has each with what it is for")
}

// isEnglish reports whether chat.language is that of the shipped texts, which it is by default.
func isEnglish(language string) bool {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	return primary == "" || primary == "en"
}

// leastForeign is how many texts with letters that English has not make a translation. One may be a name.
const leastForeign = 2

// isForeign reports whether a text, or a list of them, has letters that English has not.
func isForeign(value any) bool {
	texts, _ := value.([]string)
	if text, ok := value.(string); ok {
		texts = []string{text}
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) })
	})
}
