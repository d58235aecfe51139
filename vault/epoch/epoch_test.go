package epoch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault/epoch"
)

func TestDir(t *testing.T) {
	path := filepath.Join(t.TempDir(), "epochs")
	d, err := epoch.OpenDir(path)
	require.NoError(t, err)
	id := session.NewID()
	_, err = d.Load(id)
	require.ErrorIs(t, err, epoch.ErrNoKey)
	require.NoError(t, d.Create(id))
	require.Error(t, d.Create(id), "a key is never written over")
	key, err := d.Load(id)
	require.NoError(t, err)
	require.Len(t, key, epoch.KeySize)
	info, err := os.Stat(filepath.Join(path, id.String()))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, d.Destroy(id))
	_, err = d.Load(id)
	require.ErrorIs(t, err, epoch.ErrNoKey)
	require.NoError(t, d.Destroy(id), "an interrupted destruction can be repeated")
	left, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestDirRefuses(t *testing.T) {
	open := t.TempDir()
	require.NoError(t, os.Chmod(open, 0o755))
	_, err := epoch.OpenDir(open)
	require.ErrorContains(t, err, "0700")

	require.NoError(t, os.Chmod(open, 0o700))
	d, err := epoch.OpenDir(open)
	require.NoError(t, err)
	for _, size := range []int{0, epoch.KeySize - 1, epoch.KeySize + 1} {
		id := session.NewID()
		require.NoError(t, os.WriteFile(filepath.Join(open, id.String()), make([]byte, size), 0o600))
		_, err = d.Load(id)
		require.Error(t, err, "%d bytes", size)
	}
	half := session.NewID()
	require.NoError(t, os.WriteFile(filepath.Join(open, half.String()), make([]byte, epoch.KeySize), 0o600))
	_, err = d.Load(half)
	require.ErrorIs(t, err, epoch.ErrNoKey, "a key that is being destroyed is none")
	left := filepath.Join(open, "."+session.NewID().String()+".1")
	require.NoError(t, os.WriteFile(left, make([]byte, epoch.KeySize), 0o600))
	_, err = epoch.OpenDir(open)
	require.NoError(t, err)
	require.FileExists(t, left, "another process may be writing it")
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(left, old, old))
	_, err = epoch.OpenDir(open)
	require.NoError(t, err)
	require.NoFileExists(t, left, "what a dead process left")
}

// TestWrap: a wrapped text opens with its key, in its place and for its purpose
// only.
func TestWrap(t *testing.T) {
	key, other := epoch.NewRecordKey(), epoch.NewRecordKey()
	place := epoch.Place{Account: session.NewID(), Session: session.NewID()}
	wrapped, err := epoch.WrapKey(key, other, place)
	require.NoError(t, err)
	got, err := epoch.UnwrapKey(key, wrapped, place)
	require.NoError(t, err)
	require.Equal(t, other, got)

	swapped := epoch.Place{Account: place.Session, Session: place.Account}
	for name, try := range map[string]func() ([]byte, error){
		"another key":     func() ([]byte, error) { return epoch.UnwrapKey(other, wrapped, place) },
		"another place":   func() ([]byte, error) { return epoch.UnwrapKey(key, wrapped, swapped) },
		"another purpose": func() ([]byte, error) { return epoch.UnwrapStanzas(key, wrapped, place) },
		"cut":             func() ([]byte, error) { return epoch.UnwrapKey(key, wrapped[:len(wrapped)-1], place) },
		"empty":           func() ([]byte, error) { return epoch.UnwrapKey(key, nil, place) },
	} {
		_, err := try()
		require.ErrorIs(t, err, epoch.ErrUnwrap, name)
	}
	stanzas, err := epoch.WrapStanzas(key, []byte("stanzas"), place)
	require.NoError(t, err)
	back, err := epoch.UnwrapStanzas(key, stanzas, place)
	require.NoError(t, err)
	require.Equal(t, "stanzas", string(back))
}
