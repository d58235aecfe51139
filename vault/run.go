package vault

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"sessionferry/vault/oidc"
)

// shutdownTime is how long requests in work may take to end when the vault stops.
const shutdownTime = 10 * time.Second

// Run listens and serves until ctx is done, then lets requests in work end. It
// calls Config.Ready once it answers.
func (s *Server) Run(ctx context.Context) error {
	setup, err := s.announcedCode(ctx)
	if err != nil {
		return err
	}
	fronts, ready, err := s.listen()
	if err != nil {
		return err
	}
	ready.Setup = setup
	return s.run(ctx, fronts, ready)
}

// run is Run once the listeners are open.
func (s *Server) run(ctx context.Context, fronts []front, ready Ready) (err error) {
	if s.cfg.OIDC != nil {
		cfg := *s.cfg.OIDC
		cfg.Redirect = s.url + pathCallback
		s.oidc = oidc.New(cfg)
	}
	failed := make(chan error, len(fronts))
	for _, f := range fronts {
		go func() { failed <- f.serve() }()
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var upkeep sync.WaitGroup
	upkeep.Go(func() { s.upkeep(background) })
	upkeep.Go(func() { s.chain(background) })

	s.cfg.Ready(ready)
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	close(s.stopping)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	for _, f := range fronts { // the metrics come last and tell of the others until these have ended
		err = errors.Join(err, f.server.Shutdown(end))
	}
	stop()
	upkeep.Wait()
	return err
}

// front is one listener and what answers on it.
type front struct {
	listener net.Listener
	server   *http.Server
}

func (f front) serve() error { return f.server.Serve(f.listener) }

func (s *Server) front(l net.Listener, h http.Handler) front {
	return front{l, s.cfg.Limits.server(h)}
}

// listen opens all listeners, or none.
func (s *Server) listen() (fronts []front, ready Ready, err error) {
	defer func() {
		if err != nil {
			for _, f := range fronts {
				err = errors.Join(err, f.listener.Close())
			}
		}
	}()
	secure, err := s.secure()
	if err != nil {
		return nil, ready, err
	}
	scheme := "http"
	if secure != nil {
		scheme = "https"
	}
	api, err := s.tcp(s.cfg.Listen, secure)
	if err != nil {
		return nil, ready, err
	}
	fronts = append(fronts, s.front(api, s.Handler()))
	if s.url == "" {
		s.answerAt(scheme + "://" + api.Addr().String())
	}
	ready = Ready{URL: s.url, Socket: s.cfg.Socket}
	enrol, err := listenSocket(s.cfg.Socket)
	if err != nil {
		return fronts, ready, err
	}
	fronts = append(fronts, s.front(s.cfg.Limits.listener(enrol), s.EnrolHandler()))
	if s.cfg.Metrics != "" {
		metrics, err := s.tcp(s.cfg.Metrics, secure)
		if err != nil {
			return fronts, ready, err
		}
		fronts = append(fronts, s.front(metrics, s.MetricsHandler()))
		ready.Metrics = scheme + "://" + metrics.Addr().String()
	}
	return fronts, ready, nil
}

// secure is how to serve with TLS, nil without a certificate.
func (s *Server) secure() (*tls.Config, error) {
	if s.cfg.TLSCert == "" {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(s.cfg.TLSCert, s.cfg.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("load the TLS certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12}, nil
}

// tcp listens on an address, with TLS unless secure is nil.
func (s *Server) tcp(address string, secure *tls.Config) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	l = s.cfg.Limits.listener(l)
	if secure == nil {
		return l, nil
	}
	return tls.NewListener(l, secure), nil
}
