package option

import (
	"strings"
	"testing"

	"missive/widget/problem"
)

func TestValuesThatOptionsTakePass(t *testing.T) {
	for path, values := range map[string][]any{
		"host":                     {"https://chat.example.com", "http://localhost:8080/", "https://bücher.example/chat", "https://[::1]:80"},
		"id":                       {"acme", "A_b-9", "3f0c1d2e-aaaa-bbbb-cccc-000000000000", "com", "com10", "manifesto", strings.Repeat("x", 64)},
		"theme":                    {"default", "sea-2"},
		"connection.tokenUrl":      {"", "https://example.com/token?x=1"},
		"chat.hidden":              {true, false},
		"chat.position":            {"bottom-left", "bottom-right"},
		"chat.name":                {"", "Acme {{ link:not a link here }}"},
		"chat.avatarUrl":           {"", "team.png", "./a b/team.png", "../team.png", "https://example.com/team.png"},
		"chat.variables.width":     {"350px", "var(--height)"},
		"chat.variables.border":    {"none"},
		"support.email":            {"", "a@b", "team+x@example.com", "josé@exämple.com"},
		"chat.language":            {"en", "fr", "pt-BR", "zh-Hant-TW", "de-DE-1996"},
		"support.phone":            {"", "+33 1 23 45 67 89", "112", "(555) 123-4567", "06.12/34"},
		"meta":                     {"anything"},
		"messages.welcome":         {"", "Hi", []string{"Hi", "{{ link:https://example.com us }}"}},
		"messages.identifyConsent": {"I accept {{ link:https://example.com terms }}."},
		"messages.title":           {"Chat {now}", "{{ name }}"},
		"messages.seen":            {"", " "},
	} {
		for _, value := range values {
			if f := Lookup(path).Check(value); f != nil {
				t.Errorf("%s: %q: %s", path, value, f.Message)
			}
		}
	}
}

