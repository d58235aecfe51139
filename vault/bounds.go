package vault

import (
	"cmp"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
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
	Pace   time.Duration // that each further MiB of a large body or of an envelope may take
	Idle   time.Duration // that a connection may wait for its next request

	Connections int           // at once, on each listener
	PerNetwork  int           // of them from one network, as network tells them apart
	Large       int           // requests at once whose bodies or answers are above a MiB
	Turn        time.Duration // that one more may wait for the others
}

func (l Limits) filled() Limits {
	connections := cmp.Or(l.Connections, 4096)
	return Limits{
		Header:      cmp.Or(l.Header, 5*time.Second),
		Body:        cmp.Or(l.Body, 15*time.Second),
		Upload:      cmp.Or(l.Upload, 5*time.Minute),
		Idle:        cmp.Or(l.Idle, 2*time.Minute),
		Pace:        cmp.Or(l.Pace, 15*time.Second),
		Connections: connections,
		PerNetwork:  cmp.Or(l.PerNetwork, max(connections/4, 1)),
		Large:       cmp.Or(l.Large, 16),
		Turn:        cmp.Or(l.Turn, 10*time.Second),
	}
}

func (l Limits) listener(inner net.Listener) net.Listener {
	return netutil.LimitListener(&networkListener{Listener: inner, most: l.PerNetwork, held: map[string]int{}}, l.Connections)
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
