package vault

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"sessionferry/session"
)

// firstPiece is how much memory a body gets before any of it has arrived, and how
// much of a body or an answer Limits.Pace is for.
const firstPiece = 1 << 20

// places bound how many of something there are at once.
type places chan struct{}

// take waits for a place, at most for a turn.
func (p places) take(ctx context.Context, turn time.Duration) (leave func(), err error) {
	leave = func() { <-p }
	select {
	case p <- struct{}{}:
		return leave, nil
	default:
	}
	over := time.NewTimer(turn)
	defer over.Stop()
	select {
	case p <- struct{}{}:
		return leave, nil
	case <-over.C:
	case <-ctx.Done():
	}
	return nil, session.Errorf(session.CodeVaultUnavailable, "too many large requests at once")
}

// largeBody takes a place for the request's body if it is large, and has it keep
// pace. Small ones, which nearly all are, pass freely.
func (s *Server) largeBody(c *call) (leave func(), err error) {
	if n := c.r.ContentLength; n >= 0 && n <= firstPiece {
		return func() {}, nil
	}
	if leave, err = s.large.take(c.r.Context(), s.cfg.Limits.Turn); err != nil {
		return nil, err
	}
	c.r.Body = &pacedBody{c.r.Body, s.pace(http.NewResponseController(c.w).SetReadDeadline)}
	return leave, nil
}

// readAnswer reads an answer that may be large, and takes a place for it if it is.
// However slow the callers of large answers are, a small one does not wait for them:
// only reading has places of its own, and what finds none of the others is read anew
// when there is one.
func (s *Server) readAnswer(c *call, read func() ([]byte, error)) (b []byte, leave func(), err error) {
	ctx, turn := c.r.Context(), s.cfg.Limits.Turn
	done, err := s.reading.take(ctx, turn)
	if err != nil {
		return nil, nil, err
	}
	b, err = read()
	if err == nil && len(b) > firstPiece {
		leave, err = s.large.take(ctx, 0)
	}
	done()
	switch {
	case leave != nil:
		return b, leave, nil
	case len(b) <= firstPiece:
		return b, func() {}, err
	}
	if leave, err = s.large.take(ctx, turn); err != nil {
		return nil, nil, err
	}
	if b, err = read(); err != nil {
		leave()
	}
	return b, leave, err
}

// answerLarge sends an answer that may be large at a pace.
func (s *Server) answerLarge(c *call, mediaType string, read func() ([]byte, error)) error {
	b, leave, err := s.readAnswer(c, read)
	if err != nil {
		return err
	}
	defer leave()
	c.w.Header().Set("Content-Type", mediaType)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	pace := s.pace(http.NewResponseController(c.w).SetWriteDeadline)
	for err == nil && len(b) > 0 { // after an error the caller has gone away
		var n int
		n, err = c.w.Write(b[:min(len(b), pace.next())])
		pace.left -= n
		b = b[n:]
	}
	return nil
}

// pace ends what moves too slowly: each piece of a body or an answer has a time of
// its own, and the whole ends at last.
type pace struct {
	setDeadline func(time.Time) error
	each        time.Duration
	last        time.Time
	left        int // bytes of the piece that is on its way
}

func (s *Server) pace(setDeadline func(time.Time) error) *pace {
	return &pace{setDeadline: setDeadline, each: s.cfg.Limits.Pace, last: time.Now().Add(s.cfg.Limits.Upload)}
}

// next returns how many bytes may pass before the deadline is set anew.
func (p *pace) next() int {
	if p.left > 0 {
		return p.left
	}
	p.left = firstPiece
	deadline := time.Now().Add(p.each)
	if deadline.After(p.last) {
		deadline = p.last
	}
	_ = p.setDeadline(deadline) // not every writer has deadlines
	return p.left
}

// pacedBody is a body that keeps pace.
type pacedBody struct {
	io.ReadCloser
	pace *pace
}

// Read implements io.Reader.
func (b *pacedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.pace.next())])
	b.pace.left -= n
	return n, err
}
