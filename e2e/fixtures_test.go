package e2e

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestFixtures crosses kinds of sessions that no app of the bed has, and looks at
// what the page makes of them in the restored browser.
func TestFixtures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve()
	fixtures, err := w.bed.StartFixtures(t.Context(), 0)
	require.NoError(t, err)
	card := w.cardOf(fixtures, fixtures.Bob)
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		t := w.t
		require.NoError(t, b.Allow(t.Context(), fixtures.Pattern()))
		require.NoError(t, fixtures.SignIn(t.Context(), b, fixtures.Bob))
		_, before := w.status(card)
		require.NoError(t, w.shares(b, card))
		w.confirmed(card, before)
		bob := fixtures.Bob.Name
		assert.Equal(t, kinds{Cookie: bob, Paths: bob, Tab: bob, Database: bob}, w.kindsOf(b, fixtures.Site+"/"), "before")

		restored, err := w.bed.OpenRestored(t.Context(), card)
		require.NoError(t, err)
		assert.Equal(t, kinds{Cookie: bob, Paths: bob, Tab: bob, Database: bob}, w.kindsOf(restored, fixtures.Site+"/"))
		assert.Equal(t, bob, w.kindsOf(restored, fixtures.Site+"/refresh").Refresh, "a token that is good for one use is used")
		restored.Close()

		// What was stored holds the token that has been used: a second copy ends the first, and the person's own.
		restored, err = w.bed.OpenRestored(t.Context(), card)
		require.NoError(t, err)
		assert.Empty(t, w.kindsOf(restored, fixtures.Site+"/refresh").Refresh)
		restored.Close()
		assert.Empty(t, w.kindsOf(b, fixtures.Site+"/refresh").Refresh)
	})
}

// kinds are whom the fixture page greets, by each kind of session.
type kinds struct{ Cookie, Paths, Tab, Database, Refresh string }

func (w *world) kindsOf(b testbed.Browser, address string) (out kinds) {
	w.t.Helper()
	require.NoError(w.t, b.Visit(w.t.Context(), address))
	require.NoError(w.t, b.WaitFor(w.t.Context(), "body[data-shown=yes]"))
	said, err := b.Eval(w.t.Context(), "JSON.stringify(document.body.dataset)")
	require.NoError(w.t, err)
	require.NoError(w.t, json.Unmarshal([]byte(said), &out))
	return out
}
