package vault

import (
	"cmp"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"sessionferry/session"
)

// Limits of requests, in bytes.
const (
	maxEnvelope = 36 << 20
	maxJSON     = 1 << 20
	maxForm     = 16 << 10
	maxEmpty    = 0
	maxHeader   = 16 << 10
)

// Limits bound what slow or hostile callers can hold. Zero is the default.
type Limits struct {
	Header time.Duration // that a request's header may take to arrive
	Body   time.Duration // that the whole of a small request may take
	Upload time.Duration // that an envelope may take to arrive or to leave
	Idle   time.Duration // that a connection may wait for its next request

	Connections int           // at once, on each listener
	Large       int           // requests at once whose bodies are above a MiB
	Turn        time.Duration // that one more may wait for the others
}

func (l Limits) filled() Limits {
	return Limits{
		Header:      cmp.Or(l.Header, 5*time.Second),
		Body:        cmp.Or(l.Body, 15*time.Second),
		Upload:      cmp.Or(l.Upload, 5*time.Minute),
		Idle:        cmp.Or(l.Idle, 2*time.Minute),
		Connections: cmp.Or(l.Connections, 4096),
		Large:       cmp.Or(l.Large, 16),
		Turn:        cmp.Or(l.Turn, 10*time.Second),
	}
}

func (l Limits) listener(inner net.Listener) net.Listener {
	return netutil.LimitListener(inner, l.Connections)
}

func (l Limits) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: l.Header,
		ReadTimeout:       l.Body,
		WriteTimeout:      2 * l.Body,
		IdleTimeout:       l.Idle,
		MaxHeaderBytes:    maxHeader,

		DisableGeneralOptionsHandler: true, // it would answer without our headers
	}
}

// firstPiece is how much memory a body gets before any of it has arrived.
const firstPiece = 1 << 20

// takeLarge keeps the memory of large bodies within Limits.Large of them. Small
// ones, which nearly all are, pass freely.
func (s *Server) takeLarge(c *call) (leave func(), err error) {
	if n := c.r.ContentLength; n >= 0 && n <= firstPiece {
		return func() {}, nil
	}
	turn := time.NewTimer(s.cfg.Limits.Turn)
	defer turn.Stop()
	select {
	case s.large <- struct{}{}:
		return func() { <-s.large }, nil
	case <-turn.C:
	case <-c.r.Context().Done():
	}
	return nil, session.Errorf(session.CodeVaultUnavailable, "too many large requests at once")
}
