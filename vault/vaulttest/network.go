package vaulttest

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"sessionferry/vault"
)

// Network is where a vault is served and reached.
type Network interface {
	Run(ctx context.Context, server *vault.Server) error
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// system is the network of this computer.
type system struct{ net.Dialer }

func (*system) Run(ctx context.Context, server *vault.Server) error { return server.Run(ctx) }

// Pool returns a client's pool of connections to the vault, which ends with the test
// and not with the process.
func (v *Vault) Pool(t testing.TB) *http.Transport {
	pool := &http.Transport{DialContext: v.network.DialContext}
	t.Cleanup(pool.CloseIdleConnections)
	return pool
}

// Dial opens a raw connection to an address of the vault's: URL, Socket or Metrics.
func (v *Vault) Dial(ctx context.Context, address string) (net.Conn, error) {
	if address == v.Socket {
		return v.network.DialContext(ctx, "unix", address)
	}
	return v.network.DialContext(ctx, "tcp", strings.TrimPrefix(address, "http://"))
}
