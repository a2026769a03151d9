// Command token serves the token endpoint: the one part of the chat that needs a server. It keeps no state, so any number
// of them may run side by side.
//
// The options, the environment and the server itself belong here. What a request is answered is cmd/internal/token's.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

const usage = `Usage:
    go run ./cmd/token [-addr :8080] [-trust-proxy N] [-limit NAME=N/TIME ...] [-max-open N]
    go run ./cmd/token setup [-check] [-strangers]

"setup" brings the Conversations service to where the chat needs it: with roles that let
visitors do what the widget does and no more, also those who are there already, with
roles for the agents, and with reachability on. It says what it does, and may be run
again at any time. The service must be the chat's alone. Run it before the server: that
lets nobody in while visitors may do more.

Options:
    -addr ADDRESS    Listen there. Browsers need https, so put a proxy with a certificate
                     in front.
    -trust-proxy N   There are N proxies in front, and each appends to X-Forwarded-For.
                     With the wrong number, limits meet the wrong clients: 0, the default,
                     takes all that comes through a proxy for one client.
    -limit NAME=N/TIME
                     Let in N at once, and one more each TIME; off for all. May be given
                     several times. By default:
                       requests.client=60/1s       of an IPv4 address or IPv6 /64
                       requests.network=240/250ms  of an IPv6 /48
                       requests.all=400/20ms
                       newcomers.client=10/1m      who get an identity
                       newcomers.network=40/15s
                       newcomers.all=100/30s
                       unproven.all=20/1m          who need no proof of work
                       visitors.each=60/1s         of a known visitor
                       visitors.client=300/50ms    of all of them at one address
                       visitors.network=600/20ms
                       visitors.all=1000/5ms
                       messages.each=20/3s         of a visitor
                       messages.all=200/50ms
    -max-open N      The team may have N open conversations: 1000, Twilio's limit, by
                     default. Take fewer if agents are in others, too.
    -check           Change nothing, and say what the service lacks.
    -strangers       Give users who are neither visitors nor agents the visitors' roles,
                     too. They may have been agents; those of another program would stop
                     working.

The exit status of setup is 0 when the service is as it should be, 1 when -check finds
that it isn't, and 2 when the command is wrong or Twilio failed.

Environment:
    TWILIO_ACCOUNT_SID    Your Account SID, AC…
    TWILIO_API_KEY        The SID of an API key, SK…
    TWILIO_API_SECRET     The secret of that API key.
    TWILIO_SERVICE_SID    The Conversations service, IS…, which is the chat's alone.
    MISSIVE_SECRET_<ID>   For each account its secret key, of 16 characters or more, which
                          your server makes the digests with. <ID> is the account's id in
                          upper case with _ for -: MISSIVE_SECRET_ACME_SHOP for acme-shop.
    MISSIVE_SESSION_KEY   32 characters or more: openssl rand -hex 32. Visitors come back
                          with what it has signed.
    MISSIVE_IDENTITY_KEY  32 characters or more: openssl rand -hex 32. Keep it: with another
                          one verified users start a new conversation. Unset, it is the
                          session key, or of two the old one.
    MISSIVE_AGENTS        Who answers, as known to Twilio: ann,bob
    MISSIVE_ORIGINS       The sites with the chat: https://www.example.com,https://example.com
    TWILIO_REGION,        Only for a service outside of Twilio's default region, such as
    TWILIO_EDGE           ie1 and dublin.
    TWILIO_API_URL        Only to try things out: where a stand-in for Twilio's API is on
                          this machine, such as http://127.0.0.1:4400.

setup needs those that begin with TWILIO_, and MISSIVE_AGENTS.

To replace a secret or the session key, put the new one before the old one, with a comma
between them. New ones have no comma; both count until you leave the old one out.

Addresses:
    /token      for connection.tokenUrl in chat.yaml
    /healthz    says ok while the server runs

The log, a line of JSON for each request, goes to standard output. It has neither names
nor addresses of visitors.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// minOpen leaves something between the number from which on conversations are closed and the limit.
const minOpen = 20

// run serves until ctx is done, or sets the service up. It returns the exit code: 0, or 2 for wrong usage or when the machine failed us.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "setup" {
		return runSetup(ctx, args[1:], environ, stdout, stderr)
	}
	err := start(ctx, args, environ, stdout)
	if err != nil {
		return commandline.Refuse("token", usage, err, stdout, stderr)
	}
	return 0
}

func start(ctx context.Context, args, environ []string, stdout io.Writer) error {
	flags := commandline.New("go run ./cmd/token")
	addr := flags.String("addr", ":8080", "")
	proxies := flags.Uint("trust-proxy", 0, "")
	maxOpen := flags.Uint("max-open", token.MaxOpen, "")
	var limits []string
	flags.Func("limit", "", func(limit string) error {
		limits = append(limits, limit)
		return nil
	})
	hint := flags.Help()
	if len(args) > 0 && problem.Suggest(args[0], []string{"setup"}) != "" {
		hint = "did you mean setup?"
	}
	if err := flags.ParseAll(args, hint); err != nil {
		return err
	}
	rates := token.ProductionLimits
	if err := setLimits(&rates, limits); err != nil {
		return err
	}
	if *maxOpen < minOpen || *maxOpen > token.MaxOpen {
		return problem.New(fmt.Sprintf("-max-open %d is not between %d and %d", *maxOpen, minOpen, token.MaxOpen), "leave it out for Twilio's own limit")
	}
	options, warnings, err := fromEnvironment(environ)
	if err != nil {
		return err
	}
	options.Log = slog.New(slog.NewJSONHandler(stdout, nil))
	for _, w := range warnings {
		options.Log.Warn(w.Message, "hint", w.Hint)
	}
	options.Limits, options.MaxOpen = rates, int(*maxOpen)
	options.Proxies = int(*proxies)
	handler, err := token.New(options)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return problem.Wrap(err, "name another address, as in -addr 127.0.0.1:8081")
	}
	options.Log.Info("listening", "address", listener.Addr().String(), "accounts", len(options.Secrets), "agents", len(options.Agents), "origins", options.Origins)
	go handler.Watch(ctx)
	if err := serve(ctx, listener, routes(handler)); err != nil {
		return err
	}
	options.Log.Info("stopped")
	return nil
}

func routes(handler http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/token", handler)
	// It doesn't ask Twilio: a restart wouldn't help when they are down.
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/", token.NotFound)
	return mux
}

// shutdownTimeout is how long requests may take to end once the server was told to stop. It is longer than the handler waits for Twilio.
const shutdownTimeout = 20 * time.Second

// serve answers until ctx is done and all requests that came before have their answer.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second, // more than the handler waits for Twilio
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		// It logs broken connections with the clients' addresses, which the log must not have.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(wait); err != nil {
		return server.Close() // Connections that are still open have had longer than any answer takes.
	}
	return nil
}
