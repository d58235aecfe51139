package epoch

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestFolderFails: a full disk and a folder that has gone away have codes.
func TestFolderFails(t *testing.T) {
	require.Equal(t, session.CodeVaultDiskFull, session.CodeOf(fault(&fs.PathError{Op: "write", Err: syscall.ENOSPC})))
	path := filepath.Join(t.TempDir(), "keys")
	d, err := OpenDir(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	require.Equal(t, session.CodeVaultUnavailable, session.CodeOf(d.Create(session.NewID())))
	require.Equal(t, session.CodeVaultUnavailable, session.CodeOf(d.Destroy(session.NewID())))
	require.NoError(t, fault(nil))
	require.Equal(t, ErrNoKey, fault(ErrNoKey))
}
