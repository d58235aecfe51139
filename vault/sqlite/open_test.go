package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"

	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// TestPragmas: every connection of both pools has them, not only the first.
func TestPragmas(t *testing.T) {
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), "")
	require.NoError(t, err)
	defer s.Close()
	conns := []*conn{s.writer.c}
	for range readers {
		c := <-s.readers
		defer func() { s.readers <- c }() // before Close
		conns = append(conns, c)
	}
	for i, c := range conns {
		for pragma, want := range map[string]string{
			"busy_timeout": "10000", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "trusted_schema": "0",
		} {
			st, err := c.begin("PRAGMA "+pragma, nil)
			require.NoError(t, err)
			require.True(t, st.Step())
			require.Equal(t, want, st.ColumnText(0), "%s of connection %d", pragma, i)
			require.NoError(t, st.end())
		}
	}
	_, err = conns[1].exec(`DELETE FROM audit`)
	require.Error(t, err, "readers cannot write")
}

// bareVFS is a file system without memory that processes share, as some network
// file systems are. SQLite then keeps its old journal, and reports no error.
type bareVFS struct{ vfs.VFS }

func (v bareVFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	return struct{ vfs.File }{f}, out, err
}

// TestPragmaNotTaken: where SQLite does not take a pragma, nothing is opened, and
// no schema is made.
func TestPragmaNotTaken(t *testing.T) {
	vfs.Register(t.Name(), bareVFS{vfs.Find("")})
	t.Cleanup(func() { vfs.Unregister(t.Name()) })
	path := filepath.Join(t.TempDir(), "vault.db")
	_, err := open(t.Context(), path, t.Name())
	require.EqualError(t, err, `the database is not safe in its folder, where SQLite's journal_mode is "delete" instead of "wal": choose a folder on a local disk`)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Size())
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
