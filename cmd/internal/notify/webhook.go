package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"missive/cmd/internal/token"
)

// kind is what a webhook understands.
type kind int

const (
	plain kind = iota
	slack
	discord
)

// Limits of a message, in characters: Slack makes several of longer ones, Discord refuses them.
const (
	maxSlackChars   = 4000
	maxDiscordChars = 2000
	// maxShownPage leaves room for the words.
	maxShownPage = 200
)

// charsOf counts as JavaScript does: however a chat counts, it counts no more.
func charsOf(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// CheckWebhook returns what is wrong with an address, or "". It never says what the address is: that is a secret.
func CheckWebhook(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Host == "", u.Hostname() == "":
		return "is no address, such as https://hooks.slack.com/services/…"
	case u.Scheme == "http" && !token.IsLoopback(u.Hostname()):
		return "begins with http, and everybody on the way could read what visitors write: it must be https"
	case u.Scheme != "https" && u.Scheme != "http":
		return "does not begin with https"
	case u.User != nil:
		return "has a user name in it, which is not sent"
	case u.Fragment != "":
		return "has a #, and what is behind it is not sent"
	case kindOf(u) == slack && !strings.HasPrefix(u.Path, "/services/"):
		return "is not one of Slack's incoming webhooks, which begin with https://hooks.slack.com/services/: a workflow's takes no messages"
	case kindOf(u) == discord && (strings.HasSuffix(u.Path, "/slack") || strings.HasSuffix(u.Path, "/github")):
		return "is Discord's for messages of others: leave out what is behind the last /"
	}
	return ""
}

func kindOf(u *url.URL) kind {
	host := strings.ToLower(u.Hostname())
	is := func(domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }
	switch {
	case host == "hooks.slack.com", host == "hooks.slack-gov.com":
		return slack
	case is("discord.com"), is("discordapp.com"):
		return discord
	}
	return plain
}

// webhookClient follows no redirects: what visitors write goes to the address that was configured, and to no other.
var webhookClient = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// webhookChannels returns one for each address. Their names, which everybody can read at /healthz, don't say where that is.
func webhookChannels(addresses []string, keys [][]byte) (channels []*channel) {
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil {
			continue // CheckWebhook has refused it
		}
		hash := sha256.Sum256([]byte(address))
		channels = append(channels, &channel{
			name: fmt.Sprintf("webhook %x", hash[:4]), host: u.Hostname(),
			send: func(ctx context.Context, n Notice) error { return post(ctx, u, n, keys) },
		})
	}
	return channels
}

func post(ctx context.Context, u *url.URL, n Notice, keys [][]byte) error {
	body, err := n.Payload(u)
	if err != nil {
		return &unsent{cause: "the notification can't be written"}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return &unsent{cause: "the webhook's address can't be called"}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", `"`+n.Key+`"`)
	r.Header.Set("User-Agent", "missive-chat")
	if kindOf(u) == plain {
		sign(r.Header, n.Key, time.Now(), body, keys)
	}
	answer, err := webhookClient.Do(r)
	if err != nil {
		return &unsent{cause: "the webhook can't be reached: " + token.Unreachable(err)}
	}
	defer answer.Body.Close()
	io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection is used again
	switch {
	case answer.StatusCode < 300:
		return nil
	case answer.StatusCode < 400:
		return &unsent{cause: fmt.Sprintf("the webhook answered with status %d, and redirects are not followed", answer.StatusCode)}
	}
	return &unsent{cause: fmt.Sprintf("the webhook answered with status %d", answer.StatusCode), retryAfter: retryAfter(answer.Header)}
}

// retryAfter reads seconds, of which Discord has fractions, or a date.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds > 0 {
		return time.Duration(min(seconds, lastPause.Seconds()) * float64(time.Second))
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}

// Payload is the JSON that is posted to an address.
func (n Notice) Payload(webhook *url.URL) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // it isn't put into a page
	err := encoder.Encode(n.payload(kindOf(webhook)))
	return bytes.TrimSpace(text.Bytes()), err
}

