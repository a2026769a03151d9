package main

import (
	"net"
	"testing"
)

func TestATakenPortLeadsToTheNext(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	listener, err := listen(taken.Addr().String(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	before, after := taken.Addr().(*net.TCPAddr).Port, listener.Addr().(*net.TCPAddr).Port
	if after <= before {
		t.Errorf("port %d is taken, but %d isn't one of the next", before, after)
	}
}
