package vault_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

func contains(page string, id session.ID) bool { return strings.Contains(page, id.String()) }

// TestYouPage: a person ends a sign-in, changes the password, and begins and stops to
// use one-time codes.
func TestYouPage(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	second := owner.SignIn(t, v)
	other := regexp.MustCompile(`name="signin" value="(\w+)"`).FindAllStringSubmatch(opened(t, owner, "/you"), -1)
	require.Len(t, other, 2)
	fresh := "nine slow ferries before dawn"
	require.Equal(t, "/you?done=password_changed", sent(t, owner, "/you/password", url.Values{"password": {vaulttest.Password}, "new": {fresh}}))
	require.Equal(t, "/signin?to=%2Fyou", second.Do(t, "GET", "/you", nil).Wants(t, 303).Header.Get("Location"), "other browsers are signed out")
	wrong := read(owner.Do(t, "POST", "/you/password", url.Values{"password": {vaulttest.Password}, "new": {fresh}}).Wants(t, 401))
	require.Contains(t, wrong, session.CodeSignInFailed.Message().Sentence)
	require.NotContains(t, wrong, fresh)

	require.NotContains(t, opened(t, owner, "/you/totp?secret=JBSWY3DPEHPK3PXP"), "JBSWY3DPEHPK3PXP", "an address chooses no secret")
	page := opened(t, owner, "/you/totp")
	secret := regexp.MustCompile(`name="secret" value="(\w+)"`).FindStringSubmatch(page)[1]
	code, err := totp.GenerateCode(secret, v.Now())
	require.NoError(t, err)
	require.Equal(t, "/you?done=totp_on", sent(t, owner, "/you/totp", url.Values{"password": {fresh}, "secret": {secret}, "totp": {code}}))
	require.Contains(t, opened(t, owner, "/you"), "An authenticator app is needed to sign in.")
}

// TestLooks: language and theme are the browser's own, and hold before anybody has
// signed in.
func TestLooks(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	require.Contains(t, opened(t, owner, "/"), `<html lang="en">`)
	require.Equal(t, "/you?done=saved#looks", sent(t, owner, "/you/looks", url.Values{"language": {"es"}, "theme": {"dark"}}))
	require.Contains(t, opened(t, owner, "/"), `<html lang="es" data-theme="dark">`)
	owner.Do(t, "POST", "/signout", url.Values{}).Wants(t, 303)
	require.Contains(t, opened(t, owner, "/signin"), `<html lang="es" data-theme="dark">`)
}

// TestSignInLeadsBack: to a page of ours that a person wanted, and to nowhere else.
func TestSignInLeadsBack(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	for to, want := range map[string]string{"/devices": "/devices", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "/a/../b": "/", "": "/"} {
		got := sent(t, owner, "/signin", url.Values{"email": {owner.Email}, "password": {vaulttest.Password}, "to": {to}})
		require.Equal(t, want, got, to)
	}
}

// TestFaultsArePages: what a browser cannot have is told as a page, with a way back.
func TestFaultsArePages(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	for _, path := range []string{"/none", "/accounts/none", "/devices/none/end", "/assets/none"} {
		a := owner.Do(t, "GET", path, nil, "Accept", "text/html").Wants(t, 404)
		require.Contains(t, read(a), session.CodeNotFound.Message().Sentence, path)
		require.Contains(t, read(a), `href="/"`)
	}
	require.Equal(t, session.CodeNotFound, owner.Do(t, "GET", "/none", nil).Wants(t, 404).Code(), "a program is told in JSON")
	require.Contains(t, opened(t, owner, "/problems/of_tomorrow"), session.CodeInternal.Message().Sentence)
	require.Contains(t, opened(t, owner, "/problems/host_missing"), session.CodeHostMissing.Message().Sentence)
}

// TestOwnDevices: a person sees the fingerprints of what is connected, and ends it.
func TestOwnDevices(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	laptop := owner.Enrol(t, v, vault.RoleDevice, "laptop")
	page := opened(t, owner, "/devices")
	require.Contains(t, page, laptop.Keys.Public().ID().Fingerprint())
	end := regexp.MustCompile(`href="(/devices/\w+/end)"`).FindStringSubmatch(page)[1]
	require.Contains(t, opened(t, owner, end), "Disconnect laptop?")
	require.Equal(t, "/devices?done=program_ended", sent(t, owner, end, url.Values{}))
	require.NotContains(t, opened(t, owner, "/devices"), "laptop")
	laptop.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
}
