package main

import (
	"encoding/json"
	"io"

	"missive/widget/problem"
)

// printJSON prints the build as one object, also when it failed.
func printJSON(w io.Writer, b built) error {
	type account struct {
		ID    string `json:"id"`
		Host  string `json:"host"`
		Theme string `json:"theme"`
	}
	type file struct {
		Path  string `json:"path"`
		Bytes size   `json:"bytes"`
	}
	object := struct {
		Accounts []account         `json:"accounts"`
		Files    []file            `json:"files"`
		Problems []problem.Problem `json:"problems"`
	}{[]account{}, []file{}, append([]problem.Problem{}, b.problems...)}
	for _, a := range b.accounts {
		object.Accounts = append(object.Accounts, account{a.ID, a.Host, a.Theme})
	}
	if b.failure != nil {
		object.Problems = append(object.Problems, problem.Of(b.failure))
	}
	for _, e := range b.made.Files {
		object.Files = append(object.Files, file{e.Path, b.sizes[e.Path]})
	}
	return encode(w, object)
}

// encode prints a value as JSON that people can read, too.
func encode(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
