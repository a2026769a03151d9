// Package outbox is the page that shows what would have gone out in production: the e-mails and webhooks of messages that nobody at
// the desk has read.
//
// What that page shows, and what it is told while it is open, belongs here. What goes out, and when, is package notify's.
package outbox

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"missive/cmd/internal/notify"
	"missive/cmd/internal/page"
)

//go:embed *.html.tmpl *.css *.ts
var files embed.FS

// Page is the page's folder.
var Page = page.Page{Folder: "cmd/preview/outbox", Files: files}

// Where the preview has the outbox. The page names these, too.
const (
	Path   = "/outbox"         // the page; an account of this name has its files below "/outbox/"
	Files  = "/preview.outbox" // what it loads
	events = Files + "/events" // where it hears of what goes out
)

// Data is what the page tells.
type Data struct {
	// After is how long a message may be unread.
	After string
}

// Policy is the Content-Security-Policy of the page.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// most is how many are kept.
const most = 100

// Outbox keeps what would have gone out, the newest first. It is gone with the preview.
type Outbox struct {
	mu    sync.Mutex
	items []Item
	added chan struct{} // closed when there is another one
}

// Item is one that would have gone out.
type Item struct {
	Key      string    `json:"key"`
	Title    string    `json:"title"`
	Link     string    `json:"link"`
	Time     time.Time `json:"time"`
	Mail     Mail      `json:"mail"`
	Webhooks []Webhook `json:"webhooks"`
}

// Mail is an e-mail as a person sees it.
type Mail struct {
	Headers [][2]string `json:"headers"`
	Text    string      `json:"text"`
}

// Webhook is what is posted for a kind of receiver.
type Webhook struct {
	Name string `json:"name"`
	Body string `json:"body"`
}

// New returns an empty one.
func New() *Outbox { return &Outbox{items: []Item{}, added: make(chan struct{})} }

// Add shows a notice.
func (o *Outbox) Add(n notify.Notice) {
	item, err := itemOf(n, time.Now())
	if err != nil {
		return // of what is made up below nothing can fail
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.items = append([]Item{item}, o.items[:min(len(o.items), most-1)]...)
	close(o.added)
	o.added = make(chan struct{})
}

// Who sends and receives here, and kinds of webhooks: made up.
var (
	sender   = &notify.Mail{From: "Chat <chat@example.com>"}
	receiver = notify.Recipient{Identity: "ann", Name: "Ann", Email: "ann@example.com"}
	webhooks = [][2]string{
		{"Slack", "https://hooks.slack.com/services/T0/B0/x"}, {"Discord", "https://discord.com/api/webhooks/1/x"}, {"Other webhooks", "https://example.com/hook"},
	}
)

func itemOf(n notify.Notice, now time.Time) (Item, error) {
	message, err := sender.Message(n, receiver, now)
	if err != nil {
		return Item{}, err
	}
	item := Item{Key: n.Key, Title: n.Who(), Link: n.Link, Time: now, Mail: Mail{Text: n.Text()}}
	item.Mail.Headers = [][2]string{
		{"From", strings.Join(message.GetFromString(), ", ")}, {"To", strings.Join(message.GetToString(), ", ")},
		{"Subject", n.Subject()}, {"Message-ID", message.GetMessageID()},
	}
	for _, w := range webhooks {
		address, err := url.Parse(w[1])
		if err != nil {
			return Item{}, err
		}
		body, err := n.Payload(address)
		if err != nil {
			return Item{}, err
		}
		var shown bytes.Buffer
		if err := json.Indent(&shown, body, "", "  "); err != nil {
			return Item{}, err
		}
		item.Webhooks = append(item.Webhooks, Webhook{w[0], shown.String()})
	}
	return item, nil
}

// Serve answers what the page asks for, and says whether it did. A nil outbox answers nothing.
func (o *Outbox) Serve(w http.ResponseWriter, r *http.Request) bool {
	if o == nil || r.URL.Path != events || r.Method != http.MethodGet {
		return false
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		o.mu.Lock()
		text, err := json.Marshal(o.items)
		added := o.added
		o.mu.Unlock()
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", text)
		}
		if err := errors.Join(err, http.NewResponseController(w).Flush()); err != nil {
			return true
		}
		select {
		case <-added:
		case <-r.Context().Done():
			return true
		}
	}
}
