package option

import (
	"fmt"
	"net/mail"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"missive/widget/problem"
)

// Check returns what is wrong with a value of the option, nil when it is fine.
// The value is a string, a bool or a []string, as decoded from YAML or TOML.
func (o *Option) Check(value any) *problem.Problem {
	switch v := value.(type) {
	case bool:
		if o.Kind == Bool {
			return nil
		}
	case string:
		return o.checkText(v)
	case []string:
		if o.Kind != Bubbles {
			break
		}
		for _, text := range v {
			if f := CheckLinks(text); f != nil {
				return f
			}
		}
		return nil
	}
	return problem.New(o.Kind.Expects()+" is expected here", "leave it out for the default")
}

// Expects names the values that options of the kind take, in the user's words.
func (k Kind) Expects() string {
	switch k {
	case Bool:
		return "true or false"
	case Bubbles:
		return "a text, or a list of texts,"
	case Meta:
		return "a map of texts"
	case Callback:
		return "a function"
	}
	return "one text"
}

func (o *Option) checkText(text string) *problem.Problem {
	if o.Required && text == "" {
		return problem.New("must not be empty", requiredHints[o.Path])
	}
	if o.NotEmpty && strings.TrimSpace(text) == "" {
		return problem.New("must not be empty: a control would have no name", "write a text, or take out the line for the default")
	}
	switch o.Kind {
	case Text:
		return o.checkPlainText(text)
	case Linked, Bubbles:
		return CheckLinks(text)
	case Bool:
		return checkBool(text)
	case Choice:
		return o.checkChoice(text)
	case ID:
		return checkID(text)
	case Language:
		return checkLanguage(text)
	case Theme:
		return checkThemeName(text)
	case Meta:
		return nil
	case Callback:
		return problem.New("a function is expected here", "functions belong on the page, in window.MissiveChatConfig")
	case Email, Phone, URL, Image:
		if text == "" {
			return nil
		}
		return o.checkAddress(text)
	}
	return variables.Check(o.CSS, text)
}

var requiredHints = map[string]string{
	"host": `give the public address of dist/, such as "https://chat.example.com"`,
	"id":   `give each account an id of its own, such as "acme"`,
}

// checkPlainText refuses links where visitors would see them as braces.
func (o *Option) checkPlainText(text string) *problem.Problem {
	if !strings.HasPrefix(o.Path, "messages.") || !hasLink(text) {
		return nil
	}
	return problem.New("links are not shown in this message",
		"only these take links: "+strings.Join(PathsOf(Linked, Bubbles), ", "))
}

// language matches the form of tags, see BCP 47: a code of a language, then those of script, region and so on.
var language = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func checkLanguage(text string) *problem.Problem {
	if language.MatchString(text) {
		return nil
	}
	f := problem.New(problem.Quote(text)+" is not a language", `write its code, such as "en", "fr" or "pt-BR"`)
	if tag := strings.ReplaceAll(text, "_", "-"); language.MatchString(tag) {
		f.Hint = "write " + problem.Quote(tag)
	}
	return f
}

func checkBool(text string) *problem.Problem {
	word := strings.ToLower(strings.TrimSpace(text))
	f := problem.New(problem.Quote(text)+" is not true or false", "write true or false")
	switch word {
	case "true", "false":
		f.Hint = "write " + word + ", without quotes"
	case "yes", "on", "y", "1":
		f.Hint = "write true"
	case "no", "off", "n", "0":
		f.Hint = "write false"
	}
	return f
}

// mostTypos is in how many letters a word may differ from a choice to be taken for it. Choices resemble each other, so it is less than in
// [problem.Suggest].
const mostTypos = 2

func (o *Option) checkChoice(text string) *problem.Problem {
	if slices.Contains(o.Choices, text) {
		return nil
	}
	meant := ""
	if choice := problem.Closest(text, o.Choices, mostTypos); choice != "" {
		meant = fmt.Sprintf("did you mean %q? ", choice)
	}
	names := make([]string, len(o.Choices))
	for i, c := range o.Choices {
		names[i] = strconv.Quote(c)
	}
	return problem.New(problem.Quote(text)+" is not allowed", meant+"use "+strings.Join(names, " or "))
}

