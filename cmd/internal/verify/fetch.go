package verify

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/andybalholm/brotli"

	"missive/widget/problem"
)

// What an answer may take: a host that is not ours may send anything, without end.
const (
	maxFileBytes     = 8 << 20
	maxManifestBytes = 1 << 20
	maxTokenBytes    = 64 << 10 // of what the token endpoint answers
	maxRedirects     = 5
)

const slowHint = "look at the server, and at what is between it and the world"

// client asks as a browser does, with limits on time and size, as the host may be any server.
type client struct {
	http    http.Client
	timeout time.Duration
}

func newClient(o Options) *client {
	c := &client{timeout: o.Timeout}
	if c.timeout == 0 {
		c.timeout = 15 * time.Second
	}
	c.http = http.Client{Transport: o.Transport, CheckRedirect: checkRedirect}
	return c
}

// direct returns the same client, for which a redirect is an answer like others, unless it may be followed; nil follows none.
func (c *client) direct(mayFollow func(next *http.Request) bool) *client {
	d := *c
	d.http.CheckRedirect = func(next *http.Request, before []*http.Request) error {
		if mayFollow != nil && mayFollow(next) {
			return checkRedirect(next, before)
		}
		return http.ErrUseLastResponse
	}
	return &d
}

func checkRedirect(next *http.Request, before []*http.Request) error {
	if next.URL.Scheme != before[0].URL.Scheme {
		return problem.New("redirects to "+brief(next.URL.String())+", which has another scheme and is not followed",
			"let it answer where it is asked, or verify the address that it redirects to")
	}
	if len(before) > maxRedirects {
		return problem.New(fmt.Sprintf("redirects more than %d times", maxRedirects), "let it answer where it is asked")
	}
	return nil
}

// answer is a response that was read to its end.
type answer struct {
	url      *url.URL // where it came from in the end
	status   int
	header   http.Header
	body     []byte // decoded
	encoding string // of what has travelled
}

// get asks for an address.
func (c *client) get(ctx context.Context, address string, limit int64, header http.Header) (*answer, *problem.Problem) {
	return c.ask(ctx, http.MethodGet, address, "", limit, header)
}

func (c *client) ask(ctx context.Context, method, address, body string, limit int64, header http.Header) (*answer, *problem.Problem) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, problem.New("is no address", "look at it in chat.yaml")
	}
	request.Header = header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	// With a header of our own Go doesn't decompress the answer by itself, and take the Content-Encoding away.
	request.Header.Set("Accept-Encoding", "gzip, br")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer response.Body.Close()
	a := &answer{url: response.Request.URL, status: response.StatusCode, header: response.Header,
		encoding: strings.ToLower(response.Header.Get("Content-Encoding"))}
	text, err := decoded(response.Body, a.encoding)
	if err == nil {
		a.body, err = io.ReadAll(io.LimitReader(text, limit+1))
	}
	switch {
	// First: after the time is over the answer may look whole, as some servers end it when the connection closes.
	case ctx.Err() != nil:
		return nil, c.unreachable(ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, problem.New("breaks off before its end", slowHint)
	case err != nil:
		return nil, problem.New(fmt.Sprintf("can't be read as %q, which its Content-Encoding says: %s", brief(a.encoding), brief(err.Error())),
			"serve .br files with \"Content-Encoding: br\", .gz files with \"gzip\", and others without it")
	case int64(len(a.body)) > limit:
		return nil, problem.New(fmt.Sprintf("is larger than %d MB", limit>>20), "no file of a build is: look at what the host sends there")
	}
	return a, nil
}

// decoded reads an answer that was compressed for the transport.
func decoded(body io.Reader, encoding string) (io.Reader, error) {
	switch encoding {
	case "", "identity":
		return body, nil
	case "br":
		return brotli.NewReader(body), nil
	case "gzip":
		return gzip.NewReader(body)
	}
	return nil, errors.New("it was not asked for")
}

// unreachable says why there is no answer.
func (c *client) unreachable(err error) *problem.Problem {
	if f := (*problem.Problem)(nil); errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.New(fmt.Sprintf("doesn't answer within %v", c.timeout), slowHint)
	}
	return problem.New("can't be reached: "+brief(cause(err)), "look at the address, the name server, the certificate and the firewall")
}

// cause is what an error of the network comes from, without where in the program it happened.
func cause(err error) string {
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) && dns.IsNotFound {
		return "there is no host " + dns.Name
	}
	if system := syscall.Errno(0); errors.As(err, &system) {
		return system.Error()
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	return err.Error()
}

// statusText is the code of an answer with its name.
func (a *answer) statusText() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)))
}

// maxBriefRunes is how much of a foreign text a message repeats.
const maxBriefRunes = 300

// brief is the beginning of a text from a foreign server, if it is long.
func brief(text string) string {
	if r := []rune(text); len(r) > maxBriefRunes {
		return string(r[:maxBriefRunes]) + "…"
	}
	return text
}

// printable is the text fit for a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\ufffd'
		}
		return r
	}, text)
}
