package token

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// Unreachable says why a server can't be reached, without names and addresses: those of errors may be secrets, or of machines that
// nobody needs to know of.
func Unreachable(err error) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var timeout net.Error
	var system syscall.Errno
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "it didn't answer in time"
	case errors.As(err, &name):
		return "its name isn't found"
	case errors.As(err, &certificate):
		return "its certificate isn't valid for it, or is of nobody who is known"
	case errors.As(err, &record):
		return "it doesn't speak TLS"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "it has hung up"
	case errors.As(err, &system):
		return system.Error()
	case err != nil && strings.Contains(err.Error(), "HTTP response to HTTPS client"): // Go's own error for what doesn't speak TLS
		return "it doesn't speak TLS"
	}
	return "the connection failed"
}
