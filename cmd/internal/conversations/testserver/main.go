// Command testserver runs the local conversations for browser tests. It prints its address, makes faults on POST /faults and access
// tokens on GET /token?identity=NAME&seconds=N, and has an empty GET /page. It stops when its standard input ends, so that it never outlives its test.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/twilio/twilio-go/client/jwt"

	"missive/cmd/internal/conversations"
)

// Made up: the server and the tokens only have to agree.
const (
	account = "AC00000000000000000000000000000001"
	key     = "SK00000000000000000000000000000001"
	secret  = "secret"
	service = "IS00000000000000000000000000000001"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	file := flag.String("file", "", "keeps the state")
	warning := flag.Duration("warning", 3*time.Minute, "how long before its end a token is announced to end")
	flag.Parse()
	if err := serve(*addr, *file, *warning); err != nil {
		fmt.Fprintln(os.Stderr, "testserver:", err)
		os.Exit(2)
	}
}

func serve(addr, file string, warning time.Duration) error {
	backend, err := conversations.New(conversations.Options{
		AccountSID: account, APIKey: key, APISecret: secret, ServiceSID: service,
		File: file, TokenWarning: warning, Faults: true,
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", backend)
	mux.HandleFunc("GET /token", token)
	// A page of this address: browsers keep others, and those that a test makes up, from connecting to the own machine.
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Test</title>")
	})
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	fmt.Printf("http://%s\n", listener.Addr())

	io.Copy(io.Discard, os.Stdin)
	server.Close()
	return backend.Close()
}

func token(w http.ResponseWriter, r *http.Request) {
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
