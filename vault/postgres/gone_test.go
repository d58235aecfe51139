package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	acknowledged, refused atomic.Int64
}

func (s *sharer) run(t *testing.T, stop <-chan struct{}) {
	to := s.device.Roster(t).Recipients(time.Now())
	for number := uint64(1); ; number++ {
		sealed := s.device.SealTo(t, vaulttest.Share{Account: s.account, Number: number, Size: 1000}, to)
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
			assert.Equal(t, session.CodeVaultUnavailable, a.Code())
			assert.NotEmpty(t, a.Header.Get("Retry-After"))
			s.refused.Add(1)
		}
	}
}

// TestServerGone: while PostgreSQL is stopped, or after it has crashed, every call
// hears so with a code; when it is back all goes on, and nothing that was
// acknowledged is missing.
func TestServerGone(t *testing.T) {
	own, err := pgtest.Start(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, own.Stop()) })
	v := vaulttest.Start(t, vaulttest.Options{Open: func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error) {
		return postgres.Open(ctx, own.URL("postgres"), cfg)
	}})
	device := v.Enrol(t, vault.RoleDevice, "laptop")
	device.Trust(t)
	monitor := *device
	monitor.URL, monitor.Token = v.Metrics, ""
	var all [4]*sharer
	var wait sync.WaitGroup
	stop := make(chan struct{})
	for n := range all {
		all[n] = &sharer{device: device, account: device.AddAccount(t, fmt.Sprint("user", n))}
		wait.Go(func() { all[n].run(t, stop) })
	}
	grow := func(count func(*sharer) *atomic.Int64, by int64) {
		t.Helper()
		for _, s := range all {
			from := count(s).Load()
			require.Eventually(t, func() bool { return count(s).Load() >= from+by }, time.Minute, time.Millisecond)
		}
	}
	acknowledged := func(s *sharer) *atomic.Int64 { return &s.acknowledged }
	refused := func(s *sharer) *atomic.Int64 { return &s.refused }
	for _, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		grow(acknowledged, 5)
		require.NoError(t, own.Halt(how))
		grow(refused, 2)
		require.Equal(t, session.CodeVaultUnavailable, device.Do(t, "GET", "/readyz", nil).Wants(t, 503).Code())
		require.Equal(t, session.CodeVaultUnavailable, device.Do(t, "GET", "/healthz", nil).Wants(t, 503).Code())
		require.Contains(t, string(monitor.Do(t, "GET", "/metrics", nil).Wants(t, 200).Body), "sessionferry_vault_store_up 0\n")
		require.NoError(t, own.Resume(t.Context()))
	}
	grow(acknowledged, 5)
	close(stop)
	wait.Wait()
	for _, s := range all {
		st := device.Do(t, "GET", vaulttest.SessionPath(s.account), nil).Wants(t, 200).StatusOf(t)
		require.EqualValues(t, s.acknowledged.Load(), st.Generation.Share)
		require.Equal(t, session.StateTransferred, st.State)
	}
}
