//go:build unix

// Command mailserver runs a mail server for browser tests, without TLS. It prints its address, and then a line of JSON for each
// e-mail. It stops when its standard input ends, which it does when the test that has started it ends.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/quotedprintable"
	"os"

	"missive/cmd/internal/notify/mailtest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	server, err := mailtest.Run(mailtest.Options{Plain: true})
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Printf("127.0.0.1:%d\n", server.Port)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	told := map[string]bool{}
	for {
		messages, err := server.Await(ctx, len(told)+1)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		for _, m := range messages {
			if told[m.Raw] {
				continue
			}
			told[m.Raw] = true
			text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
			if err != nil {
				return err
			}
			h := m.Header
			json.NewEncoder(os.Stdout).Encode(map[string]string{"to": h.Get("To"), "subject": h.Get("Subject"), "id": h.Get("Message-ID"), "text": string(text)})
		}
	}
}
