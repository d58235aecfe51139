package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWebAppApps goes through the wizard with each app of the bed in each browser.
func TestWebAppApps(t *testing.T) {
	t.Parallel()
	for _, browser := range []string{"Chromium", "Firefox"} {
		t.Run(browser, func(t *testing.T) {
			t.Parallel()
			w := newFrontedWorld(t)
			w.serve()
			apps := w.startApps()
			b := w.trusting(browser)
			require.NoError(t, b.Allow(t.Context(), "http://127.0.0.1/*"))
			p := &webPage{w, b}
			p.setsUp()
			p.switchOn()
			for _, a := range apps {
				t.Run(a.ID, func(t *testing.T) {
					require.NoError(t, b.Allow(t.Context(), a.Pattern()))
					(&webPage{w.in(t), b}).carries(a)
				})
			}
		})
	}
}

// carries transfers Bob's session by the wizard, has a runner restore it, and
// deletes it on the account's page.
func (p *webPage) carries(a appWithCards) {
	ctx := p.t.Context()
	beside, err := p.b.Beside(ctx)
	require.NoError(p.t, err)
	require.NoError(p.t, a.SignIn(ctx, beside, a.Bob))
	require.NoError(p.t, p.b.Front(ctx))
	_, before := p.status(a.bob)
	p.consents(a.bob)
	p.clicks("#go:not([disabled])")
	p.shows("[data-step=done]")
	p.confirmed(a.bob, before) // at once, unless a runner has to ask the app
	assert.True(p.t, p.restore(a.bob).Match)

	p.clicks("[data-step=done] a.button")
	p.clicks("#session [data-dialog=delete]")
	p.clicks("dialog .danger")
	p.sees("#done", "The session was deleted.")
	assert.Equal(p.t, "none", first(p.status(a.bob)))

	switch a.ID {
	case "better-auth": // whose users change in place
		require.NoError(p.t, a.SignIn(ctx, beside, a.Alice))
		p.refuses(a.bob, "More than one account is signed in.", "Sign out of the others")
	case "mediawiki": // which shares its cookies with other wikis of its host
		_, err := beside.Eval(ctx, `['otherUserID=7', 'otherUserName=Carol', 'otherToken=0123456789abcdef'].map((c) => (document.cookie = c + '; path=/')).join()`)
		require.NoError(p.t, err)
		p.refuses(a.bob, "Sign-ins for more than one site of this app were found.", "Sign out of the ones that the card does not name.")
	}
}

// refuses comes to the wizard's second step, which says what is in the way and what to
// do, and goes no further.
func (p *webPage) refuses(account, sentence, next string) {
	p.t.Helper()
	p.consents(account)
	p.sees("#verdict", sentence)
	p.sees("#verdict", next)
	assert.Equal(p.t, "true", p.eval("String(document.querySelector('#go').disabled)"))
}
