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
	sandboxed, upgrade := notes.At("notes", "sandboxed.localhost"), notes.At("notes", "upgrade.localhost")
	framed, large := notes.At("frames", "notes-app.localhost"), notes.At("narrow", "large.localhost")
	cards := map[*testbed.App]string{}
	for _, a := range []*testbed.App{sandboxed, upgrade, framed, large} {
		cards[a] = w.cardOf(a, a.Alice)
	}
	w.blockSiteData("profile-chromium", "notes-login.localhost")
	for name, b := range map[string]testbed.Browser{
		"chromium": w.browser("profile-chromium"),
		"firefox":  w.firefox("profile-firefox", map[string]any{"network.cookie.cookieBehavior": 1}), // no storage for frames of other sites
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			for a := range cards {
				require.NoError(t, b.Allow(ctx, a.Pattern()))
			}
			require.NoError(t, b.Allow(ctx, "*://notes-login.localhost/*"))

			t.Run("the only tab shows a sandboxed document", func(t *testing.T) {
				w := w.in(t)
				w.opens(b, sandboxed, "/sign-in")
				require.NoError(t, b.Visit(ctx, sandboxed.Site+"/attachment"))
				lost, went := w.sharesPartly(b, cards[sandboxed])
				assert.Contains(t, lost, sandboxed.Site+" sessionStorage")
				assert.NotContains(t, lost, "localStorage")
				assert.NotContains(t, lost, "IndexedDB")
				assert.Contains(t, went, "theme")
				assert.Contains(t, went, "db/s/k")
			})
			t.Run("a frame whose storage is blocked", func(t *testing.T) {
				w := w.in(t)
				w.opens(b, framed, "/sign-in")
				w.opens(b, framed, "/framed")
				lost, went := w.sharesPartly(b, cards[framed])
				for _, store := range []string{"localStorage", "sessionStorage", "IndexedDB"} {
					assert.Contains(t, lost, notes.At("", "notes-login.localhost").Site+" "+store)
				}
				assert.NotContains(t, lost, framed.Site)
				assert.Contains(t, went, "theme")
			})
			t.Run("a database that waits for an upgrade", func(t *testing.T) {
				w := w.in(t)
				w.opens(b, upgrade, "/sign-in")
				w.opens(b, upgrade, "/upgrade")
				lost, went := w.sharesPartly(b, cards[upgrade])
				assert.Contains(t, lost, upgrade.Site+" IndexedDB db")
				assert.Contains(t, lost, "Close the app's other tabs")
				assert.NotContains(t, lost, "Storage")
				assert.Contains(t, went, "theme")
			})
			t.Run("a large database that does not travel", func(t *testing.T) {
				w := w.in(t)
				w.opens(b, large, "/sign-in-large")
				p := w.details(b, cards[large])
				defer p.Close()
				require.NoError(t, p.Share(ctx))
				went := w.went(p)
				assert.Contains(t, went, "auth/tokens/0")
				assert.NotContains(t, went, "cache")
			})
		})
	}
	restored, err := w.bed.OpenRestored(t.Context(), cards[large], "--apps", unreadableApps)
	require.NoError(t, err)
	defer restored.Close()
	require.NoError(t, restored.Visit(t.Context(), large.Site+"/"))
	names, err := restored.Eval(t.Context(), `indexedDB.databases().then((list) => JSON.stringify(list.map(({ name }) => name)))`)
	require.NoError(t, err)
	assert.JSONEq(t, `["auth"]`, names)
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
	require.NoError(w.t, p.Outcome(ctx))
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
