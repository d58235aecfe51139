package postgres_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/postgres"
	"sessionferry/vault/postgres/pgtest"
	"sessionferry/vault/sqlstore"
)

// own starts a PostgreSQL of this test's own, which it may treat badly.
func own(t *testing.T, extra ...string) *pgtest.Server {
	s, err := pgtest.Start(t.Context(), extra...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

// TestServerGone: while PostgreSQL is stopped, or after it has crashed, every call
// hears so with a code; when it is back all goes on, and nothing that was
// acknowledged is missing.
func TestServerGone(t *testing.T) {
	t.Parallel()
	server := own(t)
	c := gather(t, server, 1000, everyday(server))
	for _, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		c.grow(t, acknowledged, 5)
		require.NoError(t, server.Halt(how))
		c.grow(t, refused, 2)
		c.isAway(t)
		require.NoError(t, server.Resume(t.Context()))
	}
	c.grow(t, acknowledged, 5)
	c.lostNothing(t)
}

// TestServerHangs: a PostgreSQL that keeps its connections and answers nothing
// holds no caller for longer than the limits of a transaction, wherever in its work
// it was met. When it goes on so do all, and nothing was done by half.
func TestServerHangs(t *testing.T) {
	t.Parallel()
	server := own(t)
	c := gather(t, server, 1000, func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error) {
		return postgres.OpenWithin(ctx, server.URL("postgres"), cfg, time.Second, 2*time.Second)
	})
	defer func() { _ = server.Thaw() }() // a frozen one does not stop
	for range 2 {
		c.grow(t, acknowledged, 5)
		require.NoError(t, server.Freeze())
		c.grow(t, refused, 2)
		c.isAway(t)
		require.NoError(t, server.Thaw())
	}
	c.grow(t, acknowledged, 5)
	c.lostNothing(t)
}
