package token

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	ofItsTime = regexp.MustCompile(`"(token|expiresAt|session)":"[^"]+"`)
	random    = regexp.MustCompile(`"visitor-[a-z2-7]{26}"`)
)

func TestWidgetsFromBeforeProtocol2AreAnsweredAsBefore(t *testing.T) {
	text, err := os.ReadFile("testdata/protocol-1.txt")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	recorded := strings.Split(strings.TrimSpace(string(text)), "\n\n")[1:]
	if len(recorded) < 8 {
		t.Fatalf("only %d exchanges are recorded", len(recorded))
	}
	for _, exchange := range recorded {
		lines := strings.Split(exchange, "\n")
		sent, want := strings.TrimPrefix(lines[1], "> "), strings.TrimPrefix(lines[2], "< ")
		w := b.send(http.MethodPost, "/token", sent)
		got := ofItsTime.ReplaceAllString(strings.TrimSpace(w.Body.String()), `"$1":"…"`)
		if strings.Contains(want, `"visitor-…"`) {
			got = random.ReplaceAllString(got, `"visitor-…"`)
		}
		same(t, lines[0], got, want)
	}
}
