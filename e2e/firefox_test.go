package e2e

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestFirefoxCrossing is the main job from Firefox, whose prompt is answered as
// a person answers it. Its parts share one world and one browser and build on
// each other.
func TestFirefoxCrossing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startWiki()
	alice, bob := w.card("Alice"), w.card("Bob")
	f := w.firefox("profile", nil)
	require.NoError(t, f.Visit(t.Context(), w.wiki.Site+"/index.php"))

	t.Run("Deny shares nothing", func(t *testing.T) {
		w := w.in(t)
		p := w.details(f, bob)
		require.NoError(t, p.Ask(t.Context()))
		require.NoError(t, f.Answer(t.Context(), false))
		assert.Equal(t, "permission_denied", refused(t, p.Outcome(t.Context())))
		p.Close()
		state, _ := w.status(bob)
		assert.Equal(t, "none", state)
	})

	t.Run("Allow lets the share go on without the popup; nobody is signed in", func(t *testing.T) {
		w := w.in(t)
		p := w.details(f, bob)
		require.NoError(t, p.Ask(t.Context()))
		panel, err := p.Panel(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "asking", panel)
		p.Close()
		require.NoError(t, f.Answer(t.Context(), true))
		assert.Equal(t, "account_signed_out", refused(t, w.outcome(f, bob)))
	})

	require.NoError(t, w.wiki.SignIn(t.Context(), f, w.wiki.Bob))

	t.Run("the card of another account is refused", func(t *testing.T) {
		w := w.in(t)
		p := w.details(f, alice)
		defer p.Close()
		err := p.Share(t.Context())
		assert.Equal(t, "account_wrong", refused(t, err))
		assert.NotContains(t, err.Error(), "Bob", "the identity is masked")
		state, _ := w.status(alice)
		assert.Equal(t, "none", state)
	})

	t.Run("share, and the app knows the copy that Chromium restores", func(t *testing.T) {
		w := w.in(t)
		w.sharesBob(f, bob, 1)
	})

	t.Run("share again, and there is one session still", func(t *testing.T) {
		w := w.in(t)
		w.sharesBob(f, bob, 2)
	})

	t.Run("the event page ends in a share, which goes on when the popup is opened again", func(t *testing.T) {
		w := w.in(t)
		p := w.details(f, bob)
		w.vault.Signal(syscall.SIGSTOP) // so that the share cannot be over before the page has ended
		require.NoError(t, p.StartShare(t.Context()))
		require.NoError(t, f.EndBackground(t.Context()))
		p.Close()
		w.vault.Signal(syscall.SIGCONT)
		require.NoError(t, w.outcome(f, bob))
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 3, generation, "it was shared once, not twice")
	})

	t.Run("delete, and there is nothing to restore", func(t *testing.T) {
		w := w.in(t)
		p := w.details(f, bob)
		defer p.Close()
		require.NoError(t, p.Delete(t.Context()))
		state, _ := w.status(bob)
		assert.Equal(t, "none", state)
		_, err := w.bed.Runner(t.Context(), "restore", "--account", bob)
		var failed *testbed.RunError
		require.ErrorAs(t, err, &failed)
		assert.Contains(t, failed.Stderr, "session_none")
	})
}

// outcome opens the popup again and waits for how the share ended.
func (w *world) outcome(b testbed.Browser, account string) error {
	w.t.Helper()
	p := w.details(b, account)
	defer p.Close()
	return p.Outcome(w.t.Context())
}

// sharesBob shares Bob's session from a browser that has the permission, and
// restores it.
func (w *world) sharesBob(b testbed.Browser, card string, generation uint64) {
	w.t.Helper()
	p := w.details(b, card)
	defer p.Close()
	require.NoError(w.t, p.Share(w.t.Context()))
	state, got := w.status(card)
	assert.Equal(w.t, "transferred", state)
	assert.Equal(w.t, generation, got)
	copied := w.restore(card)
	assert.Equal(w.t, "Bob", copied.RestoredAs)
	assert.True(w.t, copied.Match)
	assert.Equal(w.t, copied.Cookies.Captured, copied.Cookies.Restored)
	assert.Positive(w.t, copied.Cookies.Captured)
}
