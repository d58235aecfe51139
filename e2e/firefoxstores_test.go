package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestFirefoxStores: a session comes from the cookie store of the window that
// the person looks at, and from no other.
func TestFirefoxStores(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startWiki()
	alice, bob := w.card("Alice"), w.card("Bob")
	f := w.firefox("profile", nil)
	require.NoError(t, f.Allow(t.Context(), "*://mw.localhost/*"))
	require.NoError(t, w.wiki.SignIn(t.Context(), f, w.wiki.Alice))

	t.Run("a container tab gives its own session", func(t *testing.T) {
		w := w.in(t)
		container, err := f.OpenContainer(t.Context())
		require.NoError(t, err)
		require.NoError(t, w.wiki.SignIn(t.Context(), container, w.wiki.Bob))
		assert.Equal(t, "account_wrong", refused(t, w.shares(container, alice)))
		w.sharesBob(container, bob, 1)
	})

	t.Run("a container where the app has no tab gets one for a moment, in the container", func(t *testing.T) {
		w := w.in(t)
		container, err := f.OpenContainer(t.Context())
		require.NoError(t, err)
		require.NoError(t, w.wiki.SignIn(t.Context(), container, w.wiki.Bob))
		require.NoError(t, container.Visit(t.Context(), w.vault.URL))
		before, err := f.Tabs(t.Context())
		require.NoError(t, err)
		w.sharesBob(container, bob, 2)
		eventually(t, func() bool {
			after, err := f.Tabs(t.Context())
			return err == nil && assert.ObjectsAreEqual(before, after)
		}, "the tab is closed again")
	})

	t.Run("a private window gives its own session", func(t *testing.T) {
		w := w.in(t)
		private, err := f.OpenPrivate(t.Context())
		require.NoError(t, err)
		require.NoError(t, private.Visit(t.Context(), w.wiki.Site+"/index.php"))
		assert.Equal(t, "account_signed_out", refused(t, w.shares(private, bob)))
		require.NoError(t, w.wiki.SignIn(t.Context(), private, w.wiki.Bob))
		w.sharesBob(private, bob, 3)
	})

	t.Run("the default store gives neither", func(t *testing.T) {
		w := w.in(t)
		assert.Equal(t, "account_wrong", refused(t, w.shares(f, bob)))
		_, generation := w.status(bob)
		assert.EqualValues(t, 3, generation, "the older session stands")
		said := w.success(f, alice)
		assert.Contains(t, said, "elsewhere, too: another container")
		assert.Contains(t, said, "a private window")
		assert.Equal(t, "Alice", w.restore(alice).RestoredAs)
	})

	t.Run("what another site's frame of the app holds stays behind and is counted", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, f.Visit(t.Context(), embedder(t, "Bob")))
		names, err := f.CookieValues(t.Context(), "wikiUserName")
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"Alice", "Bob", "Bob", "Bob"}, names, "of three stores, and of the frame")
		w.leaves(f, alice, 1)
		assert.Equal(t, "Alice", w.restore(alice).RestoredAs)
	})

	t.Run("signed out of everything", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, f.ClearData(t.Context()))
		require.NoError(t, f.Visit(t.Context(), w.wiki.Site+"/index.php"))
		assert.Equal(t, "account_signed_out", refused(t, w.shares(f, alice)))
	})
}

// TestFirefoxIsolation: with first-party isolation the same cookie lies in
// several jars, and the app's own is taken.
func TestFirefoxIsolation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startWiki()
	bob := w.card("Bob")
	f := w.firefox("profile", map[string]any{"privacy.firstparty.isolate": true})
	require.NoError(t, f.Allow(t.Context(), "*://mw.localhost/*"))
	require.NoError(t, f.Visit(t.Context(), embedder(t, "Alice")))
	require.NoError(t, w.wiki.SignIn(t.Context(), f, w.wiki.Bob))
	names, err := f.CookieValues(t.Context(), "wikiUserName")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"Alice", "Bob"}, names, "the jars of two first parties")

	w.sharesBob(f, bob, 1)
	w.leaves(f, bob, 1)
	copied := w.restore(bob)
	assert.Equal(t, "Bob", copied.RestoredAs)
	assert.Equal(t, copied.Cookies.Captured, copied.Cookies.Restored)
}

// embedder serves a site that shows the wiki's host in a frame, which sets a
// cookie that names a user, and returns its address.
func embedder(t *testing.T, user string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, port, _ := strings.Cut(r.Host, ":")
		if strings.HasPrefix(r.Host, "mw.") {
			http.SetCookie(w, &http.Cookie{Name: "wikiUserName", Value: user, Path: "/", HttpOnly: true})
			return
		}
		fmt.Fprintf(w, `<!doctype html><iframe src="http://mw.localhost:%s/"></iframe>`, port)
	}))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	return "http://other.localhost:" + port + "/"
}

// leaves shares a card and reads how many cookies and items stayed behind.
func (w *world) leaves(b testbed.Browser, card string, left int) {
	w.t.Helper()
	assert.Contains(w.t, w.success(b, card), fmt.Sprintf("left behind: %d", left))
}
