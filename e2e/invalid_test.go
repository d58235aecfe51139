package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestSignedOutCopyBecomesInvalid: the app ends
// the session on the server. The copy in the vault is then found dead by the
// runner, and the card says so.
func TestSignedOutCopyBecomesInvalid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var err error
	w.wiki, err = w.bed.StartApp(t.Context(), "mediawiki", 0) // one of its own, whose sessions it may end
	require.NoError(t, err)
	bob := w.card("Bob")
	c := w.browser("profile", "http://mw.localhost/*", "https://mw.localhost/*")
	require.NoError(t, w.wiki.SignIn(t.Context(), c, w.wiki.Bob))
	p := w.details(c, bob)
	require.NoError(t, p.Share(t.Context()))
	p.Close()
	require.NoError(t, w.bed.EndSessions(t.Context(), "Bob"))

	_, err = w.bed.Runner(t.Context(), "restore", "--account", bob)
	var failed *testbed.RunError
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, failed.Stderr, "app_signed_out")

	state, _ := w.status(bob)
	assert.Equal(t, "invalid", state)
	p = w.details(c, bob)
	defer p.Close()
	shown, err := p.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "invalid", shown)
}
