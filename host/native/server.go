package native

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/session"
)

const (
	// maxOpen bounds the requests that run side by side; the reader waits beyond it.
	maxOpen = 32
	// maxTransfers bounds the bundles in memory.
	maxTransfers = 1
	// shutdownGrace is what the browser leaves between end of input and SIGKILL
	// (2.0 s in Chromium), less a margin.
	shutdownGrace = 1900 * time.Millisecond
)

// Server answers one browser's port.
type Server struct {
	Service Service
	Version string // of this program
	Log     zerolog.Logger

	writer    *Writer
	gone      chan struct{} // closed when the browser does not read any more
	mu        sync.Mutex
	cancels   map[string]context.CancelFunc
	transfers map[string]*transfer
	asks      map[string]chan answered // of the requests that wait for the app's answer
}

// Serve answers requests from r on w until the input ends or nobody reads w any
// more. It returns nil for these, if no frame was cut, and what made the stream
// unusable otherwise. When it returns, no request runs any more, or the grace of
// the browser is over; r may still be waited for.
func (s *Server) Serve(ctx context.Context, r io.Reader, w io.Writer) error {
	s.writer = NewWriter(w)
	s.cancels = map[string]context.CancelFunc{}
	s.transfers = map[string]*transfer{}
	s.asks = map[string]chan answered{}
	s.gone = make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	slots := make(chan struct{}, maxOpen)
	ended := make(chan error, 1)
	go func() { ended <- s.read(ctx, NewReader(r), slots) }()
	var err error
	select {
	case err = <-ended:
	case <-s.gone:
	}
	cancel()
	grace := time.After(shutdownGrace)
	for range maxOpen { // all slots are ours when no request holds one
		select {
		case slots <- struct{}{}:
		case <-grace:
			s.Log.Warn().Msg("requests were still running when the grace ended")
			return err
		}
	}
	return err
}

// read takes frames until the input ends. Each request holds a slot while it
// runs.
func (s *Server) read(ctx context.Context, frames *Reader, slots chan struct{}) error {
	for {
		body, err := frames.Next()
		switch code := session.CodeOf(err); {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrTruncated):
			s.Log.Error().Msg("truncated: the input ended inside a frame")
			return err
		case code == session.CodeFrameEmpty:
			s.send(failure("", err))
			continue
		case err != nil:
			s.send(failure("", err))
			return err
		}
		m, err := parseMessage(body)
		if err != nil {
			s.send(failure(m.ID, err))
			continue
		}
		call, err := s.prepare(ctx, m)
		if err != nil {
			s.send(failure(m.ID, err))
			continue
		}
		if call == nil {
			continue
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			s.run(m, call)
		}()
	}
}

// run makes one call and sends its reply. A panic is answered like any other
// failure, and the port survives.
func (s *Server) run(m message, call func() (any, error)) {
	started := time.Now()
	result, err := func() (result any, err error) {
		defer func() {
			if p := recover(); p != nil {
				s.Log.Error().Bytes("stack", debug.Stack()).Msg("panic in a handler")
				err = session.Errorf(session.CodeInternal, "")
			}
		}()
		return call()
	}()
	s.forget(m.ID)
	if err != nil {
		s.send(failure(m.ID, err))
	} else {
		s.send(reply{ID: m.ID, OK: true, Result: result})
	}
	// Logged after the answer: opening the log is no part of what a person waits for.
	code := session.CodeOf(err)
	line := s.Log.Info().Str("type", m.Type).Str("code", string(code)).Dur("ms", time.Since(started))
	if parts, ok := result.(zerolog.LogObjectMarshaler); ok {
		line = line.EmbedObject(parts)
	}
	line.Msg("request")
	if code == session.CodeInternal {
		// The cause's text may quote what came in, so only its type is kept.
		s.Log.Error().Str("cause", fmt.Sprintf("%T", errors.Unwrap(session.AsError(err)))).Msg("internal error")
	}
}

func (s *Server) send(r reply) {
	err := s.write(r)
	if session.CodeOf(err) == session.CodeReplyTooLarge {
		_ = s.write(failure(r.ID, err))
	}
}

// write sends one frame. A frame that could not be written may be half there, so
// it is the last one.
func (s *Server) write(v any) error {
	err := s.writer.Write(v)
	if err != nil && session.CodeOf(err) != session.CodeReplyTooLarge {
		s.mu.Lock()
		defer s.mu.Unlock()
		select {
		case <-s.gone:
		default:
			s.Log.Warn().Msg("the browser does not read any more")
			close(s.gone)
		}
	}
	return err
}

// open makes the context of a request; an id that is in use is refused.
func (s *Server) open(ctx context.Context, id string) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.cancels[id]; twice {
		return nil, session.Errorf(session.CodeMessageInvalid, "the id is in use")
	}
	ctx, cancel := context.WithCancel(ctx)
	s.cancels[id] = cancel
	return ctx, nil
}

func (s *Server) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.cancels[id]; cancel != nil {
		cancel()
	}
	delete(s.cancels, id)
	delete(s.transfers, id)
	delete(s.asks, id)
}

func (s *Server) cancel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.cancels[id]; cancel != nil {
		cancel()
	}
}
