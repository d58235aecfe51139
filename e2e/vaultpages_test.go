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

const (
	pagePassword = "seven quiet ferries at noon"
	ownerName    = `Olga <b>"Ops"</b> & Søn`
	wikiName     = `<i>of "Ops"</i>`
	miaEmail     = "mia@company.example"
	laptopName   = "Buchhaltung-Notebook-mit-einem-sehr-langen-Namen-ohne-jede-Luecke-darin-0001"
)

// TestVaultPages goes the way of a person who sets a vault up and connects a
// computer and a runner to it, by keyboard alone, with the built programs and a
// real browser and keyring. Its parts build on each other.
func TestVaultPages(t *testing.T) {
	t.Parallel()
	w := newPagesWorld(t)

	t.Run("set the vault up", func(t *testing.T) {
		w := w.in(t)
		setup := said(t, w.vault.Proc, `give the code ([A-Z-]+)\.`)
		w.visit("/")
		w.stands("Set up the vault", "code")
		w.fine("setup")
		w.submit("BBBB-BBBB-BBBB-BBBB", ownerName, "olga@company.example", pagePassword)
		w.objects("Set up the vault", "code", "The code is wrong")
		w.fine("setup-code")
		w.replace(setup)
		w.submit("", "", "", "password1234")
		w.objects("Set up the vault", "password", "too easy to guess")
		w.submit(pagePassword)
		w.goes("form[action='/signout']")
		w.stands("Accounts", "")
		assert.Contains(t, w.text(), "Let automation use your session")
		w.fine("empty")
		w.press("a[href='/you']")
		w.goes("#looks")
		assert.Contains(t, w.text(), "You are signed in as \u2068"+ownerName+"\u2069.")
		w.fine("you")
	})
	t.Run("sign out and in again", func(t *testing.T) {
		w := w.in(t)
		w.press("form[action='/signout'] button")
		w.goes("form[action='/signin']")
		w.stands("Sign in", "email")
		w.fine("signin")
		w.submit("olga@company.example", "not the password", "")
		w.objects("Sign in", "password", "is wrong")
		assert.Equal(t, "olga@company.example", w.eval("document.querySelector('#email').value"))
		assert.Empty(t, w.eval("document.querySelector('#password').value"))
		w.fine("signin-wrong")
		w.submit(pagePassword)
		w.goes("form[action='/signout']")
	})
	t.Run("connect this computer", func(t *testing.T) {
		w := w.in(t)
		login, err := w.bed.Start("login", w.bed.Program("sessionferry"), "login", w.vault.URL, "--name", laptopName)
		require.NoError(t, err)
		code := said(t, login, `Type +([A-Z-]+)`)
		w.press("a[href='/devices']")
		w.goes("a[href='/device']")
		w.stands("Devices and runners", "")
		w.press("a[href='/device']")
		w.goes("form[action='/device']")
		w.stands("Connect a device or a runner", "code")
		w.fine("device")
		w.submit("BBBB-BBBB")
		w.objects("Connect a device or a runner", "code", "The code is wrong")
		w.fine("device-wrong")
		w.replace(strings.ToLower(strings.ReplaceAll(code, "-", ""))) // however it is typed
		w.submit("")
		fingerprint := w.state().Fingerprint
		assert.Equal(t, fingerprint, said(t, login, `Key +(.+)`), "what waits shows it too")
		w.allow("device-ask", "Device", laptopName, fingerprint)
		said(t, login, `This computer is connected to the vault`)
		assert.Equal(t, "ok", w.state().Vault)
		assert.Contains(t, w.person("status"), w.vault.URL)
	})
	t.Run("connect a runner and trust it", func(t *testing.T) {
		w := w.in(t)
		enrol, err := w.bed.Start("enrol", w.bed.Program("sessionferry-runner"), "enrol", w.vault.URL, "--name", "night shift")
		require.NoError(t, err)
		code := said(t, enrol, `Type +([A-Z-]+)`)
		out, _ := w.bed.Runner(t.Context(), "status") // it trusts nothing yet, and says so by its end
		fingerprint := found(t, out, `fingerprint +(.+)`)
		assert.Equal(t, fingerprint, said(t, enrol, `Key +(.+)`), "what waits shows it too")
		w.visit("/device")
		w.focus("code")
		w.submit(code)
		w.allow("device-ask-runner", "Runner", "night shift", fingerprint)
		said(t, enrol, `enrolled at`)

		list := w.person("devices")
		assert.Regexp(t, `device +`+laptopName+` \(this one\) +yes`, list)
		assert.Regexp(t, `runner +night shift +no .*`+regexp.QuoteMeta(fingerprint), list)
		asked, err := w.bed.Run(t.Context(), "yes\n", w.bed.Program("sessionferry"), "devices", "approve")
		require.NoError(t, err)
		assert.Contains(t, asked, fingerprint)
		w.runner("trust", found(t, asked, `sessionferry-runner trust (\S+)`))
		assert.Contains(t, w.runner("status"), "lists this runner")
		assert.Regexp(t, `runner +night shift +yes`, w.person("devices"))
	})
	t.Run("refuse what somebody else has started", func(t *testing.T) {
		w := w.in(t)
		enrol, err := w.bed.Start("refused", w.bed.Program("sessionferry-runner"), "enrol", w.vault.URL, "--name", "not mine")
		require.NoError(t, err)
		code := said(t, enrol, `Type +([A-Z-]+)`)
		w.visit("/device")
		w.focus("code")
		w.submit(code)
		w.goes("button[value=deny]")
		w.press("button[value=deny]")
		w.goes("#done")
		w.stands("Refused", "")
		w.fine("refused")
		said(t, enrol, `enrolment_denied`)
		assert.NotContains(t, w.person("devices"), "not mine")
	})
	t.Run("add, find and change an account", func(t *testing.T) {
		w := w.in(t)
		w.visit("/")
		w.press("a[href='/accounts/new']")
		w.goes("a[href='/accounts/new?app=mediawiki']")
		w.stands("Choose an app", "q")
		w.fine("pick")
		w.press("a[href='/accounts/new?app=mediawiki']")
		w.goes("form[action='/accounts/new']")
		w.stands("Add a \u2068MediaWiki\u2069 account", "site")
		w.submit("ftp://wiki.example", "bob")
		w.objects("Add a \u2068MediaWiki\u2069 account", "site", "address")
		w.fine("new-wrong")
		w.replace("https://wiki.example")
		w.submit("", "bob "+wikiName)
		w.goes("#session")
		w.stands("\u2068bob "+wikiName+"\u2069", "")
		assert.Contains(t, w.text(), "The account was added")
		assert.Contains(t, w.text(), "No session has been shared yet.")
		w.fine("account")
		w.press("a[href$='/edit']")
		w.goes("form[action$='/edit']")
		w.stands("Edit account", "site")
		w.fine("edit")
		w.submit("", "")
		w.goes("#done")
		w.press("a[href$='/history']")
		w.goes("[data-action=account_added]")
		w.fine("history")
		w.press(".crumbs a")
		w.goes("#session")
		w.press("#session a[href$='/transfer']")
		w.goes("#missing")
		w.stands("Let Sessionferry transfer your session to the cloud?", "")
		w.fine("wizard")
		w.wizardSteps()
		w.visit("/devices")
		w.goes("[data-program]")
		w.stands("Devices and runners", "")
		w.fine("devices")
		w.visit("/")
		w.goes("[data-card]")
		w.stands("Accounts", "")
		w.fine("accounts")
	})
	var invitation string
	t.Run("invite somebody", func(t *testing.T) { invitation = w.in(t).invites(miaEmail) })
	t.Run("run the workspace", func(t *testing.T) { w.in(t).administers() })
	t.Run("choose a language and a theme", func(t *testing.T) { w.in(t).chooses() })
	t.Run("who is invited joins", func(t *testing.T) {
		w := w.in(t)
		w.visit("/")
		w.press("form[action='/signout'] button")
		w.goes("form[action='/signin']")
		w.press("a[href='/join']")
		w.goes("form[action='/join']")
		w.stands("Join your workspace", "code")
		w.fine("join")
		w.submit("BBBB-BBBB-BBBB-BBBB", arabicName, pagePassword)
		w.objects("Join your workspace", "code", "The code is wrong")
		w.replace(invitation)
		w.submit("", "", pagePassword)
		w.goes("form[action='/signout']")
		w.visit("/you")
		assert.Contains(t, w.text(), arabicName)
		w.fine("you-arabic")
	})
}

