// Package option has the one table of options that everything else derives from, and checks their values.
//
// What an option is called, takes, defaults to and who may set it belongs here, and nowhere else. What CSS allows is
// cssvalue's; where a value comes from, and which of several wins, is the business of cmd/internal/setup.
package option

import (
	"slices"
	"strings"

	"missive/widget/cssvalue"
)

// Kind says which values an option takes. The zero value is plain text.
type Kind uint8

const (
	Text     Kind = iota // any string
	Linked               // a string in which {{ link:URL text }} makes a link
	Bubbles              // a Linked string, or a list of them: a chat bubble each
	Bool                 // true or false
	Choice               // one of Option.Choices
	Email                // an e-mail address, or empty
	Phone                // a phone number as a person writes it, or empty
	Language             // a language tag, as in HTML's lang
	URL                  // an absolute http or https address, or empty
	Image                // an absolute address, or a file relative to chat.yaml, or empty
	ID                   // an account id: [A-Za-z0-9_-]{1,64}; it becomes a folder
	Theme                // the name of a theme
	Meta                 // free keys with text values
	Callback             // a function of the page
	Variable             // a style variable: a CSS value of the kind Option.CSS, which may refer to another variable by var()
)

// VariablesPath begins the paths of style variables: "chat.variables.main-color".
const VariablesPath = "chat.variables."

// Where says who may set an option. The zero value is both.
type Where uint8

const (
	Anywhere Where = iota // chat.yaml and the page
	FileOnly              // chat.yaml: the page may not set it
	PageOnly              // window.MissiveChatConfig: it makes no sense in a file that all visitors share
)

// Option is one option of the product, as a site owner sees it.
type Option struct {
	// Path is the dotted path as in chat.yaml and in MissiveChatConfig.
	Path string
	Kind Kind
	// CSS is the kind of a Variable's value.
	CSS cssvalue.Kind
	// Default is a string or a bool; nil for style variables, whose values live
	// in themes/default.toml, and for callbacks and maps.
	Default any
	// Choices are the values of a Choice, the default among them.
	Choices []string
	Where   Where
	// Required options have no usable default: chat.yaml must give them.
	Required bool
	// NotEmpty texts name a control, which without one would say nothing to a screen reader, or to anybody.
	NotEmpty bool
	// Launcher options are used before the window is loaded, so missive.js carries their defaults.
	// The defaults of all options travel with the window: every page pays for the launcher.
	Launcher bool
	// Doc is Markdown, one or two sentences, for editors, OPTIONS.md and types.
	Doc string
}

