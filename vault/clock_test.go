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
	const jump, bound = vault.DefaultRetentionWindow + time.Hour, vault.DefaultEraseWithin
	var log syncBuffer
	bubble(t, vaulttest.Options{EraseWithin: bound, Log: &log}, func(t *testing.T, s *scene) {
		_, before := s.device.ShareNow(t, s.account, 100)
		device := vault.Principal{ID: s.device.Principal, Person: s.device.Person, Workspace: s.device.Workspace, Role: vault.RoleDevice}
		status := func() session.Status { // beside the API, whose proofs end by that clock, too
			st, err := s.Store.Status(t.Context(), device, s.account.ID)
			require.NoError(t, err)
			return st
		}
		s.Jump(jump)
		time.Sleep(2 * bound)
		require.Contains(t, log.String(), "The clock has jumped ahead by over an hour")
		require.Equal(t, session.StateExpired, status().State)
		s.Jump(-jump)
		time.Sleep(2 * bound)
		require.Contains(t, log.String(), "the clock is trusted again")
		require.Equal(t, before, status())
		require.Equal(t, 1, strings.Count(log.String(), "jumped ahead"))
		require.NotContains(t, log.String(), "expired\"")
	})
}
