// Package twilsock encodes and decodes the frames that Twilio's browser SDK exchanges with its server over a web socket:
//
//	TWILSOCK V3.0 <H>\r\n<header, H bytes of JSON>\r\n<payload, header.payload_size bytes>
//
// What a frame looks like belongs here. What is answered to one doesn't.
package twilsock

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// The largest frames that are decoded. A message has at most 32 KB of text and 4 KB of attributes; written as JSON each byte may take six.
const (
	MaxHeaderBytes = 64 << 10
	MaxFrameBytes  = 1 << 20
)

const magic = "TWILSOCK V3.0 "

var lineEnd = []byte("\r\n")

// JSON is the payload type of everything the server sends.
const JSON = "application/json"

// Header says what a frame is. Both sides use the same fields, each only some of them.
type Header struct {
	Method      string `json:"method"`
	ID          string `json:"id"`
	PayloadSize int    `json:"payload_size"`
	PayloadType string `json:"payload_type,omitempty"`

	// From the client.
	Token         string          `json:"token,omitempty"`
	Registrations json.RawMessage `json:"registrations,omitempty"`
	Request       *Request        `json:"http_request,omitempty"`

	// From the server.
	Status            *Status         `json:"status,omitempty"`
	HTTPStatus        *Status         `json:"http_status,omitempty"`
	MessageType       string          `json:"message_type,omitempty"`
	ClientUpdateType  string          `json:"client_update_type,omitempty"`
	Capabilities      []string        `json:"capabilities,omitempty"`
	InitRegistrations json.RawMessage `json:"init_registrations,omitempty"`
	ContinuationToken string          `json:"continuation_token,omitempty"`
}

// Request is an HTTP request that travels through the socket. Path and parameters are still percent-encoded.
type Request struct {
	Host    string            `json:"host"`
	Path    string            `json:"path"`
	Method  string            `json:"method"`
	Params  map[string]Values `json:"params"`
	Headers map[string]Values `json:"headers"`
}

// Status is the outcome of a request, or why the server closes.
type Status struct {
	Code        int    `json:"code"`
	Status      string `json:"status"`
	Description string `json:"description,omitempty"`
	ErrorCode   int    `json:"errorCode,omitempty"`
}

// Values are the values of one parameter: the SDK writes a lone one as itself and repeated ones as an array.
type Values []string

// UnmarshalJSON takes a value, or an array of them.
func (v *Values) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte("[")) {
		data = bytes.Join([][]byte{[]byte("["), data, []byte("]")}, nil)
	}
	var list []any
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*v = nil
	for _, value := range list {
		switch value := value.(type) {
		case nil:
		case string:
			*v = append(*v, value)
		case bool:
			*v = append(*v, strconv.FormatBool(value))
		case float64:
			*v = append(*v, strconv.FormatFloat(value, 'f', -1, 64))
		default:
			return errors.New("a parameter is neither text nor a number")
		}
	}
	return nil
}

// Encode writes a frame. It sets the size of the payload.
func Encode(h Header, payload []byte) ([]byte, error) {
	h.PayloadSize = len(payload)
	header, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	frame := make([]byte, 0, len(magic)+8+len(header)+len(payload))
	frame = append(frame, magic...)
	frame = strconv.AppendInt(frame, int64(len(header)), 10)
	frame = append(frame, lineEnd...)
	frame = append(frame, header...)
	frame = append(frame, lineEnd...)
	return append(frame, payload...), nil
}

// Decode reads the one frame of a message. The payload is part of message, not a copy.
func Decode(message []byte) (Header, []byte, error) {
	var h Header
	if len(message) > MaxFrameBytes {
		return h, nil, fmt.Errorf("the frame has %d bytes, the limit is %d", len(message), MaxFrameBytes)
	}
	rest, ok := bytes.CutPrefix(message, []byte(magic))
	if !ok {
		return h, nil, fmt.Errorf("the frame does not start with %q", magic)
	}
	line, rest, ok := bytes.Cut(rest, lineEnd)
	if !ok {
		return h, nil, errors.New("the frame's first line has no end")
	}
	// ParseUint: a sign is no part of a size.
	size, err := strconv.ParseUint(string(line), 10, 31)
	if err != nil || size > MaxHeaderBytes {
		return h, nil, fmt.Errorf("%.20q is no size of a header", line)
	}
	if uint64(len(rest)) < size || !bytes.HasPrefix(rest[size:], lineEnd) {
		return h, nil, errors.New("the header does not end where its size says")
	}
	if err := json.Unmarshal(rest[:size], &h); err != nil {
		return Header{}, nil, fmt.Errorf("the header can't be read: %w", err)
	}
	payload := rest[int(size)+len(lineEnd):]
	if h.PayloadSize < 0 || h.PayloadSize > len(payload) {
		return Header{}, nil, fmt.Errorf("the payload has %d bytes, the header says %d", len(payload), h.PayloadSize)
	}
	// Some clients end the frame with a line end that is not counted.
	if tail := payload[h.PayloadSize:]; len(tail) > 0 && !bytes.Equal(tail, lineEnd) {
		return Header{}, nil, errors.New("the frame goes on after its payload")
	}
	return h, payload[:h.PayloadSize], nil
}
