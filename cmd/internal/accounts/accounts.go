// Package accounts says what a chat account is called, also in the environment of the token endpoint.
//
// What several commands must agree on about an id belongs here. What is wrong with the id in a chat.yaml is told by package option,
// and what an account is made of by package setup.
package accounts

import "strings"

// IDPattern is a regular expression that matches ids of accounts, in the syntax that Go, JavaScript and JSON Schema share.
const IDPattern = `^[A-Za-z0-9_-]{1,64}$`

// Name returns what stands for an account in the environment: its id in upper case, with "_" for "-". Ids that differ
// in nothing else are one account to the token endpoint: they share the secret, their users and their sessions.
func Name(id string) string {
	return strings.ToUpper(strings.ReplaceAll(id, "-", "_"))
}

// Keys returns the keys that a variable has: one, or while it is replaced two with a comma between them. The first is the
// new one, which is used from now on; the other counts for what was made with it. Only that one may hold a comma itself.
func Keys(value string) []string {
	first, second, two := strings.Cut(value, ",")
	if !two {
		return []string{value}
	}
	return []string{strings.TrimSpace(first), strings.TrimSpace(second)}
}

// SecretVariable returns the name of the environment variable with the secret key of an account.
func SecretVariable(id string) string { return "MISSIVE_SECRET_" + Name(id) }
