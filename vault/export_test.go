package vault

import (
	"context"
	"net"
)

// PageRoutes are the routes that tests of pages are generated from.
var PageRoutes = pageRoutes

// RunOn is Run on listeners of a test's own.
func (s *Server) RunOn(ctx context.Context, api, enrol, metrics net.Listener) error {
	setup, err := s.announcedCode(ctx)
	if err != nil {
		return err
	}
	ready := Ready{URL: "http://" + api.Addr().String(), Socket: enrol.Addr().String(), Metrics: "http://" + metrics.Addr().String(), Setup: setup}
	s.answerAt(ready.URL)
	l := s.cfg.Limits.listener
	return s.run(ctx, []front{s.front(l(api), s.Handler()), s.front(l(enrol), s.EnrolHandler()), s.front(l(metrics), s.MetricsHandler())}, ready)
}
