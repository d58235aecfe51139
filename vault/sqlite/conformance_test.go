package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

func TestConformance(t *testing.T) { storetest.Run(t, open) }

func open(t *testing.T) *storetest.Backend {
	path := filepath.Join(t.TempDir(), "vault.db")
	clock, keys := storetest.NewClock(), storetest.NewKeys()
	store, err := sqlite.Open(t.Context(), path, sqlstore.Config{
		Epochs: keys, Now: clock.Now,
		RetentionWindow: storetest.Window, RetentionCap: storetest.Cap, Lease: storetest.Lease,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })

	// A second connection does what this version has no method for.
	side, err := sql.Open("sqlite3", "file:"+path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, side.Close()) })
	exec := func(t *testing.T, query string, args ...any) {
		_, err := side.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	return storetest.NewBackend(store, clock, keys, exec)
}
