package vault

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/session"
)

// Server answers the API. Make one with New; it serves with Run, or behind
// another listener with Handler.
type Server struct {
	cfg      Config
	url      string    // where the API answers, once known
	arrivals *arrivals // of shares that wait for the app's word
	metrics  *metrics
	large    chan struct{} // holds one for each large body in work
	stopping chan struct{} // closed when the vault is about to stop, and calls that wait must end
}

// New returns a server, or what is wrong with its configuration, in a sentence.
func New(cfg Config) (*Server, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if cfg.Store == nil {
		return nil, errors.New("the vault needs a store")
	}
	s := &Server{cfg: cfg, arrivals: newArrivals(), large: make(chan struct{}, cfg.Limits.Large), stopping: make(chan struct{})}
	s.metrics = newMetrics(&s.cfg)
	return s, nil
}

// Handler serves Routes.
func (s *Server) Handler() http.Handler { return s.handler(Routes()) }

// EnrolHandler serves enrolment. It trusts every caller, so it stands behind a
// listener that admits only its own user.
func (s *Server) EnrolHandler() http.Handler { return s.handler(enrolRoutes()) }

// MetricsHandler serves what an operator's monitor reads.
func (s *Server) MetricsHandler() http.Handler { return s.handler(metricsRoutes()) }

func (s *Server) handler(routes []Route) http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.Method+" "+r.Path, func(w http.ResponseWriter, req *http.Request) { s.serve(w, req, r) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		id := session.NewID().String()
		rec := &recorder{ResponseWriter: w}
		setHeaders(rec.Header(), r, id)
		r = r.WithContext(withRequestID(r.Context(), id))
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		// A panic is the vault's fault like any other: the caller hears so, and
		// the server goes on.
		defer func() {
			if v := recover(); v != nil {
				s.cfg.Log.Error().Str("request", id).Interface("panic", v).Msg("a handler panicked")
				if rec.status == 0 {
					rec.code = writeProblem(rec, id, session.Errorf(session.CodeInternal, ""))
				}
			}
			took := time.Since(began)
			s.metrics.observe(rec, r, took)
			s.log(rec, r, id, took)
		}()
		if err := s.admit(r); err != nil {
			rec.code = writeProblem(rec, id, err)
			return
		}
		if _, pattern := mux.Handler(r); pattern == "" || !isPlain(r.URL.EscapedPath()) {
			rec.code = writeProblem(rec, id, NotFound())
			return
		}
		mux.ServeHTTP(rec, r)
	})
}

// admit refuses what no program of ours sends: requests by a web page, and, on a
// loopback address, requests under another name (DNS rebinding).
func (s *Server) admit(r *http.Request) error {
	if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
		return session.Errorf(session.CodeRequestInvalid, "no web page may call the vault")
	}
	if s.cfg.TLSCert == "" && r.Context().Value(http.LocalAddrContextKey) != nil {
		if addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && addr.IP.IsLoopback() && !isLoopback(hostOnly(r.Host)) {
			return session.Errorf(session.CodeRequestInvalid, "the vault does not answer to this name")
		}
	}
	return nil
}

func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

// serve finds out who calls, bounds the body and hands on.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route Route) {
	c := &call{w: w, r: r, id: requestID(r.Context())}
	err := s.authorize(c, route.Access)
	if err == nil && (r.ContentLength > route.limit || r.ContentLength != 0 && route.limit == maxEmpty) {
		err = session.Errorf(session.CodeTooLarge, "at most %d bytes", route.limit)
	}
	if err == nil {
		r.Body = http.MaxBytesReader(w, r.Body, route.limit)
		err = route.handle(s, c)
	}
	if err == nil {
		return
	}
	code := writeProblem(w, c.id, err)
	if rec, ok := w.(*recorder); ok {
		rec.code, rec.cause = code, err
	}
}

// authorize reads the token. The answer to a wrong one takes the same path as to
// a right one: a look-up by its hash.
func (s *Server) authorize(c *call, access Access) (err error) {
	if access == AccessAnyone {
		return nil
	}
	token, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(token) != tokenLength {
		return session.Errorf(session.CodeUnauthorized, "")
	}
	if c.by, err = s.cfg.Store.Authenticate(c.r.Context(), sha256.Sum256([]byte(token))); err != nil {
		return err
	}
	if access != AccessBoth && string(access) != string(c.by.Role) {
		return session.Errorf(session.CodeWrongRole, "only a %s may do this", access)
	}
	return nil
}

func (s *Server) log(rec *recorder, r *http.Request, id string, took time.Duration) {
	level := zerolog.InfoLevel
	if rec.status >= http.StatusInternalServerError {
		level = zerolog.ErrorLevel
	}
	e := s.cfg.Log.WithLevel(level).Str("request", id).Str("method", method(r)).Str("route", route(r)).
		Int("status", rec.status).Dur("ms", took)
	if rec.code != "" {
		e = e.Str("code", string(rec.code))
	}
	if level == zerolog.ErrorLevel && rec.cause != nil {
		e = e.AnErr("cause", hidden(rec.cause))
	}
	e.Msg("request")
}

// hidden is what lies behind an error that is told to callers by its code alone.
func hidden(err error) error {
	return cmp.Or(errors.Unwrap(session.AsError(err)), err)
}