// maxIDBytes keeps the folder's name well below what any disk allows.
const maxIDBytes = 64

var notInID = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// Device matches the names that Windows keeps for devices, whatever the folder and what extension follows.
var Device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

// checkID makes sure that dist/<id>/ is a folder of its own on every system.
func checkID(id string) *problem.Problem {
	if notInID.MatchString(id) {
		f := problem.New(problem.Quote(id)+` may hold only letters, digits, "_" and "-"`, "it becomes the name of a folder")
		if clean := strings.Trim(notInID.ReplaceAllString(id, "-"), "-"); clean != "" && checkID(clean) == nil {
			f.Hint = fmt.Sprintf("it becomes the name of a folder: write %q", clean)
		}
		return f
	}
	if len(id) > maxIDBytes {
		return problem.New(fmt.Sprintf("%s is %d characters long", problem.Quote(id), len(id)), fmt.Sprintf("use at most %d", maxIDBytes))
	}
	if slices.Contains([]string{"assets", "manifest", "_headers"}, strings.ToLower(id)) {
		return problem.New(problem.Quote(id)+" is a name that dist/ needs for itself", "choose another id")
	}
	if Device.MatchString(id) {
		return problem.New(problem.Quote(id)+" can't be a folder on Windows", "choose another id")
	}
	return nil
}

// ThemeName matches names of themes: none leads out of the folder, or is another on systems that ignore case.
var ThemeName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

func checkThemeName(name string) *problem.Problem {
	if file, isFile := strings.CutSuffix(name, ".toml"); isFile && !strings.ContainsAny(file, `/\.`) {
		return problem.New(problem.Quote(name)+" is a file name", fmt.Sprintf("write the name alone: %q", file))
	}
	if !ThemeName.MatchString(name) {
		return problem.New(problem.Quote(name)+" is not the name of a theme", `it is the name of a file in themes/ without ".toml": a to z, 0 to 9 and "-"`)
	}
	if Device.MatchString(name) {
		return problem.New(problem.Quote(name)+" can't be a file on Windows", "give the theme another name")
	}
	return nil
}

func (o *Option) checkAddress(text string) *problem.Problem {
	switch {
	case o.Kind == Email:
		return checkEmail(text)
	case o.Kind == Phone:
		return checkPhone(text)
	case o.Kind == Image:
		return checkImage(text)
	case o.Path == "host":
		return checkHost(text)
	}
	return checkURL(text)
}

// maxEmailBytes is that of RFC 5321, section 4.5.3.1.3, without the angle brackets.
const maxEmailBytes = 254

var domain = regexp.MustCompile(`@[\pL\pN]([\pL\pN.-]*[\pL\pN])?$`)

func checkEmail(text string) *problem.Problem {
	// ParseAddress also takes names, comments and quotes, and any sign in the domain.
	a, err := mail.ParseAddress(text[:min(len(text), maxEmailBytes+1)])
	if err == nil && len(text) <= maxEmailBytes && a.Address == text && domain.MatchString(text) {
		return nil
	}
	f := problem.New(problem.Quote(text)+" is not an e-mail address", `write one such as "team@example.com"`)
	if err == nil && a.Address != text && checkEmail(a.Address) == nil {
		f.Hint = "write the address alone: " + problem.Quote(a.Address)
	} else if rest, ok := strings.CutPrefix(text, "mailto:"); ok {
		f.Hint = "write the address alone: " + problem.Quote(rest)
	}
	return f
}

// leastDigits is that of the shortest numbers that people call, such as 112.
const leastDigits = 3

func checkPhone(text string) *problem.Problem {
	digits := 0
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case !strings.ContainsRune(" +-.()/", r):
			return problem.New(problem.Quote(text)+" is not a phone number", `use digits, spaces and + - . ( ) / as in "+33 1 23 45 67 89"`)
		}
	}
	if digits < leastDigits {
		return problem.New(problem.Quote(text)+" is too short for a phone number", `write the whole number, as in "+33 1 23 45 67 89"`)
	}
	return nil
}

