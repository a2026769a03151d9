package dist

import (
	"path"
	"slices"
	"strings"

	"missive/cmd/internal/hosting"
	"missive/widget/problem"
)

// Conflicts are files that a build would replace or remove though they are not as a build has left them.
type Conflicts []problem.Problem

func (c Conflicts) Error() string {
	var texts []string
	for _, p := range c {
		texts = append(texts, p.Error())
	}
	return strings.Join(texts, "\n")
}

func (c Conflicts) sorted() Conflicts {
	return slices.SortedFunc(slices.Values(c), func(a, b problem.Problem) int { return strings.Compare(a.File, b.File) })
}

// The ways in which a file is in the way.
const (
	replacedForeign = "is not from a build, and would be replaced"
	replacedEdited  = "was changed after the build that made it, and would be replaced"
	removedEdited   = "was changed after the build that made it, and would be removed"
)

// conflict notes that a file is in the way.
func (st *staging) conflict(name, why string) {
	hint := "put your changes elsewhere, or let -force throw them away"
	if why == replacedForeign {
		hint = "move it away, or choose another folder with -out; -force replaces it"
		if slices.Contains(hosting.Files, name) {
			hint = `leave ours out with "hosting" in chat.yaml, or choose another folder with -out; -force replaces it`
		}
		if !st.last.knows(path.Dir(name)) {
			hint += "; if the folder is from a build, -adopt takes its files for ours"
		}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.conflicts = append(st.conflicts, problem.Problem{File: st.folder.display(name), Message: why, Hint: hint})
}

// mayRemove looks at the files that are about to be removed: one that was edited is a conflict.
func (st *staging) mayRemove(gone []string) error {
	if st.Force {
		return nil
	}
	for _, name := range gone {
		if !st.folder.has(name) || st.folder.isFolder(name) {
			continue
		}
		there, _, err := st.folder.read(name)
		if err != nil {
			return err
		}
		if there == nil || !st.last.holds(name, there) {
			st.conflict(name, removedEdited)
		}
	}
	return nil
}
