package vault_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestCounts: the account's page says how much went with the share and how much
// stayed, and says nothing where the vault was not told.
func TestCounts(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	page := s.path("")[len("/v1"):]
	s.device.ShareNow(t, s.account, 100)
	require.NotContains(t, opened(t, owner, page), "stayed")

	sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 2})
	for _, bad := range []string{"12", "12.3", "12.3.1.0", "12.3.", "12,3,1", "012.3.1", "-1.3.1", "4001.0.0", "0.200001.0", "0.0.204001", "18446744073709551616.0.0"} {
		require.Equal(t, session.CodeRequestInvalid, s.device.Put(t, s.account, "two", sealed, vault.HeaderCounts, bad).Wants(t, 400).Code(), bad)
	}
	st := s.device.Put(t, s.account, "two", sealed, vault.HeaderCounts, "12.3.1").Wants(t, 201).StatusOf(t)
	require.Equal(t, &session.Counts{Cookies: 12, Items: 3, Left: 1}, st.Counts)
	require.Contains(t, opened(t, owner, page), "12 cookies and 3 storage items went, 1 stayed")
	require.Contains(t, read(owner.Do(t, "GET", page, nil, "Accept-Language", "es").Wants(t, 200)), "Fueron 12 cookies y 3 datos del sitio; 1 se quedaron")

	owner.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
	require.NotContains(t, opened(t, owner, page), "stayed")
}
