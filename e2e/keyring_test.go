package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestKeyring is the built program against a real keyring daemon: as it should
// be, and in every way in which it can fail. Its parts build on each other.
func TestKeyring(t *testing.T) {
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bed.Close()) })
	bed.Unsetenv("DISPLAY", "WAYLAND_DISPLAY")
	require.NoError(t, bed.StartKeyring(t.Context()))
	v, err := bed.StartVault(t.Context())
	require.NoError(t, err)
	w := &world{t: t, bed: bed, vault: v}
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
	t.Run("no keyring on the bus", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, bed.StopKeyring(t.Context()))
		assert.Equal(t, "keyring_absent", w.state().Keyring)
		w.loginFails("keyring_absent")
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

// quick is how long a command may take that the keyring cannot serve.
const quick = 5 * time.Second

type state struct{ Keyring, Vault, Fingerprint string }

// state is what "sessionferry status" says, at once.
func (w *world) state() state {
	w.t.Helper()
	started := time.Now()
	var s state
	require.NoError(w.t, json.Unmarshal([]byte(w.person("status", "--json")), &s))
	assert.Less(w.t, time.Since(started), quick)
	return s
}

// loginFails runs "sessionferry login", which must fail at once with that code.
func (w *world) loginFails(code string) {
	w.t.Helper()
	started := time.Now()
	_, err := w.bed.Sessionferry(w.t.Context(), "login")
	var failed *testbed.RunError
	require.ErrorAs(w.t, err, &failed)
	assert.Contains(w.t, failed.Stderr, code)
	assert.Less(w.t, time.Since(started), quick)
}

// key is the device's key as the keyring holds it.
func (w *world) key() string {
	w.t.Helper()
	key, err := w.bed.Secret(w.t.Context(), "device-key")
	require.NoError(w.t, err)
	return key
}
