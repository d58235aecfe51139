package e2e

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestWebAppCases: what happens to a transfer, a session and a page when not all
// goes the straight way. Its parts build on each other: each leaves Bob signed in
// to the app, and the tab free.
func TestWebAppCases(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps, "--recheck-after", "1s")
	bank, bob := w.startBank()
	mia := w.cardOf(bank, testbed.User{Name: "mia"})
	c := w.browser("profile")
	require.NoError(t, c.Allow(t.Context(), bank.Pattern(), "http://127.0.0.1/*"))
	require.NoError(t, bank.SignIn(t.Context(), c, bank.Bob))
	p := &webPage{w, c}
	p.setsUp()
	p.switchOn()
	for _, part := range []struct {
		name string
		run  func(*webCases)
	}{
		{"the second transfer replaces the first", (*webCases).replaces},
		{"the wrong account", (*webCases).wrongAccount},
		{"back, cancel and reload", (*webCases).goesBack},
		{"closing the tab before the transfer", (*webCases).closesEarly},
		{"leaving in mid-transfer", (*webCases).leaves},
		{"two tabs at once", (*webCases).twoTabs},
		{"another browser deletes", (*webCases).deletedElsewhere},
		{"the copy becomes invalid", (*webCases).becomesInvalid},
		{"the sign-in ends", (*webCases).signInEnds},
		{"the vault restarts, and the session expires", (*webCases).restarts},
	} {
		t.Run(part.name, func(t *testing.T) {
			part.run(&webCases{webPage: &webPage{w.in(t), c}, c: c, bank: bank, bob: bob, mia: mia})
		})
	}
}

type webCases struct {
	*webPage
	c    *testbed.Chromium
	bank *testbed.App
	bob  string
	mia  string // of whom nobody has agreed to transfer anything
}

// beside is another tab of the same browser.
func (k *webCases) beside() *webCases {
	k.t.Helper()
	other, err := k.c.Beside(k.t.Context())
	require.NoError(k.t, err)
	tab := other.(*testbed.Chromium)
	return &webCases{webPage: &webPage{k.world, tab}, c: tab, bank: k.bank, bob: k.bob, mia: k.mia}
}

func (k *webCases) closeTab() {
	k.t.Helper()
	require.NoError(k.t, k.c.CloseTab(k.t.Context()))
}

// signsIn signs in to the app in another tab and comes back.
func (k *webCases) signsIn(u testbed.User) {
	k.t.Helper()
	tab := k.beside()
	require.NoError(k.t, k.bank.SignIn(k.t.Context(), tab.c, u))
	tab.closeTab()
	require.NoError(k.t, k.c.Front(k.t.Context()))
}

func (k *webCases) share() uint64 {
	k.t.Helper()
	_, share := k.status(k.bob)
	return share
}

// account opens the account's page.
func (k *webCases) account() {
	k.t.Helper()
	require.NoError(k.t, k.b.Visit(k.t.Context(), k.front.URL+"/accounts/"+k.bob))
	k.shows("#session")
	k.eval("(document.body.dataset.mine = 'yes', '')")
}

// still asserts that the page is the one that was opened: it was not loaded anew.
func (k *webCases) still() {
	k.t.Helper()
	assert.Equal(k.t, "yes", k.eval("document.body.dataset.mine ?? ''"), "without a reload")
}

func (k *webCases) replaces() {
	k.transfers(k.bob)
	before := k.share()
	k.transfers(k.bob)
	assert.Equal(k.t, before+1, k.share())
	k.clicks("[data-step=done] a.button")
	k.sees("#history", "Older session replaced")
	k.sees("#session .button", "Transfer again")
}

func (k *webCases) wrongAccount() {
	before := k.share()
	k.consents(k.bob)
	k.sees("#verdict", "and it is the right one")
	k.signsIn(k.bank.Alice)
	k.sees("#verdict", "Another account is signed in")
	assert.Equal(k.t, "true", k.eval("String(document.querySelector('#go').disabled)"))
	assert.Contains(k.t, k.textOf("#verdict"), "Bank (our pages)", "the way to sign out")
	k.signsIn(k.bank.Bob)
	k.sees("#verdict", "and it is the right one")
	k.clicks("[data-step=check] [data-cancel]")
	k.shows("#session")
	assert.Equal(k.t, before, k.share())
}

// goesBack leaves each step before the transfer in each way.
func (k *webCases) goesBack() {
	before := k.share()
	k.begins(k.mia)
	k.window()
	k.clicks("[data-step=consent] [data-cancel]")
	k.shows("#session")
	k.alone() // the extension's window asks no more

	k.consents(k.bob)
	k.eval("(history.back(), '')")
	k.shows("[data-step=consent]")
	k.consents(k.bob)
	k.eval("(location.reload(), '')")
	k.shows("[data-step=consent]")
	assert.Equal(k.t, before, k.share())
}

// closesEarly closes the tab at each step before the transfer.
func (k *webCases) closesEarly() {
	before := k.share()
	tab := k.beside()
	tab.begins(k.mia)
	tab.window()
	tab.closeTab()
	k.alone() // nobody waits for an answer any more

	tab = k.beside()
	tab.consents(k.bob)
	tab.sees("#verdict", "and it is the right one")
	tab.closeTab()
	require.NoError(k.t, k.c.Front(k.t.Context()))

	state, share := k.status(k.bob)
	assert.Equal(k.t, "transferred", state)
	assert.Equal(k.t, before, share)
}

