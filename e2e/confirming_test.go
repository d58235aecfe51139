package e2e

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// TestConfirming: a share that waits for the app's word, and what comes of it
// with a real runner: taken over, refused, or never asked about.
func TestConfirming(t *testing.T) {
	t.Parallel()
	w := newSharer(t)
	runner, err := w.bed.StartRunner(t.Context())
	require.NoError(t, err)
	confirm := func(cookies []session.Cookie) session.Status {
		t.Helper()
		return w.share(cookies, vault.HeaderConfirm, "yes")
	}
	usable := func(share uint64) {
		t.Helper()
		assert.Contains(t, w.runner("restore", "--account", w.card.ID.String()), "signed in as Bob")
		st := w.now()
		assert.Equal(t, session.StateTransferred, st.State)
		assert.Equal(t, share, st.Generation.Share)
	}

	older := w.share(w.signIn(w.wiki.Bob))
	require.Equal(t, session.StateTransferred, older.State)

	again := w.signIn(w.wiki.Bob)
	st := confirm(again)
	require.True(t, st.Attempt.Waits())
	require.Equal(t, uint64(1), st.Generation.Share)
	st = w.decided()
	require.Nil(t, st.Attempt, "the app has named Bob")
	require.Equal(t, uint64(2), st.Generation.Share)
	require.NotNil(t, st.LastUsed)
	usable(2)

	confirm(w.signIn(w.wiki.Alice))
	st = w.decided()
	require.NotNil(t, st.Attempt)
	assert.Equal(t, session.CauseWrongAccount, st.Attempt.Cause)
	usable(2)

	dead := w.signIn(w.wiki.Bob)
	for i := range dead {
		dead[i].Value = strings.Repeat("0", len(dead[i].Value))
	}
	confirm(dead)
	st = w.decided()
	require.NotNil(t, st.Attempt)
	assert.Equal(t, session.CauseSignedOut, st.Attempt.Cause)
	usable(2)

	runner.Signal(syscall.SIGTERM)
	<-runner.Exited()
	w.vault.Signal(syscall.SIGTERM)
	<-w.vault.Exited()
	w.restartVault("--confirm-within", "5s")
	st = confirm(w.signIn(w.wiki.Bob))
	until := *st.Attempt.Until
	st = w.decided()
	assert.Equal(t, session.CauseUnconfirmed, st.Attempt.Cause)
	assert.Equal(t, until, st.Attempt.Since)
	usable(2)

	log, err := os.ReadFile(runner.Log)
	require.NoError(t, err)
	t.Logf("%s", log)
	assert.Contains(t, string(log), w.card.ID.String())
	for _, c := range again {
		if len(c.Value) > 8 {
			assert.NotContains(t, string(log), c.Value)
		}
	}
}
