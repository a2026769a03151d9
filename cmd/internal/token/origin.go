package token

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

const methods = "GET, POST, OPTIONS"

// allowOrigin refuses the pages of foreign sites, and lets those of known ones read the answer, errors included. A request without
// an origin doesn't come from a page of another site: browsers send one with each POST and each request to another origin.
func (h *Handler) allowOrigin(header http.Header, r *http.Request) error {
	// Also without an origin, so that no cache gives the answer for one site to another.
	header.Set("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	if !h.origins[origin] {
		return errForeignOrigin
	}
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Expose-Headers", "Retry-After")
	if r.Method == http.MethodOptions {
		header.Set("Access-Control-Allow-Methods", methods)
		header.Set("Access-Control-Allow-Headers", "Content-Type")
		header.Set("Access-Control-Max-Age", "7200") // Chromium's limit
	}
	return nil
}

// CheckOrigin tells whether a browser could send text as the origin of a page, or how to spell it right.
func CheckOrigin(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("is not an origin, such as https://www.example.com")
	}
	host := BrowsersHost(u)
	if strings.ContainsFunc(host, func(r rune) bool { return r > 0x7e }) {
		return errors.New("has letters that browsers send in their ASCII form, xn--…")
	}
	if strings.Contains(host, "*") {
		return errors.New("has a *, but each origin must be named")
	}
	if right := u.Scheme + "://" + host; right != text {
		return fmt.Errorf("is sent by browsers as %s", right)
	}
	return nil
}

// BrowsersHost returns the host of an address as browsers send it with the origin of a page: in lower case, without the usual port.
func BrowsersHost(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":")
	return strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[u.Scheme])
}

// IsLoopback reports whether a host, as it stands in an address, is this machine: what goes there without https can't be read along.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
