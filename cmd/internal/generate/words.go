package main

import (
	"missive/widget/cssvalue"
	"missive/widget/option"
)

// sectionDocs say what the sections are about. They are here, as the table of options only has options.
var sectionDocs = map[string]string{
	"connection":     "How the widget reaches your team.",
	"chat":           "How the chat looks and behaves.",
	"chat.variables": "Style variables: each a CSS value, in which `var(--main-color)` refers to another one. The defaults are those of the `default` theme.",
	"support":        "Other ways to reach you. They are offered to visitors when the chat can't connect.",
	"user":           "The logged-in user of your site.",
	"visitor":        "What the chat asks visitors before they can write.",
	"messages":       "Every text that visitors see or hear.",
}

// wholeDocs say what stands at the top level of chat.yaml, beside the options, for all of dist/.
var wholeDocs = map[string]string{
	"hosting":  "The hosts that `dist/` gets settings for: `netlify` and `cloudflare` (`_headers`), `nginx` (`nginx.conf`), `caddy` (`caddy.conf`), `apache` (`.htaccess`). All by default; `[]` for none.",
	"snippets": "The tools that each account gets snippets for, as in `snippet-hugo.html`. All by default; `[]` for none but those for any page.",
	"retired":  "Ids of accounts that are gone. Each keeps a `missive.js` that does nothing, for pages that still load it, and what pinned snippets need.",
}

// callbackParameters are what the functions of the page are called with.
var callbackParameters = map[string]string{
	"onReady":             "",
	"onVisitorIdentified": "visitor: Visitor",
	"onChatStarted":       "visitor: Visitor",
	"onNewMessage":        "body: string",
	"onOpen":              "",
	"onClose":             "",
}

// metaType is what a page may give as meta; numbers and booleans are turned into strings.
const metaType = "Record<string, string | number | boolean>"

// method is one of the JavaScript API: as it is called, and as it is declared.
type method struct{ call, signature, doc string }

var methods = []method{
	{"open()", "open(): void", "Opens the window. One that is open comes to the front."},
	{"close()", "close(): void", "Closes the window."},
	{"toggle()", "toggle(): void", "Opens the window if it is closed, and closes it if it is open."},
	{"isOpen()", "isOpen(): boolean", "Whether the window is open."},
	{"showButton()", "showButton(): void", "Shows the button. This doesn't open the window."},
	{"hideButton()", "hideButton(): void", "Hides the button. This doesn't close the window. To hide it from the start, set `chat.hidden`."},
	{"setUser({email, name, digest, avatarUrl})", "setUser(user: (MissiveChatUser & { email: string }) | null): void",
		"Says who the logged-in user is. Another e-mail address starts a new visitor; `null` logs out."},
	{"setMeta({…})", "setMeta(meta: " + metaType + "): void",
		"Replaces the data that is attached to messages. `language`, `platform` and `browser` are always sent."},
	{"addMeta({…})", "addMeta(meta: " + metaType + "): void",
		"Adds data to what is attached to messages. Keys that are set already keep their value."},
	{"setVariables({…})", "setVariables(variables: MissiveChatVariables): void", "Changes style variables at once."},
	{"destroy()", "destroy(): void", "Removes the widget from the page. Loading the script again starts anew."},
}

// kindWords say in the reference what an option takes.
var kindWords = map[option.Kind]string{
	option.Text:     "text",
	option.Linked:   "text with links",
	option.Bubbles:  "text with links, or a list of them",
	option.Bool:     "true or false",
	option.Email:    "e-mail address",
	option.Phone:    "phone number",
	option.Language: "language",
	option.URL:      "address",
	option.Image:    "address or file",
	option.ID:       "id",
	option.Theme:    "name",
	option.Meta:     "map of texts",
	option.Callback: "function",
}

// cssWords say it of the style variables.
var cssWords = map[cssvalue.Kind]string{
	cssvalue.Color:    "colour",
	cssvalue.Length:   "length",
	cssvalue.Border:   "border",
	cssvalue.Shadow:   "shadow",
	cssvalue.Font:     "font family",
	cssvalue.Duration: "time",
	cssvalue.Easing:   "easing",
	cssvalue.Integer:  "whole number",
}

// whereWords end the description of an option that not everyone may set.
var whereWords = map[option.Where]string{
	option.FileOnly: " In `chat.yaml` only.",
	option.PageOnly: " On the page only.",
}

// examples are values that editors offer for chat.yaml, where the default doesn't show what is meant.
var examples = map[option.Kind][]any{
	option.Bubbles: {[]string{"Each string gets a bubble.", "A link: {{ link:https://www.example.com/help our help pages }}."}},
	option.Linked:  {"I accept the {{ link:https://www.example.com/privacy privacy policy }}."},
	option.Email:   {"hello@example.com"},
	option.Phone:   {"+1 555 010 0199"},
	option.URL:     {"https://chat.example.com"},
	option.Image:   {"./team.png", "https://www.example.com/team.png"},
	option.Meta:    {map[string]string{"plan": "free"}},
}
