package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// only fails unless name is all that a folder holds.
func only(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, name, entries[0].Name())
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for perm, text := range map[fs.FileMode]string{0o600: "one", 0o644: "another, longer", 0o400: ""} {
		require.NoError(t, Write(path, []byte(text), perm))
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(data))
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, perm, info.Mode(), "whatever the umask")
		only(t, dir, "file")
	}
}

func TestWriteReplacesALinkItself(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	path := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(other, []byte("kept"), 0o600))
	require.NoError(t, os.Symlink(other, path))
	require.NoError(t, Write(path, []byte("new"), 0o600))
	info, err := os.Lstat(path)
	require.NoError(t, err)
	require.True(t, info.Mode().IsRegular())
	data, err := os.ReadFile(other)
	require.NoError(t, err)
	require.Equal(t, "kept", string(data))
}

func TestWriteThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	require.Error(t, Write(filepath.Join(dir, "absent", "file"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
	require.Error(t, Write(filepath.Join(dir, "folder"), []byte("x"), 0o600), "a folder is in the way")
	only(t, dir, "folder")
}

func TestMkdirAll(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "a", "b", "c")
	for range 2 {
		require.NoError(t, MkdirAll(dir, 0o700))
		require.DirExists(t, dir)
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, "file"), nil, 0o600))
	require.Error(t, MkdirAll(filepath.Join(root, "file", "below"), 0o700))
}
