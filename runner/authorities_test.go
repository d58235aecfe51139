package runner

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTrust brings the authorities of the runner's user into a profile, and
// nothing else of theirs.
func TestTrust(t *testing.T) {
	home := t.TempDir()
	for _, store := range authorityStores {
		folder := filepath.Join(home, filepath.Dir(store))
		require.NoError(t, os.MkdirAll(folder, 0o700))
		for _, file := range []string{"cert9.db", "key4.db"} {
			require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(store), 0o600))
		}
	}
	p := &profile{dir: t.TempDir()}
	require.NoError(t, os.Mkdir(p.home(), 0o700))
	for _, nothing := range []string{"", t.TempDir()} {
		require.NoError(t, p.trust(nothing))
		entries, err := os.ReadDir(p.home())
		require.NoError(t, err)
		assert.Empty(t, entries)
	}
	require.NoError(t, p.trust(home))
	for _, store := range authorityStores {
		data, err := os.ReadFile(filepath.Join(p.home(), store))
		require.NoError(t, err)
		assert.Equal(t, store, string(data))
		assert.NoFileExists(t, filepath.Join(p.home(), filepath.Dir(store), "key4.db"), "private keys stay")
	}
}
