package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/postgres"
	"sessionferry/vault/postgres/pgtest"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/vaulttest"
)

// sharer shares one account again and again, each number until it is acknowledged.
type sharer struct {
	device                *vaulttest.Client
	account               session.Account
	size                  int
	acknowledged, refused atomic.Int64
}

func (s *sharer) run(t *testing.T, to []envelope.PublicKeys, stop <-chan struct{}) {
	for number := uint64(1); ; number++ {
		sealed := s.device.SealTo(t, vaulttest.Share{Account: s.account, Number: number, Size: s.size}, to)
		for {
			select {
			case <-stop:
				return
			default:
			}
			a, err := s.device.Try("PUT", vaulttest.SessionPath(s.account), sealed, vault.HeaderKey, fmt.Sprint("share-", number))
			if !assert.NoError(t, err, "the vault itself answers") {
				return
			}
			if a.Status == 201 || a.Status == 200 {
				s.acknowledged.Add(1)
				break
			}
			if !assert.Equal(t, 503, a.Status, "%s", a.Body) {
				return
			}
			assert.Contains(t, []session.Code{session.CodeVaultUnavailable, session.CodeVaultDiskFull}, a.Code())
			assert.NotEmpty(t, a.Header.Get("Retry-After"))
			s.refused.Add(1)
		}
	}
}

// opener opens a store.
type opener func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error)

// everyday opens a server's database as the vault does.
func everyday(server *pgtest.Server) opener {
	return func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error) {
		return postgres.Open(ctx, server.URL("postgres"), cfg)
	}
}

// crowd is a vault on a PostgreSQL of its own, with four sharers at work.
type crowd struct {
	server  *pgtest.Server
	dir     string
	vault   *vaulttest.Vault
	device  *vaulttest.Client
	monitor vaulttest.Client // who looks at the vault's metrics
	all     [4]*sharer
	end     func()
}

// gather starts the vault, whose store open opens once all is prepared, and its
// sharers; each share's content has size bytes.
func gather(t *testing.T, server *pgtest.Server, size int, open opener) *crowd {
	c := &crowd{server: server, dir: vaulttest.Folder(t)}
	c.serve(t, everyday(server))
	c.device = c.vault.Enrol(t, vault.RoleDevice, "laptop")
	c.device.Trust(t)
	for n := range c.all {
		c.all[n] = &sharer{device: c.device, account: c.device.AddAccount(t, fmt.Sprint("user", n)), size: size}
	}
	roster := c.device.Roster(t)
	c.serve(t, open)
	c.monitor = *c.device
	c.monitor.URL, c.monitor.Token = c.vault.Metrics, ""
	var wait sync.WaitGroup
	stop := make(chan struct{})
	c.end = sync.OnceFunc(func() {
		close(stop)
		wait.Wait()
	})
	for _, s := range c.all {
		wait.Go(func() { s.run(t, roster.Recipients(time.Now()), stop) })
	}
	t.Cleanup(c.end)
	return c
}

// serve starts the vault, in place of the one that runs.
func (c *crowd) serve(t *testing.T, open opener) {
	if c.vault != nil {
		c.vault.Stop()
	}
	c.vault = vaulttest.Start(t, vaulttest.Options{Dir: c.dir, Open: open})
	if c.device != nil {
		c.device.Moved(c.vault.URL)
	}
}

func acknowledged(s *sharer) *atomic.Int64 { return &s.acknowledged }
func refused(s *sharer) *atomic.Int64      { return &s.refused }

// grow waits until each sharer has heard so many more answers of a kind.
func (c *crowd) grow(t *testing.T, count func(*sharer) *atomic.Int64, by int64) {
	t.Helper()
	for _, s := range c.all {
		from := count(s).Load()
		require.Eventually(t, func() bool { return count(s).Load() >= from+by }, 5*time.Minute, time.Millisecond)
	}
}

// isAway checks what the vault says of itself while there is no database.
func (c *crowd) isAway(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/readyz", "/healthz"} {
		require.Equal(t, session.CodeVaultUnavailable, c.device.Do(t, "GET", path, nil).Wants(t, 503).Code())
	}
	require.Contains(t, string(c.monitor.Do(t, "GET", "/metrics", nil).Wants(t, 200).Body), "sessionferry_vault_store_up 0\n")
}

// lostNothing ends the sharing and starts the vault again: every account holds the
// last share that was acknowledged.
func (c *crowd) lostNothing(t *testing.T) {
	t.Helper()
	c.end()
	c.serve(t, everyday(c.server))
	c.device.Do(t, "GET", "/readyz", nil).Wants(t, 200)
	for _, s := range c.all {
		st := c.device.Do(t, "GET", vaulttest.SessionPath(s.account), nil).Wants(t, 200).StatusOf(t)
		require.EqualValues(t, s.acknowledged.Load(), st.Generation.Share)
		require.Equal(t, session.StateTransferred, st.State)
	}
}