// Table is the one table of options. Its order is the order of documentation, schema and types.
var Table = []Option{
	{Path: "host", Kind: URL, Default: "", Where: FileOnly, Required: true,
		Doc: "Public address of the folder that `dist/` is uploaded to, such as `https://chat.example.com`."},
	{Path: "id", Kind: ID, Default: "", Required: true,
		Doc: "Id of the chat account: letters, digits, `_` and `-`, at most 64. It becomes the folder `dist/<id>/`."},
	{Path: "theme", Kind: Theme, Default: "default", Where: FileOnly,
		Doc: "Name of a theme: one of the shipped ones, or a file `themes/<name>.toml` beside `chat.yaml`."},

	{Path: "connection.tokenUrl", Kind: URL, Default: "", Where: FileOnly,
		Launcher: true, Doc: "Address of the token endpoint that lets visitors into Twilio Conversations. Without it the widget looks right but can't carry messages."},

	{Path: "connection.sdk", Kind: Choice, Default: "cdn", Choices: []string{"cdn", "bundled"}, Where: FileOnly,
		Doc: "Where Twilio's SDK comes from: `cdn`, Twilio's own host, or `bundled`, a file of `dist/` of about half the size; making that needs npm."},
	{Path: "connection.region", Kind: Choice, Default: "us1", Choices: []string{"us1", "ie1"}, Where: FileOnly,
		Doc: "Twilio region of the Conversations service: `us1`, or `ie1`, which is Ireland. Twilio's other regions have no Conversations."},

	{Path: "chat.language", Kind: Language, Default: "en",
		Launcher: true, Doc: "Language of the messages, such as `en`, `fr` or `pt-BR`: how screen readers pronounce them. Days and times are in the language of the page."},
	{Path: "chat.position", Kind: Choice, Default: "bottom-right", Choices: []string{"bottom-right", "bottom-left"},
		Launcher: true, Doc: "Corner of the page in which the chat sits."},
	{Path: "chat.scheme", Kind: Choice, Default: "light", Choices: []string{"light", "dark", "auto", "host"},
		Launcher: true, Doc: "Which of the theme's two palettes: `light`, `dark`, `auto` as the visitor's system, or `host` as the page is seen, also when that changes: by its `color-scheme`, else by the background of `<body>` or `<html>`."},
	{Path: "chat.hidden", Kind: Bool, Default: false,
		Launcher: true, Doc: "When true there is no button; the chat is opened with the JavaScript API or a `data-missive-open` element only."},
	{Path: "chat.name", Kind: Text, Default: "",
		Doc: "Name of the team, in the header and above its messages. Empty: the `title` message."},
	{Path: "chat.avatarUrl", Kind: Image, Default: "",
		Doc: "Picture of the team: an address, or in `chat.yaml` a file relative to it, which is copied to `dist/assets/`. Empty: initials of the name."},
	{Path: "chat.hideWhenOffline", Kind: Bool, Default: false,
		Launcher: true, Doc: "When true there is no button while the team is offline."},
	{Path: "chat.hideBranding", Kind: Bool, Default: false,
		Doc: "When true the `branding` message at the foot of the window is left out."},
	{Path: "chat.showOnlineStatus", Kind: Bool, Default: true,
		Doc: "Show in the header whether the team is online."},
	{Path: "chat.showAvatars", Kind: Bool, Default: true,
		Doc: "Show pictures, or initials, beside messages."},
	{Path: "chat.showNames", Kind: Bool, Default: true,
		Doc: "Show names above messages."},
	{Path: "chat.rememberOpenState", Kind: Bool, Default: true,
		Launcher: true, Doc: "Open the chat by itself if it was open when the visitor last left the page. On screens from 600 px of width."},

	{Path: "chat.sound", Kind: Bool, Default: false,
		Doc: "Play a short sound for a new message while the visitor looks elsewhere."},
	{Path: "chat.flashTitle", Kind: Bool, Default: false,
		Doc: "Flash the `newMessage` message in the title of the page while the visitor looks elsewhere."},

	{Path: "chat.variables.background-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Background of the window."},
	{Path: "chat.variables.badge-background-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Background of the badge with the number of unread messages."},
	{Path: "chat.variables.badge-border-radius", Kind: Variable, CSS: cssvalue.Length, Doc: "Corner radius of the badge."},
	{Path: "chat.variables.badge-box-shadow", Kind: Variable, CSS: cssvalue.Shadow, Doc: "Shadow of the badge."},
	{Path: "chat.variables.badge-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Text of the badge."},
	{Path: "chat.variables.badge-size", Kind: Variable, CSS: cssvalue.Length, Doc: "Height, and least width, of the badge."},
	{Path: "chat.variables.border-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Lines inside the window and around fields."},
	{Path: "chat.variables.border", Kind: Variable, CSS: cssvalue.Border, Launcher: true, Doc: "Border around the button and the window."},
	{Path: "chat.variables.box-shadow", Kind: Variable, CSS: cssvalue.Shadow, Launcher: true, Doc: "Shadow of the button and the window."},
	{Path: "chat.variables.bubble-dark-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Background of the visitor's bubbles."},
	{Path: "chat.variables.bubble-light-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Background of the team's bubbles."},
	{Path: "chat.variables.button-border-radius", Kind: Variable, CSS: cssvalue.Length, Doc: "Corner radius of the buttons inside the window."},
	{Path: "chat.variables.close-button-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Colour of the close button in the header."},
	{Path: "chat.variables.closed-border-radius", Kind: Variable, CSS: cssvalue.Length, Launcher: true, Doc: "Corner radius of the button that opens the chat."},
	{Path: "chat.variables.font-family", Kind: Variable, CSS: cssvalue.Font, Launcher: true, Doc: "Fonts of the whole widget."},
	{Path: "chat.variables.font-size", Kind: Variable, CSS: cssvalue.Length, Launcher: true, Doc: "Size of message text; other text follows it. Fields on phones are never below 16 px."},
	{Path: "chat.variables.header-opened-background-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Background of the header of the open window."},
	{Path: "chat.variables.header-subtitle-text-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Text of the status in the header."},
	{Path: "chat.variables.header-title-text-color", Kind: Variable, CSS: cssvalue.Color, Launcher: true, Doc: "Text on the main colour: the header's title, the button, the visitor's bubbles."},
	{Path: "chat.variables.height", Kind: Variable, CSS: cssvalue.Length, Doc: "Height of the open window."},
	{Path: "chat.variables.light-text-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Secondary text: names, times, hints."},
	{Path: "chat.variables.main-color", Kind: Variable, CSS: cssvalue.Color, Launcher: true, Doc: "The colour of the brand: button, header, visitor's bubbles, links, focus."},
	{Path: "chat.variables.margin", Kind: Variable, CSS: cssvalue.Length, Launcher: true, Doc: "Distance of button and window from the edges of the page; `offset-x` and `offset-bottom` are it by default."},
	{Path: "chat.variables.max-height", Kind: Variable, CSS: cssvalue.Length, Doc: "Greatest height of the open window."},
	{Path: "chat.variables.max-width", Kind: Variable, CSS: cssvalue.Length, Doc: "Greatest width of the open window."},
	{Path: "chat.variables.offset-bottom", Kind: Variable, CSS: cssvalue.Length, Launcher: true, Doc: "Distance of button and window from the bottom of the page, where something else stands there."},
	{Path: "chat.variables.offset-x", Kind: Variable, CSS: cssvalue.Length, Launcher: true, Doc: "Distance of button and window from the side of the page that they stand at."},
	{Path: "chat.variables.opened-border-radius", Kind: Variable, CSS: cssvalue.Length, Doc: "Corner radius of the open window."},
	{Path: "chat.variables.status-connecting-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Dot of the status while connecting."},
	{Path: "chat.variables.status-offline-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Dot of the status while the team is offline; also the mark of errors."},
	{Path: "chat.variables.status-online-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Dot of the status while the team is online."},
	{Path: "chat.variables.text-color", Kind: Variable, CSS: cssvalue.Color, Doc: "Text of the window and of the team's bubbles."},
	{Path: "chat.variables.transition-duration", Kind: Variable, CSS: cssvalue.Duration, Launcher: true, Doc: "Time that opening and closing take. Visitors who ask for reduced motion get none."},
	{Path: "chat.variables.transition-easing", Kind: Variable, CSS: cssvalue.Easing, Launcher: true, Doc: "Easing of opening and closing."},
	{Path: "chat.variables.width", Kind: Variable, CSS: cssvalue.Length, Doc: "Width of the open window."},
	{Path: "chat.variables.z-index", Kind: Variable, CSS: cssvalue.Integer, Launcher: true, Doc: "Whether button and window are above or below what else stands out on the page. A window that fills the screen of a phone is above all."},

	{Path: "support.email", Kind: Email, Default: "",
		Doc: "E-mail address that is offered below the `error` message."},
	{Path: "support.phone", Kind: Phone, Default: "",
		Doc: "Phone number that is offered below the `error` message."},

	{Path: "user.email", Kind: Email, Default: "", Where: PageOnly,
		Doc: "E-mail address of the logged-in user. With it the visitor isn't asked who they are."},
	{Path: "user.name", Kind: Text, Default: "", Where: PageOnly,
		Doc: "Name of the logged-in user."},
	{Path: "user.digest", Kind: Text, Default: "", Where: PageOnly,
		Doc: "Hex HMAC-SHA256 of the e-mail address with the account's secret key, made on your server. It verifies the user."},
	{Path: "user.avatarUrl", Kind: URL, Default: "", Where: PageOnly,
		Doc: "Picture of the logged-in user, beside their own messages."},

	{Path: "visitor.askName", Kind: Bool, Default: true, Doc: "Ask visitors for their name."},
	{Path: "visitor.requireName", Kind: Bool, Default: false, Doc: "The name must be given. Needs `askName`."},
	{Path: "visitor.askEmail", Kind: Bool, Default: true, Doc: "Ask visitors for their e-mail address."},
	{Path: "visitor.requireEmail", Kind: Bool, Default: true, Doc: "The e-mail address must be given. Needs `askEmail`."},
	{Path: "visitor.requireConsent", Kind: Bool, Default: false, Doc: "Visitors must tick the box with the `identifyConsent` message before they can write."},

	{Path: "meta", Kind: Meta,
		Doc: "Your own data, attached to each message: a simple map of texts. `language`, `platform` and `browser` are always sent."},

	{Path: "messages.welcome", Kind: Bubbles, Default: "Hi there! 👋\n\nThe team will reply as soon as possible.", Doc: "First bubble of the chat."},
	{Path: "messages.help", Kind: Bubbles, Default: "How can we help?", Doc: "Bubble right before the visitor can write."},
	{Path: "messages.identify", Kind: Bubbles, Default: "First, identify yourself.", Doc: "Bubble above the form that asks who the visitor is."},
	{Path: "messages.error", Kind: Bubbles, Default: "Sorry, there is an issue connecting to our chat. Please check your Internet connection and try again.",
		Launcher: true, Doc: "Bubble shown when the chat service can't be reached. The `support` channels follow it."},
	{Path: "messages.oneWay", Kind: Bubbles, Default: "Your messages reach us, but this connection can’t show our answers.",
		Doc: "Bubble shown where messages arrive, but web sockets are blocked and so nothing comes back. The `support` channels follow it."},

	{Path: "messages.title", Kind: Text, Default: "Chat with us", NotEmpty: true, Launcher: true, Doc: "Text of the button; title of the window when `chat.name` is empty."},
	{Path: "messages.online", Kind: Text, Default: "We’re online", Doc: "Status in the header."},
	{Path: "messages.offline", Kind: Text, Default: "We’re offline", Doc: "Status in the header."},
	{Path: "messages.connecting", Kind: Text, Default: "Connecting…", Doc: "Status in the header."},
	{Path: "messages.chat", Kind: Text, Default: "Message…", NotEmpty: true, Doc: "Placeholder of the message box."},
	{Path: "messages.newMessage", Kind: Text, Default: "New message!", Doc: "Announces one unread message on the closed button."},
	{Path: "messages.newMessages", Kind: Text, Default: "New messages!", Doc: "Announces several unread messages on the closed button."},
	{Path: "messages.internet", Kind: Text, Default: "Can’t send messages offline.", Doc: "Shown above the message box while the browser is offline."},
	{Path: "messages.identifyName", Kind: Text, Default: "Name", NotEmpty: true, Doc: "Label of the name field."},
	{Path: "messages.identifyEmail", Kind: Text, Default: "Email", NotEmpty: true, Doc: "Label of the e-mail field."},
	{Path: "messages.identifySubmit", Kind: Text, Default: "Submit", NotEmpty: true, Doc: "Button that sends the form."},
	{Path: "messages.identifySkip", Kind: Text, Default: "Skip", NotEmpty: true, Doc: "Button that skips the form; there only when nothing is required."},
	{Path: "messages.identifyRequired", Kind: Text, Default: "Required field", Doc: "Beside a required field that is empty."},
	{Path: "messages.identifyThanks", Kind: Text, Default: "Thanks", Doc: "Bubble after the form was sent or skipped."},
	{Path: "messages.identifyConsent", Kind: Linked, Default: "I accept this website privacy policy and terms of use.", NotEmpty: true, Doc: "Label of the consent box."},
	{Path: "messages.identifyInvalid", Kind: Text, Default: "Please enter a valid email address.", Doc: "Beside an e-mail field that holds something else."},
	{Path: "messages.open", Kind: Text, Default: "Open chat", NotEmpty: true, Launcher: true, Doc: "What a screen reader says after the title of the button while the chat is closed."},
	{Path: "messages.close", Kind: Text, Default: "Close chat", NotEmpty: true, Doc: "Name of the close button."},
	{Path: "messages.send", Kind: Text, Default: "Send", NotEmpty: true, Doc: "Name of the send button."},
	{Path: "messages.sendAgain", Kind: Text, Default: "Send again", NotEmpty: true, Doc: "Button below a message that could not be sent."},
	{Path: "messages.notSent", Kind: Text, Default: "Not sent.", Doc: "Below a message that could not be sent."},
	{Path: "messages.seen", Kind: Text, Default: "Seen", Doc: "Below the visitor's last message that the team has read."},
	{Path: "messages.typing", Kind: Text, Default: "Typing…", Doc: "What a screen reader says while somebody of the team writes."},
	{Path: "messages.you", Kind: Text, Default: "You", Doc: "What a screen reader says before the visitor's own messages; before the others it says the name."},
	{Path: "messages.older", Kind: Text, Default: "Earlier messages", NotEmpty: true, Doc: "Button that loads the messages before the first one shown."},
	{Path: "messages.branding", Kind: Text, Default: "Powered by Missive Live Chat", Doc: "Line at the foot of the window, unless `chat.hideBranding`."},

	{Path: "onReady", Kind: Callback, Where: PageOnly, Doc: "Called when `window.MissiveChat` can be used."},
	{Path: "onVisitorIdentified", Kind: Callback, Where: PageOnly, Doc: "Called with `{name, email}` when a visitor has sent the form."},
	{Path: "onChatStarted", Kind: Callback, Where: PageOnly, Doc: "Called with `{name, email}` when the first message of a conversation was accepted."},
	{Path: "onNewMessage", Kind: Callback, Where: PageOnly, Doc: "Called with the text of each message from the team; of one that has files alone, with their names."},
	{Path: "onOpen", Kind: Callback, Where: PageOnly, Doc: "Called when the window has opened, whoever caused it."},
	{Path: "onClose", Kind: Callback, Where: PageOnly, Doc: "Called when the window has closed, whoever caused it."},
}

// BuiltinMeta are the keys of meta that each message carries by itself. Nobody can set them.
var BuiltinMeta = []string{"language", "platform", "browser"}

// Lookup returns the option with the path, or nil.
func Lookup(path string) *Option { return byPath[path] }

var byPath = func() map[string]*Option {
	m := make(map[string]*Option, len(Table))
	for i := range Table {
		m[Table[i].Path] = &Table[i]
	}
	return m
}()

// PathsOf returns the paths of the options of these kinds, in the order of the table.
func PathsOf(kinds ...Kind) []string {
	var paths []string
	for i := range Table {
		if slices.Contains(kinds, Table[i].Kind) {
			paths = append(paths, Table[i].Path)
		}
	}
	return paths
}

// variables are the style variables, which the value of each may refer to.
var variables = func() (list cssvalue.Variables) {
	for _, o := range Table {
		if o.Kind == Variable {
			list = append(list, cssvalue.Variable{Name: strings.TrimPrefix(o.Path, VariablesPath), Kind: o.CSS})
		}
	}
	return list
}()
