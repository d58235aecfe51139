package vault_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// guess tries to sign in by a wrong password, and returns the status.
func guess(t *testing.T, s *scene, from, email string) int {
	s.memory.comeFrom(from)
	return signIn(t, s.Vault, email, "wrong", "").Status
}

// TestStrangersLockNobodyOut: however many networks guess at a person's password, at
// once or slowly, the person signs in from a network where that was done before. From
// anywhere else all of them are limited together, and so is each network.
func TestStrangersLockNobodyOut(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		const home = "127.0.0.1"
		owner := s.SetUp(t)
		from := func(ip string) int {
			s.memory.comeFrom(ip)
			return signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Status
		}
		for n := range 50 {
			require.Equal(t, 401, guess(t, s, fmt.Sprint("198.51.100.", n/5), owner.Email))
		}
		require.Equal(t, 429, guess(t, s, "203.0.113.1", owner.Email), "all strangers together")
		require.Equal(t, 204, from(home))

		for range 120 { // one network for an hour, as often as it may
			s.Advance(30 * time.Second)
			guess(t, s, "198.51.100.200", owner.Email)
		}
		require.Equal(t, 429, from("203.0.113.1"))
		require.Equal(t, 204, from(home))

		for range 5 {
			require.Equal(t, 401, guess(t, s, home, owner.Email))
		}
		require.Equal(t, 429, from(home), "a known network may not guess either")

		s.Advance(vault.NetworkTime)
		require.Equal(t, 403, from("203.0.113.1"), "the limit is over; under its loopback address the vault hands a cookie to this computer alone")
	})
}

// TestLimitsAreNotForged: no address that somebody gives counts for another person or
// another network.
func TestLimitsAreNotForged(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		owner := s.SetUp(t)
		for range 60 {
			guess(t, s, "198.51.100.1", owner.Email+"\x00127.0.0.9/32")
		}
		s.memory.comeFrom("127.0.0.9")
		signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 204)
		a := signIn(t, s.Vault, owner.Email+"\x00", vaulttest.Password, "").Wants(t, 422)
		require.Equal(t, session.CodeEmailInvalid, a.Code())
	})
}
