package notify

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"missive/cmd/internal/token"
)

var at = time.Date(2026, 11, 30, 9, 30, 0, 0, time.UTC)

func said(name string, bodies ...string) Notice {
	n := Notice{
		Key: "CH1-4", Conversation: "CH1", Link: "https://chat.acme.com/desk/#CH1", Vouched: true, Page: "https://www.acme.com/prices",
		Visitor: token.Visitor{Account: "acme", Name: name, Email: "jane@acme.com", Verification: "unverified"},
	}
	for i, body := range bodies {
		n.Lines = append(n.Lines, Line{Index: 4 + i, Text: body, Time: at})
	}
	return n
}

var (
	ann     = Recipient{Identity: "ann", Name: "Ann", Email: "ann@acme.com"}
	sender  = &Mail{Host: "smtp.acme.com", Port: 587, From: "Chat <chat@acme.com>"}
	hostile = []string{
		"@everyone @here <!channel> <!here> <@U1> <@&2> <#3>", "@\u200beveryone", "[bank](https://evil.example)", "<https://evil.example|bank>", "||spoiler|| **bold** `code` ```block```",
		"# Heading\n> quote\n- list\n1. list\n-# small", "![](https://evil.example/pixel.png)", "<img src=https://evil.example/pixel.png>", "&lt;!channel&gt;", "\u202eevil\u202c", "a\r\n.\r\nMAIL FROM:<x>",
		"@EVERYONE @Here", ":smile: <t:0:R> </slash:1> <a:b:1>", "\\@everyone \\[a](b)", "https://evil.example/a_b_c", "\xff\xfe", "\x00\x1b[31m", strings.Repeat("@everyone", 400),
	}
)

// written is an e-mail as it goes out.
func written(n Notice, to Recipient, now time.Time) (string, error) {
	message, err := sender.Message(n, to, now)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	_, err = message.WriteTo(&text)
	return text.String(), err
}

func TestAnEMailSaysWhoHasWrittenWhatAndWhere(t *testing.T) {
	text, err := written(said("Jane", "Hello, do you ship to Norway?\nAnd to Sweden?", "Anybody?"), ann, at)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`Auto-Submitted: auto-generated
Date: Mon, 30 Nov 2026 09:30:00 +0000
MIME-Version: 1.0
Message-ID: <CH1-4.ann@acme.com>
References: <CH1@acme.com>
Subject: Jane waits for an answer in the chat
X-Auto-Response-Suppress: All
From: "Chat" <chat@acme.com>
To: "Ann" <ann@acme.com>
Content-Transfer-Encoding: quoted-printable
Content-Type: text/plain; charset=UTF-8

Jane has written in the chat, and nobody of the team has read it.

> Hello, do you ship to Norway?
> And to Sweden?

> Anybody?

Answer at the desk:
https://chat.acme.com/desk/#CH1

Name     Jane
Address  jane@acme.com
Identity unverified
Page     https://www.acme.com/prices
Since    30 November 2026, 09:30 UTC
Account  acme

An answer to this e-mail doesn't reach the visitor.
`, "\n", "\r\n")
	same(t, "e-mail", text, want)
}

