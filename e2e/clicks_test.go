package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestClicks counts what a transfer costs in both browsers. The wizard takes a tick,
// Next and Transfer session, and one click more in the extension's window the first
// time; the popup takes Share, and a tick and Share now the first time. Either way
// the person agrees once, and the other way does not ask them again.
func TestClicks(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	alice := w.cardOf(bank, bank.Alice)
	ready := false
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		t, ctx := w.t, w.t.Context()
		p := &clicking{webPage: &webPage{w, b}}
		require.NoError(t, b.Allow(ctx, bank.Pattern(), "http://127.0.0.1/*"))
		if ready {
			p.signsInAsOwner()
		} else {
			p.setsUp()
			ready = true
		}
		p.switchOn()
		signsIn := func(u testbed.User) {
			tab, err := b.Beside(ctx)
			require.NoError(t, err)
			require.NoError(t, bank.SignIn(ctx, tab, u))
			require.NoError(t, b.Front(ctx))
		}

		signsIn(bank.Bob)
		p.costs(4, bob, func() { p.wizard(bob, true) }, "the wizard, the first time")
		p.costs(3, bob, func() { p.wizard(bob, false) }, "the wizard again")
		p.costs(1, bob, func() { p.popup(bob, false) }, "the popup, after the wizard")
		signsIn(bank.Alice)
		p.costs(3, alice, func() { p.popup(alice, true) }, "the popup, the first time")
		p.costs(3, alice, func() { p.wizard(alice, false) }, "the wizard, after the popup")
	})
}

// clicking counts a person's clicks.
type clicking struct {
	*webPage
	clicks int
}

// costs asserts that a way transfers an account's session by so many clicks.
func (p *clicking) costs(want int, account string, way func(), name string) {
	p.t.Helper()
	p.clicks = 0
	_, before := p.status(account)
	way()
	eventually(p.t, func() bool { return second(p.status(account)) == before+1 }, name)
	assert.Equal(p.t, want, p.clicks, name)
}

func (p *clicking) count(err error) {
	p.t.Helper()
	require.NoError(p.t, err)
	p.clicks++
}

// wizard begins at the wizard's address, where the account's page leads.
func (p *clicking) wizard(account string, asks bool) {
	p.t.Helper()
	ctx := p.t.Context()
	require.NoError(p.t, p.b.Visit(ctx, p.front.URL+"/accounts/"+account+"/transfer"))
	p.count(p.b.Click(ctx, "#agree input"))
	p.count(p.b.Click(ctx, "#agree button:not([disabled])"))
	if asks {
		p.count(p.window().Click(ctx, ripe("agree")))
	}
	p.count(p.b.Click(ctx, "#go:not([disabled])"))
	p.shows("[data-step=done]")
	p.alone()
}

// popup begins at the account's details.
func (p *clicking) popup(account string, asks bool) {
	p.t.Helper()
	ctx := p.t.Context()
	popup, err := p.b.Popup(ctx, p.screens())
	require.NoError(p.t, err)
	defer popup.Close()
	require.NoError(p.t, popup.Details(ctx, account))
	p.count(popup.Click(ctx, "[data-action=share]:not([disabled])"))
	if asks {
		p.count(popup.Click(ctx, "[name=consent]"))
		p.count(popup.Click(ctx, "[data-action=agree]:not([disabled])"))
	}
	require.NoError(p.t, popup.Outcome(ctx))
}
