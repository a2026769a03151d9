package setup

import (
	"bytes"
	"encoding/xml"
	"html"
	"regexp"
	"strconv"
	"strings"

	"missive/widget/problem"
)

var (
	entity    = regexp.MustCompile(`<!ENTITY\s+([^\s%"']+)\s+(?:"([^"]*)"|'([^']*)')\s*>`)
	anyEntity = regexp.MustCompile(`<!ENTITY\s`)

	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssEscape  = regexp.MustCompile(`\\(?:([0-9A-Fa-f]{1,6})\s?|(.))`)
	cssImport  = regexp.MustCompile(`(?i)@import|\b(?:image-set|src)\(`)
	cssURL     = regexp.MustCompile(`(?i)\burl\(\s*["']?\s*([^"')]*)`)

	// inside matches what lies in the file itself.
	inside = regexp.MustCompile(`(?i)^(?:$|#|data:(?:image/(?:png|jpe?g|gif|webp|avif)|(?:application/(?:x-)?)?font))`)
	// elsewhere matches addresses to which an animation may set something.
	elsewhere = regexp.MustCompile(`(?i)^\s*(?:[a-z][a-z0-9+.-]*:|//)`)
	// unseen is what browsers take out of an address.
	unseen = regexp.MustCompile(`[\x00-\x20]+`)
)

// checkSVG refuses pictures that do more than show something: who opens one by its address would run its scripts on the host of the
// chat, and what it loads from elsewhere hears of each visitor.
func checkSVG(what string, data []byte) *problem.Problem {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	style := 0
	for {
		token, err := d.RawToken()
		if token == nil {
			if err != nil && err.Error() != "EOF" {
				return problem.New(what+" can't be read as SVG: "+err.Error(), "save the picture again")
			}
			return nil
		}
		carries := ""
		switch t := token.(type) {
		case xml.ProcInst:
			if t.Target == "xml-stylesheet" {
				carries = "a style sheet from outside: <?xml-stylesheet"
			}
		case xml.Directive:
			var readable bool
			if d.Entity, readable = entities(t); !readable {
				carries = "an entity from outside: <!ENTITY"
			}
		case xml.StartElement:
			if strings.EqualFold(t.Name.Local, "style") {
				style++
			}
			carries = carriedBy(t)
		case xml.EndElement:
			if strings.EqualFold(t.Name.Local, "style") {
				style--
			}
		case xml.CharData:
			if style > 0 && leadsOut(string(t)) {
				carries = "a reference to something outside, in <style>"
			}
		}
		if carries != "" {
			return problem.New(what+" carries "+carries, "save it as a plain SVG, without scripts and with its pictures in it, or as png")
		}
	}
}

// entities are those that the document declares itself; not readable when one is somewhere else.
func entities(directive xml.Directive) (declared map[string]string, readable bool) {
	declared = map[string]string{}
	text := "<!" + string(directive) + ">"
	all := entity.FindAllStringSubmatch(text, -1)
	for _, e := range all {
		declared[e[1]] = html.UnescapeString(e[2] + e[3])
	}
	return declared, len(all) == len(anyEntity.FindAllString(text, -1))
}

// carriedBy says what of an element doesn't belong in a picture, or "".
func carriedBy(element xml.StartElement) string {
	tag := strings.ToLower(element.Name.Local)
	switch tag {
	case "script", "handler", "iframe", "object", "embed":
		return "a script: <" + tag + ">"
	}
	for _, a := range element.Attr {
		name, value := strings.ToLower(a.Name.Local), unseen.ReplaceAllString(a.Value, "")
		switch {
		case a.Name.Space == "xmlns" || name == "xmlns":
		case a.Name.Space == "" && strings.HasPrefix(name, "on"):
			return "a script: " + name
		case strings.HasPrefix(strings.ToLower(value), "javascript:"):
			return "a script, in " + name
		case name == "base" && a.Name.Space == "xml", (name == "href" || name == "src" || name == "srcset" || name == "data") && a.Name.Space != "sodipodi" && !inside.MatchString(value),
			(name == "to" || name == "from" || name == "by" || name == "values") && elsewhere.MatchString(a.Value),
			leadsOut(a.Value):
			return "a reference to something outside, in " + name
		}
	}
	return ""
}

// leadsOut tells whether CSS, or what may be a value of it, loads something that isn't in the file.
func leadsOut(css string) bool {
	css = cssEscape.ReplaceAllStringFunc(cssComment.ReplaceAllString(css, ""), func(escape string) string {
		if code, err := strconv.ParseUint(strings.TrimSpace(escape[1:]), 16, 21); err == nil {
			return string(rune(code))
		}
		return escape[1:]
	})
	for _, address := range cssURL.FindAllStringSubmatch(css, -1) {
		if !inside.MatchString(unseen.ReplaceAllString(address[1], "")) {
			return true
		}
	}
	return cssImport.MatchString(css)
}
