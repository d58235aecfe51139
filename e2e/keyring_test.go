package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestKeyring is the built program against a real keyring daemon: as it should
// be, and in every way in which it can fail. Its parts build on each other.
func TestKeyring(t *testing.T) {
	t.Parallel()
	w := newBareWorld(t)
	bed := w.bed
	bed.Unsetenv("DISPLAY", "WAYLAND_DISPLAY")
	require.NoError(t, bed.StartKeyring(t.Context()))
	var err error
	w.vault, err = bed.StartVault(t.Context())
	require.NoError(t, err)
	var key string

	t.Run("the key is made once", func(t *testing.T) {
		w := w.in(t)
		assert.Equal(t, "empty", w.state().Keyring)
		w.person("login")
		first := w.state()
		assert.Equal(t, "ok", first.Keyring)
		require.NotEmpty(t, first.Fingerprint)
		key = w.key()
		w.person("login")
		assert.Equal(t, first.Fingerprint, w.state().Fingerprint)
		assert.Equal(t, key, w.key())
	})
	t.Run("a damaged key is not replaced", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, bed.SetSecret(t.Context(), "device-key", "garbage"))
		assert.Equal(t, "keyring_corrupt", w.state().Keyring)
		w.loginFails("keyring_corrupt")
		assert.Equal(t, "garbage", w.key())
		require.NoError(t, bed.SetSecret(t.Context(), "device-key", key))
		assert.Equal(t, "ok", w.state().Keyring)
	})
	t.Run("a key that was forgotten is made anew", func(t *testing.T) {
		w := w.in(t)
		before := w.state().Fingerprint
		w.person("logout", "--forget-key")
		assert.Equal(t, "empty", w.state().Keyring)
		w.person("login")
		assert.NotEqual(t, before, w.state().Fingerprint)
		assert.NotEqual(t, key, w.key())
	})
	t.Run("locked, and no display for a prompt", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, bed.LockKeyring(t.Context()))
		assert.Equal(t, "keyring_locked", w.state().Keyring)
		w.loginFails("keyring_locked")
	})
	t.Run("locked, and the prompt is dismissed", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, bed.StartDisplay())
		require.NoError(t, bed.StartPrompter(t.Context()))
		require.NoError(t, bed.LockKeyring(t.Context()))
		assert.Equal(t, "keyring_locked", w.state().Keyring, "to look asks nobody")
		got := w.unlock()
		require.NoError(t, bed.AnswerPrompt(t.Context(), "", "Escape"))
		assert.Equal(t, "keyring_locked", <-got)
		failed := make(chan error, 1)
		go func() { _, err := bed.Sessionferry(t.Context(), "login"); failed <- err }()
		require.NoError(t, bed.AnswerPrompt(t.Context(), "", "Escape"))
		assert.ErrorContains(t, <-failed, "keyring_locked")
	})
	t.Run("locked, and the person unlocks it", func(t *testing.T) {
		w := w.in(t)
		got := w.unlock()
		require.NoError(t, bed.AnswerPrompt(t.Context(), testbed.KeyringPassword, "Return"))
		assert.Equal(t, "ok", <-got)
		assert.Equal(t, "ok", w.state().Keyring)
		bed.Unsetenv("DISPLAY")
	})
	t.Run("no keyring on the bus", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, bed.StopKeyring(t.Context()))
		assert.Equal(t, "keyring_absent", w.state().Keyring)
		w.loginFails("keyring_absent")
	})
	t.Run("a prompt that is dismissed where the keyring asks before it keeps anything", func(t *testing.T) {
		w := w.in(t)
		stop, err := bed.StartSecretService(t.Context(), testbed.SecretService{Collection: "login", ConfirmsChanges: true})
		require.NoError(t, err)
		defer stop()
		assert.Equal(t, "empty", w.state().Keyring)
		w.loginFails("keyring_denied")
	})
	t.Run("no bus, and none is started", func(t *testing.T) {
		w := w.in(t)
		before := bed.Processes("dbus-daemon")
		for _, address := range noBus(bed) {
			bed.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
			assert.Equal(t, "keyring_absent", w.state().Keyring)
			w.loginFails("keyring_absent")
			assert.Equal(t, before, bed.Processes("dbus-daemon"))
		}
	})
}

// noBus are addresses at which no bus is. Where the person who runs the test has
// one of their own, a program that knows no address would find that.
func noBus(bed *testbed.Bed) []string {
	out := []string{"unix:path=" + bed.Path("run", "nothing")}
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err != nil {
		out = append(out, "autolaunch:")
	}
	return out
}

type state struct{ Keyring, Vault, Fingerprint string }

// state is what "sessionferry status" says, whatever it ends with; it waits for
// nobody.
func (w *world) state() state {
	w.t.Helper()
	var s state
	out, _ := w.bed.Sessionferry(w.t.Context(), "status", "--json")
	require.NoError(w.t, json.Unmarshal([]byte(out), &s))
	return s
}

// unlock asks the host for its state as the popup's button does, so that the
// keyring may ask the person, and returns where the answer will be.
func (w *world) unlock() <-chan string {
	w.t.Helper()
	p := openPort(w.t, w.bed.Env, callers["Chromium"]...)
	p.send(`{"id":"1","type":"state","unlock":true}`)
	got := make(chan string, 1)
	go func() {
		state, _ := p.reply().Result.(map[string]any)
		word, _ := state["keyring"].(string)
		got <- word
	}()
	return got
}

// loginFails runs "sessionferry login", which must fail with that code, though
// nobody answers a prompt.
func (w *world) loginFails(code string) {
	w.t.Helper()
	_, err := w.bed.Sessionferry(w.t.Context(), "login")
	var failed *testbed.RunError
	require.ErrorAs(w.t, err, &failed)
	assert.Contains(w.t, failed.Stderr, code)
}

// key is the device's key as the keyring holds it.
func (w *world) key() string {
	w.t.Helper()
	key, err := w.bed.Secret(w.t.Context(), "device-key")
	require.NoError(w.t, err)
	return key
}
