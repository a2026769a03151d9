package conversations

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"missive/cmd/internal/conversations/twilsock"
)

const (
	initTimeout    = 30 * time.Second
	writeTimeout   = 10 * time.Second
	pingInterval   = 20 * time.Second // the SDK answers each ping, and sends none itself
	silenceTimeout = 3 * pingInterval // a client from which nothing came for so long, not even an answer to a ping, is gone
	closeTimeout   = 10 * time.Second // for a client that was told to close

	maxSockets     = 500
	maxOutboxBytes = 32 << 20 // of a client that does not read
)

// serveSocket accepts the SDK's socket and stays until it is closed.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if s.down() {
		http.Error(w, "down, as asked", http.StatusServiceUnavailable)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{OriginPatterns: s.options.Origins})
	if err != nil {
		s.options.Log.Info("socket refused", "error", err)
		return
	}
	defer conn.CloseNow()
	conn.SetReadLimit(twilsock.MaxFrameBytes)

	ctx, cancel := context.WithCancel(s.stopped)
	defer cancel()
	session := &session{server: s, cancel: cancel, address: addressOf(r), wake: make(chan struct{}, 1), subscribed: map[string]bool{}}
	if !s.add(session) {
		conn.Close(websocket.StatusTryAgainLater, "too many sockets")
		return
	}
	defer s.done.Done()
	defer s.remove(session)
	s.done.Go(func() {
		defer cancel() // ends the reading, too
		session.write(ctx, conn)
	})
	err = session.read(ctx, conn)
	s.options.Log.Info("socket closed", "reason", err)
}

// addressOf is the server's own, as who asks knows it.
func addressOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// read handles what the client sends, one frame after the other.
func (n *session) read(ctx context.Context, conn *websocket.Conn) error {
	for timeout := initTimeout; ; timeout = silenceTimeout {
		message, err := readMessage(ctx, conn, timeout)
		if err != nil {
			return err
		}
		if err := n.handle(message); err != nil {
			conn.Close(websocket.StatusPolicyViolation, "unexpected frame")
			return err
		}
	}
}

func readMessage(ctx context.Context, conn *websocket.Conn, timeout time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	kind, message, err := conn.Read(ctx)
	if err == nil && kind != websocket.MessageBinary {
		err = errors.New("a frame is not binary")
	}
	return message, err
}

// write sends what is in the outbox until ctx ends.
func (n *session) write(ctx context.Context, conn *websocket.Conn) {
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
			n.send(twilsock.Header{Method: "ping", ID: newID()}, nil)
		case <-n.wake:
		}
		for _, frame := range n.outbox.take() {
			if err := writeMessage(ctx, conn, frame); err != nil {
				return
			}
		}
	}
}

func writeMessage(ctx context.Context, conn *websocket.Conn, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return conn.Write(ctx, websocket.MessageBinary, frame)
}

// outbox holds the frames that wait to be sent.
type outbox struct {
	mu     sync.Mutex
	frames [][]byte
	bytes  int
}

// put reports false when the outbox is full.
func (o *outbox) put(frame []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes+len(frame) > maxOutboxBytes {
		return false
	}
	o.frames, o.bytes = append(o.frames, frame), o.bytes+len(frame)
	return true
}

func (o *outbox) take() [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	frames := o.frames
	o.frames, o.bytes = nil, 0
	return frames
}

// add takes a socket in, unless there are too many, and has Close wait for it.
func (s *Server) add(n *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped.Err() != nil || len(s.sessions) >= maxSockets {
		return false
	}
	s.sessions[n] = true
	s.done.Add(1)
	return true
}

// remove forgets a session. Its user is offline when it was the last one.
func (s *Server) remove(n *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(n)
}

func (s *Server) forget(n *session) {
	if !s.sessions[n] {
		return
	}
	delete(s.sessions, n)
	n.stopTimers()
	for other := range s.sessions {
		if other.identity == n.identity {
			return
		}
	}
	s.store.SetOnline(n.identity, false)
}
