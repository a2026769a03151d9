// Command testprovider runs a provider of OpenID Connect for browser tests, which somebody else wrote. It asks nobody anything: whoever
// is sent there comes back at once, as the user with the address that -email names, which it has verified.
//
// It prints its issuer, and the id and the secret of its one client, and stops when its standard input ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/oauth2-proxy/mockoidc"
)

func main() {
	email := flag.String("email", "", "of the user")
	flag.Parse()
	if err := serve(*email); err != nil {
		fmt.Fprintln(os.Stderr, "testprovider:", err)
		os.Exit(2)
	}
}

// usersAtOnce is more than a test sends: each return takes one.
const usersAtOnce = 100

func serve(email string) error {
	provider, err := mockoidc.NewServer(nil)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := provider.Start(listener, nil); err != nil {
		return err
	}
	// Another site than 127.0.0.1, as providers are.
	provider.Server.Addr = fmt.Sprintf("localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	for range usersAtOnce {
		provider.QueueUser(&mockoidc.MockUser{Subject: "1", Email: email, EmailVerified: true})
	}
	err = json.NewEncoder(os.Stdout).Encode(map[string]string{
		"issuer": provider.Issuer(), "clientId": provider.ClientID, "secret": provider.ClientSecret,
	})
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // however it ends
	return provider.Shutdown()
}
