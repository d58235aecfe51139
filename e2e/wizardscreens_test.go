package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestScreensWizard makes the strip of the wizard: a real wiki, the extension and its
// host, from consent to success.
func TestScreensWizard(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t)
	w.plainType()
	app, err := w.bed.SharedApp(t.Context(), "mediawiki")
	require.NoError(t, err)
	account := w.cardOf(app, app.Bob)
	c := w.browser("profile")
	require.NoError(t, c.Allow(t.Context(), app.Pattern(), "http://127.0.0.1/*"))
	require.NoError(t, app.SignIn(t.Context(), c, app.Bob))
	p := &webPage{w, c}
	p.setsUp()
	p.switchOn()
	tab, err := c.InTab(t.Context(), "")
	require.NoError(t, err)
	s := &webShots{&webTab{world: w, b: c, p: tab, url: w.front.URL}, c}

	var strip [][]byte
	step := func(selector string) {
		t.Helper()
		s.shows(selector)
		strip = append(strip, s.shot(testbed.Look{}, 430, 1060, 2))
	}
	s.visit("/accounts/" + account + "/transfer")
	s.shows("#agree button:not([disabled])")
	p.clicks("#agree input")
	step("#agree :checked")
	p.clicks("#agree button")
	own := p.window()
	require.NoError(t, own.Look(t.Context(), testbed.Look{}))
	require.NoError(t, own.WaitFor(t.Context(), ripe("agree")))
	png, err := own.Picture(t.Context(), 430, 1060, 2)
	require.NoError(t, err)
	strip = append(strip, png)
	require.NoError(t, own.Click(t.Context(), ripe("agree")))
	p.alone()
	step("#go:not([disabled])")
	p.clicks("#go")
	step("[data-step=done]:not([hidden])")
	s.save("wizard", beside(t, c, 1820, 1060, 400, strip...))
}