func (n Notice) payload(k kind) any {
	switch k {
	case slack:
		// Link previews would load what visitors link to.
		return map[string]any{"text": n.marked(escapeSlack, "<%s|%s>", maxSlackChars), "unfurl_links": false, "unfurl_media": false, "link_names": false, "parse": "none"}
	case discord:
		return map[string]any{
			"content":          n.marked(escapeDiscord, "[%[2]s](%[1]s)", maxDiscordChars),
			"allowed_mentions": map[string]any{"parse": []string{}},
			"flags":            suppressEmbeds,
		}
	}
	return n.event()
}

// suppressEmbeds is Discord's flag for no previews of links.
const suppressEmbeds = 1 << 2

// Event is what other webhooks get.
type Event struct {
	// Key is the same each time that the same messages are told of: with one that was there before, it is a repetition after a crash.
	Key          string         `json:"key"`
	Type         string         `json:"type"`
	Conversation string         `json:"conversation"`
	Link         string         `json:"link"`
	Account      string         `json:"account"`
	Closed       bool           `json:"closed"`
	Visitor      EventVisitor   `json:"visitor"`
	Page         string         `json:"page"`
	Messages     []EventMessage `json:"messages"`
	// More is how many messages follow that are not here.
	More int `json:"more"`
}

// EventVisitor is who the server vouches for. Verification is "" where it doesn't.
type EventVisitor struct {
	Name         string `json:"name"`
	Email        string `json:"email"`
	Verification string `json:"verification"`
}

// EventMessage is one message.
type EventMessage struct {
	Index int       `json:"index"`
	Text  string    `json:"text"`
	Files []string  `json:"files"`
	Time  time.Time `json:"time"`
}

func (n Notice) event() Event {
	e := Event{
		Key: n.Key, Type: "message.unread", Conversation: n.Conversation, Link: n.Link, Account: n.Visitor.Account, Closed: n.Closed,
		Visitor: EventVisitor{n.Visitor.Name, n.Visitor.Email, n.Visitor.Verification}, Page: n.Page, Messages: []EventMessage{}, More: n.More,
	}
	for _, line := range n.Lines {
		e.Messages = append(e.Messages, EventMessage{line.Index, line.Text, append([]string{}, line.Files...), line.Time})
	}
	return e
}

// marked writes the notice in the markup of a chat: what isn't ours is escaped, and as much of it left out as is too long.
func (n Notice) marked(escape func(string) string, link string, maxChars int) string {
	who := escape(n.Who())
	var known []string
	if n.Visitor.Name != "" && n.Visitor.Email != "" {
		known = append(known, escape(n.Visitor.Email))
	}
	if mark := n.Mark(); mark != "" {
		known = append(known, mark)
	}
	if known != nil {
		who += " (" + strings.Join(known, ", ") + ")"
	}
	head := who + " " + n.happened() + ":\n"
	var foot string
	if n.Page != "" {
		foot += escape(shorten(n.Page, maxShownPage)) + "\n"
	}
	foot += fmt.Sprintf(link, n.Link, "Open the conversation")
	room := maxChars - charsOf(head) - charsOf(foot)
	var words strings.Builder
	left := n.More
	for i, line := range n.Lines {
		text := "> " + strings.ReplaceAll(escape(line.words()), "\n", "\n> ") + "\n"
		const forMore = 40 // characters of the line that counts the rest
		if charsOf(text) > room-forMore {
			if i > 0 {
				left += len(n.Lines) - i
				break
			}
			// An escaped character has up to six, and none may be cut in two.
			text = "> " + strings.ReplaceAll(escape(shorten(line.words(), max(2, (room-forMore)/8))), "\n", "\n> ") + "\n"
			words.WriteString(text)
			left += len(n.Lines) - 1
			break
		}
		room -= charsOf(text)
		words.WriteString(text)
	}
	if left > 0 {
		words.WriteString("and " + more(left) + "\n")
	}
	return head + words.String() + foot
}

// mentions are the names by which chats call everybody. A character that isn't seen makes them words.
var mentions = regexp.MustCompile(`(?i)@(everyone|here|channel|group)`)

func unmention(text string) string { return mentions.ReplaceAllString(text, "@\u200b$1") }

var slackEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escapeSlack(text string) string { return slackEscapes.Replace(unmention(text)) }

// markdown is what means something in Discord. Behind a backslash it is itself.
var markdown = regexp.MustCompile("[\\\\`*_~|<>#\\[\\]()@:!{}+.-]")

func escapeDiscord(text string) string { return markdown.ReplaceAllString(unmention(text), `\$0`) }
