package sqlite

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// TestPragmas: every connection of both pools has them, not only the first.
func TestPragmas(t *testing.T) {
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), "")
	require.NoError(t, err)
	defer s.Close()
	var conns []*sql.Conn
	for range readers {
		c, err := s.readers.Conn(t.Context())
		require.NoError(t, err)
		conns = append(conns, c)
	}
	w, err := s.writer.Conn(t.Context())
	require.NoError(t, err)
	for i, c := range append(conns, w) {
		for pragma, want := range map[string]string{
			"busy_timeout": "10000", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "trusted_schema": "0",
		} {
			var got string
			require.NoError(t, c.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got))
			require.Equal(t, want, got, "%s of connection %d", pragma, i)
		}
	}
	_, err = conns[0].ExecContext(t.Context(), `DELETE FROM audit`)
	require.Error(t, err, "readers cannot write")
	for _, c := range append(conns, w) {
		require.NoError(t, c.Close())
	}
}

func TestOpenRefuses(t *testing.T) {
	keys := storetest.NewKeys()
	path := filepath.Join(t.TempDir(), "vault.db")
	require.NoError(t, os.WriteFile(path, nil, 0o644))
	require.NoError(t, os.Chmod(path, 0o644))
	_, err := Open(t.Context(), path, sqlstore.Config{Epochs: keys})
	require.ErrorContains(t, err, "0600")
	_, err = Open(t.Context(), path, sqlstore.Config{})
	require.ErrorContains(t, err, "epoch keys")
}

// TestReopen: the schema is brought up to date once, the workspace stays.
func TestReopen(t *testing.T) {
	path, c := filepath.Join(t.TempDir(), "vault.db"), sqlstore.Config{Epochs: storetest.NewKeys()}
	s, err := Open(t.Context(), path, c)
	require.NoError(t, err)
	before, err := s.Workspace(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	s, err = Open(t.Context(), path, c)
	require.NoError(t, err)
	after, err := s.Workspace(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.NoError(t, s.Close())
}