// pagesWorld is a world in which nothing is connected yet, and a browser at the
// vault's pages.
type pagesWorld struct {
	*world
	c    *testbed.Chromium
	p    *testbed.Popup
	axe  string
	seen *int // pictures so far
}

func newPagesWorld(t *testing.T) *pagesWorld {
	source, err := os.ReadFile(axeFile)
	require.NoError(t, err, `it comes with "make extension"`)
	w := &pagesWorld{world: newBareWorld(t), axe: string(source), seen: new(int)}
	require.NoError(t, w.bed.StartKeyring(t.Context()))
	w.vault, err = w.bed.StartVault(t.Context())
	require.NoError(t, err)
	w.plainType()
	w.c = w.browser("profile")
	w.p, err = w.c.InTab(t.Context(), w.screens())
	require.NoError(t, err)
	return w
}

func (w *pagesWorld) in(t *testing.T) *pagesWorld {
	other := *w
	other.world = w.world.in(t)
	return &other
}

// said waits for what a program that runs says, and returns the part that is asked for.
func said(t *testing.T, p *testbed.Proc, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	var m []string
	eventually(t, func() bool {
		log, err := os.ReadFile(p.Log)
		m = re.FindStringSubmatch(string(log))
		return err == nil && m != nil
	}, pattern)
	return m[len(m)-1]
}

func found(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	require.NotNil(t, m, text)
	return strings.TrimSpace(m[1])
}
