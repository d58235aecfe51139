package e2e

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/envelope"
)

// TestKeyringScreens is what the person sees of a keyring that fails, and that
// no failure costs them the session of before.
func TestKeyringScreens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bed.Unsetenv("DISPLAY", "WAYLAND_DISPLAY")
	w.startWiki()
	bob := w.card("Bob")
	c := w.browser("profile", "*://mw.localhost/*")
	require.NoError(t, w.wiki.SignIn(t.Context(), c, w.wiki.Bob))
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
	key := secret("device-key")
	set := func(name, value string) { require.NoError(t, w.bed.SetSecret(t.Context(), name, value)) }

	for _, part := range []struct {
		name  string
		fault func()
		code  string
		mend  func()
	}{
		{"the key is damaged", func() { set("device-key", "garbage") }, "keyring_corrupt", func() { set("device-key", key) }},
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
	t.Run("the keyring has another key, or none", func(t *testing.T) {
		w := w.in(t)
		seeds := envelope.NewSeeds()
		set("device-key", base64.StdEncoding.EncodeToString(seeds[:]))
		w.showsFault(c, "unauthorized")
		require.NoError(t, w.bed.RemoveSecret(t.Context(), "device-key"))
		w.showsFault(c, "not_enrolled")
		require.NoError(t, w.bed.AddSecret(t.Context(), "device-key", key))
		w.letGo(c)
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 1, generation)
		require.NoError(t, share(t), "with its own key it goes on")
	})
	for name, fault := range map[string]func(){
		"the keyring has lost the token":       func() { require.NoError(t, w.bed.RemoveSecret(t.Context(), "vault-token")) },
		"the keyring holds a token that ended": func() { set("vault-token", strings.Repeat("A", 43)) },
		"the keyring holds what is no token":   func() { set("vault-token", "garbage\r\nX-Bad: header") },
	} {
		t.Run(name+", and the key fetches another", func(t *testing.T) {
			w := w.in(t)
			w.letGo(c)
			fault()
			_, before := w.status(bob)
			require.NoError(t, share(t))
			_, after := w.status(bob)
			assert.Equal(t, before+1, after)
		})
	}
}

// showsFault opens the popup, which shows nothing but a fault.
func (w *world) showsFault(c *testbed.Chromium, code string) {
	w.t.Helper()
	w.letGo(c)
	p, err := c.Popup(w.t.Context(), w.screens())
	require.NoError(w.t, err)
	defer p.Close()
	got, err := p.Screen(w.t.Context())
	require.NoError(w.t, err)
	assert.Equal(w.t, code, got)
}

// letGo ends the host that the browser keeps for a while, which has read the
// keyring already.
func (w *world) letGo(c *testbed.Chromium) {
	w.t.Helper()
	if len(w.bed.Processes("sessionferry")) == 0 {
		return
	}
	require.NoError(w.t, c.KillWorker(w.t.Context(), nil))
	w.hostEnds()
}

// hostEnds waits until no host of this world runs.
func (w *world) hostEnds() {
	w.t.Helper()
	eventually(w.t, func() bool { return len(w.bed.Processes("sessionferry")) == 0 }, "no host is left")
}
