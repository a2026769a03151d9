// Command token serves the token endpoint, and the desk where the team answers: what of the chat needs a server. It keeps no
// state, so any number of them may run side by side.
//
// The options, the environment and the server itself belong here. What a request is answered is cmd/internal/token's.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"missive/cmd/internal/commandline"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

// started is how this command is started, and usage what -h prints.
var (
	started = commandline.Program("token")
	usage   = strings.ReplaceAll(usageText, "PROGRAM", started)
)

const usageText = `Usage:
    PROGRAM [-agents agents.yaml] [-addr 127.0.0.1:8080] [-trust-proxy N]
        [-limit NAME=N/TIME ...] [-max-open N] [-retention-days N] [-sdk bundled] [-drain 5s]
    PROGRAM setup [-agents agents.yaml] [-check] [-strangers]
    PROGRAM password
    PROGRAM export [-agents agents.yaml] -email ADDRESS [-account ID] > visitor.json
    PROGRAM forget [-agents agents.yaml] [-check] -email ADDRESS [-account ID]

"setup" brings the Conversations service to where the chat needs it: with roles that let
visitors do what the widget does and no more, also those who are there already, with
roles for the agents, and with reachability on. It says what it does, and may be run
again at any time. The service must be the chat's alone. Run it before the server: that
lets nobody in while visitors may do more.

"password" makes the hash of a password for agents.yaml. It asks for it, or reads it from a
pipe.

"export" writes as JSON what Twilio has of a visitor: the user, and their conversations with
all messages. "forget" deletes that for good, and says what it does. Both look through all
conversations for visitors who have typed the address, beside the user of whom the site
says that it is theirs. With -identity NAME in place of -email it is one visitor of Twilio.

Options:
    -agents FILE     Who answers, and signs in at the desk: see below.
    -addr ADDRESS    Listen there: by default at 127.0.0.1:8080, for a proxy on the same
                     machine, as browsers need https. :8080 is for everybody who can reach
                     the machine.
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
    -retention-days N
                     Delete closed conversations N days after their last message, and users
                     who have no other one. By default all stay until you delete them.
    -sdk SOURCE      Where the desk gets Twilio's SDK: cdn, the default, is Twilio's host; with
                     bundled the server has it itself, for which it needs npm when it starts.
    -drain TIME      On SIGTERM go on answering for so long, with 503 on /healthz: 5s by
                     default. Requests that are there then have 20s more.
    -check           Change nothing, and say what the service lacks, or what of a visitor
                     would be deleted.
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
    MISSIVE_AGENTS        In place of -agents: what such a file has, or who answers, as known
                          to Twilio: ann,bob. With names alone there is no desk.
    MISSIVE_DESK_KEY      Seals who is signed in at the desk: openssl rand -hex 32. With
                          another one everybody signs in again. Unset, it is derived from the
                          session key.
    MISSIVE_OIDC_SECRET   The client's secret, where agents.yaml has signIn.
    MISSIVE_SMTP_PASSWORD Of the user at the mail server, where agents.yaml has one.
    MISSIVE_WEBHOOK       Where agents.yaml has notify.webhook: its address, several with
                          commas between them. Slack and Discord get messages, others JSON.
    MISSIVE_WEBHOOK_SECRET
                          whsec_ and a key in Base64, which signs that JSON.
    MISSIVE_ORIGINS       The sites with the chat: https://www.example.com,https://example.com
    TWILIO_REGION         us1, or for a service in Ireland ie1: other regions have no
                          Conversations. chat.yaml must have the same.
    TWILIO_EDGE           Where Twilio's API is called. Only for us1; ie1 has one, dublin.
    TWILIO_API_URL        Only to try things out: where a stand-in for Twilio's API is on
                          this machine, such as http://127.0.0.1:4400, with its web socket
                          at /v3/wsconnect.

setup needs those that begin with TWILIO_, and the team; export and forget need all.

To replace a secret, the session key, that of the desk or of webhooks, put the new one
before the old one, with a comma between them. New ones have no comma; both count until you
leave the old one out.

agents.yaml:
    url: https://token.example.com/desk   # where the desk is reached from outside
    away: 15m                             # who doesn't touch the desk for so long is away
    agents:
      - identity: ann                     # every visitor can read it: no e-mail address
        name: Ann                         # is shown to visitors, and the picture
        picture: https://www.example.com/ann.jpg
        email: ann@example.com            # to sign in, and for notify; no visitor sees it
        password: $argon2id$v=19$…        # of "PROGRAM password"
    signIn:                               # OpenID Connect, beside or in place of passwords
      issuer: https://accounts.google.com
      clientId: …
    notify:                               # of messages that no agent has read
      after: 5m                           # or at once when nobody is online
      email: {server: smtp.example.com:587, from: Chat <chat@example.com>, user: chat}
      webhook: true                       # the address is MISSIVE_WEBHOOK

Addresses:
    /token      for connection.tokenUrl in chat.yaml
    /desk       where the team answers
    /healthz    says ok while the server runs, and behind that why nobody is let in, and what
                of notifications fails; and 503 once it has been told to stop

The log, a line of JSON for each request, goes to standard output. It has neither names
nor addresses of visitors. Of a sign-in that fails it has where that came from.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// minOpen leaves something between the number from which on conversations are closed and the limit.
const minOpen = 20

// defaultAddr is for a proxy on the same machine: to others the limits could be made to see any address.
const defaultAddr = "127.0.0.1:8080"

// maxRetentionDays is a hundred years: what is more was meant otherwise.
const maxRetentionDays = 36500

// run serves until ctx is done, or sets the service up. It returns the exit code: 0, or 2 for wrong usage or when the machine failed us.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch command := args[0]; command {
		case "setup":
			return runSetup(ctx, args[1:], environ, stdout, stderr)
		case "export", "forget":
			return runPersonal(ctx, command, args[1:], environ, stdout, stderr)
		case "password":
			return runPassword(ctx, args[1:], os.Stdin, stdout, stderr)
		}
	}
	err := start(ctx, args, environ, stdout)
	if err != nil {
		return commandline.Refuse("token", usage, err, stdout, stderr)
	}
	return 0
}

func start(ctx context.Context, args, environ []string, stdout io.Writer) error {
	flags := commandline.New(started)
	addr := flags.String("addr", defaultAddr, "")
	drain := flags.Duration("drain", 5*time.Second, "")
	proxies := flags.Uint("trust-proxy", 0, "")
	maxOpen := flags.Uint("max-open", token.MaxOpen, "")
	retentionDays := flags.Uint("retention-days", 0, "")
	agents := flags.String("agents", "", "")
	sdk := flags.String("sdk", "cdn", "")
	var limits []string
	flags.Func("limit", "", func(limit string) error {
		limits = append(limits, limit)
		return nil
	})
	hint := flags.Help()
	if len(args) > 0 {
		if meant := problem.Suggest(args[0], []string{"setup", "export", "forget", "password"}); meant != "" {
			hint = fmt.Sprintf("did you mean %s?", meant)
		}
	}
	if err := flags.ParseAll(args, hint); err != nil {
		return err
	}
	rates := token.ProductionLimits
	if err := setLimits(&rates, limits); err != nil {
		return err
	}
	if err := checkValues(*maxOpen, *retentionDays, *sdk); err != nil {
		return err
	}
	options, warnings, err := fromEnvironment(environ, *agents)
	if err != nil {
		return err
	}
	options.Log = slog.New(slog.NewJSONHandler(stdout, nil))
	for _, w := range warnings {
		warn(options.Log, w)
	}
	options.Limits, options.MaxOpen = rates, int(*maxOpen)
	options.Proxies = int(*proxies)
	options.Retention = time.Duration(*retentionDays) * 24 * time.Hour
	return listen(ctx, options, *addr, *sdk, *drain)
}

// listen lets visitors and team in until it is told to stop, and all that was begun has ended.
func listen(ctx context.Context, options configuration, addr, sdk string, drain time.Duration) error {
	handler, err := token.New(options.Options)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return problem.Wrap(err, "name another address, as in -addr 127.0.0.1:8081")
	}
	team, err := newDesk(ctx, options, handler, sdk == "bundled")
	if err != nil {
		return err
	}
	options.Log.Info("listening", "address", listener.Addr().String(), "accounts", len(options.Secrets), "agents", len(options.Agents), "origins", options.Origins)
	go handler.Watch(ctx)
	go handler.Introduce(ctx, options.team.Shown())
	sweeping, stop := context.WithCancel(ctx)
	notifier, sent, err := notifying(sweeping, options, handler)
	defer stop()
	if err != nil {
		return err
	}
	go retain(ctx, handler, notifier)
	failing := func() []string { return append(handler.Problems(), notifier.Problems()...) }
	web := &server{token: handler, desk: team, failing: failing, log: options.Log, drain: func() <-chan time.Time { return time.After(drain) }}
	if err := web.serve(ctx, listener); err != nil {
		return err
	}
	stop()
	sent()
	options.Log.Info("stopped")
	return nil
}

// checkValues tells of an option's value that can't be meant.
func checkValues(maxOpen, retentionDays uint, sdk string) error {
	if maxOpen < minOpen || maxOpen > token.MaxOpen {
		return problem.New(fmt.Sprintf("-max-open %d is not between %d and %d", maxOpen, minOpen, token.MaxOpen), "leave it out for Twilio's own limit")
	}
	if retentionDays > maxRetentionDays {
		return problem.New(fmt.Sprintf("-retention-days %d is more than %d", retentionDays, maxRetentionDays), "leave it out to keep conversations for good")
	}
	if sdk != "cdn" && sdk != "bundled" {
		return problem.New(fmt.Sprintf("-sdk %s is neither cdn nor bundled", problem.Quote(sdk)), "leave it out to take Twilio's SDK from Twilio's host")
	}
	return nil
}
