package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestSignedOutCopyBecomesInvalid: the app ends the session on the server. One answer
// of the app ends nothing; once a second one says the same, the card says so.
func TestSignedOutCopyBecomesInvalid(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, "--recheck-after", "1s")
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

	w.signedOut(bob)
	p = w.details(c, bob)
	defer p.Close()
	shown, err := p.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "invalid", shown)
}

// signedOut restores a session that its app has signed out, until the vault ends it:
// not by the first answer of the app, but by the next one after --recheck-after.
func (w *world) signedOut(account string, args ...string) {
	w.t.Helper()
	kept := func() bool {
		_, err := w.bed.Runner(w.t.Context(), append([]string{"restore", "--account", account}, args...)...)
		var failed *testbed.RunError
		require.ErrorAs(w.t, err, &failed)
		require.Contains(w.t, failed.Stderr, "app_signed_out")
		return strings.Contains(failed.Stderr, "the vault keeps the session until a second check")
	}
	require.True(w.t, kept(), "one answer ends nothing")
	state, _ := w.status(account)
	require.Equal(w.t, "transferred", state)
	eventually(w.t, func() bool { return !kept() }, "the second answer ends it")
	state, _ = w.status(account)
	require.Equal(w.t, "invalid", state)
}
