// Command testserver runs the local conversations for browser tests, and with -dist all that a chat needs, at one address:
//
//	/                  the folder that -dist names
//	/token             the token handler, as it runs in production
//	/faults            makes faults; see conversations.Fault
//	/fill              puts messages of the team into a conversation, for POST ?conversation=SID&count=N
//	/access            an access token for GET ?identity=NAME&seconds=N
//	/page              an empty page
//
// With -origins pages of other servers may connect, such as the desk of a server that has this one in Twilio's place.
//
// It prints its address, and stops when its standard input ends, which it does when the test that has started it ends.
//
// Only what tests ask for, and no production server may have, belongs here.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client/jwt"

	"missive/cmd/internal/conversations"
	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/token"
)

// Made up: only server, tokens and tests have to agree on them. The secret is also each account's secret key.
const (
	account = "AC00000000000000000000000000000001"
	key     = "SK00000000000000000000000000000001"
	secret  = "secret"
	service = "IS00000000000000000000000000000001"
	agent   = "team"
)

type options struct {
	addr, name, file, dist, accounts, origins string
	warning                                   time.Duration
	limits                                    store.Limits
	unproven                                  int
}

func main() {
	var o options
	flag.StringVar(&o.addr, "addr", "127.0.0.1:0", "where to listen")
	flag.StringVar(&o.name, "name", "", "the host `name` that pages know it by; empty: the one in -addr")
	flag.StringVar(&o.file, "file", "", "keeps the state")
	flag.StringVar(&o.dist, "dist", "", "the folder with the chat and its pages")
	flag.StringVar(&o.accounts, "accounts", "", "ids of the chat's accounts, with a comma between them")
	flag.StringVar(&o.origins, "origins", "", "pages of other servers that may connect, as in http://127.0.0.1:*")
	flag.DurationVar(&o.warning, "warning", 3*time.Minute, "how long before its end a token is announced to end")
	flag.IntVar(&o.limits.Participants, "participants", 0, "how many a conversation may have; 0: as many as at Twilio")
	flag.IntVar(&o.limits.UserConversations, "conversations", 0, "how many open ones a user may have; 0: as many as at Twilio")
	flag.IntVar(&o.unproven, "unproven", 0, "how many newcomers are let in before a proof of work is wanted; 0: all")
	flag.Parse()
	if err := serve(o); err != nil {
		fmt.Fprintln(os.Stderr, "testserver:", err)
		os.Exit(2)
	}
}

func serve(o options) error {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	name := cmp.Or(o.name, host)
	site := net.JoinHostPort(name, port)
	var origins []string
	if o.origins != "" {
		origins = strings.Split(o.origins, ",")
	}
	backend, err := conversations.New(conversations.Options{
		Origins:    origins,
		AccountSID: account, APIKey: key, APISecret: secret, ServiceSID: service,
		File: o.file, Hosts: []string{name}, Reachability: true, Limits: o.limits, TokenWarning: o.warning, Faults: true,
	})
	if err != nil {
		return err
	}
	options := tokenOptions(o, backend, site)
	tokens, err := token.New(options)
	if err != nil {
		return err
	}
	if o.accounts != "" {
		// As in production: visitors can do nothing else, and the token handler lets nobody in without.
		setup := token.SetupOptions{Agents: options.Agents, Strangers: true, Tell: func(string) {}}
		if _, err := token.Setup(context.Background(), options.Twilio, setup); err != nil {
			return err
		}
	}
	server := &http.Server{Handler: handler(o, backend, tokens)}
	go server.Serve(listener)
	fmt.Printf("http://%s\n", address)

	io.Copy(io.Discard, os.Stdin)
	server.Close()
	return backend.Close()
}

func tokenOptions(o options, backend *conversations.Server, site string) token.Options {
	secrets := map[string][]string{}
	for id := range strings.SplitSeq(o.accounts, ",") {
		secrets[id] = []string{secret}
	}
	limits := token.Limits{}
	if o.unproven > 0 {
		limits.Unproven = token.Rate{Burst: o.unproven, Interval: time.Hour}
	}
	return token.Options{
		Limits:  limits,
		Secrets: secrets, SessionKeys: [][]byte{[]byte(secret)}, Agents: []string{agent}, Origins: []string{"http://" + site},
		Twilio: token.Twilio{
			AccountSID: account, APIKey: key, APISecret: secret, ServiceSID: service, Transport: backend,
		},
		Socket: "ws://" + site + conversations.Path,
	}
}

func handler(o options, backend, tokens http.Handler) http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{conversations.Path, "/v1/", "/faults"} {
		mux.Handle(path, backend)
	}
	mux.Handle("/token", tokens)
	mux.HandleFunc("POST /fill", func(w http.ResponseWriter, r *http.Request) { fill(backend, w, r) })
	mux.HandleFunc("GET /access", access)
	// An empty page at this address, from which tests connect: browsers don't let pages of other addresses connect to this machine.
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Test</title>")
	})
	if o.dist != "" {
		mux.Handle("/", http.FileServer(http.Dir(o.dist)))
	}
	return mux
}

// fill adds the messages "Message 0", "Message 1" and so on. It calls the REST API without the network, as tests want thousands.
func fill(backend http.Handler, w http.ResponseWriter, r *http.Request) {
	count, _ := strconv.Atoi(r.FormValue("count")) // without one: 0
	for i := range count {
		form := url.Values{"Author": {agent}, "Body": {fmt.Sprintf("Message %d", i)}}
		q := httptest.NewRequest("POST", "/v1/Services/"+service+"/Conversations/"+r.FormValue("conversation")+"/Messages", strings.NewReader(form.Encode()))
		q.Host = "localhost"
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.SetBasicAuth(key, secret)
		answer := httptest.NewRecorder()
		backend.ServeHTTP(answer, q)
		if answer.Code != http.StatusCreated {
			http.Error(w, answer.Body.String(), answer.Code)
			return
		}
	}
}

func access(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.ParseFloat(r.FormValue("seconds"), 64)
	if err != nil {
		seconds = 3600
	}
	t := jwt.CreateAccessToken(jwt.AccessTokenParams{
		AccountSid: account, SigningKeySid: key, Secret: secret, Identity: r.FormValue("identity"),
		ValidUntil: float64(time.Now().Unix()) + seconds, // a Ttl of less than an hour would be taken for an hour
	})
	t.AddGrant(&jwt.ChatGrant{ServiceSid: service})
	signed, err := t.ToJwt()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	io.WriteString(w, signed)
}