func TestWhatAVisitorWritesChangesNoHeaderOfAnEMail(t *testing.T) {
	for _, text := range append([]string{"Jane\r\nBcc: everybody@acme.com", "Jane\nX: y\n\n<html>", strings.Repeat("ä", 5000), "=?UTF-8?Q?=0D=0ABcc:_x@y.z?=", "\"<x@y.z>,"}, hostile...) {
		n := said("Jane", text)
		n.Visitor.Name = oneLine(text, maxNameRunes)
		n.Lines[0].Text = clean(text)
		raw, err := written(n, ann, at)
		if err != nil {
			t.Fatal(err)
		}
		message, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for name := range message.Header {
			names = append(names, name)
		}
		same(t, "headers of "+text, len(names), 11)
		same(t, "to", message.Header.Get("To"), `"Ann" <ann@acme.com>`)
		subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
		same(t, "subject", fmt.Sprint(subject, err), n.Subject()+"<nil>")
		body, err := io.ReadAll(quotedprintable.NewReader(message.Body))
		same(t, "body", fmt.Sprint(strings.ReplaceAll(string(body), "\r\n", "\n"), err), n.Text()+"<nil>")
		for line := range strings.Lines(raw) {
			if len(line) > 998+2 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
		for line := range strings.Lines(n.Text()) {
			if strings.Contains(line, "evil") && !strings.HasPrefix(line, "> ") && !strings.Contains(line, n.Who()) && !strings.HasPrefix(line, "Name ") {
				t.Errorf("a visitor's words stand outside of their quote: %q", line)
			}
		}
	}
}

func TestAWebhookOfAChatPingsNobody(t *testing.T) {
	for _, text := range hostile {
		n := said(oneLine(text, maxNameRunes), clean(text))
		for kind, limit := range map[kind]int{slack: maxSlackChars, discord: maxDiscordChars} {
			body, err := json.Marshal(n.payload(kind))
			if err != nil {
				t.Fatal(err)
			}
			var payload struct {
				Text, Content string
				Mentions      struct{ Parse []string } `json:"allowed_mentions"`
				Unfurl        *bool                    `json:"unfurl_links"`
				Flags         int
			}
			if err := json.Unmarshal(body, &payload); err != nil {
				t.Fatal(err)
			}
			shown := payload.Text + payload.Content
			if n := charsOf(shown); n > limit {
				t.Errorf("%d characters of %d", n, limit)
			}
			for _, ping := range []string{"@everyone", "@here", "@channel"} {
				if strings.Contains(strings.ToLower(shown), ping) {
					t.Errorf("%q calls everybody", shown)
				}
			}
			if kind == slack {
				if strings.Count(shown, "<") != 1 || payload.Unfurl == nil || *payload.Unfurl {
					t.Errorf("%q has markup that isn't ours", shown)
				}
				continue
			}
			if payload.Mentions.Parse == nil || len(payload.Mentions.Parse) > 0 || payload.Flags != suppressEmbeds {
				t.Errorf("mentions are allowed: %s", body)
			}
			ours := "[Open the conversation](https://chat.acme.com/desk/#CH1)"
			theirs, found := strings.CutSuffix(shown, ours)
			if !found {
				t.Fatalf("%q doesn't end with the link", shown)
			}
			for line := range strings.Lines(theirs) {
				line = strings.TrimPrefix(line, "> ")
				for i, r := range line {
					if strings.ContainsRune("[]<>`*_~|#@", r) && (i == 0 || line[i-1] != '\\') {
						t.Errorf("%q has a %c that means something", line, r)
					}
				}
			}
		}
	}
}

func TestSlackGetsATextWithALink(t *testing.T) {
	same(t, "text", said("Jane <3", "a & b", "c").payload(slack).(map[string]any)["text"].(string), `Jane &lt;3 (jane@acme.com, unverified) waits for an answer:
> a &amp; b
> c
https://www.acme.com/prices
<https://chat.acme.com/desk/#CH1|Open the conversation>`)
}

func TestDiscordGetsATextWithALink(t *testing.T) {
	same(t, "content", said("Jane", "a *b*").payload(discord).(map[string]any)["content"].(string), `Jane (jane\@acme\.com, unverified) waits for an answer:
> a \*b\*
https\://www\.acme\.com/prices
[Open the conversation](https://chat.acme.com/desk/#CH1)`)
}

func TestOfAClosedConversationNobodyIsAskedForAnAnswer(t *testing.T) {
	n := said("Jane", "Hello?")
	n.Closed = true
	const happened = "has written, and the conversation was closed before anybody read it"
	same(t, "subject", n.Subject(), "Jane "+happened)
	for _, text := range []string{n.Subject() + n.Text(), n.payload(slack).(map[string]any)["text"].(string), n.payload(discord).(map[string]any)["content"].(string)} {
		if !strings.Contains(text, happened) || strings.Contains(text, "waits") || strings.Contains(text, "Answer at") {
			t.Error(text)
		}
	}
}

func TestOtherWebhooksGetWhatIsKnown(t *testing.T) {
	n := said("Jane", "<!channel> & more")
	n.Lines[0].Files, n.More = []string{"order.pdf"}, 2
	body, err := n.Payload(&url.URL{Host: "chat.acme.com"})
	same(t, "JSON", fmt.Sprint(string(body), err), `{"key":"CH1-4","type":"message.unread","conversation":"CH1","link":"https://chat.acme.com/desk/#CH1","account":"acme","closed":false,`+
		`"visitor":{"name":"Jane","email":"jane@acme.com","verification":"unverified"},"page":"https://www.acme.com/prices",`+
		`"messages":[{"index":4,"text":"<!channel> & more","files":["order.pdf"],"time":"2026-11-30T09:30:00Z"}],"more":2}<nil>`)
}

func TestLongBurstsAreShortened(t *testing.T) {
	b := &burst{conversation: "CH1", first: 4}
	for i := range 30 {
		b.messages = append(b.messages, token.InboxMessage{Index: 4 + i, Body: strings.Repeat("long ", 1000), Written: at})
	}
	n := noticeOf(newWorld(t), "https://chat.acme.com/desk", token.Thread{}, b)
	same(t, "lines", fmt.Sprint(len(n.Lines), n.More), "10 20")
	for kind, limit := range map[kind]int{slack: maxSlackChars, discord: maxDiscordChars} {
		payload := n.payload(kind).(map[string]any)
		text := fmt.Sprint(payload["text"], payload["content"])
		if count := utf8.RuneCountInString(text); count > limit+len("<nil>") || count < limit/8 || !strings.Contains(text, "messages more") {
			t.Errorf("%d characters of %d: %s", count, limit, text)
		}
	}
}

func TestWhateverIsLongTheLinkIsThere(t *testing.T) {
	for _, text := range []string{strings.Repeat("😀", 2000), strings.Repeat("*", 2000), strings.Repeat("<&>", 700), strings.Repeat("a\n", 1000), "```" + strings.Repeat("_", 1990)} {
		n := said(oneLine(text, maxNameRunes), text, text)
		n.Visitor.Email = oneLine(text, 2*maxNameRunes)
		n.Page = "https://www.acme.com/" + strings.Repeat("(*)", 650)
		for kind, limit := range map[kind]int{slack: maxSlackChars, discord: maxDiscordChars} {
			payload := n.payload(kind).(map[string]any)
			shown := fmt.Sprint(payload["text"], payload["content"])
			shown = strings.ReplaceAll(shown, "<nil>", "")
			units := len(utf16.Encode([]rune(shown)))
			if units > limit || !strings.Contains(shown, n.Link) || !strings.HasSuffix(strings.TrimRight(shown, ">)"), "conversation") && !strings.Contains(shown, "[Open the conversation](") {
				t.Errorf("%d characters of %d: %s", units, limit, shown)
			}
		}
	}
}

func TestThePageIsOnlyShownWhenItIsOne(t *testing.T) {
	for page, want := range map[string]string{
		"https://www.acme.com/prices":                   "https://www.acme.com/prices",
		"https://www.acme.com/prices?q=secret#fragment": "https://www.acme.com/prices",
		"https://user:password@www.acme.com/":           "https://www.acme.com/",
		"http://localhost:4400/":                        "http://localhost:4400/",
		"javascript:alert(1)":                           "",
		"file:///etc/passwd":                            "",
		"//www.acme.com":                                "",
		"https://":                                      "",
		"www.acme.com":                                  "",
		"https://a.b/" + strings.Repeat("a", 3000):      "",
		"https://a.b/x\r\nBcc: everybody@acme.com":      "",
		"https://<!channel>/":                           "",
		"https://a.b(c)/":                               "",
		"http://[::1]:4400/":                            "http://[::1]:4400/",
		"https://a.b/ü <!channel>":                      "https://a.b/%C3%BC%20%3C%21channel%3E",
	} {
		attributes, _ := json.Marshal(map[string]string{"page": page})
		got := pageOf(token.InboxMessage{Attributes: string(attributes)})
		if same(t, page, got, want); got != "" {
			if u, err := url.Parse(got); err != nil || u.String() != got {
				t.Error(got, err)
			}
		}
	}
	for _, attributes := range []string{"", "null", `{"page":7}`, `{"Page":"https://a.b"}`, `[]`} {
		same(t, attributes, pageOf(token.InboxMessage{Attributes: attributes}), "")
	}
}

func TestWhatABrowserHasSentTwiceIsToldOnce(t *testing.T) {
	message := func(author, id, body string) token.InboxMessage {
		return token.InboxMessage{Author: author, Body: body, Attributes: fmt.Sprintf(`{"id":%q}`, id)}
	}
	got := withoutRepeats([]token.InboxMessage{message("a", "1", "x"), message("a", "1", "x"), message("b", "1", "x"), message("a", "1", "y"), message("a", "", "z"), message("a", "", "z")})
	same(t, "messages", len(got), 5)
}

func TestFilesAreNamed(t *testing.T) {
	same(t, "words", Line{Text: "See", Files: []string{"a.pdf", ""}}.words(), "See\n[file: a.pdf]\n[file: without a name]")
	same(t, "words", Line{Files: []string{"a.pdf"}}.words(), "[file: a.pdf]")
}

func TestWhatCannotBeSeenIsTakenOut(t *testing.T) {
	for text, want := range map[string]string{
		"a\u202eb\u2066c\u200ed":      "abcd",
		"@\u200bevery\u2060one\ufeff": "@everyone",
		"a\r\nb\rc\u2028d\u0085e":     "a\nb\nc\nd\ne",
		"\x00a\x1b[31mb\x7f\u009b":    "a[31mb",
		"a\xffb":                      "a\uFFFDb",
		"\n\n a \n ":                  "a",
		"\U0001F469\u200D\U0001F4BB می\u200Cخواهم": "\U0001F469\u200D\U0001F4BB می\u200Cخواهم",
		"hid\U000e0041\U000e0042den":               "hidden",
	} {
		same(t, text, clean(text), want)
	}
	same(t, "one line", oneLine(" a\n b\tc ", 100), "a b c")
	same(t, "short", oneLine("äöüß", 3), "äö…")
}
