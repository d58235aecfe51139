package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestApps is the main job with each app in each browser, one process of each
// browser for all apps.
func TestApps(t *testing.T) {
	t.Parallel()
	for _, browser := range []string{"Chromium", "Firefox"} {
		t.Run(browser, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.serve()
			apps := w.startApps()
			b := w.trusting(browser)
			for _, a := range apps {
				t.Run(a.ID, func(t *testing.T) {
					require.NoError(t, b.Allow(t.Context(), a.Pattern()))
					require.NoError(t, b.ClearData(t.Context()))
					w.in(t).crosses(b, a)
					if a.ID == "better-auth" {
						w.in(t).switches(b, a)
					}
				})
			}
		})
	}
}

// trusting starts a browser that trusts the certificates of the world's apps.
func (w *world) trusting(browser string) testbed.Browser {
	w.t.Helper()
	if browser == "Chromium" {
		return w.browser("profile-chromium")
	}
	require.NoError(w.t, w.bed.TrustIn(w.t.Context(), w.bed.Path("profile-firefox"))) // Firefox trusts what its own profile says
	return w.firefox("profile-firefox", nil)
}

// appWithCards is an app of the bed, with a card for each user.
type appWithCards struct {
	*testbed.App
	alice, bob string
}

// startApps joins every app that the tests share.
func (w *world) startApps() []appWithCards {
	w.t.Helper()
	var out []appWithCards
	for _, id := range testbed.AppIDs {
		a, err := w.bed.SharedApp(w.t.Context(), id)
		require.NoError(w.t, err)
		out = append(out, appWithCards{a, w.cardOf(a, a.Alice), w.cardOf(a, a.Bob)})
	}
	return out
}

// crosses shares, restores, shares again and deletes Bob's session of an app.
func (w *world) crosses(b testbed.Browser, a appWithCards) {
	ctx := w.t.Context()
	require.NoError(w.t, b.Visit(ctx, a.Site+"/"))
	assert.Equal(w.t, "account_signed_out", refused(w.t, w.shares(b, a.bob)))

	require.NoError(w.t, a.SignIn(ctx, b, a.Bob))
	assert.Equal(w.t, "account_wrong", refused(w.t, w.shares(b, a.alice)))
	_, before := w.status(a.bob)
	for range 2 {
		require.NoError(w.t, w.shares(b, a.bob))
		before = w.confirmed(a.bob, before) // at once, unless a runner has to ask the app
		got := w.restore(a.bob)
		assert.True(w.t, got.Match)
		assert.Equal(w.t, strings.ToLower(a.Bob.Name), strings.ToLower(got.RestoredAs))
		assert.Equal(w.t, got.Cookies.Captured, got.Cookies.Restored)
		if a.ID == "homebridge" {
			assert.Zero(w.t, got.Cookies.Captured, "its session is a token in localStorage")
		}
	}
	p := w.details(b, a.bob)
	require.NoError(w.t, p.Delete(ctx))
	p.Close()
	state, _ := w.status(a.bob)
	assert.Equal(w.t, "none", state)

	require.NoError(w.t, a.SignOut(ctx, b))
	assert.Equal(w.t, "account_signed_out", refused(w.t, w.shares(b, a.bob)), "what a sign-out leaves is no session")
}

// switches signs in as two users at once, which is shared as neither of them.
func (w *world) switches(b testbed.Browser, a appWithCards) {
	ctx := w.t.Context()
	require.NoError(w.t, b.ClearData(ctx))
	require.NoError(w.t, a.SignIn(ctx, b, a.Alice))
	require.NoError(w.t, a.SignIn(ctx, b, a.Bob))
	assert.Equal(w.t, "account_several", refused(w.t, w.shares(b, a.bob)))
	assert.Equal(w.t, "account_several", refused(w.t, w.shares(b, a.alice)))
}

// cardOf makes a card for a user of an app and returns its id.
func (w *world) cardOf(a *testbed.App, u testbed.User) string {
	w.t.Helper()
	var card struct{ ID string }
	out := w.person("account", "add", "--app", a.ID, "--site", a.Site, "--username", u.Name, "--json")
	require.NoError(w.t, json.Unmarshal([]byte(out), &card))
	return card.ID
}

// shares shares a card from the popup's details page.
func (w *world) shares(b testbed.Browser, account string) error {
	w.t.Helper()
	p := w.details(b, account)
	defer p.Close()
	return p.Share(w.t.Context())
}
