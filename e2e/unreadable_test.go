package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// unreadableApps read the pages of testbed.Notes.
const unreadableApps = "testdata/unreadable"

// TestUnreadable: storage that the browser cannot read is named before anything is
// sent, by origin, store and database; the rest is shared. Storage that does not
// travel is not read.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, "--apps", unreadableApps)
	w.addApps(unreadableApps)
	notes, err := w.bed.StartNotes(t.Context())
	require.NoError(t, err)
	apps := notedApps{
		sandboxed: notes.At("notes", "sandboxed.localhost"),
		framed:    notes.At("frames", "notes-app.localhost"),
		frame:     notes.At("", "notes-login.localhost"),
		upgrade:   notes.At("notes", "upgrade.localhost"),
		large:     notes.At("narrow", "large.localhost"),
	}
	w.blockSiteData("profile-chromium", "notes-login.localhost")
	chromium := w.browser("profile-chromium")
	firefox := w.firefox("profile-firefox", map[string]any{"network.cookie.cookieBehavior": 1}) // no storage for frames of other sites
	alice, bob := apps.large.Alice, apps.large.Bob
	var carried string
	t.Run("chromium", func(t *testing.T) { carried = w.in(t).sharesNotes(chromium, apps, alice) })
	t.Run("firefox", func(t *testing.T) { w.in(t).sharesNotes(firefox, apps, bob) })
	restored, err := w.bed.OpenRestored(t.Context(), carried, "--apps", unreadableApps)
	require.NoError(t, err)
	defer restored.Close()
	require.NoError(t, restored.Visit(t.Context(), apps.large.Site+"/"))
	names, err := restored.Eval(t.Context(), `indexedDB.databases().then((list) => JSON.stringify(list.map(({ name }) => name)))`)
	require.NoError(t, err)
	assert.JSONEq(t, `["auth"]`, names)
}

// notedApps are apps of testbed.Notes, one for each case, and the frame of another
// site in one of them.
type notedApps struct{ sandboxed, framed, frame, upgrade, large *testbed.App }

// sharesNotes goes through the cases in one browser, and returns the card whose
// database travelled.
func (w *world) sharesNotes(b testbed.Browser, apps notedApps, u testbed.User) (card string) {
	ctx := w.t.Context()
	for _, a := range []*testbed.App{apps.sandboxed, apps.framed, apps.frame, apps.upgrade, apps.large} {
		require.NoError(w.t, b.Allow(ctx, a.Pattern()))
	}
	signIn := "/sign-in?user=" + u.Name
	w.t.Run("the only tab shows a sandboxed document", func(t *testing.T) {
		w := w.in(t)
		w.opens(b, apps.sandboxed, signIn)
		require.NoError(t, b.Visit(ctx, apps.sandboxed.Site+"/attachment"))
		lost, went := w.sharesPartly(b, w.cardOf(apps.sandboxed, u))
		assert.Contains(t, lost, apps.sandboxed.Site+" sessionStorage")
		assert.NotContains(t, lost, "localStorage")
		assert.NotContains(t, lost, "IndexedDB")
		assert.Contains(t, went, "theme")
		assert.Contains(t, went, "db/s/k")
	})
	w.t.Run("a frame whose storage is blocked", func(t *testing.T) {
		w := w.in(t)
		w.opens(b, apps.framed, signIn)
		w.opens(b, apps.framed, "/framed")
		lost, went := w.sharesPartly(b, w.cardOf(apps.framed, u))
		assert.Contains(t, lost, apps.frame.Site+" localStorage")
		assert.Contains(t, lost, apps.frame.Site+" IndexedDB")
		assert.NotContains(t, lost, apps.framed.Site)
		assert.Contains(t, went, "theme")
	})
	w.t.Run("a database that waits for an upgrade", func(t *testing.T) {
		w := w.in(t)
		w.opens(b, apps.upgrade, signIn)
		w.opens(b, apps.upgrade, "/upgrade")
		lost, went := w.sharesPartly(b, w.cardOf(apps.upgrade, u))
		assert.Contains(t, lost, apps.upgrade.Site+" IndexedDB db")
		assert.Contains(t, lost, "Close the app's other tabs")
		assert.NotContains(t, lost, "Storage")
		assert.Contains(t, went, "theme")
	})
	w.t.Run("a large database that does not travel", func(t *testing.T) {
		w := w.in(t)
		w.opens(b, apps.large, "/sign-in-large?user="+u.Name)
		card = w.cardOf(apps.large, u)
		p := w.details(b, card)
		defer p.Close()
		require.NoError(t, p.Share(ctx))
		went := w.went(p)
		assert.Contains(t, went, "auth/tokens/0")
		assert.NotContains(t, went, "cache")
	})
	return card
}

// blockSiteData makes the profile of a Chromium to come refuse the storage of a
// domain, as a person does in its settings.
func (w *world) blockSiteData(profile, domain string) {
	w.t.Helper()
	dir := w.bed.Path(profile, "Default")
	require.NoError(w.t, os.MkdirAll(dir, 0o700))
	blocked := fmt.Sprintf(`{"profile":{"content_settings":{"exceptions":{"cookies":{"[*.]%s,*":{"setting":2,"last_modified":"13300000000000000"}}}}}}`, domain)
	require.NoError(w.t, os.WriteFile(filepath.Join(dir, "Preferences"), []byte(blocked), 0o600))
}

// opens visits a page of the notes and waits until it has stored what it stores.
func (w *world) opens(b testbed.Browser, a *testbed.App, path string) {
	w.t.Helper()
	require.NoError(w.t, b.Visit(w.t.Context(), a.Site+path))
	require.NoError(w.t, b.WaitFor(w.t.Context(), "body[data-ready=yes]"))
}

// sharesPartly shares a card of which a part cannot be read, and accepts that. It
// returns the text of the panel that named the part, and the names of what went.
func (w *world) sharesPartly(b testbed.Browser, card string) (lost, went string) {
	w.t.Helper()
	ctx := w.t.Context()
	_, before := w.status(card)
	p := w.details(b, card)
	defer p.Close()
	require.NoError(w.t, p.Ask(ctx))
	require.NoError(w.t, p.WaitFor(ctx, "[data-panel=losing], [data-panel=success], [data-panel=refusal]"))
	panel, err := p.Panel(ctx)
	require.NoError(w.t, err)
	require.NoError(w.t, p.Shot(ctx, panel))
	lost, err = p.Eval(ctx, "document.querySelector('[data-panel]').innerText")
	require.NoError(w.t, err)
	require.Equal(w.t, "losing", panel, lost)
	_, now := w.status(card)
	require.Equal(w.t, before, now, "nothing was sent")
	require.NoError(w.t, p.Click(ctx, "[data-action=accept]"))
	if err := p.Outcome(ctx); err != nil {
		panel, _ = p.Eval(ctx, "document.querySelector('[data-panel]').innerText")
		require.NoError(w.t, err, panel)
	}
	return lost, w.went(p)
}

// went is the names of what a share carried, as the popup lists them.
func (w *world) went(p *testbed.Popup) string {
	w.t.Helper()
	require.NoError(w.t, p.WaitFor(w.t.Context(), ".names summary"))
	names, err := p.Eval(w.t.Context(), "document.querySelector('.names h3 + ul').textContent")
	require.NoError(w.t, err)
	return names
}
