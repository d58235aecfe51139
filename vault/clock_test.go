package vault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault/vaulttest"
)

// TestClockJumps: the vault notices by itself, says so once, erases nothing by that
// clock, and says when it is right again.
func TestClockJumps(t *testing.T) {
	var log syncBuffer
	s := newScene(t, vaulttest.Options{EraseWithin: 200 * time.Millisecond, Log: &log})
	_, before := s.device.ShareNow(t, s.account, 100)
	says := func(text string) {
		require.Eventually(t, func() bool { return strings.Contains(log.String(), text) }, 10*time.Second, 10*time.Millisecond)
	}
	s.Jump(365 * 24 * time.Hour)
	says("The clock has jumped ahead by over an hour")
	require.Equal(t, session.StateExpired, s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).State)
	s.Jump(-365 * 24 * time.Hour)
	says("the clock is trusted again")
	require.Equal(t, before, s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t))
	require.Equal(t, 1, strings.Count(log.String(), "jumped ahead"))
	require.NotContains(t, log.String(), "expired\"")
}