// checkImage takes an address, and any file beside chat.yaml. What starts with "/" is more likely meant to be on the site than on the disk.
func checkImage(text string) *problem.Problem {
	const hint = `write the whole address, or the path of a file such as "./team.png"`
	switch f := checkURL(text); {
	case strings.HasPrefix(text, "/") && IsFile(text):
		return problem.New(problem.Quote(text)+" is neither a whole address nor a file beside chat.yaml", hint)
	case f == nil || IsFile(text):
		return nil
	case f.Hint == addressHint:
		return problem.New(f.Message, hint)
	default:
		return f
	}
}

const addressHint = `write the whole address, such as "https://example.com/page"`

// checkURL wants an absolute http or https address.
func checkURL(text string) *problem.Problem {
	f := problem.New(problem.Quote(text)+" is not a web address", addressHint)
	u, err := url.Parse(text)
	switch {
	case strings.HasPrefix(text, "//"):
		text = text[len("//"):]
		fallthrough
	case looksLikeHost(text):
		f.Hint = "write " + problem.Quote("https://"+text)
		return f
	}
	if strings.ContainsFunc(text, isSpace) {
		f.Hint = "take out the spaces"
		return f
	}
	if err != nil || strings.Contains(text, `\`) {
		return f
	}
	port, portErr := strconv.Atoi(u.Port())
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
	case strings.Contains(u.Hostname(), "*"):
		f.Hint = `"*" stands for no server: write the address of one`
	case strings.Contains(u.Hostname(), ".."):
		f.Hint = "two dots follow each other in the name of the server"
	case strings.Trim(u.Hostname(), ".-") == "":
		f.Hint = `the name of the server is missing: write it as in "https://example.com/page"`
	case u.Port() != "" && (portErr != nil || port < 1 || port > 65535):
		f.Hint = "a port is a number from 1 to 65535"
	case u.User != nil:
		return problem.New("an address with a user or a password is not allowed", "everybody can read it: leave out the part before @")
	default:
		return nil
	}
	return f
}

// checkHost wants an address below which files can be found.
func checkHost(text string) *problem.Problem {
	if f := checkURL(text); f != nil {
		return f
	}
	if end := strings.IndexAny(text, "?#"); end >= 0 {
		return problem.New(problem.Quote(text)+` must end before "`+text[end:end+1]+`"`, "write "+problem.Quote(text[:end]))
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil // can't happen: checkURL has parsed it
	}
	if clean := path.Clean("/" + u.Path); clean != "/"+strings.Trim(u.Path, "/") {
		return problem.New(problem.Quote(text)+" is an address that browsers shorten", "write "+problem.Quote(u.Scheme+"://"+strings.ToLower(u.Host)+strings.TrimSuffix(clean, "/")))
	}
	if file := path.Base(u.Path); file == "missive.js" || file == "index.html" {
		return problem.New(problem.Quote(text)+" is a file", "write the address of the folder that all of dist/ is uploaded to, as in "+problem.Quote(u.Scheme+"://"+strings.ToLower(u.Host)))
	}
	// Browsers and policies compare addresses in small letters, up to where the path begins.
	if begin := len(u.Scheme) + len("://") + len(u.Host); text[:begin] != strings.ToLower(text[:begin]) {
		return problem.New(problem.Quote(text)+" has capital letters where browsers have none", "write "+problem.Quote(strings.ToLower(text[:begin])+text[begin:]))
	}
	return nil
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:|^//`)

// IsFile reports whether the value of an Image option is a file beside chat.yaml, and not an address.
func IsFile(image string) bool { return image != "" && !scheme.MatchString(image) }

var host = regexp.MustCompile(`^(localhost|[\pL\pN-]+(\.[\pL\pN-]+)+)(:[0-9]+)?(/\S*)?$`)

// looksLikeHost reports whether the text is a web address that lacks nothing but its beginning.
func looksLikeHost(text string) bool { return host.MatchString(text) }

func isSpace(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
