package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestWebApp goes the promised way in both browsers: account card, Session transfer,
// the wizard, its success, Delete session, its dialog, gone.
func TestWebApp(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	set := false
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		p := &webPage{w, b}
		t, ctx := w.t, w.t.Context()
		require.NoError(t, b.Allow(ctx, bank.Pattern(), "http://127.0.0.1/*"))
		if !set {
			p.setsUp()
			set = true
		} else {
			p.signsInAsOwner()
		}
		require.NoError(t, b.WaitFor(ctx, "[data-card='"+bob+"'] [data-state=none]"))
		p.clicks("[data-card='" + bob + "'] a")
		p.clicks("#session a[href$='/transfer']")
		require.NoError(t, b.WaitFor(ctx, "#missing"), "the page says what is missing")
		p.switchOn()
		require.NoError(t, b.WaitFor(ctx, "#agree button:not([disabled])"), "and notices when it is there")

		p.clicks("#agree button")
		assert.Equal(t, "false", p.eval("String(document.querySelector('#agree').checkValidity())"), "nothing goes on without consent")
		p.clicks("#agree input")
		p.withoutHost(func() { p.clicks("#agree button") })
		p.decides("agree")
		p.sees("#verdict", "Nobody is signed in to the app")
		other, err := b.Beside(ctx)
		require.NoError(t, err)
		require.NoError(t, bank.SignIn(ctx, other, bank.Bob))
		require.NoError(t, b.Front(ctx)) // and it looks again by itself
		p.sees("#verdict", "Exactly one account is signed in, and it is the right one.")
		p.sees("#verdict", "b•b")

		p.clicks("#go:not([disabled])")
		require.NoError(t, b.WaitFor(ctx, "[data-step=done]"))
		p.sees("[data-step=done]", "Session transferred")
		assert.Regexp(t, regexp.MustCompile(`Cookies: \d+ · storage items: \d+ · left behind: \d+`), p.textOf("#counts"))
		state, _ := w.status(bob)
		assert.Equal(t, "transferred", state)
		for _, hidden := range append(p.values(), "bank_session") {
			assert.NotContains(t, p.eval("document.documentElement.outerHTML"), hidden)
		}
		p.clicks("[data-step=done] a.button")
		require.NoError(t, b.WaitFor(ctx, "#session [data-state=transferred]"))

		p.clicks("[data-dialog=delete]")
		require.NoError(t, b.WaitFor(ctx, "dialog[open]"))
		p.sees("dialog", "It does not sign you out at")
		p.clicks("dialog .second")
		assert.Equal(t, "transferred", first(w.status(bob)), "Keep keeps it")
		p.clicks("[data-dialog=delete]")
		p.clicks("dialog .danger")
		p.sees("#done", "The session was deleted.")
		assert.Equal(t, "none", first(w.status(bob)))
		p.sees("#history", "Session deleted")
		p.switchOff()
	})
}

// withoutHost begins the wizard while the program is not installed: the extension's
// window and the page say so and how to get it, and both notice when it is there.
func (p *webPage) withoutHost(begin func()) {
	p.t.Helper()
	browser := []string{"--browser", "firefox"}
	if c, ok := p.b.(*testbed.Chromium); ok {
		browser = []string{"--browser", "chromium", "--user-data-dir", c.Profile}
	}
	p.person(append([]string{"uninstall"}, browser...)...)
	p.endBackground(p.b) // with it goes the host that runs
	begin()
	own := p.window()
	require.NoError(p.t, own.WaitFor(p.t.Context(), "main[data-code=host_missing]"))
	p.sees("#trouble", "The Sessionferry program was not found on this computer.")
	p.sees("#trouble", "sessionferry install")
	p.person(append([]string{"install"}, browser...)...)
	require.NoError(p.t, own.WaitFor(p.t.Context(), "[data-panel=consent]"))
	p.shows("#asking:not([hidden])")
	assert.Empty(p.t, p.textOf("#trouble"))
}

func first[T, U any](a T, _ U) T  { return a }
func second[T, U any](_ T, b U) U { return b }

// setsUp makes the vault's first admin by the code that the vault has printed, who is
// signed in from here on.
func (p *webPage) setsUp() {
	p.t.Helper()
	log, err := os.ReadFile(p.vault.Log)
	require.NoError(p.t, err)
	code := found(p.t, string(log), `give the code ([A-Z-]+)\.`)
	p.fillIn("/setup", "code", code, "name", ownerName, "email", "olga@company.example", "password", pagePassword)
}

func (p *webPage) signsInAsOwner() {
	p.t.Helper()
	p.fillIn("/signin", "email", "olga@company.example", "password", pagePassword)
}

// fillIn opens a page, fills its form in, and sends it.
func (p *webPage) fillIn(path string, values ...string) {
	p.t.Helper()
	require.NoError(p.t, p.b.Visit(p.t.Context(), p.front.URL+path))
	for i := 0; i < len(values); i += 2 {
		require.NoError(p.t, p.b.Fill(p.t.Context(), "#"+values[i], values[i+1]))
	}
	p.clicks("main form button")
	require.NoError(p.t, p.b.WaitFor(p.t.Context(), ".top"))
}

func (p *webPage) clicks(selector string) {
	p.t.Helper()
	require.NoError(p.t, p.b.Click(p.t.Context(), selector))
}

// decides clicks a button of the extension's own window.
func (p *webPage) decides(action string) {
	p.t.Helper()
	require.NoError(p.t, p.window().Click(p.t.Context(), ripe(action)))
	p.alone()
}

// begins opens the wizard and goes on from its first step.
func (p *webPage) begins(account string) {
	p.t.Helper()
	require.NoError(p.t, p.b.Visit(p.t.Context(), p.front.URL+"/accounts/"+account+"/transfer"))
	p.clicks("#agree input")
	p.clicks("#agree button:not([disabled])")
}

// consents comes to the wizard's second step, by the extension's own window where
// that asks.
func (p *webPage) consents(account string) {
	p.t.Helper()
	p.begins(account)
	asks := 0
	eventually(p.t, func() bool {
		var err error
		asks, err = p.b.OwnWindows(p.t.Context())
		return err == nil && (asks > 0 || p.eval("String(document.querySelector('[data-step=check]').hidden)") == "false")
	}, "the window asks, or the wizard goes on")
	if asks > 0 {
		p.decides("agree")
	}
	p.shows("[data-step=check]")
}

// transfers goes all the way.
func (p *webPage) transfers(account string) {
	p.t.Helper()
	p.consents(account)
	p.clicks("#go:not([disabled])")
	p.succeeds()
}

// succeeds waits for the wizard's last page.
func (p *webPage) succeeds() {
	p.t.Helper()
	p.shows("[data-step=done]")
	p.sees("[data-step=done]", "Session transferred")
}

func (p *webPage) shows(selector string) {
	p.t.Helper()
	require.NoError(p.t, p.b.WaitFor(p.t.Context(), selector))
}

func (p *webPage) textOf(selector string) string {
	p.t.Helper()
	return p.eval("document.querySelector(" + quote(selector) + ")?.innerText ?? ''")
}

// sees waits for words on the page.
func (p *webPage) sees(selector, words string) {
	p.t.Helper()
	var got string
	require.True(p.t, holds(func() bool {
		text, err := p.b.Eval(p.t.Context(), "document.querySelector("+quote(selector)+")?.innerText ?? ''")
		got = text
		return err == nil && strings.Contains(text, words)
	}), "%q is not in %s, but %q; trouble: %q", words, selector, got, p.textOf("#trouble"))
}
