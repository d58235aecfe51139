// Package vaulttest runs a whole vault for tests, on real listeners, and speaks
// to it as devices and runners do. It serves tests only.
package vaulttest

import (
	"context"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"sessionferry/vault"
	"sessionferry/vault/epoch"
	"sessionferry/vault/oidc"
	"sessionferry/vault/password"
	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
)

// App and Site make cards that are always accepted.
const (
	App  = "mediawiki"
	Site = "https://wiki.example"
)

// Vault is a running vault.
type Vault struct {
	URL, Socket string
	Metrics     string // where its metrics are, with /healthz and /readyz
	Setup       string // the code that makes the first admin
	Dir         string // its data folder, laid out as the program does
	Store       *sqlstore.Store

	network Network
	began   time.Time
	ahead   atomic.Int64
	jumped  atomic.Int64
	stop    func()
}

// Options change what a test vault is.
type Options struct {
	Dir         string        // "" for a fresh one
	EraseWithin time.Duration // 0 for an hour, so that nothing is erased behind a test's back
	Limits      vault.Limits  // zero for the defaults
	Log         io.Writer     // nil for none
	OIDC        *oidc.Config  // the company's provider; nil for none
	Dev         bool          // with /style
	Network     Network       // nil for the system's
	// ConnectionUser is that of vault.Config; nil for the kernel's answer.
	ConnectionUser func(from, to netip.AddrPort) (uint32, error)
	// Open opens the store in place of the SQLite file in Dir.
	Open func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error)
}

// Start starts a vault; it stops when the test ends.
func Start(t testing.TB, o Options) *Vault {
	t.Helper()
	if o.Dir == "" {
		o.Dir = Folder(t)
	}
	if o.EraseWithin == 0 {
		o.EraseWithin = time.Hour
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Network == nil {
		o.Network = &system{}
	}
	v := &Vault{Dir: o.Dir, network: o.Network, began: time.Now()}
	keys, err := epoch.OpenDir(filepath.Join(o.Dir, "epochs"))
	require.NoError(t, err)
	if o.Open == nil {
		o.Open = func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error) {
			return sqlite.Open(ctx, v.Database(), cfg)
		}
	}
	v.Store, err = o.Open(context.Background(), sqlstore.Config{Epochs: keys, Now: v.Now, Up: v.up})
	require.NoError(t, err)
	v.serve(t, o, "run")
	serving := v.stop
	v.stop = sync.OnceFunc(func() {
		serving()
		require.NoError(t, v.Store.Close())
	})
	t.Cleanup(v.stop)
	return v
}

// Again starts another vault process, as it were, over the same database.
func (v *Vault) Again(t testing.TB) *Vault {
	again := &Vault{Dir: v.Dir, Store: v.Store, network: v.network, began: v.began}
	again.ahead.Store(v.ahead.Load())
	again.serve(t, Options{EraseWithin: time.Hour, Log: io.Discard}, "run-again")
	return again
}

// serve lets the vault answer until the test ends.
func (v *Vault) serve(t testing.TB, o Options, run string) {
	ready := make(chan vault.Ready, 1)
	server, err := vault.New(vault.Config{
		Store: v.Store, Listen: "127.0.0.1:0", Socket: filepath.Join(v.Dir, run, "vault.sock"), EraseWithin: o.EraseWithin,
		Metrics: "127.0.0.1:0", Limits: o.Limits,
		OIDC: o.OIDC,

		ConnectionUser: o.ConnectionUser,

		Dev:       o.Dev,
		Passwords: password.NewHasher(password.Costs{Memory: 64, Passes: 1, Threads: 1}, 2), // quick
		Log:       zerolog.New(o.Log), Now: v.Now, Ready: func(r vault.Ready) { ready <- r },
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- v.network.Run(ctx, server) }()
	select {
	case r := <-ready:
		v.URL, v.Socket, v.Metrics, v.Setup = r.URL, r.Socket, r.Metrics, r.Setup
	case err := <-done:
		require.NoError(t, err)
	}
	v.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(v.stop)
}

// Folder returns a fresh folder whose path is short enough for a socket.
func Folder(t testing.TB) string {
	dir, err := os.MkdirTemp("", "vault")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// Stop stops the vault.
func (v *Vault) Stop() { v.stop() }

// Database is the path of the database.
func (v *Vault) Database() string { return filepath.Join(v.Dir, "vault.db") }

// Now is the vault's clock: the real one, moved ahead.
func (v *Vault) Now() time.Time {
	return time.Now().Add(time.Duration(v.ahead.Load() + v.jumped.Load()))
}

// up is for how long the vault's machine has been up.
func (v *Vault) up() time.Duration { return time.Since(v.began) + time.Duration(v.ahead.Load()) }

// Advance lets time go by.
func (v *Vault) Advance(d time.Duration) { v.ahead.Add(int64(d)) }

// Jump changes what the vault's clock shows, while no time goes by.
func (v *Vault) Jump(d time.Duration) { v.jumped.Add(int64(d)) }
