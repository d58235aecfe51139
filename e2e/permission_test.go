package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestPermission answers the browser's own prompt, which only a browser with
// windows shows.
func TestPermission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startWiki()
	require.NoError(t, w.bed.StartDisplay())
	bob := w.card("Bob")
	c := w.chromium("profile", testbed.ChromiumConfig{Extension: "../extension", Headed: true})
	require.NoError(t, w.wiki.SignIn(t.Context(), c, w.wiki.Bob))

	t.Run("Deny shares nothing", func(t *testing.T) {
		w := w.in(t)
		w.ask(c, bob, "Return")
		p := w.details(c, bob)
		defer p.Close()
		panel, err := p.Panel(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "asking", panel, "the popup that would have heard of it is closed")
		state, _ := w.status(bob)
		assert.Equal(t, "none", state)
	})
	t.Run("Allow lets the share go on", func(t *testing.T) {
		w := w.in(t)
		w.ask(c, bob, "Tab", "Return")
		eventually(t, func() bool { state, _ := w.status(bob); return state == "transferred" }, "the session is transferred")
		p := w.details(c, bob)
		defer p.Close()
		require.NoError(t, p.Outcome(t.Context()))
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 1, generation)
	})
}

// ask clicks Share and answers the browser's prompt by keys. The prompt takes the
// focus, which closes the popup, so the click itself may never be answered.
func (w *world) ask(c *testbed.Chromium, account string, keys ...string) {
	w.t.Helper()
	p := w.details(c, account)
	defer p.Close()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	go func() { _ = p.Ask(ctx) }()
	require.Eventually(w.t, func() bool { return c.Closed(w.t.Context()) }, 30*time.Second, 50*time.Millisecond, "the browser asks")
	require.NoError(w.t, w.bed.Press(w.t.Context(), keys...))
}
