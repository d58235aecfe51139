package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/internal/version"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// announced waits until a vault has written where it answers.
func announced(t *testing.T, file string) (r vault.Ready) {
	t.Helper()
	require.Eventually(t, func() bool {
		b, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(b, &r) == nil
	}, 2*time.Minute, 5*time.Millisecond)
	return r
}

func TestVersion(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"version"}, nil, &out, &out))
	require.Equal(t, version.Version, strings.TrimSpace(out.String()))
}

func TestServe(t *testing.T) {
	dir := vaulttest.Folder(t)
	data, socket, ready := filepath.Join(dir, "data"), filepath.Join(dir, "run", "s"), filepath.Join(dir, "ready")
	args := []string{"serve", "--data", data, "--socket", socket, "--listen", "127.0.0.1:0", "--ready-file", ready}
	ctx, stop := context.WithCancel(t.Context())
	var out, log bytes.Buffer
	done := make(chan error)
	go func() { done <- run(ctx, args, nil, &out, &log) }()
	announced(t, ready)
	require.ErrorContains(t, run(t.Context(), args, nil, &bytes.Buffer{}, &bytes.Buffer{}), "another vault uses this data folder")
	stop()
	require.NoError(t, <-done, "%s", &log)
	require.Contains(t, out.String(), "The vault answers on http://127.0.0.1:")
	_, err := os.Stat(socket)
	require.ErrorIs(t, err, os.ErrNotExist, "the socket goes with the vault")
}

func TestServeRefuses(t *testing.T) {
	dir := vaulttest.Folder(t)
	for want, args := range map[string][]string{
		"give a TLS certificate and key": {"--listen", "0.0.0.0:0"},
		"retention window":               {"--retention-window", "90h", "--retention-cap", "1h"},
		"unknown flag":                   {"--nonsense"},
	} {
		args = append([]string{"serve", "--data", filepath.Join(dir, "data"), "--socket", filepath.Join(dir, "run", "s")}, args...)
		require.ErrorContains(t, run(t.Context(), args, nil, &bytes.Buffer{}, &bytes.Buffer{}), want)
	}
}

func TestFolders(t *testing.T) {
	env := map[string]string{"HOME": "/home/bob"}
	o := newOptions()
	require.NoError(t, o.fill(func(k string) string { return env[k] }))
	require.Equal(t, "/home/bob/.local/state/sessionferry-vault", o.data)
	require.Equal(t, "/home/bob/.local/state/sessionferry/vault.sock", o.socket)

	env = map[string]string{"HOME": "/home/bob", "XDG_STATE_HOME": "/state", "XDG_RUNTIME_DIR": "/run/user/7"}
	o = newOptions()
	require.NoError(t, o.fill(func(k string) string { return env[k] }))
	require.Equal(t, "/state/sessionferry-vault", o.data)
	require.Equal(t, "/run/user/7/sessionferry/vault.sock", o.socket)
	require.Error(t, newOptions().fill(func(string) string { return "" }))
}
