package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/e2e/testbed/failures"
	"sessionferry/e2e/testbed/places"
)

// world is one bed with everything but a browser, made for one test.
type world struct {
	t     *testing.T
	bed   *testbed.Bed
	vault *testbed.Vault
	wiki  *testbed.App
	front *front // nil unless made by newFrontedWorld
	kept  *evidence
}

const programs = "../bin"

// newBareWorld is a bed alone. It waits until there is a place for its browsers.
func newBareWorld(t *testing.T) *world {
	leave, err := places.Take(t.Context())
	require.NoError(t, err)
	t.Cleanup(leave)
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, bed.Close()) })
	return &world{t: t, bed: bed, kept: newEvidence(t, bed)}
}

// newWorld starts keyring and vault, enrols this device, and trusts a runner.
func newWorld(t *testing.T) *world { return newWorldWith(t) }

// newWorldWith is newWorld with more arguments for the vault.
func newWorldWith(t *testing.T, vaultArgs ...string) *world {
	w := newBareWorld(t)
	var err error
	require.NoError(t, w.bed.StartKeyring(t.Context()))
	w.vault, err = w.bed.StartVault(t.Context(), vaultArgs...)
	require.NoError(t, err)
	w.person("login", "--name", "test laptop")
	key := w.bed.Path("runner.pub")
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

// startWiki joins the MediaWiki that the tests share.
func (w *world) startWiki() {
	w.t.Helper()
	var err error
	w.wiki, err = w.bed.SharedApp(w.t.Context(), "mediawiki")
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
	c := w.chromium(name, testbed.ChromiumConfig{Extension: "../extension"})
	if len(patterns) > 0 {
		require.NoError(w.t, c.Allow(w.t.Context(), patterns...))
	}
	return c
}

func (w *world) chromium(name string, config testbed.ChromiumConfig) *testbed.Chromium {
	w.t.Helper()
	config.Program = "chromium"
	c, err := w.bed.StartChromium(w.t.Context(), name, config)
	require.NoError(w.t, err)
	w.kept.watch(w.t, c)
	return c
}

// firefox starts a Firefox with the extension, headless; prefs are settings of
// about:config.
func (w *world) firefox(name string, prefs map[string]any) *testbed.Firefox {
	w.t.Helper()
	f, err := w.bed.StartFirefox(w.t.Context(), name, testbed.FirefoxConfig{Program: "firefox-esr", Extension: "../extension", Prefs: prefs})
	require.NoError(w.t, err)
	w.kept.watch(w.t, f)
	return f
}

// inBothBrowsers runs a part of a test in one browser after the other.
func (w *world) inBothBrowsers(part func(w *world, name string, b testbed.Browser)) {
	w.t.Helper()
	for name, start := range map[string]func(*world) testbed.Browser{
		"chromium": func(w *world) testbed.Browser { return w.browser("profile-chromium") },
		"firefox":  func(w *world) testbed.Browser { return w.firefox("profile-firefox", nil) },
	} {
		w.t.Run(name, func(t *testing.T) {
			w := w.in(t)
			part(w, name, start(w))
		})
	}
}

// details opens the popup on the details page of a card.
func (w *world) details(c testbed.Browser, account string) *testbed.Popup {
	w.t.Helper()
	p, err := c.Popup(w.t.Context(), w.screens())
	require.NoError(w.t, err)
	require.NoError(w.t, p.Details(w.t.Context(), account))
	return p
}

var pictures = flag.String("pictures", "", "folder for a picture of each step of the tests that use the popup")

// screens is the folder for the pictures of this test, or "" where none are wanted.
func (w *world) screens() string {
	if *pictures == "" {
		return ""
	}
	return filepath.Join(*pictures, failures.Name(w.t))
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

// patience is how long a test waits for what must come, on a machine that is busy
// with other things too.
const patience = 2 * time.Minute

// eventually polls until something is so.
func eventually(t *testing.T, is func() bool, what string) {
	t.Helper()
	require.True(t, holds(is), "%s: not within %s", what, patience)
}

// holds polls until something is so, and reports whether it is at last.
func holds(is func() bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return true
		}
	}
	return is()
}
