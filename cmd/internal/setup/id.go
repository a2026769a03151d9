package setup

import (
	"fmt"
	"strings"

	"missive/cmd/internal/accounts"
	"missive/widget/problem"
)

// idPlace is where an id was given first.
type idPlace struct {
	id, file string
	at       place
}

func (p idPlace) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.at.line, p.at.column) }

func (a *assembler) id(own *layer) string {
	s, ok := own.values["id"]
	if !ok {
		a.missing("id", own.at)
	}
	id, ok := s.value.(string)
	if ok {
		a.registerID(a.document, id, s.at)
	}
	return id
}

func (l *loader) registerID(d *document, id string, at place) {
	first, taken := l.ids[strings.ToLower(id)]
	if !taken {
		l.ids[strings.ToLower(id)] = idPlace{id, d.file, at}
		l.registerSecret(d, id, at)
		return
	}
	hint := "each account needs its own"
	if first.id != id {
		hint = "ids become folders, and some machines take capital and small letters for the same"
	}
	d.problem(at, "id", fmt.Sprintf("%s is taken by %s", problem.Quote(id), first), hint)
}

// registerSecret warns of accounts that the token endpoint can't tell apart.
func (l *loader) registerSecret(d *document, id string, at place) {
	variable := accounts.SecretVariable(id)
	first, shared := l.secrets[variable]
	if !shared {
		l.secrets[variable] = idPlace{id, d.file, at}
		return
	}
	d.warn(at, "id", fmt.Sprintf("%s is the same account as %s (%s) to the token endpoint", problem.Quote(id), problem.Quote(first.id), first),
		"both have their secret key in "+variable+": choose an id that differs in more than - and _")
}
