// Package verify looks at a chat account where it is deployed, as a browser would, and says what is wrong there.
//
// What a browser would refuse, cache for too long or load another version of is found here, from outside alone: by requests to the
// host, the page and the token endpoint. What a build makes, and what a policy has to allow, is taken from dist and hosting.
package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"missive/cmd/internal/accounts"
	"missive/cmd/internal/setup"
	"missive/widget/problem"
)

// Options say what to look at.
type Options struct {
	// Account is the address of the account's folder, such as https://chat.example.com/acme/.
	Account string
	// Page is the address of a page of the site that has the chat; empty for none.
	Page string
	// Dist is the folder that was built. If it holds the account, the host must have the same files.
	Dist string
	// Timeout is for each request; 0 stands for 15 seconds.
	Timeout time.Duration
	// Transport makes the requests; nil stands for http.DefaultTransport.
	Transport http.RoundTripper
}

// Report is what was found.
type Report struct {
	Account string `json:"account"` // its address
	// Checked are the addresses that were looked at.
	Checked []string `json:"checked"`
	// Problems have the address as their file. What doesn't keep the chat from working is a warning.
	Problems []problem.Problem `json:"problems"`
	// Notes say what could not be checked, or is worth knowing though nothing is wrong.
	Notes []string `json:"notes"`
}

// ErrAddress is wrapped by the errors of [Run] about an address that isn't one of an account or a page. They name it.
var ErrAddress = errors.New("is no address")

// Run looks at everything that is there. The error is about the options; what is wrong elsewhere is in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	base, id, err := splitAccount(o.Account)
	if err != nil {
		return Report{}, err
	}
	v := &verifier{client: newClient(o), base: base, id: id}
	v.report = Report{Account: printable(v.address(id + "/")), Checked: []string{}, Problems: []problem.Problem{}, Notes: []string{}}
	if o.Page != "" {
		if v.page, err = parseHTTP(o.Page); err != nil {
			return Report{}, err
		}
		v.site = origin(v.page)
		// Before the files, as the page says which of them it loads.
		v.openPage(ctx)
	}
	v.checkFiles(ctx, o.Dist)
	if v.launcher != nil {
		v.checkToken(ctx)
		if v.chat.open {
			v.checkPage()
		}
	}
	return v.report, nil
}

// verifier is one run.
type verifier struct {
	*client
	base   *url.URL // of what was dist/, with a slash at its end
	id     string
	page   *url.URL // where it is in the end; nil for none
	chat   page     // what is in it
	site   string   // origin of the pages with the chat; empty if it isn't known
	report Report

	// What is known of the account once its missive.js was read; before that launcher is nil.
	launcher *answer
	picture  *answer // nil if the host has none
	account  setup.Account
	scripts  []string // addresses of all scripts that the chat loads
	// integrities are those of the files that the page's pinned snippet loads, by name.
	integrities map[string]string
}

var accountID = regexp.MustCompile(accounts.IDPattern)

// splitAccount takes the address of an account's folder, or of a file in it, apart.
func splitAccount(address string) (base *url.URL, id string, err error) {
	u, err := parseHTTP(address)
	if err != nil {
		return nil, "", err
	}
	folder := u.Path
	if path.Ext(folder) != "" {
		folder = path.Dir(folder)
	}
	folder = strings.TrimSuffix(folder, "/")
	if id = path.Base(folder); !accountID.MatchString(id) || folder == "" {
		return nil, "", noAddress(address)
	}
	u.Path, u.RawPath, u.RawQuery = strings.TrimSuffix(folder, id), "", ""
	return u, id, nil
}

func parseHTTP(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || !isHost(u) || u.Scheme != "https" && u.Scheme != "http" {
		return nil, noAddress(address)
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// isHost reports whether an address has a host that browsers would ask: url.Parse takes a "]" for one, for instance.
func isHost(u *url.URL) bool {
	name := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		_, err := netip.ParseAddr(name)
		return err == nil
	}
	// The forbidden host code points of the URL standard, and the wildcard of policies.
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("*#/:<>?@[\\]^|%", r) })
}

func noAddress(address string) error { return fmt.Errorf("%q %w", address, ErrAddress) }

// address returns where a file of dist/ is on the host.
func (v *verifier) address(name string) string { return v.base.JoinPath(name).String() }

// problem adds what is wrong at an address.
func (v *verifier) problem(address, message, hint string) {
	v.add(problem.Problem{File: address, Message: message, Hint: hint})
}

// warn adds what could be better at an address.
func (v *verifier) warn(address, message, hint string) {
	v.add(problem.Problem{File: address, Message: message, Hint: hint, Warning: true})
}

// add makes all texts printable: addresses, too, may come from foreign servers.
func (v *verifier) add(p problem.Problem) {
	p.File, p.Message, p.Hint = printable(p.File), printable(p.Message), printable(p.Hint)
	v.report.Problems = append(v.report.Problems, p)
}

func (v *verifier) note(text string) { v.report.Notes = append(v.report.Notes, printable(text)) }

func (v *verifier) checked(address string) {
	v.report.Checked = append(v.report.Checked, printable(address))
}

// origin is the scheme, host and port of an address, as browsers spell it in headers.
func origin(u *url.URL) string {
	host := strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[u.Scheme])
	return u.Scheme + "://" + host
}
