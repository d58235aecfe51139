package vault_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/vaulttest"
)

// holds reports whether any file of the data folder contains a piece of data.
func holds(t *testing.T, dir string, pieces ...[]byte) bool {
	found := false
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, p := range pieces {
			found = found || bytes.Contains(b, p)
		}
		return err
	}))
	return found
}

// TestNothingLeft: after a replacement or a deletion, and the bound, neither the
// database nor its log nor the folder of keys holds a piece of the envelope.
func TestNothingLeft(t *testing.T) {
	const bound = vault.DefaultEraseWithin
	bubble(t, vaulttest.Options{EraseWithin: bound}, func(t *testing.T, s *scene) {
		first, _ := s.device.ShareNow(t, s.account, 60_000)
		marks := [][]byte{first[len(first)/4 : len(first)/4+32], first[len(first)/2 : len(first)/2+32]}
		require.True(t, holds(t, s.Dir, marks...), "the scan finds what is there")
		second, _ := s.device.ShareNow(t, s.account, 60_000)
		time.Sleep(bound)
		require.False(t, holds(t, s.Dir, marks...))

		marks = [][]byte{second[len(second)/4 : len(second)/4+32]}
		require.True(t, holds(t, s.Dir, marks...))
		s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
		time.Sleep(bound)
		require.False(t, holds(t, s.Dir, marks...))

		var health struct {
			Status  string `json:"status"`
			Erasure struct {
				Done    int `json:"done"`
				Pending int `json:"pending"`
			} `json:"erasure"`
		}
		s.device.Do(t, "GET", "/healthz", nil).Wants(t, 200).Into(t, &health)
		require.Equal(t, "ok", health.Status)
		require.Equal(t, 2, health.Erasure.Done)
		require.Zero(t, health.Erasure.Pending)
		keys, err := os.ReadDir(filepath.Join(s.Dir, "epochs"))
		require.NoError(t, err)
		require.Empty(t, keys)
	})
}

// TestOldBackupOpensNothing: a copy of the database and its log, made before a
// delete, with all keys that the vault holds after it.
func TestOldBackupOpensNothing(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed, _ := s.device.ShareNow(t, s.account, 18_000)
	alice := s.device.AddAccount(t, "Alice")
	s.device.ShareNow(t, alice, 100)
	backup := vaulttest.Folder(t)
	for _, name := range []string{"vault.db", "vault.db-wal"} {
		b, err := os.ReadFile(filepath.Join(s.Dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(backup, name), b, 0o600))
	}
	e, err := envelope.Parse(sealed)
	require.NoError(t, err)
	_, stanzas := e.Split()
	require.False(t, holds(t, backup, stanzas[:32], stanzas[len(stanzas)-32:]), "stanzas are never on disk as they came")

	s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
	_, err = s.Store.Erase(t.Context())
	require.NoError(t, err)
	s.Stop()

	keys, err := epoch.OpenDir(filepath.Join(s.Dir, "epochs"))
	require.NoError(t, err)
	old, err := sqlite.Open(context.Background(), filepath.Join(backup, "vault.db"), sqlstore.Config{Epochs: keys})
	require.NoError(t, err)
	defer old.Close()
	runner := vault.Principal{ID: s.runner.Principal, Person: s.runner.Person, Workspace: s.runner.Workspace, Role: vault.RoleRunner}
	for _, a := range []session.Account{s.account, alice} {
		st, err := old.Status(t.Context(), runner, a.ID)
		require.NoError(t, err)
		require.Equal(t, session.StateNone, st.State)
		require.Equal(t, session.CauseLost, st.Cause)
		_, err = old.Lease(t.Context(), runner, a.ID, session.Generation{})
		require.Equal(t, session.CodeSessionNone, session.CodeOf(err))
	}
	h, err := old.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, h.LostBuckets)
}

// TestErasureGoesOnAfterAStop: a vault that stops between a delete and its
// erasure makes it good when it starts again.
func TestErasureGoesOnAfterAStop(t *testing.T) {
	dir := vaulttest.Folder(t)
	s := newScene(t, vaulttest.Options{Dir: dir})
	sealed, _ := s.device.ShareNow(t, s.account, 1000)
	s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
	h, err := s.Store.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, h.Pending)
	s.Stop()
	again := vaulttest.Start(t, vaulttest.Options{Dir: dir})
	require.Eventually(t, func() bool {
		h, err := again.Store.Health(context.Background())
		return err == nil && h.Pending == 0 && h.Erased == 1
	}, time.Minute, 20*time.Millisecond)
	require.False(t, holds(t, dir, sealed[len(sealed)/2:len(sealed)/2+32]))
}
