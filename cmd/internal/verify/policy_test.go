package verify

import (
	"net/url"
	"strings"
	"testing"

	"missive/cmd/internal/bundle"
)

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// The examples follow CSP Level 3, section 6.7.2.
func TestSourcesMatchAddressesAsInBrowsers(t *testing.T) {
	const page = "https://www.example.com/"
	for _, test := range []struct {
		sources, address string
		want             bool
	}{
		{"", "https://a.example/x.js", false},
		{"'none'", "https://a.example/x.js", false},
		{"*", "https://a.example/x.js", true},
		{"*", "wss://a.example/", true},
		{"*", "data:text/plain,x", false},
		{"'self'", "https://www.example.com/x.js", true},
		{"'self'", "wss://www.example.com/", true},
		{"'self'", "http://www.example.com/x.js", false},
		{"'self'", "https://www.example.com:8443/x.js", false},
		{"'self'", "https://chat.example.com/x.js", false},
		{"https:", "https://a.example/x.js", true},
		{"https:", "wss://a.example/", true},
		{"https:", "http://a.example/", false},
		{"http:", "https://a.example/", true},
		{"wss:", "wss://a.example/", true},
		{"wss:", "https://a.example/", true},
		{"data:", "https://a.example/x.js", false},
		{"a.example", "https://a.example/x.js", true},
		{"A.Example", "https://a.example/x.js", true},
		{"a.example", "http://a.example/x.js", false},
		{"a.example", "https://b.a.example/x.js", false},
		{"*.example", "https://b.a.example/x.js", true},
		{"*.a.example", "https://a.example/x.js", false},
		{"https://*", "https://a.example/x.js", true},
		{"a*.example", "https://ab.example/x.js", false},
		{"a.example:443", "https://a.example/x.js", true},
		{"a.example:8443", "https://a.example:8443/x.js", true},
		{"a.example:*", "https://a.example:8443/x.js", true},
		{"a.example", "https://a.example:8443/x.js", false},
		{"a.example:8443", "https://a.example/x.js", false},
		{"http://a.example:80", "https://a.example/x.js", true},
		{"http://[::1]:8080", "http://[::1]:8080/x.js", true},
		{"http://[::1]", "http://[::1]:8080/x.js", false},
		{"https://a.example/chat/", "https://a.example/chat/x.js", true},
		{"https://a.example/chat", "https://a.example/chat/x.js", false},
		{"https://a.example/chat/x.js", "https://a.example/chat/x.js", true},
		{"https://a.example/", "https://a.example/chat/x.js", true},
		{"https://a.example/a%20b/", "https://a.example/a%20b/x.js", true},
		{"https://a.example/Chat/", "https://a.example/chat/x.js", false},
		{"'nonce-abc' https://b.example https://a.example", "https://a.example/x.js", true},
	} {
		if got := allowsURL(strings.Fields(test.sources), mustParse(t, page), mustParse(t, test.address)); got != test.want {
			t.Errorf("%q allows %s: %v, want %v", test.sources, test.address, got, test.want)
		}
	}
}

func TestInlineScriptsAreAllowedAsInBrowsers(t *testing.T) {
	const text = "alert(1)" // of which the hash has a "+" and a "/"
	hash := bundle.Integrity([]byte(text))
	for _, test := range []struct {
		sources, nonce string
		want           bool
	}{
		{"", "", false},
		{"'self' https:", "", false},
		{"'unsafe-inline'", "", true},
		{"'UNSAFE-INLINE'", "", true},
		{"'unsafe-inline' 'nonce-abc'", "", false},
		{"'unsafe-inline' 'strict-dynamic'", "", false},
		{"'unsafe-inline' 'sha256-other'", "", false},
		{"'nonce-abc'", "abc", true},
		{"'nonce-abc'", "ABC", false},
		{"'nonce-'", "", false},
		{"'" + hash + "'", "", true},
		{"'" + "sha256-" + strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimPrefix(hash, "sha256-")) + "'", "", true},
		{"'" + hashes(text)[1] + "'", "", true},
		{"'" + hashes(text)[2] + "'", "", true},
	} {
		if got := allowsInline(strings.Fields(test.sources), test.nonce, text); got != test.want {
			t.Errorf("%q with nonce %q: %v, want %v", test.sources, test.nonce, got, test.want)
		}
	}
}

// The examples follow CSP Level 3, section 6.7.1.1.
func TestAnIntegrityStandsForAFileIfThePolicyHasAllOfIt(t *testing.T) {
	const text = "alert(1)" // of which the hash has a "+" and a "/"
	hash, strong, other := bundle.Integrity([]byte(text)), hashes(text)[0], bundle.Integrity([]byte("alert(2)"))
	for _, test := range []struct {
		sources, integrity string
		want               bool
	}{
		{"'" + hash + "'", hash, true},
		{"'self' '" + other + "' '" + hash + "'", hash, true},
		{"'sha256-" + strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimPrefix(hash, "sha256-")) + "'", hash, true},
		{"'" + hash + "'", hash + "?later=1", true},
		{"'" + hash + "'", hash + " " + strong, false},
		{"'" + strong + "' '" + hash + "'", hash + " " + strong, true},
		{"'" + other + "'", hash, false},
		{"'" + hash + "'", "", false},
		{"", hash, false},
		{"", "", false},
	} {
		if got := allowsIntegrity(strings.Fields(test.sources), test.integrity); got != test.want {
			t.Errorf("%q allows %q: %v, want %v", test.sources, test.integrity, got, test.want)
		}
	}
}

func TestPoliciesAreReadAsInBrowsers(t *testing.T) {
	policies := parsePolicies("Script-Src 'self';script-src *; ; img-src , connect-src a.example")
	if len(policies) != 2 {
		t.Fatalf("%d policies", len(policies))
	}
	for directive, want := range map[string]string{"script-src": "'self'", "img-src": ""} {
		if _, sources, ok := policies[0].effective(directive); !ok || strings.Join(sources, " ") != want {
			t.Errorf("%s is %q, want %q", directive, sources, want)
		}
	}
	if _, _, ok := policies[0].effective("connect-src"); ok {
		t.Error("the directive of the second policy is in the first")
	}
}

func FuzzPolicy(f *testing.F) {
	f.Add("default-src 'self' https://*.example.com:*/%zz/ [::1]:80; sandbox", "https://a.example/x.js")
	f.Add("script-src :// //: *: :* ]:[", "wss://[::1]:8080")
	f.Add("", "https://]")
	f.Add("", "https://[fe80::1%25eth0]:443")
	f.Add("", "https://a%5D")
	f.Fuzz(func(t *testing.T, text, address string) {
		u, err := parseHTTP(address)
		if err != nil {
			return
		}
		for _, p := range parsePolicies(text) {
			for _, sources := range p {
				allowsURL(sources, u, u)
				allowsInline(sources, text, text)
			}
		}
		if !allowsURL([]string{u.Scheme + "://" + u.Host}, u, u) {
			t.Errorf("%s does not allow itself", u)
		}
	})
}