// leaves goes away while the session is on its way to the vault.
func (k *webCases) leaves() {
	before := k.share()
	for _, way := range []struct {
		name  string
		leave func(tab *webCases)
	}{
		{"back", func(tab *webCases) { tab.eval("(history.back(), '')"); tab.shows("[data-step=consent]") }},
		{"cancel", func(tab *webCases) { tab.clicks("[data-step=send] [data-cancel]"); tab.shows("#session") }},
		{"reload", func(tab *webCases) { tab.eval("(location.reload(), '')"); tab.shows("[data-step=consent]") }},
		{"close", (*webCases).closeTab},
	} {
		tab := k.beside()
		tab.consents(k.bob)
		arrived, gone := k.holdPut()
		tab.clicks("#go:not([disabled])")
		k.waits(arrived, way.name+": a session comes to the vault")
		tab.shows("[data-step=send]")
		way.leave(tab)
		k.waits(gone, way.name+": the transfer stops")
		k.front.now.Store(&k.front.truth)
		assert.Equal(k.t, before, k.share(), way.name)
		if way.name != "close" {
			tab.closeTab()
		}
	}
}

func (k *webCases) waits(done <-chan struct{}, what string) {
	k.t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		require.FailNow(k.t, what)
	}
}

// holdPut keeps the next session from the vault until whoever sends it has gone.
func (k *webCases) holdPut() (arrived, gone chan struct{}) {
	arrived, gone = make(chan struct{}), make(chan struct{})
	k.between(func(vault http.Handler) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPut {
				vault.ServeHTTP(rw, r)
				return
			}
			_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the sender has gone
			close(arrived)
			<-r.Context().Done()
			close(gone)
		}
	})
	return arrived, gone
}

// keepsTrouble lets a page keep what went wrong: a tab that gets the focus looks anew,
// and says it no more.
const keepsTrouble = `new MutationObserver(([{target}]) => {
	if (target.textContent) document.body.dataset.said = target.textContent;
}).observe(document.querySelector('#trouble'), {childList: true})`

// twoTabs transfers in two tabs at once: each comes to its end, or says what to
// wait for and then does.
func (k *webCases) twoTabs() {
	before := k.share()
	tabs := []*webCases{k.beside(), k.beside()}
	for _, tab := range tabs {
		tab.consents(k.bob)
	}
	for _, tab := range tabs {
		tab.shows("#go:not([disabled])")
	}
	for _, tab := range tabs {
		tab.eval(keepsTrouble + `, ''`)
		tab.clicks("#go")
	}
	for _, tab := range tabs {
		tab.shows("[data-step=done]:not([hidden]), [data-said]")
	}
	var told []*webCases
	for _, tab := range tabs {
		if tab.eval("String(document.querySelector('[data-step=done]').hidden)") == "false" {
			tab.succeeds()
			tab.closeTab()
		} else {
			told = append(told, tab)
		}
	}
	for _, tab := range told { // the other has come to its end
		assert.Contains(k.t, tab.eval("document.body.dataset.said"), "Another transfer is running.")
		tab.clicks("#again")
		tab.sees("#verdict", "and it is the right one")
		tab.clicks("#go:not([disabled])")
		tab.succeeds()
		tab.closeTab()
	}
	assert.Equal(k.t, before+2, k.share())
}

func (k *webCases) deletedElsewhere() {
	k.account()
	k.shows("#session [data-state=transferred]")
	k.elsewhere().post("/accounts/"+k.bob+"/delete", nil)
	k.shows("#session [data-state=none]")
	k.sees("#session", "The session was deleted.")
	k.still()
}

func (k *webCases) becomesInvalid() {
	k.transfers(k.bob)
	tab := k.beside()
	require.NoError(k.t, tab.b.Visit(k.t.Context(), k.bank.Site+"/rotate"))
	tab.closeTab()
	k.account()
	k.endsBy("app_signed_out", k.bob, "--apps", companyApps)
	k.shows("#session [data-state=invalid]")
	k.sees("#session .fix", "Sign in as")
	assert.Equal(k.t, "2", k.eval("String(document.querySelectorAll('.fix .steps li').length)"))
	k.still()
	k.clicks("#session a[href$='/transfer']")
	k.shows("[data-step=consent]")
}

// signInEnds: who is signed out from elsewhere is asked to sign in, and comes back.
func (k *webCases) signInEnds() {
	k.consents(k.bob)
	other := k.elsewhere()
	other.endOthers()
	k.clicks("#go:not([disabled])")
	k.succeeds()
	k.clicks("[data-step=done] a.button")
	k.comesBack()

	k.account()
	other.endOthers()
	k.comesBack()
}

// comesBack signs in where it is asked for, and is at the account again.
func (k *webCases) comesBack() {
	k.t.Helper()
	require.NoError(k.t, k.b.Fill(k.t.Context(), "form[action='/signin'] #email", "olga@company.example"))
	require.NoError(k.t, k.b.Fill(k.t.Context(), "#password", pagePassword))
	k.clicks("main form button")
	k.shows("#session [data-state=transferred]")
}

// restarts stops the vault in mid-wizard, and starts it so that sessions expire soon.
func (k *webCases) restarts() {
	k.consents(k.bob)
	k.sees("#verdict", "and it is the right one")
	k.vault.Signal(syscall.SIGTERM)
	<-k.vault.Exited()
	k.clicks("#go:not([disabled])")
	k.sees("#trouble", "The vault does not answer")
	k.restartVault("--apps", companyApps, "--retention-window", "1m")
	k.clicks("#again")
	k.clicks("#go:not([disabled])")
	k.succeeds()
	k.account()
	require.Eventually(k.t, func() bool { return strings.Contains(k.textOf("#session .pill"), "Expired") }, 2*patience, time.Second)
	k.sees("#session .fix", "Transfer the session once more.")
	k.still()
}
