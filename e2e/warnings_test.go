package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// companyApps are apps of our own pages, as a company adds its own.
const companyApps = "testdata/apps"

// addApps puts the apps of a folder where the person's program looks.
func (w *world) addApps(folder string) {
	w.t.Helper()
	dir := w.bed.Path("home", ".config", "sessionferry", "apps")
	require.NoError(w.t, os.MkdirAll(dir, 0o700))
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	require.NoError(w.t, err)
	require.NotEmpty(w.t, files)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(w.t, err)
		require.NoError(w.t, os.WriteFile(filepath.Join(dir, filepath.Base(f)), data, 0o600))
	}
}

// bankWorld is a world with the bank, and a card for Bob there.
func bankWorld(t *testing.T) (w *world, bank *testbed.App, bob string) {
	w = newWorldWith(t, "--apps", companyApps)
	bank, bob = w.startBank()
	return w, bank, bob
}

// startBank starts the bank and makes a card for Bob there.
func (w *world) startBank() (bank *testbed.App, bob string) {
	w.t.Helper()
	w.addApps(companyApps)
	bank, err := w.bed.StartBank(w.t.Context(), 0)
	require.NoError(w.t, err)
	return bank, w.cardOf(bank, bank.Bob)
}

// TestShortLivedSessions: a session that the app keeps replacing is shared with
// a warning, and one that it ties to the device is not.
func TestShortLivedSessions(t *testing.T) {
	t.Parallel()
	w, bank, bob := bankWorld(t)
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		t := w.t
		ctx := t.Context()
		require.NoError(t, b.Allow(ctx, bank.Pattern()))
		require.NoError(t, bank.SignIn(ctx, b, bank.Bob))
		assert.NotContains(t, w.success(b, bob), "replace this sign-in")

		for range 4 {
			require.NoError(t, b.Visit(ctx, bank.Site+"/rotate"))
		}
		said := w.success(b, bob)
		assert.Contains(t, said, "replace this sign-in within 1 minute")
		assert.Contains(t, said, "Close the app's tab")

		// Seen only where the copy is used: the session ends there, and says why.
		require.NoError(t, b.Visit(ctx, bank.Site+"/sign-in?user="+bank.Bob.Name+"&bound=later"))
		require.NoError(t, w.shares(b, bob))
		_, err := w.bed.Runner(ctx, "restore", "--apps", companyApps, "--account", bob)
		var failed *testbed.RunError
		require.ErrorAs(t, err, &failed)
		assert.Contains(t, failed.Stderr, "[session_bound]")
		state, _ := w.status(bob)
		assert.Equal(t, "invalid", state)

		require.NoError(t, b.Visit(ctx, bank.Site+"/sign-in?user="+bank.Bob.Name+"&bound=yes"))
		_, before := w.status(bob)
		p := w.details(b, bob)
		defer p.Close()
		err = p.Share(ctx)
		assert.Equal(t, "session_bound", refused(t, err))
		assert.ErrorContains(t, err, "bank_session")
		assert.ErrorContains(t, err, "the runner's own browser")
		assert.ErrorContains(t, err, "the app's own way")
		require.NoError(t, p.WaitFor(ctx, "[data-action=open-app]"))
		_, after := w.status(bob)
		assert.Equal(t, before, after, "nothing is put")
	})
}

// success shares a card and returns what the popup says then.
func (w *world) success(b testbed.Browser, card string) string {
	w.t.Helper()
	p := w.details(b, card)
	defer p.Close()
	require.NoError(w.t, p.Share(w.t.Context()))
	text, err := p.Text(w.t.Context(), "[data-panel=success]")
	require.NoError(w.t, err)
	return text
}
