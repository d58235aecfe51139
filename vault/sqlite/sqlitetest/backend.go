// Package sqlitetest opens stores of package sqlite for the suites of package
// storetest. It serves tests only.
package sqlitetest

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// Open opens a store on a fresh database in a folder of the test's.
func Open(t *testing.T) *storetest.Backend {
	path := filepath.Join(t.TempDir(), "vault.db")
	store := func(cfg sqlstore.Config) (*sqlstore.Store, error) {
		return sqlite.Open(context.Background(), path, cfg)
	}
	return storetest.NewBackend(t, store, func(t *testing.T, query string, args ...any) {
		side, err := sql.Open("sqlite3", "file:"+path)
		require.NoError(t, err)
		_, err = side.ExecContext(t.Context(), query, args...)
		require.NoError(t, errors.Join(err, side.Close()))
	})
}
