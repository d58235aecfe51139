package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestKeyrings is the built program on every kind of keyring, without a display.
// "sessionferry status" must name the state in which go-keyring finds the
// keyring, and "sessionferry login" must work or fail accordingly.
func TestKeyrings(t *testing.T) {
	t.Parallel()
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bed.Close()) })
	bed.Unsetenv("DISPLAY", "WAYLAND_DISPLAY")
	require.NoError(t, bed.StartKeyring(t.Context()))
	_, err = bed.StartVault(t.Context())
	require.NoError(t, err)

	for _, c := range []struct {
		name  string
		gnome []testbed.Collection
		want  string // "empty" where login works
	}{
		{"login is the default and has no password", []testbed.Collection{{Label: "login", Default: true}}, "empty"},
		{"the default is another collection", []testbed.Collection{{Label: "work", Default: true}}, "empty"},
		{"login opens, the default is another and locked", []testbed.Collection{{Label: "login"}, {Label: "work", Password: "secret", Default: true}}, "empty"},
		{"login opens, there is no default", []testbed.Collection{{Label: "login"}}, "empty"},
		{"login is locked, the default is another and opens", []testbed.Collection{{Label: "login", Password: "secret"}, {Label: "work", Default: true}}, "keyring_locked"},
		{"there is no collection", nil, "keyring_no_default"},
	} {
		t.Run("GNOME: "+c.name, func(t *testing.T) {
			w := &world{t: t, bed: bed}
			require.NoError(t, bed.RestartKeyring(t.Context(), c.gnome...))
			w.usesKeyring(c.want)
			if c.want == "empty" {
				require.NoError(t, bed.LockKeyring(t.Context()))
				assert.Equal(t, "ok", w.state().Keyring, "after a new start of the daemon")
			}
		})
	}
	require.NoError(t, bed.StopKeyring(t.Context()))
	for _, c := range []struct {
		name    string
		service testbed.SecretService
		want    string
	}{
		{"KWallet: closed", testbed.SecretService{Collection: "kdewallet", Locked: true}, "keyring_locked"},
		{"KWallet: opened at sign-in", testbed.SecretService{Collection: "kdewallet", Locked: true, OpenWallet: true}, "empty"},
		{"KWallet: in use", testbed.SecretService{Collection: "kdewallet"}, "empty"},
		{"KeePassXC: no database is open", testbed.SecretService{}, "keyring_no_default"},
		{"KeePassXC: the database is locked", testbed.SecretService{Collection: "passwords", Locked: true}, "keyring_locked"},
		{"KeePassXC: the database is open", testbed.SecretService{Collection: "passwords"}, "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t, bed: bed}
			stop, err := bed.StartSecretService(t.Context(), c.service)
			require.NoError(t, err)
			defer stop()
			w.usesKeyring(c.want)
		})
	}
	t.Run("KeePassXC: the person confirms each access", func(t *testing.T) {
		w := &world{t: t, bed: bed}
		stop, err := bed.StartSecretService(t.Context(), testbed.SecretService{Collection: "passwords", ConfirmsReads: true, Answers: true})
		require.NoError(t, err)
		defer stop()
		w.person("login")
		assert.Equal(t, "keyring_locked", w.state().Keyring, "to look asks nobody")
		bed.Setenv("DISPLAY", ":of-the-model")
		assert.Equal(t, "ok", <-w.unlock())
	})
}

// usesKeyring looks at a keyring without items of ours, and connects this computer.
func (w *world) usesKeyring(want string) {
	w.t.Helper()
	assert.Equal(w.t, want, w.state().Keyring)
	if want != "empty" {
		assert.Equal(w.t, want, w.state().Vault, "this computer is connected, and a new login changes nothing")
		w.loginFails(want)
		return
	}
	w.person("login")
	assert.Equal(w.t, "ok", w.state().Keyring)
}
