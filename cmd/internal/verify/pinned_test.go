package verify

import (
	"testing"

	"missive/cmd/internal/bundle"
)

// The examples follow Subresource Integrity, section 3.3.4.
func TestAnIntegrityIsCheckedAsInBrowsers(t *testing.T) {
	const text = "alert(1)"
	wrong := hashes("alert(2)")
	right := hashes(text)
	for integrity, want := range map[string]bool{
		"":                           true,
		right[2]:                     true,
		wrong[2]:                     false,
		wrong[2] + " " + right[2]:    true,
		right[2] + " " + wrong[0]:    false, // the strongest kind counts
		wrong[2] + "\n" + right[1]:   true,
		wrong[1] + " " + right[0]:    true,
		right[2] + "?later=1":        true,
		wrong[2] + "?later=1":        false,
		"md5-AAAA":                   true, // as no browser knows it
		"md5-AAAA " + wrong[2]:       false,
		"sha256-" + right[0][7:]:     false,
		bundle.Integrity([]byte("")): false,
	} {
		if got := hasIntegrity(integrity, []byte(text)); got != want {
			t.Errorf("%q: %v, want %v", integrity, got, want)
		}
	}
}

func TestHostsAreOfOneSiteAsInBrowsers(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"example.com", "example.com", true},
		{"www.example.com", "chat.example.com", true},
		{"example.com", "a.b.example.com", true},
		{"example.com", "example.org", false},
		{"a.co.uk", "b.co.uk", false},
		{"a.github.io", "b.github.io", false},
		{"chat.a.github.io", "a.github.io", true},
		{"co.uk", "co.uk", true},
		{"localhost", "localhost", true},
		{"localhost", "chat.localhost", false},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "198.51.2.1", false},
	} {
		if got := sameSite(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %v, want %v", test.a, test.b, got, test.want)
		}
		if got := sameSite(test.b, test.a); got != test.want {
			t.Errorf("%s and %s: %v, want %v", test.b, test.a, got, test.want)
		}
	}
}
