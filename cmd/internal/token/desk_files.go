package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
)

var (
	messageSID = regexp.MustCompile(`^IM[0-9a-fA-F]{32}$`)
	fileSID    = regexp.MustCompile(`^ME[0-9a-fA-F]{32}$`)
)

var errNoSuchFile = &failure{status: 404, code: "not-found", message: "There is no such file."}

// FileAddress returns the address of a file that came with a message, also of a closed conversation. Whoever has the address can read the
// file, for some minutes.
func (d *Desk) FileAddress(ctx context.Context, conversation, message, file string) (string, error) {
	if !conversationSID.MatchString(conversation) || !messageSID.MatchString(message) || !fileSID.MatchString(file) {
		return "", errNoSuchFile
	}
	// The key opens all files of the service: of these only what was said in the conversation.
	there, err := persistently(ctx, d.h, func() (bool, error) { return d.twilio.hasFile(ctx, conversation, message, file) })
	if err == nil && !there {
		err = errNotFound
	}
	var address string
	if err == nil {
		address, err = persistently(ctx, d.h, func() (string, error) { return d.twilio.fileAddress(ctx, file) })
	}
	if errors.Is(err, errNotFound) {
		return "", errNoSuchFile
	}
	if err != nil {
		return "", err
	}
	return d.reachable(address), nil
}

// reachable is the address as browsers know it: a stand-in for Twilio has all in one place.
func (d *Desk) reachable(address string) string {
	socket, err := url.Parse(d.h.socket)
	to, broken := url.Parse(address)
	if err != nil || socket.Host == "" || broken != nil {
		return address
	}
	to.Scheme, to.Host = "http", socket.Host
	return to.String()
}

func (t rest) hasFile(ctx context.Context, conversation, message, file string) (bool, error) {
	m, err := t.api(ctx).FetchServiceConversationMessage(t.ServiceSID, conversation, message)
	if err != nil {
		return false, explain(err)
	}
	for _, each := range value(m.Media) {
		if fields, _ := each.(map[string]any); fields["sid"] == file {
			return true, nil
		}
	}
	return false, nil
}

// fileAddress asks Twilio's Media Content Service, which Twilio's client doesn't know:
// https://www.twilio.com/docs/conversations-classic/api/media-resource
func (t rest) fileAddress(ctx context.Context, file string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("https://mcs.%s.twilio.com/v1/Services/%s/Media/%s", t.region(), t.ServiceSID, file), nil)
	if err != nil {
		return "", err
	}
	r.SetBasicAuth(t.APIKey, t.APISecret)
	answer, err := t.httpClient(ctx).Do(r)
	if err != nil {
		return "", explain(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", refused(answer.StatusCode, 0)
	}
	var said struct {
		Links struct {
			Address string `json:"content_direct_temporary"`
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || said.Links.Address == "" {
		return "", explain(errors.New("there is no address"))
	}
	return said.Links.Address, nil
}
