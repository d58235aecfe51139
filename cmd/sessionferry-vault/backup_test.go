package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// served runs f while a vault serves a data folder.
func served(t *testing.T, dir string, f func(vault.Ready)) {
	ready := filepath.Join(t.TempDir(), "ready")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	var out, log bytes.Buffer
	go func() {
		done <- run(ctx, []string{"serve", "--data", dir, "--socket", filepath.Join(dir, "run", "s"), "--listen", "127.0.0.1:0", "--erase-within", "1h", "--ready-file", ready}, nil, &out, &log)
	}()
	f(announced(t, ready))
	stop()
	require.NoError(t, <-done, "%s", &log)
}

// command runs a command on a data folder.
func command(t *testing.T, dir string, args ...string) (said string, err error) {
	var out bytes.Buffer
	err = run(t.Context(), append(args, "--data", dir), nil, &out, &out)
	return out.String(), err
}

// TestBackupCommand takes a backup beside a vault that serves and brings it back
// into a new one, which goes on with what people have and without their sessions.
func TestBackupCommand(t *testing.T) {
	old, fresh := vaulttest.Folder(t), vaulttest.Folder(t)
	file := filepath.Join(fresh, "backup")
	_, err := command(t, filepath.Join(fresh, "none"), "backup", file)
	require.ErrorContains(t, err, "database_missing: There is no database of a vault yet. (none in "+filepath.Join(fresh, "none"), "a shell may have another XDG_STATE_HOME than the service")
	var account session.Account
	var keys string
	served(t, old, func(r vault.Ready) {
		device := vaulttest.Enrol(t, r.Socket, vault.RoleDevice, "laptop")
		device.Trust(t)
		account = device.AddAccount(t, "Ada")
		device.ShareNow(t, account, 1000)
		said, err := command(t, old, "check")
		require.NoError(t, err, said)
		require.Equal(t, "The records are in order.\n", said)
		said, err = command(t, old, "backup", file)
		require.NoError(t, err)
		require.Contains(t, said, "rows are in ")
		_, err = command(t, old, "backup", file)
		require.ErrorContains(t, err, "file_exists: There is already a file of this name. (backup)")
		_, err = command(t, old, "restore", file)
		require.Equal(t, session.CodeDataInUse, session.CodeOf(err))
	})
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	list, err := os.ReadDir(filepath.Join(old, "epochs"))
	require.NoError(t, err)
	require.Len(t, list, 1)
	keys = filepath.Join(old, "epochs", list[0].Name())
	require.NoError(t, os.Rename(keys, filepath.Join(old, "epochs", session.NewID().String())))
	said, err := command(t, old, "check")
	require.ErrorContains(t, err, "records_damaged: The vault's records are not in order. (faults: 2)")
	require.Contains(t, said, "Epoch keys of stored sessions are missing: 1.\n  The sessions cannot be opened any more: their owners share again.")
	require.Contains(t, said, "Files in the folder of epoch keys are of no bucket: 1.\n  If the folder belongs")

	_, err = command(t, old, "restore", file)
	require.Equal(t, session.CodeVaultNotEmpty, session.CodeOf(err))
	said, err = command(t, filepath.Join(fresh, "data"), "restore", file)
	require.NoError(t, err)
	require.Contains(t, said, "rows are back. Programs go on by their keys, people sign in again, and owners share their sessions again.")
	served(t, filepath.Join(fresh, "data"), func(r vault.Ready) {
		device := vaulttest.Enrol(t, r.Socket, vault.RoleDevice, "laptop")
		st := device.Do(t, "GET", vaulttest.SessionPath(account), nil).Wants(t, 200).StatusOf(t)
		require.Equal(t, session.StateNone, st.State)
		require.Equal(t, session.CauseLost, st.Cause)
		require.EqualValues(t, 2, st.NextShare)
	})
	said, err = command(t, filepath.Join(fresh, "data"), "check")
	require.NoError(t, err, said)
}

// TestCheckFindsDamage: a database of which a page is broken.
func TestCheckFindsDamage(t *testing.T) {
	dir := vaulttest.Folder(t)
	served(t, dir, func(r vault.Ready) {
		device := vaulttest.Enrol(t, r.Socket, vault.RoleDevice, "laptop")
		device.Trust(t)
		device.ShareNow(t, device.AddAccount(t, "Ada"), 60_000)
	})
	path := filepath.Join(dir, "vault.db")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	copy(b[len(b)-4096:], bytes.Repeat([]byte{0xff}, 64)) // the head of the last page
	require.NoError(t, os.WriteFile(path, b, 0o600))
	said, err := command(t, dir, "check")
	require.Error(t, err)
	require.Contains(t, said+err.Error(), "database")
}
