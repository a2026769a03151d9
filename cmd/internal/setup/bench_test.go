package setup

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkLoadOf10000Accounts(b *testing.B) {
	var file strings.Builder
	file.WriteString(head + "chat: {variables: {main-color: \"#123\", text-color: var(--main-color)}}\naccounts:\n")
	for i := range 10_000 { // the colours are dark enough to be read
		fmt.Fprintf(&file, `  - id: account-%d
    chat:
      name: Account %d
      position: bottom-left
      variables: {main-color: "#%06x", width: 360px}
    support: {email: team@example.com, phone: +33 1 23 45 67 89}
    visitor: {requireEmail: false}
    messages:
      welcome: [Hello!, "See {{ link:https://example.com our site }}"]
`, i, i, i%200)
	}
	data := []byte(file.String())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		l := newLoader(Options{})
		l.load("chat.yaml", data)
		if len(l.report.problems) > 0 {
			b.Fatal(l.report.problems[0])
		}
	}
}
