package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/vault"
	"sessionferry/vault/postgres"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// TestLateComer: numbers of the audit log are given out before they are committed.
// No batch closes over one that may still come, and one that never came does not
// hold up the chain.
func TestLateComer(t *testing.T) {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	clock := storetest.NewClock()
	s, err := postgres.Open(t.Context(), address, sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	side, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer side.Close(t.Context())
	const late = `INSERT INTO audit (at, owner, action) VALUES (1, '\x01010101010101010101010101010101', 'used')`
	enrol := func(name string) {
		_, err := s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: name, Keys: []byte{1}, Key: []byte(name)})
		require.NoError(t, err)
	}
	verify := func() vault.AuditSummary {
		sum, err := vault.VerifyAudit(t.Context(), s, nil, func(int64) {})
		require.NoError(t, err)
		return sum
	}

	enrol("first") // number 1
	open, err := side.Begin(t.Context())
	require.NoError(t, err)
	_, err = open.Exec(t.Context(), late) // number 2, not committed
	require.NoError(t, err)
	enrol("second") // number 3
	clock.Advance(vault.AuditBatchTime)
	closed := make(chan int)
	go func() {
		n, err := s.ChainAudit(t.Context())
		assert.NoError(t, err)
		closed <- n
	}()
	require.Eventually(t, func() (waits bool) {
		const query = `SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`
		return open.QueryRow(t.Context(), query).Scan(&waits) == nil && waits
	}, time.Minute, 10*time.Millisecond, "it waits for number 2")
	require.Zero(t, verify().Batches)
	require.NoError(t, open.Commit(t.Context()))
	require.Equal(t, 1, <-closed)
	require.Equal(t, int64(3), verify().Entries)

	open, err = side.Begin(t.Context())
	require.NoError(t, err)
	_, err = open.Exec(t.Context(), late) // number 4, undone
	require.NoError(t, err)
	require.NoError(t, open.Rollback(t.Context()))
	enrol("third") // number 5
	clock.Advance(vault.AuditBatchTime)
	n, err := s.ChainAudit(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, int64(5), verify().Entries)
	var action vault.Action
	require.NoError(t, side.QueryRow(t.Context(), `SELECT action FROM audit WHERE seq = 4`).Scan(&action))
	require.Equal(t, vault.ActionSkipped, action)

	// Number 6 is given away before whoever was to have it has written it.
	_, err = side.Exec(t.Context(), `INSERT INTO audit (seq, at, owner, action) VALUES (6, 1, '\x01', 'skipped')`)
	require.NoError(t, err)
	enrol("fourth") // is run again, with number 7
	clock.Advance(vault.AuditBatchTime)
	_, err = side.Exec(t.Context(), `UPDATE audit SET owner = '\x00000000000000000000000000000000' WHERE seq = 6`)
	require.NoError(t, err)
	n, err = s.ChainAudit(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, int64(7), verify().Entries)
}
