package e2e

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/envelope"
)

// TestKeyringScreens is what the person sees of a keyring that fails, and that
// no failure costs them the session of before.
func TestKeyringScreens(t *testing.T) {
	w := newWorld(t)
	w.bed.Unsetenv("DISPLAY", "WAYLAND_DISPLAY")
	w.startWiki()
	bob := w.card("Bob")
	c := w.browser("profile", "*://mw.localhost/*")
	require.NoError(t, w.wiki.SignIn(t.Context(), c, "Bob"))
	share := func(t *testing.T) error {
		p := w.in(t).details(c, bob)
		defer p.Close()
		return p.Share(t.Context())
	}
	require.NoError(t, share(t))
	secret := func(name string) string {
		value, err := w.bed.Secret(t.Context(), name)
		require.NoError(t, err)
		return value
	}
	key, token := secret("device-key"), secret("vault-token")
	set := func(name, value string) { require.NoError(t, w.bed.SetSecret(t.Context(), name, value)) }

	for _, part := range []struct {
		name  string
		fault func()
		code  string
		mend  func()
	}{
		{"the key is damaged", func() { set("device-key", "garbage") }, "keyring_corrupt", func() { set("device-key", key) }},
		{"the token is another's", func() { set("vault-token", "sf_"+token) }, "unauthorized", func() { set("vault-token", token) }},
		{"the keyring is locked, and no prompt can appear", func() { require.NoError(t, w.bed.LockKeyring(t.Context())) }, "keyring_locked",
			func() { require.NoError(t, w.bed.UnlockKeyring(t.Context())) }},
		{"there is no keyring", func() { require.NoError(t, w.bed.StopKeyring(t.Context())) }, "keyring_absent",
			func() { require.NoError(t, w.bed.UnlockKeyring(t.Context())) }},
	} {
		t.Run(part.name, func(t *testing.T) {
			w := w.in(t)
			part.fault()
			w.letGo(c)
			p, err := c.Popup(t.Context(), w.screens())
			require.NoError(t, err)
			code, err := p.Screen(t.Context())
			require.NoError(t, err)
			assert.Equal(t, part.code, code)
			require.NoError(t, p.KeysTo(t.Context(), "[data-action=retry]", "Enter"))
			code, err = p.Screen(t.Context())
			require.NoError(t, err)
			assert.Equal(t, part.code, code, "and it says so again at once")
			p.Close()
			part.mend()
			state, generation := w.status(bob)
			assert.Equal(t, "transferred", state)
			assert.EqualValues(t, 1, generation)
		})
	}
	t.Run("the key is another one", func(t *testing.T) {
		w := w.in(t)
		seeds := envelope.NewSeeds()
		set("device-key", base64.StdEncoding.EncodeToString(seeds[:]))
		w.letGo(c)
		assert.Equal(t, "device_unlisted", refused(t, share(t)))
		set("device-key", key)
		w.letGo(c)
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 1, generation)
		require.NoError(t, share(t), "with its own key it goes on")
	})
	for _, item := range []string{"device-key", "vault-token"} {
		t.Run("the keyring has lost the "+item, func(t *testing.T) {
			w := w.in(t)
			value := secret(item)
			require.NoError(t, w.bed.RemoveSecret(t.Context(), item))
			w.letGo(c)
			p, err := c.Popup(t.Context(), w.screens())
			require.NoError(t, err)
			defer p.Close()
			code, err := p.Screen(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "not_enrolled", code)
			require.NoError(t, w.bed.AddSecret(t.Context(), item, value))
			state, _ := w.status(bob)
			assert.Equal(t, "transferred", state)
		})
	}
}

// letGo ends the host that the browser keeps for a while, which has read the
// keyring already.
func (w *world) letGo(c *testbed.Chromium) {
	w.t.Helper()
	if len(w.bed.Processes("sessionferry")) == 0 {
		return
	}
	require.NoError(w.t, c.KillWorker(w.t.Context(), nil))
	require.Eventually(w.t, func() bool { return len(w.bed.Processes("sessionferry")) == 0 }, 5*time.Second, 20*time.Millisecond)
}
