package vault_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault"
	"sessionferry/vault/pages"
	"sessionferry/vault/vaulttest"
)

const markup = `<img src=x onerror="alert(1)">&'`

// TestPagesHeaders: every page, good or with a problem, forbids all that it does
// not need, and says so to the browser.
func TestPagesHeaders(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	nobody, owner := v.Browser(t), v.SetUp(t)
	code := url.Values{"code": {v.Beginner(t, vault.RoleDevice, "laptop").Code}}
	account, _, _ := strings.Cut(sent(t, owner, "/accounts/new", url.Values{"app": {vaulttest.App}, "site": {vaulttest.Site}, "username": {"Bob"}}), "?")
	for name, a := range map[string]vaulttest.Answer{
		"home":         owner.Do(t, "GET", "/", nil).Wants(t, 200),
		"pick":         owner.Do(t, "GET", "/accounts/new", nil).Wants(t, 200),
		"account":      owner.Do(t, "GET", account, nil).Wants(t, 200),
		"wizard":       owner.Do(t, "GET", account+"/transfer", nil).Wants(t, 200),
		"devices":      owner.Do(t, "GET", "/devices", nil).Wants(t, 200),
		"you":          owner.Do(t, "GET", "/you", nil).Wants(t, 200),
		"people":       owner.Do(t, "GET", "/admin/people", nil).Wants(t, 200),
		"audit":        owner.Do(t, "GET", "/admin/audit", nil).Wants(t, 200),
		"fault":        owner.Do(t, "GET", "/accounts/none", nil).Wants(t, 404),
		"setup":        nobody.Do(t, "GET", "/setup", nil).Wants(t, 200),
		"setup done":   nobody.Do(t, "POST", "/setup", url.Values{}).Wants(t, 409),
		"sign in":      nobody.Do(t, "GET", "/signin", nil).Wants(t, 200),
		"sign in fail": nobody.Do(t, "POST", "/signin", url.Values{"email": {owner.Email}, "password": {"x"}}).Wants(t, 401),
		"join":         nobody.Do(t, "GET", "/join", nil).Wants(t, 200),
		"join fail":    nobody.Do(t, "POST", "/join", url.Values{}).Wants(t, 422),
		"device":       owner.Do(t, "GET", "/device", nil).Wants(t, 200),
		"device ask":   owner.Do(t, "POST", "/device", code).Wants(t, 200),
		"device fail":  owner.Do(t, "POST", "/device", url.Values{"code": {"BBBB-BBBB"}}).Wants(t, 422),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "text/html; charset=utf-8", a.Header.Get("Content-Type"))
			require.Equal(t, pages.Policy, a.Header.Get("Content-Security-Policy"))
			require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
			require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
			require.Equal(t, "no-referrer", a.Header.Get("Referrer-Policy"))
			require.Equal(t, "same-origin", a.Header.Get("Cross-Origin-Resource-Policy"))
			require.Len(t, a.Header.Get("X-Request-Id"), 26)
			require.NotContains(t, strings.ReplaceAll(string(a.Body), `<script type="module" src="/assets/`, ""), "<script")
			require.NotContains(t, string(a.Body), "style=")
		})
	}
}

// TestPagesHoldNoSecret: a form that is shown again has what was typed, but no
// password and no one-time code.
func TestPagesHoldNoSecret(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	given := url.Values{"code": {"BBBB-BBBB-BBBB-BBBB"}, "name": {"Olga"}, "email": {"olga@company.example"}, "password": {"a secret of hers"}, "totp": {"424242"}}
	secretless := func(t *testing.T, a vaulttest.Answer) {
		t.Helper()
		page := string(a.Body)
		require.Contains(t, page, "<title>Problem: ")
		require.Contains(t, page, `role="alert"`)
		require.NotContains(t, page, "a secret of hers")
		require.NotContains(t, page, "424242")
		require.NotContains(t, page, v.Setup)
	}
	nobody := v.Browser(t)
	secretless(t, nobody.Do(t, "POST", "/setup", given).Wants(t, 422))
	secretless(t, nobody.Do(t, "POST", "/join", given).Wants(t, 422))
	secretless(t, nobody.Do(t, "POST", "/signin", given).Wants(t, 401))

	owner := v.SetUp(t)
	v.Advance(vault.WebProved * 2) // so that the password is asked for again
	given.Set("code", v.Beginner(t, vault.RoleDevice, "laptop").Code)
	given.Set("answer", "allow")
	secretless(t, owner.Do(t, "POST", "/device", given).Wants(t, 401))
}

// TestPagesEscape: what people and programs call themselves is text, nothing else.
func TestPagesEscape(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	other := owner.Invite(t, v, "mia", vault.PersonMember)
	escaped := func(t *testing.T, a vaulttest.Answer) {
		t.Helper()
		require.Contains(t, string(a.Body), "&lt;img src=x onerror=")
		require.NotContains(t, string(a.Body), "<img src=x")
	}
	form := url.Values{"code": {markup}, "name": {markup}, "email": {markup}, "password": {"x"}}
	for _, path := range []string{"/join", "/signin", "/device"} {
		escaped(t, other.Do(t, "POST", path, form))
	}
	named := url.Values{"code": {v.Beginner(t, vault.RoleRunner, markup).Code}}
	escaped(t, owner.Do(t, "POST", "/device", named).Wants(t, 200))
	named.Set("answer", "allow")
	escaped(t, owner.Do(t, "POST", "/device", named).Wants(t, 200))
}

// TestPagesLead: who is not signed in is sent to where that is done, and what a
// person is told to do in a page has a way there.
func TestPagesLead(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	nobody := v.Browser(t)
	leads := func(from, to string) {
		t.Helper()
		require.Equal(t, to, nobody.Do(t, "GET", from, nil).Wants(t, 303).Header.Get("Location"))
	}
	leads("/signin", "/setup")
	v.SetUp(t)
	leads("/", "/signin")
	leads("/device", "/signin?to=%2Fdevice")
	done := string(nobody.Do(t, "POST", "/setup", url.Values{}).Wants(t, 409).Body)
	require.Contains(t, done, `href="/signin"`)
}
