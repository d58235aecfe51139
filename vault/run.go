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
	scheme := "http"
	if s.cfg.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(s.cfg.TLSCert, s.cfg.TLSKey); err != nil {
			return fmt.Errorf("load the TLS certificate: %w", err)
		}
		scheme = "https"
	}
	setup, err := s.announcedCode(ctx)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return err
	}
	if s.url == "" {
		s.url = scheme + "://" + listener.Addr().String()
	}
	if s.cfg.OIDC != nil {
		cfg := *s.cfg.OIDC
		cfg.Redirect = s.url + pathCallback
		s.oidc = oidc.New(cfg)
	}
	socket, err := listenSocket(s.cfg.Socket)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	api, enrol := newHTTPServer(s.Handler()), newHTTPServer(s.EnrolHandler())
	api.RegisterOnShutdown(sync.OnceFunc(func() { close(s.stopping) }))
	failed := make(chan error, 2)
	go func() {
		if s.cfg.TLSCert != "" {
			failed <- api.ServeTLS(listener, s.cfg.TLSCert, s.cfg.TLSKey)
			return
		}
		failed <- api.Serve(listener)
	}()
	go func() { failed <- enrol.Serve(socket) }()

	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var upkeep sync.WaitGroup
	upkeep.Go(func() { s.upkeep(background) })
	upkeep.Go(func() { s.chain(background) })

	s.cfg.Ready(Ready{URL: s.url, Socket: s.cfg.Socket, Setup: setup})
	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err = errors.Join(err, enrol.Shutdown(end), api.Shutdown(end))
	stop()
	upkeep.Wait()
	return err
}

// newHTTPServer bounds what a slow or hostile caller can hold.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}
