package vault_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestFaultsKeepTheNavigation: who is signed in can go on from every page that says
// what did not work; a stranger gets no navigation.
func TestFaultsKeepTheNavigation(t *testing.T) {
	t.Parallel()
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	member := owner.Invite(t, v, "Mia", vault.PersonMember)
	for name, of := range map[string]struct {
		by     *vaulttest.Web
		path   string
		status int
		title  string
	}{
		"no such page":            {owner, "/nothing", 404, "Page not found"},
		"no such admin page":      {owner, "/admin/nothing", 404, "Page not found"},
		"no such account":         {owner, "/accounts/" + session.NewID().String(), 404, "Page not found"},
		"no account's name":       {owner, "/accounts/nothing", 404, "Page not found"},
		"a page of an admin":      {member, "/admin/people", 403, "This did not work"},
		"a member's unknown page": {member, "/nothing", 404, "Page not found"},
	} {
		t.Run(name, func(t *testing.T) {
			page := string(of.by.Do(t, "GET", of.path, nil, "Accept", "text/html").Wants(t, of.status).Body)
			require.Contains(t, page, "<title>Problem: "+of.title)
			require.Contains(t, page, `action="/signout"`)
			require.Contains(t, page, `href="/devices"`)
			require.Equal(t, of.by == owner, strings.Contains(page, `href="/admin/people"`))
		})
	}
	page := string(v.Browser(t).Do(t, "GET", "/nothing", nil, "Accept", "text/html").Wants(t, 404).Body)
	require.Contains(t, page, "<title>Problem: Page not found")
	require.NotContains(t, page, "<nav")
}
