package main

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestConfirmClock: a clock that has jumped is an alert until somebody says that it
// is right.
func TestConfirmClock(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	device := v.Enrol(t, vault.RoleDevice, "laptop")
	t.Setenv("SESSIONFERRY_VAULT_SOCKET", v.Socket) // as in a container
	confirm := func() string {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), []string{"confirm-clock"}, nil, &out, &out))
		return out.String()
	}
	alerts := func() (list []string) {
		var h struct {
			Status string   `json:"status"`
			Alerts []string `json:"alerts"`
		}
		device.Do(t, "GET", "/healthz", nil).Wants(t, 200).Into(t, &h)
		require.Equal(t, len(h.Alerts) > 0, h.Status == "alert")
		return h.Alerts
	}
	require.Equal(t, "The vault did not doubt the clock.\n", confirm())
	v.Jump(2 * time.Hour)
	_, err := v.Store.CheckClock(t.Context()) // the vault does so by itself, now and then
	require.NoError(t, err)
	require.Len(t, alerts(), 1)
	require.Contains(t, alerts()[0], "The clock has jumped ahead by over an hour")
	require.Contains(t, alerts()[0], "confirm-clock")
	require.Equal(t, "The clock is taken as right: what has expired by it is erased.\n", confirm())
	require.Empty(t, alerts())

	err = run(t.Context(), []string{"confirm-clock", "--socket", filepath.Join(t.TempDir(), "none")}, nil, &bytes.Buffer{}, &bytes.Buffer{})
	require.Equal(t, session.CodeVaultUnreachable, session.CodeOf(err))
}
