package vault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestClockJumps: the vault notices by itself, says so once, erases nothing by that
// clock, and says when it is right again.
func TestClockJumps(t *testing.T) {
	const jump = vault.DefaultRetentionWindow + time.Hour
	var log syncBuffer
	s := newScene(t, vaulttest.Options{EraseWithin: 200 * time.Millisecond, Log: &log})
	_, before := s.device.ShareNow(t, s.account, 100)
	says := func(text string) {
		require.Eventually(t, func() bool { return strings.Contains(log.String(), text) }, 10*time.Second, 10*time.Millisecond)
	}
	device := vault.Principal{ID: s.device.Principal, Person: s.device.Person, Workspace: s.device.Workspace, Role: vault.RoleDevice}
	status := func() session.Status { // beside the API, whose proofs end by that clock, too
		st, err := s.Store.Status(t.Context(), device, s.account.ID, session.Generation{})
		require.NoError(t, err)
		return st
	}
	s.Jump(jump)
	says("The clock has jumped ahead by over an hour")
	require.Equal(t, session.StateExpired, status().State)
	s.Jump(-jump)
	says("the clock is trusted again")
	require.Equal(t, before, status())
	require.Equal(t, 1, strings.Count(log.String(), "jumped ahead"))
	require.NotContains(t, log.String(), "expired\"")
}
