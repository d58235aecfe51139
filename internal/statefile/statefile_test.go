package statefile

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(dir, "a.json")
	var got map[string]int
	found, err := ReadJSON(path, &got)
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, WriteJSON(path, map[string]int{"a": 1}))
	found, err = ReadJSON(path, &got)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, map[string]int{"a": 1}, got)
	for name, mode := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}

	require.NoError(t, os.WriteFile(path, make([]byte, maxFile+1), 0o600))
	_, err = Read(path)
	require.EqualError(t, err, session.Errorf(session.CodeInternal, "a.json cannot be read").Error())
	require.NoError(t, os.WriteFile(path, []byte(`{"a":1,"a":2}`), 0o600))
	_, err = ReadJSON(path, &got)
	require.Equal(t, session.CodeInternal, session.CodeOf(err))
	require.Equal(t, session.CodeInternal, session.CodeOf(Write(filepath.Join(path, "below a file"), nil)))
}

// TestLock counts in a file from several goroutines, each with a lock of its own.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	count := func() (n int) {
		_, err := ReadJSON(filepath.Join(dir, "count.json"), &n)
		assert.NoError(t, err)
		return n
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			unlock, err := Lock(filepath.Join(dir, "count.lock"))
			if assert.NoError(t, err) {
				assert.NoError(t, WriteJSON(filepath.Join(dir, "count.json"), count()+1))
				unlock()
			}
		})
	}
	all.Wait()
	require.Equal(t, 20, count())
}
