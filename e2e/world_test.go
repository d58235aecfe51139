package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// world is one bed with everything but a browser, made for one test.
type world struct {
	t     *testing.T
	bed   *testbed.Bed
	vault *testbed.Vault
	wiki  *testbed.MediaWiki
	front *front // nil unless made by newFrontedWorld
}

const programs = "../bin"

// newWorld starts keyring and vault, enrols this device, and trusts a runner.
func newWorld(t *testing.T) *world { return newWorldWith(t) }

// newWorldWith is newWorld with more arguments for the vault.
func newWorldWith(t *testing.T, vaultArgs ...string) *world {
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	w := &world{t: t, bed: bed}
	t.Cleanup(func() { require.NoError(t, bed.Close()) })
	require.NoError(t, bed.StartKeyring(t.Context()))
	w.vault, err = bed.StartVault(t.Context(), vaultArgs...)
	require.NoError(t, err)
	w.person("login", "--name", "test laptop")
	key := bed.Path("runner.pub")
	require.NoError(t, os.WriteFile(key, []byte(w.runner("key")), 0o600))
	_, hash, found := strings.Cut(w.person("runner", "add", key), "sessionferry-runner trust ")
	require.True(t, found)
	w.runner("enrol")
	w.runner("trust", strings.TrimSpace(hash))
	return w
}

// person runs the person's program; it must succeed.
func (w *world) person(args ...string) string {
	w.t.Helper()
	out, err := w.bed.Sessionferry(w.t.Context(), args...)
	require.NoError(w.t, err)
	return out
}

// runner runs the runner's program; it must succeed.
func (w *world) runner(args ...string) string {
	w.t.Helper()
	out, err := w.bed.Runner(w.t.Context(), args...)
	require.NoError(w.t, err)
	return out
}

// startWiki starts MediaWiki on a free port.
func (w *world) startWiki() {
	var err error
	w.wiki, err = w.bed.StartMediaWiki(w.t.Context(), 0)
	require.NoError(w.t, err)
}

// card makes a card for a user of the wiki and returns its id.
func (w *world) card(username string) string {
	w.t.Helper()
	var card struct{ ID string }
	out := w.person("account", "add", "--app", "mediawiki", "--site", w.wiki.Site, "--username", username, "--json")
	require.NoError(w.t, json.Unmarshal([]byte(out), &card))
	return card.ID
}

// browser starts a Chromium with the extension, headless, and allows the site.
func (w *world) browser(name string, patterns ...string) *testbed.Chromium {
	w.t.Helper()
	c, err := w.bed.StartChromium(w.t.Context(), name, testbed.ChromiumConfig{Program: "chromium", Extension: "../extension"})
	require.NoError(w.t, err)
	w.t.Cleanup(c.Close)
	if len(patterns) > 0 {
		require.NoError(w.t, c.Allow(w.t.Context(), patterns...))
	}
	return c
}

// firefox starts a Firefox with the extension, headless; prefs are settings of
// about:config.
func (w *world) firefox(name string, prefs map[string]any) *testbed.Firefox {
	w.t.Helper()
	f, err := w.bed.StartFirefox(w.t.Context(), name, testbed.FirefoxConfig{Program: "firefox-esr", Extension: "../extension", Prefs: prefs})
	require.NoError(w.t, err)
	w.t.Cleanup(f.Close)
	return f
}

// details opens the popup on the details page of a card.
func (w *world) details(c testbed.Browser, account string) *testbed.Popup {
	w.t.Helper()
	p, err := c.Popup(w.t.Context(), w.screens())
	require.NoError(w.t, err)
	require.NoError(w.t, p.Details(w.t.Context(), account))
	return p
}

// screens is a folder for pictures of this test, kept when it fails.
func (w *world) screens() string {
	dir := filepath.Join(programs, "screens", "tests", strings.ReplaceAll(w.t.Name(), "/", "-"))
	return dir
}

// status is the session's status of a card, as the vault tells this device.
func (w *world) status(account string) (state string, share uint64) {
	w.t.Helper()
	var cards []struct {
		ID      string
		Session struct {
			State      string
			Generation struct{ Share uint64 }
		}
	}
	require.NoError(w.t, json.Unmarshal([]byte(w.person("account", "list", "--json")), &cards))
	for _, c := range cards {
		if c.ID == account {
			return c.Session.State, c.Session.Generation.Share
		}
	}
	w.t.Fatal("the card is gone")
	return "", 0
}

// refused is the code of a popup's refusal.
func refused(t *testing.T, err error) string {
	t.Helper()
	var r *testbed.Refusal
	require.ErrorAs(t, err, &r)
	require.NotEmpty(t, r.Text)
	return r.Code
}

// within is a context for one step.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
