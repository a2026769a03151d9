package hosting

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"missive/cmd/internal/setup"
	"missive/widget/option"
)

// Directive is one rule of a Content-Security-Policy.
type Directive struct {
	Name    string   // such as "script-src"
	Sources []string // as the policy has them: "https://chat.example.com/", "'sha256-…'"
}

// String returns the directive as a policy has it.
func (d Directive) String() string { return d.Name + " " + strings.Join(d.Sources, " ") }

// Policy is what the pages of a site must allow for the chat on them.
type Policy []Directive

// String returns the policy as a Content-Security-Policy header has it.
func (p Policy) String() string {
	parts := make([]string, len(p))
	for i, d := range p {
		parts[i] = d.String()
	}
	return strings.Join(parts, "; ")
}

// TrustedTypes is what pages that enforce Trusted Types allow as well: the policy by which the chat loads its files.
var TrustedTypes = Policy{
	{"require-trusted-types-for", []string{"'script'"}},
	{"trusted-types", []string{"missive-chat"}},
}

// PolicyOf returns what a page needs for the chat of the account; hashes are those of inline scripts, such as "sha256-…".
//
// Styles need nothing: the widget's are constructed style sheets. Its icons are elements, and its sound is made by the browser.
func PolicyOf(a setup.Account, hashes ...string) Policy { return needsOf(a).policy(hashes) }

// needs are all of an account that its policy depends on. Most accounts have the same.
type needs struct {
	host, tokenURL, region, sdk string
	picture                     string // empty if there is none, or the host has it
	hostsPicture                bool   // the picture is among the host's files
}

func needsOf(a setup.Account) needs {
	n := needs{host: a.Host, tokenURL: a.Text("connection.tokenUrl"), region: a.Text("connection.region"), sdk: a.Text("connection.sdk")}
	picture := a.Text("chat.avatarUrl")
	if n.hostsPicture = option.IsFile(picture); !n.hostsPicture {
		n.picture = picture
	}
	return n
}

func (n needs) policy(hashes []string) Policy {
	scripts := Directive{"script-src", []string{source(n.host, folder)}}
	images := Directive{Name: "img-src"}
	connections := Directive{Name: "connect-src"}
	if n.tokenURL != "" {
		// Everything that Twilio's SDK does for the widget goes over this one socket, but for asking where the file of a message is.
		// That is at another host, to which the visitor's browser goes: no directive stops who follows a link.
		connections.Sources = []string{
			source(n.tokenURL, file), source("wss://tsock."+n.region+".twilio.com", file), source("https://mcs."+n.region+".twilio.com", file),
		}
		if n.sdk == "cdn" {
			// Without the version, so that a site needn't change its policy when an update of the chat has another one.
			scripts.Sources = append(scripts.Sources, "https://sdk.twilio.com/js/conversations/")
		}
	}
	for _, hash := range hashes {
		scripts.Sources = append(scripts.Sources, "'"+hash+"'")
	}
	switch {
	case n.hostsPicture:
		images.Sources = []string{source(n.host, folder)}
	case n.picture != "":
		images.Sources = []string{source(n.picture, file)}
	}
	p := Policy{scripts}
	for _, d := range []Directive{images, connections} {
		if d.Sources != nil {
			p = append(p, d)
		}
	}
	return p
}

type kind bool

const (
	file   kind = false
	folder kind = true // with all that is below it
)

// source returns an address as a policy has it: nothing in it ends the source or the directive.
func source(address string, k kind) string {
	u, err := url.Parse(address)
	if err != nil {
		// Setup has told that this is no address, so there is nothing to allow.
		return "'none'"
	}
	host := u.Host
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil {
		host = strings.Replace(host, u.Hostname(), ascii, 1)
	}
	path := strings.TrimRight(u.Path, "/")
	if path != "" && k == folder {
		path += "/"
	}
	return u.Scheme + "://" + escape(host, ":[]") + escape(path, "/")
}

// escape keeps what is unreserved in RFC 3986, section 2.3, and the bytes in keep. Others are percent-encoded, as a policy's path may have them.
func escape(text, keep string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		unreserved := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if unreserved || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
