package testbed

import (
	"context"
	"net"
	"net/http"
	"time"
)

// serve serves the app's pages from this process until ctx ends.
func (a *App) serve(ctx context.Context, handler http.Handler) error {
	listener, err := net.Listen("tcp", a.addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(listener) }() // it returns when the server is closed
	return nil
}
