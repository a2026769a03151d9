package bundle

import "testing"

func TestWhatIsMinifiedMeansTheSame(t *testing.T) {
	for _, c := range []struct {
		what         string
		minify       func([]byte) ([]byte, error)
		source, want string
	}{
		{"a page keeps its comments, structure and quotes", HTML,
			"<!doctype html>\n<html>\n<head><title> A  page </title></head>\n<body>\n<!-- A mark -->\n<ul>\n<li class=\"a\">One</li>\n</ul>\n</body>\n</html>\n",
			`<!doctype html><html><head><title>A page</title></head><body><!-- A mark --><ul><li class="a">One</li></ul></body></html>`},
		{"what is shown as it is keeps its white space", HTML,
			"<pre><code>a\n  b  &lt;c&gt;</code></pre>",
			"<pre><code>a\n  b  &lt;c&gt;</code></pre>"},
		{"a script in a page needs no browser of today", HTML,
			"<script>\n  // A note.\n  try { if (a !== null && a !== undefined) f(a); else f('\\n\\n\\n'); } catch (e) { g(); }\n</script>",
			`<script>try{f(a!=null?a:"\n\n\n")}catch(e){g()}</script>`},
		{"a style sheet keeps variables, units of zero in calc, and newer rules", CSS,
			":host { --gap: 0px; margin: 0px calc(100% - 0px) }\n@media (width >= 600px) { .a { inset: auto 0 env(safe-area-inset-bottom, 0px); &:hover { color: red } } }\n/* A note. */",
			":host{--gap:0px;margin:0 calc(100% - 0px)}@media(width >= 600px){.a{inset:auto 0 env(safe-area-inset-bottom,0px);&:hover{color:red}}}"},
		{"a drawing keeps its box and paths", SVG,
			"<?xml version=\"1.0\"?>\n<!-- A note. -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\">\n  <path d=\"M 4 4 L 20 4 L 20 20 Z\"/>\n</svg>",
			`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4H20V20z"/></svg>`},
	} {
		got, err := c.minify([]byte(c.source))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: error %v, got\n%s\nwant\n%s", c.what, err, got, c.want)
		}
	}
}
