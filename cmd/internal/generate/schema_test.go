package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"missive/widget/option"
)

func TestSchemaJudgesChatYaml(t *testing.T) {
	check := compileSchema(t)
	const top = "host: https://chat.example.com\nid: acme\n"
	for _, c := range []struct {
		name, yaml string
		refused    string // where, each place with the rule that is broken; nothing: the file is fine
	}{
		{"the least that works", top, ""},
		{"sections may be empty", top + "chat:\n  variables:\nmessages:\n", ""},
		{"numbers are texts", top + "support: {phone: 33612345678}\nmessages: {title: 24}", ""},
		{"bubbles may be lists", top + "messages: {welcome: [Hello, Welcome]}", ""},
		{"meta is free", top + "meta: {plan: free, seats: 3, trial: true}", ""},
		{"several accounts", "host: https://chat.example.com\naccounts: [{id: a, chat: {name: A}}, {id: b}]", ""},
		{"a host for each account", "accounts: [{id: a, host: https://a.example.com}, {id: b, host: https://b.example.com}]", ""},

		{"a misspelt option", top + "chat: {postion: bottom-left}", "/chat additionalProperties"},
		{"a misspelt section", top + "mesages: {}", "/ additionalProperties"},
		{"an unknown style variable", top + "chat: {variables: {main-colour: red}}", "/chat/variables additionalProperties"},
		{"a value that is not allowed", top + "chat: {position: top-left}", "/chat/position enum"},
		{"a text for true or false", top + "chat: {hidden: 'yes'}", "/chat/hidden type"},
		{"a list for one text", top + "messages: {title: [Ask, us]}", "/messages/title type"},
		{"an empty list of bubbles", top + "messages: {help: []}", "/messages/help minItems"},
		{"a map in a list of bubbles", top + "messages: {help: [{text: Hello}]}", "/messages/help/0 type"},
		{"a deep meta", top + "meta: {company: {name: Acme}}", "/meta/company type"},
		{"the user of a page", top + "user: {email: jane@example.com}", "/ additionalProperties"},
		{"a callback", top + "onReady: open", "/ additionalProperties"},
		{"an id that is no folder", "host: https://chat.example.com\nid: ../acme", "/id pattern"},
		{"an address without https", "host: chat.example.com\nid: acme", "/host pattern"},
		{"a button without a name", top + "messages: {send: ''}", "/messages/send minLength"},
		{"half an e-mail address", top + "support: {email: hello}", "/support/email pattern"},
		{"no id", "host: https://chat.example.com", "/ required"},
		{"no host", "id: acme", "/ required"},
		{"an id beside accounts", top + "accounts: [{id: a}]", "/ not"},
		{"no account", "host: https://chat.example.com\naccounts: []", "/accounts minItems"},
		{"an account without id", "host: https://chat.example.com\naccounts: [{chat: {name: A}}]", "/accounts/0 required"},
		{"a misspelt option of an account", "host: https://chat.example.com\naccounts: [{id: a, nmae: A}]", "/accounts/0 additionalProperties"},
		{"an account without any host", "accounts: [{id: a, host: https://a.example.com}, {id: b}]", "/ required, /accounts/1 required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := check(t, c.yaml); got != c.refused {
				t.Errorf("refused: %q, want %q\n%s", got, c.refused, c.yaml)
			}
		})
	}
}

// The schema may be laxer than the build, never stricter, and must not suggest what the build refuses.
func TestSchemaAgreesWithTheCheckOfTheBuild(t *testing.T) {
	check := compileSchema(t)
	values := map[option.Kind][]string{
		option.ID:    {"acme", "A_b-1", "3f0c2b1e-5e3f-4283-baaa-8e1d63fea126", strings.Repeat("x", 64)},
		option.URL:   {"https://chat.example.com", "http://127.0.0.1:8080/chat", "https://chat.example.com:8443"},
		option.Email: {"hello@example.com", "a+b@xn--bcher-kva.example"},
	}
	for path, n := range options(t) {
		if n.option.Where == option.PageOnly {
			continue
		}
		for _, value := range values[n.option.Kind] {
			if fault := n.option.Check(value); fault != nil {
				t.Errorf("%s: the build refuses %q: %s", path, value, fault.Message)
			}
			if refused := check(t, document(t, path, value)); refused != "" {
				t.Errorf("%s: the schema refuses %q: %s", path, value, refused)
			}
		}
		for _, value := range examples[n.option.Kind] {
			if _, isMap := value.(map[string]string); isMap {
				continue // meta has no single value
			}
			if fault := n.option.Check(value); fault != nil {
				t.Errorf("%s: the example %q is refused: %s", path, value, fault.Message)
			}
		}
	}
}

// document is a chat.yaml that sets the option with the path, and what is required.
func document(t *testing.T, path string, value any) string {
	t.Helper()
	doc := map[string]any{"host": "https://chat.example.com", "id": "acme"}
	keys := strings.Split(path, ".")
	at := doc
	for _, key := range keys[:len(keys)-1] {
		inner := map[string]any{}
		at[key] = inner
		at = inner
	}
	at[keys[len(keys)-1]] = value
	text, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compileSchema returns a function that tells where a YAML file breaks the rules of the schema, and which ones.
func compileSchema(t *testing.T) func(t *testing.T, text string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "widget", "chat.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("chat.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("chat.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, text string) string {
		t.Helper()
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		var broken *jsonschema.ValidationError
		if err := compiled.Validate(value); err != nil && !errors.As(err, &broken) {
			t.Fatal(err)
		}
		places := brokenRules(broken)
		slices.Sort(places)
		return strings.Join(slices.Compact(places), ", ")
	}
}

// brokenRules are the innermost errors, as "/place rule".
func brokenRules(e *jsonschema.ValidationError) []string {
	if e == nil {
		return nil
	}
	if len(e.Causes) == 0 {
		rule := strings.Join(e.ErrorKind.KeywordPath(), "/")
		if rule == "" {
			rule = "not" // the library has no name for it
		}
		return []string{"/" + strings.Join(e.InstanceLocation, "/") + " " + rule}
	}
	var all []string
	for _, cause := range e.Causes {
		all = append(all, brokenRules(cause)...)
	}
	return all
}
