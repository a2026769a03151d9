package main

import "missive/widget"

// sectionDocs say what the sections are about; the table only describes the options in them.
var sectionDocs = map[string]string{
	"connection":     "How the widget reaches your team.",
	"chat":           "How the chat looks and behaves.",
	"chat.variables": "Style variables: each a CSS value, in which `var(--main-color)` refers to another one. The defaults are those of the `default` theme.",
	"support":        "Other ways to reach you. They are offered to visitors when the chat can't connect.",
	"user":           "The logged-in user of your site.",
	"visitor":        "What the chat asks visitors before they can write.",
	"messages":       "Every text that visitors see or hear.",
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
	{"open()", "open(): void", "Opens the window."},
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
var kindWords = map[widget.Kind]string{
	widget.Text:     "text",
	widget.Linked:   "text with links",
	widget.Bubbles:  "text with links, or a list of them",
	widget.Bool:     "true or false",
	widget.Email:    "e-mail address",
	widget.Phone:    "phone number",
	widget.URL:      "address",
	widget.Image:    "address or file",
	widget.ID:       "id",
	widget.Theme:    "name",
	widget.Meta:     "map of texts",
	widget.Callback: "function",
	widget.Color:    "colour",
	widget.Length:   "length",
	widget.Border:   "border",
	widget.Shadow:   "shadow",
	widget.Font:     "font family",
	widget.Duration: "time",
	widget.Easing:   "easing",
}

// whereWords end the description of an option that not everyone may set.
var whereWords = map[widget.Where]string{
	widget.FileOnly: " In `chat.yaml` only.",
	widget.PageOnly: " On the page only.",
}

// examples are values that editors offer for chat.yaml, where the default doesn't show what is meant.
var examples = map[widget.Kind][]any{
	widget.Bubbles: {[]string{"Each string gets a bubble.", "A link: {{ link:https://www.example.com/help our help pages }}."}},
	widget.Linked:  {"I accept the {{ link:https://www.example.com/privacy privacy policy }}."},
	widget.Email:   {"hello@example.com"},
	widget.Phone:   {"+1 555 010 0199"},
	widget.URL:     {"https://chat.example.com"},
	widget.Image:   {"./team.png", "https://www.example.com/team.png"},
	widget.Meta:    {map[string]string{"plan": "free"}},
}
