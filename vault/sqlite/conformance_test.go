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
	store := func(cfg sqlstore.Config) (*sqlstore.Store, error) { return sqlite.Open(t.Context(), path, cfg) }
	var side *sql.DB
	b := storetest.NewBackend(t, store, func(t *testing.T, query string, args ...any) {
		_, err := side.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	})
	// A second connection does what this version has no method for.
	var err error
	side, err = sql.Open("sqlite3", "file:"+path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, side.Close()) })
	return b
}
