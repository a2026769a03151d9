package studio

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"path/filepath"

	"missive/themes"
	"missive/widget/problem"
)

// opened is a theme as it is read for the page.
type opened struct {
	Name    string `json:"name"`
	Extends string `json:"extends"`
	// File is its path; empty for a shipped theme, which can't be saved but as another one.
	File string `json:"file"`
	// Version names what is in the file.
	Version  string            `json:"version"`
	Own      map[string]string `json:"own"`
	Problems []string          `json:"problems"`
}

// open answers with a theme as its file has it now.
func (s *Studio) open(w http.ResponseWriter, name string) {
	theme, problems, found := themes.Load(name, s.folder)
	if !found {
		refuse(w, http.StatusNotFound, noTheme(name))
		return
	}
	reply(w, http.StatusOK, s.opened(theme, problems))
}

func (s *Studio) opened(theme themes.Theme, problems []problem.Problem) opened {
	text, shipped := theme.Source()
	sum := sha256.Sum256(text)
	o := opened{Name: theme.Name, Extends: theme.Extends(), Version: hex.EncodeToString(sum[:8]), Own: theme.Own()}
	if !shipped {
		o.File = path.Join(filepath.ToSlash(s.folder), theme.Name+".toml")
	}
	for _, p := range problems {
		o.Problems = append(o.Problems, p.Error())
	}
	return o
}

func noTheme(name string) problem.Problem {
	return *problem.New("there is no theme "+problem.Quote(name)+" any more", "put its file back, then save again: what you have changed is still here")
}
