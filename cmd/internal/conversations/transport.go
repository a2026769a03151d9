package conversations

import (
	"bytes"
	"io"
	"net/http"
)

// RoundTrip answers a request of Twilio's REST client without a network: for who has the server in the same program, and asks it before
// it listens.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := r.Clone(r.Context())
	asked.Host = "localhost"
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	defer asked.Body.Close()
	a := answer{header: http.Header{}, status: http.StatusOK}
	s.ServeHTTP(&a, asked)
	return &http.Response{
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header, Request: r,
		Body: io.NopCloser(bytes.NewReader(a.body.Bytes())), ContentLength: int64(a.body.Len()),
	}, nil
}
