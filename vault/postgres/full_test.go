package postgres_test

import (
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/vaulttest"
)

// TestServerFull: where PostgreSQL has no room for rows, shares hear so with a code
// while reading goes on; where it has none for its log it ends, and all calls hear
// so. With room again all goes on, and nothing that was acknowledged is missing.
func TestServerFull(t *testing.T) {
	t.Parallel()
	const (
		// The log's files have 16 MiB. Half a page of rows fits, then none.
		forLog = 20<<20 + 4096
		forAny = 4096
	)
	server := own(t, "autovacuum=off") // what was replaced goes on taking room
	c := gather(t, server, 1_000_000, everyday(server))
	c.grow(t, acknowledged, 1)

	require.NoError(t, server.Room(strconv.Itoa(forLog)))
	c.grow(t, refused, 5)
	for _, s := range c.all {
		c.device.Do(t, "GET", vaulttest.SessionPath(s.account), nil).Wants(t, 200)
	}
	c.device.Do(t, "GET", "/readyz", nil).Wants(t, 200)
	require.NoError(t, server.Room("unlimited"))
	c.grow(t, acknowledged, 5)

	require.NoError(t, server.Room(strconv.Itoa(forAny)))
	require.Eventually(t, func() bool { return c.device.Do(t, "GET", "/readyz", nil).Status == 503 }, 5*time.Minute, time.Millisecond)
	c.grow(t, refused, 2)
	require.NoError(t, server.Halt(syscall.SIGQUIT)) // it may have given up already
	require.NoError(t, server.Resume(t.Context()))
	c.grow(t, acknowledged, 5)
	c.lostNothing(t)
}
