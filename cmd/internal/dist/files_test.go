package dist

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"missive/cmd/internal/bundle"
	"missive/cmd/internal/setup"
)

func mustMake(t *testing.T, accounts []setup.Account, o Options) map[string]string {
	t.Helper()
	b := &bundle.Bundle{Assets: []bundle.File{{Name: "assets/panel.1.js", Bytes: []byte("panel")}}}
	list, err := Files(accounts, b, o)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range list {
		files[f.Name] = string(f.Bytes)
	}
	return files
}

// hash is what differs between builds in a file's name.
var hash = regexp.MustCompile(`\.[0-9a-f]{10}\.`)

func TestFilesAreInTheOrderInWhichTheyMayAppear(t *testing.T) {
	picture := setup.Image{Name: "assets/team.1.png", Bytes: []byte("picture")}
	b := &bundle.Bundle{Assets: []bundle.File{{Name: "assets/panel.1.js"}}}
	files, err := Files([]setup.Account{
		{ID: "b", Host: "https://chat.example.com", Images: []setup.Image{picture}},
		{ID: "a", Host: "https://chat.example.com", Images: []setup.Image{picture}},
	}, b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Name, "assets/"), strings.HasPrefix(path.Base(f.Name), "missive."):
			order = append(order, hash.ReplaceAllString(f.Name, ".HASH."))
		default: // what refers to scripts
			order = append(order, "other")
		}
	}
	if got, want := strings.Join(slices.Compact(order), " "), "assets/panel.1.js assets/team.1.png a/missive.HASH.js a/missive.js b/missive.HASH.js b/missive.js other"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestProgressCountsAccounts(t *testing.T) {
	s, err := New([]setup.Account{{ID: "a"}, {ID: "b"}, {ID: "c"}}, &bundle.Bundle{Assets: []bundle.File{{Name: "assets/panel.1.js"}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	if _, err := Check(s, Writing{Progress: func(done, total int) { steps = append(steps, fmt.Sprint(done, "/", total)) }}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(steps, " "); got != "1/3 2/3 3/3" {
		t.Errorf("progress: %s", got)
	}
}

func TestNoMoreAccountsAreInMemoryThanThereAreProcessors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var held, used atomic.Int32
		s := &Site{}
		for range 100 {
			s.accounts = append(s.accounts, func() ([]bundle.File, error) {
				held.Add(1)
				return nil, nil
			})
		}
		release := make(chan bool)
		go func() {
			_ = s.Each(nil, func([]bundle.File) error {
				<-release
				held.Add(-1)
				used.Add(1)
				return nil
			})
		}()
		synctest.Wait()
		if got, want := int(held.Load()), runtime.GOMAXPROCS(0); got != want {
			t.Errorf("%d accounts are in memory at once, want %d", got, want)
		}
		close(release)
		synctest.Wait()
		if used.Load() != 100 {
			t.Errorf("%d of 100 accounts were made", used.Load())
		}
	})
}

func TestEachAccountHasItsOwnFiles(t *testing.T) {
	files := mustMake(t, []setup.Account{
		{ID: "acme", Host: "https://chat.example.com", Values: map[string]any{"chat.name": "Acme & Sons", "connection.tokenUrl": "https://t.example.com"}},
		{ID: "shop", Host: "https://shop.example.com"},
	}, Options{})
	for name, parts := range map[string][]string{
		"acme/missive.js":       {`"host":"https://chat.example.com"`, `"name":"Acme \u0026 Sons"`},
		"acme/snippet.html":     {"id: 'acme',\n", "s.src = 'https://chat.example.com/'"},
		"acme/snippet-csp.html": {`src="https://chat.example.com/acme/missive.js"`},
		"acme/index.html":       {"<h1><bdi>Acme &amp; Sons</bdi> is ready to chat</h1>", "id: &#39;acme&#39;,\n", `&lt;script async src=&#34;https://chat.example.com/acme/missive.js&#34;`},
		"shop/missive.js":       {`"host":"https://shop.example.com"`},
		"shop/snippet.html":     {"id: 'shop',\n"},
		"shop/index.html":       {"<h1><bdi>shop</bdi> is ready to chat</h1>", "Connect it to Twilio"},
	} {
		for _, part := range parts {
			if !strings.Contains(files[name], part) {
				t.Errorf("%s lacks %q:\n%s", name, part, files[name])
			}
		}
	}
	if strings.Contains(files["acme/index.html"], "Connect it to Twilio") {
		t.Error("the setup page of an account with a token endpoint asks for one")
	}
}

func TestTwoPicturesOfOneNameAreRefused(t *testing.T) {
	_, err := Files([]setup.Account{
		{ID: "a", Images: []setup.Image{{Name: "assets/team.1.png", Bytes: []byte("one")}}},
		{ID: "b", Images: []setup.Image{{Name: "assets/team.1.png", Bytes: []byte("other")}}},
	}, &bundle.Bundle{}, Options{})
	if want := "account b: two pictures are called assets/team.1.png"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestNoValueBreaksOutOfMinifiedHTML(t *testing.T) {
	account := func(host, name string) setup.Account {
		return setup.Account{ID: "acme", Host: host, Values: map[string]any{"chat.name": name}}
	}
	plain := mustMake(t, []setup.Account{account("https://example.com", "Acme")}, Options{Minify: true})
	hostile := mustMake(t, []setup.Account{account(
		"https://example.com/--></script><script>alert(1)<!--<script>'+\"\u2028",
		"</title></style></script><script>alert(1)</script><!--<script>\"'\u2028")}, Options{Minify: true})

	want := `<!-- Missive Chat --><script>(function(e,t){t.MissiveChatConfig={id:"acme"},(!t.MissiveChat||t.MissiveChat.window||typeof t.MissiveChat.isOpen!="function")&&(` +
		`n=t.MissiveChat={q:[],isOpen:function(){return!1}},("open close toggle showButton hideButton setUser setMeta addMeta setVariables destroy").split(" ")` +
		`.forEach(function(e){n[e]=function(){n.q.push([e,arguments])}}));var n,o=Object.getPrototypeOf(e),` +
		`i=o.querySelector.call(e,"head"),s=o.createElement.call(e,"script");s.async=!0,` +
		"s.src=\"https://example.com/--><\\/script><script>alert(1)<\\!--<script>'+\\\"\u2028/\"" +
		`+t.MissiveChatConfig.id+"/missive.js",i&&i.appendChild(s)})(document,window)</script><!-- /Missive Chat -->` + "\n"
	if got := hostile["acme/snippet.html"]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	page := hostile["acme/index.html"]
	for _, tag := range []string{"<script", "</script", "</title", "</style", "<!--"} {
		if got, want := strings.Count(page, tag), strings.Count(plain["acme/index.html"], tag); got != want {
			t.Errorf("the page has %s %d times, want %d:\n%s", tag, got, want, page)
		}
	}
	if !bytes.Contains([]byte(page), []byte("id=\"snippet\">&lt;!-- Missive Chat --")) {
		t.Errorf("the page does not show the minified snippet:\n%s", page)
	}
}

func TestEachFileIsMadeOnceAndSeenAsItIsMade(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	r, err := Write(t.TempDir(), static(site("1", "team.png", "a", "b")), Writing{Made: func(files []bundle.File) {
		mu.Lock()
		defer mu.Unlock()
		for _, f := range files {
			seen[f.Name]++
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Files {
		if seen[e.Path] != 1 {
			t.Errorf("%s was seen %d times", e.Path, seen[e.Path])
		}
	}
	if len(seen) != len(r.Files) {
		t.Errorf("saw %d files of %d", len(seen), len(r.Files))
	}
}
