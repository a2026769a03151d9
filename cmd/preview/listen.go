package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"missive/widget/problem"
)

// portsTried is how many ports are tried, counted up from that of -addr.
const portsTried = 20

// listen listens on this machine, and with lan to others as well. If the port of addr is taken it takes the next free one.
func listen(addr string, lan bool) (net.Listener, error) {
	const hint = "use 127.0.0.1 and a port, as in -addr 127.0.0.1:4400; -lan lets phones in"
	host, service, err := net.SplitHostPort(addr)
	port, portErr := strconv.ParseUint(service, 10, 16)
	if err != nil || portErr != nil {
		return nil, problem.New("-addr: "+problem.Quote(addr)+" is no address", hint)
	}
	if !slices.Contains(localNames, host) {
		return nil, problem.New("-addr: "+problem.Quote(host)+" can be reached by other machines, or is not this one", hint)
	}
	if lan {
		host = "" // all addresses: access decides whom to answer
	}
	var taken error
	for range portsTried {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.FormatUint(port, 10)))
		if err == nil {
			return listener, nil
		}
		if taken == nil {
			taken = err
		}
		port++
	}
	return nil, problem.Wrap(fmt.Errorf("no free port: %w", taken), "name another, as in -addr 127.0.0.1:8080")
}

// addressOf returns by which host and port, which also stands alone, this machine finds what listens.
func addressOf(listener net.Listener) (host, port string) {
	address := listener.Addr().(*net.TCPAddr)
	host, port = address.String(), strconv.Itoa(address.Port)
	if address.IP.IsUnspecified() {
		host = net.JoinHostPort(localNames[0], port)
	}
	return host, port
}

// serve answers until ctx is done. The channel then has nil, or before what went wrong.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) <-chan error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	// Not Shutdown: it would wait for the streams of events, which go on for as long as a page is open.
	context.AfterFunc(ctx, func() { server.Close() })
	stopped := make(chan error, 1)
	go func() {
		err := server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		stopped <- err
	}()
	return stopped
}