func TestValuesThatOptionsDoNotTakeAreTold(t *testing.T) {
	for _, c := range []struct {
		path          string
		value         any
		message, hint string
	}{
		{"host", "", "must not be empty", `give the public address of dist/, such as "https://chat.example.com"`},
		{"host", "https://chat.example.com/?a=b", `"https://chat.example.com/?a=b" must end before "?"`, `write "https://chat.example.com/"`},
		{"host", "https://chat.example.com/acme/missive.js", `"https://chat.example.com/acme/missive.js" is a file`, `write the address of the folder that all of dist/ is uploaded to, as in "https://chat.example.com"`},
		{"host", "https://chat.example.com/#a", `"https://chat.example.com/#a" must end before "#"`, `write "https://chat.example.com/"`},
		{"host", "https://chat.example.com?", `"https://chat.example.com?" must end before "?"`, `write "https://chat.example.com"`},
		{"host", "https://me:secret@example.com", "an address with a user or a password is not allowed", "everybody can read it: leave out the part before @"},
		{"host", "chat.example.com/a", `"chat.example.com/a" is not a web address`, `write "https://chat.example.com/a"`},
		{"host", "//chat.example.com", `"//chat.example.com" is not a web address`, `write "https://chat.example.com"`},
		{"host", "localhost:8080", `"localhost:8080" is not a web address`, `write "https://localhost:8080"`},
		{"host", "https://", `"https://" is not a web address`, `the name of the server is missing: write it as in "https://example.com/page"`},
		{"host", "https:///a", `"https:///a" is not a web address`, `the name of the server is missing: write it as in "https://example.com/page"`},
		{"host", "https://a.b:99999", `"https://a.b:99999" is not a web address`, "a port is a number from 1 to 65535"},
		{"host", "https:/a.b", `"https:/a.b" is not a web address`, `the name of the server is missing: write it as in "https://example.com/page"`},
		{"host", `https:\\a.b`, `"https:\\a.b" is not a web address`, addressHint},
		{"host", "ftp://a.b", `"ftp://a.b" is not a web address`, addressHint},
		{"host", "https://a.b/ c", `"https://a.b/ c" is not a web address`, "take out the spaces"},
		{"host", " https://a.b", `"https://a.b" is not a web address`, "take out the spaces"},
		{"id", "", "must not be empty", `give each account an id of its own, such as "acme"`},
		{"id", "a b", `"a b" may hold only letters, digits, "_" and "-"`, `it becomes the name of a folder: write "a-b"`},
		{"id", "..", `".." may hold only letters, digits, "_" and "-"`, "it becomes the name of a folder"},
		{"id", "../con", `"../con" may hold only letters, digits, "_" and "-"`, "it becomes the name of a folder"},
		{"id", "é", `"é" may hold only letters, digits, "_" and "-"`, "it becomes the name of a folder"},
		{"id", "Assets", `"Assets" is a name that dist/ needs for itself`, "choose another id"},
		{"id", "NUL", `"NUL" can't be a folder on Windows`, "choose another id"},
		{"theme", "", `"" is not the name of a theme`, `it is the name of a file in themes/ without ".toml": a to z, 0 to 9 and "-"`},
		{"theme", "../sea", `"../sea" is not the name of a theme`, `it is the name of a file in themes/ without ".toml": a to z, 0 to 9 and "-"`},
		{"theme", "sea.toml", `"sea.toml" is a file name`, `write the name alone: "sea"`},
		{"chat.hidden", "Yes", `"Yes" is not true or false`, "write true"},
		{"chat.hidden", "off", `"off" is not true or false`, "write false"},
		{"chat.hidden", "true", `"true" is not true or false`, "write true, without quotes"},
		{"chat.hidden", "", `"" is not true or false`, "write true or false"},
		{"chat.hidden", []string{"a"}, "true or false is expected here", "leave it out for the default"},
		{"connection.region", "au1", `"au1" is not allowed`, `did you mean "us1"? use "us1" or "ie1"`},
		{"connection.region", "ie-1", `"ie-1" is not allowed`, `did you mean "ie1"? use "us1" or "ie1"`},
		{"chat.position", "Bottom_Rigth", `"Bottom_Rigth" is not allowed`, `did you mean "bottom-right"? use "bottom-right" or "bottom-left"`},
		{"chat.position", "top", `"top" is not allowed`, `use "bottom-right" or "bottom-left"`},
		{"chat.name", true, "one text is expected here", "leave it out for the default"},
		{"chat.avatarUrl", "/team.png", `"/team.png" is neither a whole address nor a file beside chat.yaml`, `write the whole address, or the path of a file such as "./team.png"`},
		{"chat.avatarUrl", "data:image/png;base64,AAAA", `"data:image/png;base64,AAAA" is not a web address`, `write the whole address, or the path of a file such as "./team.png"`},
		{"chat.avatarUrl", "//a.b/team.png", `"//a.b/team.png" is not a web address`, `write "https://a.b/team.png"`},
		{"chat.variables.width", "350", `"350" has no unit`, `use "350px"`},
		{"support.email", "team", `"team" is not an e-mail address`, `write one such as "team@example.com"`},
		{"support.email", "a b@example.com", `"a b@example.com" is not an e-mail address`, `write one such as "team@example.com"`},
		{"support.email", `"a b"@example.com`, `""a b"@example.com" is not an e-mail address`, `write one such as "team@example.com"`},
		{"support.email", "Team <team@example.com>", `"Team <team@example.com>" is not an e-mail address`, `write the address alone: "team@example.com"`},
		{"support.email", "<team@example.com>", `"<team@example.com>" is not an e-mail address`, `write the address alone: "team@example.com"`},
		{"support.email", "team@example.com?subject=Hi", `"team@example.com?subject=Hi" is not an e-mail address`, `write one such as "team@example.com"`},
		{"support.email", "team@", `"team@" is not an e-mail address`, `write one such as "team@example.com"`},
		{"support.email", strings.Repeat("x", 64) + "@" + strings.Repeat("y.", 100) + "com", `"` + strings.Repeat("x", 59) + `…" is not an e-mail address`, `write one such as "team@example.com"`},
		{"support.email", "mailto:team@example.com", `"mailto:team@example.com" is not an e-mail address`, `write the address alone: "team@example.com"`},
		{"chat.language", "english", `"english" is not a language`, `write its code, such as "en", "fr" or "pt-BR"`},
		{"chat.language", "pt_BR", `"pt_BR" is not a language`, `write "pt-BR"`},
		{"chat.language", "", `"" is not a language`, `write its code, such as "en", "fr" or "pt-BR"`},
		{"support.phone", "12", `"12" is too short for a phone number`, `write the whole number, as in "+33 1 23 45 67 89"`},
		{"support.phone", "tel:112", `"tel:112" is not a phone number`, `use digits, spaces and + - . ( ) / as in "+33 1 23 45 67 89"`},
		{"messages.welcome", []string{"Hi", "{{ x }}"}, `"{{ x }}" means nothing here`, "only links can be written in double braces: {{ link:https://example.com text }}"},
		{"messages.title", "{{ link:https://example.com us }}", "links are not shown in this message",
			"only these take links: messages.welcome, messages.help, messages.identify, messages.error, messages.oneWay, messages.identifyConsent"},
		{"messages.title", "{{link:us", "links are not shown in this message",
			"only these take links: messages.welcome, messages.help, messages.identify, messages.error, messages.oneWay, messages.identifyConsent"},
		{"onReady", "function () {}", "a function is expected here", "functions belong on the page, in window.MissiveChatConfig"},
	} {
		f := Lookup(c.path).Check(c.value)
		if f == nil {
			t.Errorf("%s: %q passes, want: %s", c.path, c.value, c.message)
		} else if *f != *problem.New(c.message, c.hint) {
			t.Errorf("%s: %q: got\n%s\n%s\nwant\n%s\n%s", c.path, c.value, f.Message, f.Hint, c.message, c.hint)
		}
	}
}

func TestEveryControlKeepsAName(t *testing.T) {
	want := *problem.New("must not be empty: a control would have no name", "write a text, or take out the line for the default")
	for _, name := range []string{"title", "open", "close", "send", "chat", "older", "sendAgain",
		"identifySubmit", "identifySkip", "identifyName", "identifyEmail", "identifyConsent"} {
		for _, text := range []string{"", " \t\n\u00a0"} {
			if f := Lookup("messages." + name).Check(text); f == nil || *f != want {
				t.Errorf("messages.%s: %q: got %v", name, text, f)
			}
		}
	}
}

func TestHugeTextsAreCutInMessages(t *testing.T) {
	huge := strings.Repeat("x ", 1<<16)
	for i := range Table {
		if f := Table[i].Check(huge); f != nil && len(f.Message+f.Hint) > 500 {
			t.Errorf("%s: a message of %d bytes", Table[i].Path, len(f.Message+f.Hint))
		}
	}
	if got := problem.Suggest(huge, []string{"hidden"}); got != "" {
		t.Errorf("suggests %q", got)
	}
}
