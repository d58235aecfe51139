package vault

import (
	"cmp"
	"context"
	"crypto/cipher"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/session"
	"sessionferry/vault/oidc"
)

// Server answers the API. Make one with New; it serves with Run, or behind
// another listener with Handler.
type Server struct {
	cfg      Config
	url      string // where the API answers, as programs name it in their proofs
	host     string // of url
	foreign  *http.CrossOriginProtection
	nonces   nonces       // of proofs
	sealer   cipher.AEAD  // of cookies
	oidc     *oidc.Client // nil without a provider
	arrivals *arrivals    // of shares that wait for the app's word
	metrics  *metrics
	large    places        // of large bodies and answers in work
	reading  places        // of answers that may be large, while they are read
	stopping chan struct{} // closed when the vault is about to stop, and calls that wait must end
	verified verifiedRosters
}

// New returns a server, or what is wrong with its configuration, in a sentence.
func New(cfg Config) (*Server, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if cfg.Store == nil {
		return nil, errors.New("the vault needs a store")
	}
	key, err := cfg.Store.Secret(context.Background(), "nonce")
	if err != nil {
		return nil, err
	}
	sealer, err := cookieCipher(context.Background(), cfg.Store)
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, sealer: sealer, foreign: http.NewCrossOriginProtection(), nonces: nonces{key}, arrivals: newArrivals(),
		large: make(places, cfg.Limits.Large), reading: make(places, cfg.Limits.Large), stopping: make(chan struct{}),
	}
	s.answerAt(cfg.PublicURL)
	s.metrics = newMetrics(&s.cfg)
	return s, nil
}

// answerAt says where the API answers.
func (s *Server) answerAt(base string) {
	s.url, s.host = base, ""
	if u, err := url.Parse(base); err == nil {
		s.host = u.Hostname()
	}
}

// Handler serves Routes and the pages.
func (s *Server) Handler() http.Handler {
	pages := pageRoutes()
	if s.cfg.Dev {
		pages = append(pages, styleRoute)
	}
	return s.handler(Routes(), pages)
}

// EnrolHandler serves enrolment. It trusts every caller, so it stands behind a
// listener that admits only its own user.
func (s *Server) EnrolHandler() http.Handler { return s.handler(enrolRoutes(), nil) }

// MetricsHandler serves what an operator's monitor reads.
func (s *Server) MetricsHandler() http.Handler { return s.handler(metricsRoutes(), nil) }

// fault answers what a route could not do.
type fault func(*call, error) session.Code

func (s *Server) handler(api, pages []Route) http.Handler {
	mux := http.NewServeMux()
	add := func(routes []Route, f fault) {
		for _, r := range routes {
			mux.HandleFunc(r.Method+" "+r.Path, func(w http.ResponseWriter, req *http.Request) { s.serve(s.callOf(w, req), r, f) })
		}
	}
	add(api, tellProblem)
	add(pages, s.showFault)
	nowhere := s.nowhere(len(pages) > 0)
	mux.HandleFunc("/", nowhere)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w, id: session.NewID().String()}
		setHeaders(rec.Header(), r, rec.id)
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		// A panic is the vault's fault like any other: the caller hears so, and
		// the server goes on.
		defer func() {
			if v := recover(); v != nil {
				s.cfg.Log.Error().Str("request", rec.id).Interface("panic", v).Msg("a handler panicked")
				if rec.status == 0 {
					rec.code = writeProblem(rec, rec.id, session.Errorf(session.CodeInternal, ""))
				}
			}
			took := time.Since(began)
			s.metrics.observe(rec, r, took)
			s.log(rec, r, took)
			if rec.broken { // the caller must not take half of it for all
				panic(http.ErrAbortHandler)
			}
		}()
		switch err := s.admit(r); {
		case err != nil:
			rec.code = writeProblem(rec, rec.id, err)
		case !isPlain(r.URL.EscapedPath()):
			nowhere(rec, r)
		default:
			mux.ServeHTTP(rec, r)
		}
	})
}

// nowhere answers what no route matches by its path and its method, to a browser
// with a page if there are pages.
func (s *Server) nowhere(pages bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, f := s.callOf(w, r), fault(tellProblem)
		if pages && strings.Contains(r.Header.Get("Accept"), "text/html") {
			f = s.showFault
		}
		c.w.code = f(c, NotFound())
	}
}

// admit refuses requests that another web page makes, and, on a loopback address,
// requests under another name (DNS rebinding). A page may be opened by a link from
// anywhere; nothing else of the vault is anybody's to ask for across sites.
func (s *Server) admit(r *http.Request) error {
	if err := s.foreign.Check(r); err != nil {
		return session.Errorf(session.CodeRequestInvalid, "no other web page may call the vault")
	}
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if strings.HasPrefix(r.URL.Path, "/v1/") && (site != "" && site != "same-origin" && site != "none" || origin != "" && origin != s.url) {
		return session.Errorf(session.CodeRequestInvalid, "no other web page may call the vault")
	}
	if s.cfg.TLSCert == "" && r.Context().Value(http.LocalAddrContextKey) != nil {
		if addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && addr.IP.IsLoopback() && !s.answersTo(hostOnly(r.Host)) {
			return session.Errorf(session.CodeRequestInvalid, "the vault does not answer to this name")
		}
	}
	return nil
}

// answersTo reports whether a name is this computer's own, or the one of the
// public URL: TLS may end at a proxy that runs beside the vault.
func (s *Server) answersTo(host string) bool {
	return isLoopback(host) || host != "" && host == s.host
}

func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

// serve finds out who calls, bounds the body and hands on.
func (s *Server) serve(c *call, route Route, fault fault) {
	err := s.authorize(c, route.Access)
	if n := c.r.ContentLength; err == nil && (n > route.limit || n != 0 && route.limit == maxEmpty) {
		err = session.Errorf(session.CodeTooLarge, "at most %d bytes", route.limit)
	}
	if err == nil {
		c.r.Body = http.MaxBytesReader(c.w, c.r.Body, route.limit)
		err = route.handle(s, c)
	}
	if err == nil {
		return
	}
	c.w.cause = err
	if c.w.status != 0 { // in the midst of a stream
		c.w.code, c.w.broken = session.AsError(err).Code, true
		return
	}
	c.w.code = fault(c, err)
}

func (s *Server) log(rec *recorder, r *http.Request, took time.Duration) {
	level := zerolog.InfoLevel
	if rec.status >= http.StatusInternalServerError {
		level = zerolog.ErrorLevel
	}
	e := s.cfg.Log.WithLevel(level).Str("request", rec.id).Str("method", method(r)).Str("route", route(r)).
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
