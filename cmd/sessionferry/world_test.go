package main

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/host"
	"sessionferry/host/config"
	"sessionferry/host/keystore"
	"sessionferry/host/keystore/keystoretest"
	"sessionferry/internal/cli/clitest"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// world is a computer that is connected to a vault.
type world struct {
	vault  *vaulttest.Vault
	dirs   config.Dirs
	keys   *keystore.Store
	device *vaulttest.Client // another device of the same person
}

// connected logs in at a vault of the test's own.
func connected(t *testing.T) *world {
	t.Helper()
	root := t.TempDir()
	w := &world{vault: vaulttest.Start(t, vaulttest.Options{}), keys: keystore.On(&keystoretest.Memory{}),
		dirs: config.Dirs{Config: filepath.Join(root, "config"), State: filepath.Join(root, "state")}}
	got := w.run(t, "", "login", "--socket", w.vault.Socket, "--name", "laptop")
	require.Zero(t, got.Code, got.Stderr)
	w.device = w.vault.Enrol(t, vault.RoleDevice, "desk")
	return w
}

// open is the service of this computer. Each command has its own, as it has its own
// process.
func (w *world) open() (*host.Service, error) {
	return &host.Service{Dirs: w.dirs, Keys: w.keys, Now: time.Now}, nil
}

func (w *world) run(t *testing.T, stdin string, args ...string) clitest.Result {
	t.Helper()
	return clitest.RunWith(t, program(w.open), stdin, args...)
}

// json runs a command that must succeed and reads the one value that it prints.
func (w *world) json(t *testing.T, into any, args ...string) {
	t.Helper()
	got := w.run(t, "", append(args, "--json")...)
	require.Zero(t, got.Code, got.Stderr)
	require.NoError(t, json.Unmarshal([]byte(got.Stdout), into), got.Stdout)
}

// ids puts the id of the only card in the place of ID, and of this device in that
// of DEVICE.
func (w *world) ids(t *testing.T, args []string) []string {
	t.Helper()
	out := make([]string, len(args))
	for i, a := range args {
		switch a {
		case "ID":
			var cards []struct{ ID string }
			w.json(t, &cards, "account", "list")
			require.Len(t, cards, 1)
			a = cards[0].ID
		case "DEVICE":
			a = w.program(t, "laptop")
		}
		out[i] = a
	}
	return out
}

// program is the id of a device or runner.
func (w *world) program(t *testing.T, name string) string {
	t.Helper()
	var list []struct{ ID, Name string }
	w.json(t, &list, "devices")
	for _, p := range list {
		if p.Name == name {
			return p.ID
		}
	}
	t.Fatalf("there is no program %q", name)
	return ""
}
